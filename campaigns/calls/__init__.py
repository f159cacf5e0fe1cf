"""A call: what the volunteer answers, what it entails, written once whatever is sent again."""

from campaigns.calls import rules
from campaigns.calls.lines import (
    at_the_line,
    everybody_at,
    last_calls,
    number_to_dial,
    skip,
    told,
    waits_now,
    whoever_was_at,
)
from campaigns.calls.logging import Conflict, Filled, Logged, foresee, log
from campaigns.calls.rules import rules_of
from campaigns.calls.sharing import at_hand, for_report, tell_the_others

__all__ = [
    "Conflict",
    "Filled",
    "Logged",
    "at_hand",
    "at_the_line",
    "everybody_at",
    "for_report",
    "foresee",
    "last_calls",
    "log",
    "number_to_dial",
    "rules",
    "rules_of",
    "skip",
    "tell_the_others",
    "told",
    "waits_now",
    "whoever_was_at",
]
