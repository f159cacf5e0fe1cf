"""The call guide: its versions and its draft, what is switched on, and the pages laid out of it."""

from campaigns.guide import drafts, placing, switches, versions
from campaigns.guide.filling import filled_with as words
from campaigns.guide.laying import Part, Script, laid, script, whole
from campaigns.guide_text.conditions import Situation, holding

__all__ = [
    "Part",
    "Script",
    "Situation",
    "drafts",
    "holding",
    "laid",
    "placing",
    "script",
    "switches",
    "versions",
    "whole",
    "words",
]
