"""« Levée de doute »: a regular who falls silent, and the steps until they are found."""

from campaigns.alarms import heat
from campaigns.alarms.handling import FALSE_ALARMS, Changed, close, note_try, take
from campaigns.alarms.opening import Worry, after_call, doubt, follow_up, open_by_hand
from campaigns.alarms.overdue import Expecting, expecting, late, tell_above
from campaigns.alarms.reading import (
    Heard,
    Rate,
    Step,
    closed,
    heard_since,
    inbox,
    ladder,
    last_heard,
    of_people,
    one,
    open_count,
    rate,
    told_to,
)
from campaigns.alarms.settling import settle
from campaigns.alarms.thresholds import Thresholds
from campaigns.alarms.thresholds import of as thresholds_of

__all__ = [
    "FALSE_ALARMS",
    "Changed",
    "Expecting",
    "Heard",
    "Rate",
    "Step",
    "Thresholds",
    "Worry",
    "after_call",
    "close",
    "closed",
    "doubt",
    "expecting",
    "follow_up",
    "heard_since",
    "heat",
    "inbox",
    "ladder",
    "last_heard",
    "late",
    "note_try",
    "of_people",
    "one",
    "open_by_hand",
    "open_count",
    "rate",
    "settle",
    "take",
    "tell_above",
    "thresholds_of",
    "told_to",
]
