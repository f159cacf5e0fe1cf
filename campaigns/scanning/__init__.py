"""By night, free texts are read again by the rules of the writing coach (CNIL, zones de
commentaires, 28/02/2019): what nobody should have written is shown to somebody, who decides."""

from campaigns.scanning.counting import READ, Counts, counts, note_read
from campaigns.scanning.places import KINDS, NOT_READ, PLACES, Place
from campaigns.scanning.reading import Batch, Mark, keep, next_place, read
from campaigns.scanning.settling import (
    Passage,
    Shown,
    clean,
    finding,
    keep_as_it_is,
    shown,
    softened,
    waiting,
    waiting_count,
)

__all__ = [
    "KINDS",
    "NOT_READ",
    "PLACES",
    "READ",
    "Batch",
    "Counts",
    "Mark",
    "Passage",
    "Place",
    "Shown",
    "clean",
    "counts",
    "finding",
    "keep",
    "keep_as_it_is",
    "next_place",
    "note_read",
    "read",
    "shown",
    "softened",
    "waiting",
    "waiting_count",
]
