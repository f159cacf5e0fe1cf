"""A call: what the volunteer answers, what it entails, written once whatever is sent again."""

from campaigns.calls import again, correcting, drafts, offline, own, revising, ringing, rules
from campaigns.calls.effects import is_attempt, may_leave_message
from campaigns.calls.filled import Filled
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
from campaigns.calls.logging import (
    Conflict,
    Logged,
    Ready,
    foresee,
    keep,
    log,
    prepare,
    stands,
)
from campaigns.calls.loops import Aside
from campaigns.calls.rules import rules_of
from campaigns.calls.sharing import at_hand, for_report, tell_the_others

__all__ = [
    "Aside",
    "Conflict",
    "Filled",
    "Logged",
    "Ready",
    "again",
    "at_hand",
    "at_the_line",
    "correcting",
    "drafts",
    "everybody_at",
    "for_report",
    "foresee",
    "is_attempt",
    "keep",
    "last_calls",
    "log",
    "may_leave_message",
    "number_to_dial",
    "offline",
    "own",
    "prepare",
    "revising",
    "ringing",
    "rules",
    "rules_of",
    "skip",
    "stands",
    "tell_the_others",
    "told",
    "waits_now",
    "whoever_was_at",
]
