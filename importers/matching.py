"""Who is who: is this line somebody we know, and who lives with whom.

File number, then name and birth date, are trusted; name with a number or with a commune is asked.
A shared number makes a household, never one person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from campaigns import values
from importers.cleaning import CleanRow

_MOST_BEHIND_ONE_NUMBER = 4

HOWS = {
    "file_number": "même numéro de dossier",
    "birth": "même nom et même date de naissance",
    "same": "mêmes nom, numéro et adresse",
    "phone": "même nom et même numéro de téléphone",
    "place": "même nom et même commune",
    "two_files": "même nom et même date de naissance, mais deux numéros de dossier",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The little that is needed to know somebody again.

    ``names`` are their keys (married name, birth name); ``file_numbers`` are those of the
    source being imported.
    """

    names: tuple[str, ...]
    birth_date: date | None
    phones: tuple[str, ...]
    insee: str | None
    home: str
    file_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A line (by index) and who it is: somebody already stored, or an earlier line.

    ``target`` is an index: below ``len(known)`` a stored person, from there on a line.
    """

    target: int
    how: str

    @property
    def is_sure(self) -> bool:
        """May it be followed without asking anybody?"""
        return self.how in ("file_number", "birth", "same")


def known_of(row: CleanRow) -> Known:
    """The keys of one line."""
    names = [row.name_key]
    if row.birth_name:
        names.append(values.name_key(row.birth_name, row.first_name))
    return Known(
        names=tuple(dict.fromkeys(names)),
        birth_date=row.birth_date,
        phones=tuple(phone.e164 for phone in row.phones if phone.e164),
        insee=row.insee,
        home=home_of(row.address, row.insee),
        file_numbers=(row.file_number,) if row.file_number else (),
    )


def home_of(address: str, insee: str | None) -> str:
    """One key for an address; empty when it is not known well enough."""
    return f"{insee} {values.fold(address)}" if address and insee else ""


def match(stored: Sequence[Known], lines: Sequence[Known]) -> list[Link | None]:
    """For each line, who it is; None for somebody new. Earlier lines count as known."""
    index = _Index(len(stored))
    for target, person in enumerate(stored):
        index.add(target, person)
    found: list[Link | None] = []
    for position, line in enumerate(lines):
        link = index.find(line)
        found.append(link)
        if link is None or not link.is_sure:
            index.add(len(stored) + position, line)
    return found


class _Index:
    """Everybody known so far, by each key under which a line may name them."""

    def __init__(self, stored: int) -> None:
        self._stored = stored
        self._people: dict[int, Known] = {}
        self._files: dict[str, int] = {}
        self._births: dict[tuple[str, date], int] = {}
        self._phones: dict[tuple[str, str], int] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._twins: dict[tuple[object, ...], int] = {}

    def add(self, target: int, person: Known) -> None:
        """Remember somebody; the first under a key stays."""
        self._people[target] = person
        for number in person.file_numbers:
            self._files.setdefault(number, target)
        self._twins.setdefault(_whole(person), target)
        for name in person.names:
            if person.birth_date:
                self._births.setdefault((name, person.birth_date), target)
            for phone in person.phones:
                self._phones.setdefault((name, phone), target)
            if person.insee:
                self._places.setdefault((name, person.insee), target)

    def find(self, line: Known) -> Link | None:
        """The first of the rules that holds, the surest first."""
        for number in line.file_numbers:
            if (target := self._files.get(number)) is not None:
                return Link(target, "file_number")
        return self._by_birth(line) or self._by_whole(line) or self._by_likeness(line)

    def _by_birth(self, line: Known) -> Link | None:
        if line.birth_date is None:
            return None
        for name in line.names:
            if (target := self._births.get((name, line.birth_date))) is not None:
                return self._unless_two_files(line, target, "birth")
        return None

    def _by_whole(self, line: Known) -> Link | None:
        target = self._twins.get(_whole(line))
        if target is None or (target >= self._stored and not (line.phones or line.home)):
            return None  # two bare names on one list may well be two people
        return self._unless_two_files(line, target, "same")

    def _unless_two_files(self, line: Known, target: int, how: str) -> Link:
        """Two file numbers of one source are never merged silently."""
        return Link(target, "two_files" if _has_two_files(line, self._people[target]) else how)

    def _by_likeness(self, line: Known) -> Link | None:
        for name in line.names:
            for phone in line.phones:
                target = self._phones.get((name, phone))
                if target is not None and _may_be_one(line, self._people[target]):
                    return Link(target, "phone")
        for name in line.names:
            target = self._places.get((name, line.insee)) if line.insee else None
            if target is not None and _may_be_one(line, self._people[target]):
                return Link(target, "place")
        return None


def _whole(person: Known) -> tuple[object, ...]:
    return person.names[0], person.birth_date, person.phones, person.insee, person.home


def _has_two_files(line: Known, other: Known) -> bool:
    mine, theirs = line.file_numbers, other.file_numbers
    return bool(mine and theirs) and not set(mine) & set(theirs)


def _may_be_one(line: Known, other: Known) -> bool:
    """Two birth dates that differ are two people, unless one slip of the pen explains it."""
    if _has_two_files(line, other):
        return False
    if line.birth_date is None or other.birth_date is None:
        return True
    first, second = line.birth_date, other.birth_date
    alike = (first.day == second.day) + (first.month == second.month) + (first.year == second.year)
    return alike == 2 or (first.day, first.month) == (second.month, second.day)


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
