"""What a list would write, decided before anything is: newcomers, amendments, who it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self  # JSON


class Newcomer(NamedTuple):
    """Somebody the list brings.

    ``row`` is the index of their row. ``home`` is the id of a household, or ``~n`` for the n-th
    new one. ``hold`` says why nobody may call yet. ``double`` is who they may be: the id of a
    person, or ``~n`` for the n-th newcomer. ``doubt`` is what somebody must settle about who they
    are, beside what the list itself says.
    """

    row: int
    home: int
    hold: str
    double: int | None
    doubt: str = ""


class Amendment(NamedTuple):
    """What the list changes of somebody known: columns before and after, numbers to add."""

    person_id: int
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    phones: Sequence[Sequence[str]]  # number, label
    position: int  # of the first number added
    file_number: str
    is_edited: bool


class Ruling(NamedTuple):
    """« The same person » or « two people », to be remembered for the next list.

    ``who`` is the id of a person, or ``~n`` for the n-th newcomer.
    """

    row_key: str
    who: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """All that confirming a list writes. ``known`` and ``absent`` are ids of people.

    ``stamp`` is what the register was like: the intake holds as long as it stays so. ``lines`` is
    the number of rows of the list; rows beyond it join several of them.
    """

    stamp: Sequence[Any]
    lines: int
    newcomers: Sequence[Newcomer]
    new_homes: int
    amendments: Sequence[Amendment]
    known: Sequence[int]
    absent: Sequence[int]
    rulings: Sequence[Ruling]
    counts: Mapping[str, int]
    massive: Sequence[Mapping[str, Any]]

    def as_json(self) -> list[Any]:
        """Give it as a list that JSON can hold."""
        amended = [
            each._replace(before=as_json(each.before), after=as_json(each.after))
            for each in self.amendments
        ]
        return [
            self.stamp, self.lines, self.newcomers, self.new_homes, amended, self.known,
            self.absent, self.rulings, self.counts, self.massive,
        ]  # fmt: skip

    @classmethod
    def of_json(cls, kept: Sequence[Any]) -> Self:
        """Read it back."""
        stamp, lines, newcomers, homes, amended, known, absent, rulings, counts, massive = kept
        return cls(
            stamp=stamp,
            lines=lines,
            newcomers=[Newcomer(*each) for each in newcomers],
            new_homes=homes,
            amendments=[_amendment(each) for each in amended],
            known=known,
            absent=absent,
            rulings=[Ruling._make(each) for each in rulings],
            counts=counts,
            massive=massive,
        )


def _amendment(kept: Sequence[Any]) -> Amendment:
    found = Amendment._make(kept)
    return found._replace(before=_read(found.before), after=_read(found.after))


def as_json(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as JSON keeps them: a day, an instant as text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in columns.items()
    }


def _read(columns: Mapping[str, Any]) -> dict[str, Any]:
    born = columns.get("birth_date")
    return {**columns, "birth_date": date.fromisoformat(born)} if born else dict(columns)
