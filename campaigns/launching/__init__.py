"""The launch: a campaign made in two minutes, a check-list to its opening, notices to people."""

from campaigns.launching import checklist, notices
from campaigns.launching.bringing import Brought, Whom, bring_people, registers_of
from campaigns.launching.checklist import require_training, tick, try_mails, untick
from campaigns.launching.creating import copy, from_preset
from campaigns.launching.moving import Explained, Left, explain, left, move
from campaigns.launching.steps import Item, Step, StepState

__all__ = [
    "Brought",
    "Explained",
    "Item",
    "Left",
    "Step",
    "StepState",
    "Whom",
    "bring_people",
    "checklist",
    "copy",
    "explain",
    "from_preset",
    "left",
    "move",
    "notices",
    "registers_of",
    "require_training",
    "tick",
    "try_mails",
    "untick",
]
