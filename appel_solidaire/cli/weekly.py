"""Commands of the week: ``plan`` and ``send-summaries``."""

COMMANDS = ()
