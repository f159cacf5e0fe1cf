"""Who lives with whom: one call, several names, never one person made of two."""

from collections.abc import Iterable
from dataclasses import dataclass

_MOST_BEHIND_ONE_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may share a household: ``household`` is the stored one, if any."""

    household: int | None
    family: str
    phones: tuple[str, ...]
    home: str


def households(members: Iterable[Member]) -> list[int]:
    """A label for each member, the same for people of one household.

    A number in common makes a household, unless too many people share it (an institution, a
    filler); so does an address in common under one family name. Stored households never split.
    """
    people = list(members)
    circles: dict[tuple[str, ...], list[int]] = {}
    for at, member in enumerate(people):
        for phone in member.phones:
            circles.setdefault(("phone", phone), []).append(at)
        if member.home and member.family:
            circles.setdefault(("home", member.home, member.family), []).append(at)
        if member.household is not None:
            circles.setdefault(("stored", str(member.household)), []).append(at)
    leaders = list(range(len(people)))
    for key, inside in circles.items():
        if key[0] != "stored" and len(inside) > _MOST_BEHIND_ONE_NUMBER:
            continue
        first = _leader(leaders, inside[0])
        for other in inside[1:]:
            follower = _leader(leaders, other)
            first, follower = min(first, follower), max(first, follower)
            leaders[follower] = first
    return [_leader(leaders, at) for at in range(len(people))]


def shared_too_much(members: Iterable[Member]) -> set[str]:
    """Numbers behind which too many people stand: one to check, not a household."""
    counts: dict[str, int] = {}
    for member in members:
        for phone in member.phones:
            counts[phone] = counts.get(phone, 0) + 1
    return {phone for phone, count in counts.items() if count > _MOST_BEHIND_ONE_NUMBER}


def _leader(leaders: list[int], at: int) -> int:
    while leaders[at] != at:
        leaders[at] = leaders[leaders[at]]
        at = leaders[at]
    return at
