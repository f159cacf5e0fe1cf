"""Who is who: is this line somebody we know, and who lives with whom.

File number, then name and birth date, are trusted, and so is one slip of the pen beside a birth
date; name with a number or with a commune is asked. A shared number makes a household, never one
person. Which lines are one person depends on no order (ADR 20).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from importers.matching import exact, near
from importers.matching.circles import Circles
from importers.matching.exact import Doubts
from importers.matching.households import Member, households, shared_too_much
from importers.matching.known import Known, home_of, known_of, row_key

__all__ = [
    "HOWS",
    "Known",
    "Link",
    "Member",
    "home_of",
    "households",
    "known_of",
    "match",
    "row_key",
    "shared_too_much",
]

HOWS = {
    "said": "déjà reconnue par quelqu’un",
    "file_number": "même numéro de dossier",
    "birth": "même nom et même date de naissance",
    "same": "même nom et mêmes coordonnées",
    "slip": "même date de naissance et même nom, à une faute de frappe près",
    "two_files": "même nom et même date de naissance, mais deux numéros de dossier",
    "several": "même nom et même date de naissance que plusieurs personnes",
    "two_files_same": "même nom et mêmes coordonnées, mais deux numéros de dossier",
    "several_same": "même nom et mêmes coordonnées que plusieurs personnes",
    "file_other": "même numéro de dossier, mais un autre nom",
    "near_birth": "même date de naissance et nom très proche",
    "phone": "même nom et même numéro de téléphone",
    "other_name": "mêmes prénom, date de naissance et numéro de téléphone, mais un autre nom",
    "near_phone": "nom très proche et même numéro de téléphone",
    "place": "même nom et même commune",
    "near_place": "nom très proche et même commune",
}
_SURE = frozenset({"said", "file_number", "birth", "same", "slip"})


@dataclass(frozen=True, slots=True)
class Link:
    """A line (by index) and who it is: somebody already stored, or an earlier line.

    ``target`` is an index: below ``len(known)`` a stored person, from there on a line. ``how`` is
    a key of ``HOWS``.
    """

    target: int
    how: str

    @property
    def is_sure(self) -> bool:
        """May it be followed without asking anybody?"""
        return self.how in _SURE


def match(
    stored: Sequence[Known],
    lines: Sequence[Known],
    *,
    ruled: Mapping[tuple[str, int], bool] | None = None,
    joined: Mapping[int, int] | None = None,
    named: Mapping[int, int] | None = None,
) -> list[Link | None]:
    """For each line, who it is; None for somebody new. Lines of one person name the first of them.

    ``ruled`` is what somebody said before: (``row_key`` of the line, index of the stored person) →
    the same person, or two people. ``joined`` tells stored records that were made one: index →
    index of the record that stands for it. ``named`` gives lines whose person is known beforehand:
    index of the line → index of the stored person.
    """
    said = _said(lines, len(stored), ruled or {})
    joined = joined or {}
    circles = Circles(
        [*stored, *lines],
        len(stored),
        joined=joined,
        apart=(pair for pair, is_same in said.items() if not is_same),
    )
    for line, person in (named or {}).items():
        circles.say_same(person, len(stored) + line)
    for (line, person), is_same in said.items():
        if is_same:
            circles.say_same(person, line)
    doubts: Doubts = {}
    exact.by_number(circles, doubts)
    exact.by_birth(circles, doubts)
    exact.by_whole(circles, doubts)
    near.find(circles, doubts)
    return _links(circles, doubts, joined)


def _said(
    lines: Sequence[Known], stored: int, ruled: Mapping[tuple[str, int], bool]
) -> dict[tuple[int, int], bool]:
    """The answers by position: (line, stored person) → the same."""
    if not ruled:
        return {}
    about: dict[str, list[tuple[int, bool]]] = {}
    for (key, person), is_same in sorted(ruled.items()):
        about.setdefault(key, []).append((person, is_same))
    return {
        (stored + at, person): is_same
        for at, line in enumerate(lines)
        for person, is_same in about.get(row_key(line), ())
    }


def _links(circles: Circles, doubts: Doubts, joined: Mapping[int, int]) -> list[Link | None]:
    asked: dict[int, tuple[int, int, str]] = {}
    for pair, how in doubts.items():
        target, circle = sorted(map(circles.of, pair))
        if target == circle or circles.is_known(circle) or circles.told_apart(target, circle):
            continue
        found = (near.RANKS.index(how), target, how)
        asked[circle] = min(found, asked.get(circle, found))
    links: list[Link | None] = []
    for line in range(circles.stored, len(circles.people)):
        circle = circles.of(line)
        if circle == line:
            found_doubt = asked.get(line)
            links.append(
                Link(_standing(found_doubt[1], joined), found_doubt[2]) if found_doubt else None
            )
        else:
            links.append(Link(_standing(circle, joined), circles.how[line]))
    return links


def _standing(target: int, joined: Mapping[int, int]) -> int:
    """The record that stands for this one since they were made one."""
    while target in joined:
        target = joined[target]
    return target
