"""What is said to all volunteers, what they ask back, and the room where they help one another."""

from campaigns.announcing import asking, naming, room, saying

__all__ = ["asking", "naming", "room", "saying"]
