"""Care for who calls: reports read again with kindness, hard calls, good moments."""

from campaigns.care import choosing, good, resting, reviewing, settings, sounding
from campaigns.care.asking import (
    CallerMood,
    ask,
    close,
    closed,
    decline,
    feel,
    of_volunteer,
    offer_debrief,
    one,
    take,
    waiting,
    waiting_count,
)
from campaigns.care.reviewing import sample
from campaigns.care.sampling import Sampling

__all__ = [
    "CallerMood",
    "Sampling",
    "ask",
    "choosing",
    "close",
    "closed",
    "decline",
    "feel",
    "good",
    "of_volunteer",
    "offer_debrief",
    "one",
    "resting",
    "reviewing",
    "sample",
    "settings",
    "sounding",
    "take",
    "waiting",
    "waiting_count",
]
