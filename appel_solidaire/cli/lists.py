"""Commands about lists: ``import`` and ``export``."""

COMMANDS = ()
