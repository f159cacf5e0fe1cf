"""A call: what the volunteer answers, what it entails, written once whatever is sent again."""

from campaigns.calls.lines import (
    at_the_line,
    everybody_at,
    last_calls,
    number_to_dial,
    skip,
    told,
    waits_now,
)
from campaigns.calls.logging import Conflict, Filled, Logged, foresee, log
from campaigns.calls.rules import rules_of

__all__ = [
    "Conflict",
    "Filled",
    "Logged",
    "at_the_line",
    "everybody_at",
    "foresee",
    "last_calls",
    "log",
    "number_to_dial",
    "rules_of",
    "skip",
    "told",
    "waits_now",
]
