"""The call guide: its versions and its draft, what is switched on, and the pages laid out of it."""

from campaigns.guide import drafts, placing, switches, versions
from campaigns.guide.laying import Part, Script, script, whole
from campaigns.guide_text.conditions import Situation

__all__ = [
    "Part",
    "Script",
    "Situation",
    "drafts",
    "placing",
    "script",
    "switches",
    "versions",
    "whole",
]
