"""What somebody must check about a person, and what was corrected here for the source software."""

from campaigns.quality.cases import (
    Case,
    close,
    counts,
    inbox,
    of_person,
    one,
    open_case,
    settle,
)
from campaigns.quality.corrections import Corrected, note, of_record, sent, to_send, waiting

__all__ = [
    "Case",
    "Corrected",
    "close",
    "counts",
    "inbox",
    "note",
    "of_person",
    "of_record",
    "one",
    "open_case",
    "sent",
    "settle",
    "to_send",
    "waiting",
]
