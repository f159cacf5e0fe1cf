"""The volunteers of a long list by what they wait for: a first visit, half-days, a return."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from campaigns import overview
from campaigns.team import Member

States = Mapping[int, overview.MemberState]


@dataclass(frozen=True, slots=True)
class View:
    """A part of the list: its word in the address, its title, how many are in it."""

    slug: str
    words: str
    count: int


PARTS: dict[str, tuple[str, Callable[[Member, States], bool]]] = {
    "": ("Tous", lambda member, states: True),
    "jamais-venus": ("Jamais venus", lambda member, states: states[member.user.id].seen_at is None),
    "sans-demi-journee": (
        "Sans demi-journée",
        lambda member, states: not member.half_days and member.user.suspended_at is None,
    ),
    "absents": ("Absents aujourd’hui", lambda member, states: member.absent),
    "suspendus": ("Suspendus", lambda member, states: member.user.suspended_at is not None),
}


def views(members: Sequence[Member], states: States) -> list[View]:
    """The parts somebody is in, with how many; nothing when nobody waits for anything."""
    found = [
        View(slug, words, sum(is_in(one, states) for one in members))
        for slug, (words, is_in) in PARTS.items()
    ]
    filled = [one for one in found if one.count]
    return filled if len(filled) > 1 else []


def chosen(members: Sequence[Member], states: States, slug: str) -> list[Member]:
    """The volunteers of one part; all of them for a word nobody wrote."""
    _, is_in = PARTS.get(slug, PARTS[""])
    return [one for one in members if is_in(one, states)]
