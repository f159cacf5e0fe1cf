"""Somebody's record, by hand: found, added, corrected, set aside or put back, two made one."""

from campaigns.records.deciding import prioritise, release, restart, stop
from campaigns.records.editing import add, change
from campaigns.records.finding import (
    Found,
    communes_of,
    enrolment_of,
    find,
    household_of,
    is_within,
    of,
    sources_of,
    twins,
)
from campaigns.records.given import Given, given_of
from campaigns.records.merging import merge

__all__ = [
    "Found",
    "Given",
    "add",
    "change",
    "communes_of",
    "enrolment_of",
    "find",
    "given_of",
    "household_of",
    "is_within",
    "merge",
    "of",
    "prioritise",
    "release",
    "restart",
    "sources_of",
    "stop",
    "twins",
]
