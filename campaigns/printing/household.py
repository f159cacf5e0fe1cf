"""Who answers at each line of an issued sheet, under which code."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Enrolment, IssuedSheet, Line, Person, Title
from campaigns.printing import codes
from campaigns.sheets import owed

_MOST_MEMBERS = 26  # a letter each
_AT_ONCE = 5_000  # ids in one statement: both engines take them


class Member(NamedTuple):
    """Somebody of a household; ``may_be_called`` now, ``is_owed`` a call in the sheet's
    week; ``is_stopped``: nobody calls them any more, or until their record is looked at."""

    household_id: int
    person_id: int
    title: Title
    first_name: str
    last_name: str
    best_half: str
    appointment_at: datetime | None
    may_be_called: bool
    is_owed: bool
    is_stopped: bool

    @property
    def full_name(self) -> str:
        """« Mme Paulette Dupont »."""
        parts = (self.title.label, self.first_name, self.last_name)
        return " ".join(part for part in parts if part)

    @property
    def initials(self) -> str:
        """« Mme P. D. »: says little to who finds the sheet."""
        letters = (f"{name[:1]}." for name in (self.first_name, self.last_name) if name)
        return " ".join(part for part in (self.title.label, *letters) if part)


@dataclass(frozen=True, slots=True)
class Seat:
    """One row of an issued sheet: its code, its line and who it is about.

    ``line_id`` and ``why`` are None and empty once the line was given back.
    """

    code: str
    place: int
    rank: int
    line_id: int | None
    why: str
    member: Member | None

    def name(self, *, is_full: bool) -> str:
        """The person as the sheet shows them."""
        if self.member is None:
            return ""
        return self.member.full_name if is_full else self.member.initials


def seats(
    session: Session, campaign: Campaign, issued: Sequence[IssuedSheet], *, week: str
) -> dict[int, list[Seat]]:
    """Every row of issued sheets of one week, by the id of the sheet, in the order printed.

    The people of a household keep their letters whoever may be called: a code means the same
    person on Friday as on Monday.
    """
    ids = sorted({line_id for sheet in issued for line_id in sheet.lines})
    lines = {row.id: row for row in _lines(session, ids)}
    members: dict[int, list[Member]] = {}
    for member in _members(session, campaign, ids, week=week):
        members.setdefault(member.household_id, []).append(member)
    found: dict[int, list[Seat]] = {}
    for sheet in issued:
        found[sheet.id] = [
            seat
            for place, line_id in enumerate(sheet.lines, 1)
            for seat in _at(sheet, place, lines.get(line_id), members)
        ]
    return found


class _Line(NamedTuple):
    id: int
    household_id: int
    why: str


def _at(
    sheet: IssuedSheet, place: int, line: _Line | None, members: dict[int, list[Member]]
) -> Iterator[Seat]:
    if line is None:
        code = codes.row_code(sheet.number, place, 0, alone=True)
        yield Seat(code, place, 0, None, "", None)
        return
    present = members.get(line.household_id, [])[:_MOST_MEMBERS]
    for rank, member in enumerate(present):
        code = codes.row_code(sheet.number, place, rank, alone=len(present) == 1)
        yield Seat(code, place, rank, line.id, line.why, member)


def _lines(session: Session, ids: Sequence[int]) -> Iterator[_Line]:
    for some in pieces(ids):
        rows = session.execute(
            sa.select(Line.id, Line.household_id, Line.why).where(Line.id.in_(some))
        )
        yield from map(_Line._make, rows)


def _members(
    session: Session, campaign: Campaign, ids: Sequence[int], *, week: str
) -> Iterator[Member]:
    for some in pieces(ids):
        rows = session.execute(
            sa.select(
                Person.household_id,
                Person.id,
                Person.title,
                Person.first_name,
                Person.last_name,
                Person.best_half,
                Enrolment.appointment_at,
                sa.and_(owed.is_callable(), owed.is_not_away(week)),
                owed.stream_in(week).is_not(None),
                sa.or_(Person.stop.is_not(None), Person.hold.is_not(None)),
            )
            .join(Enrolment, Enrolment.person_id == Person.id)
            .join(Line, Line.household_id == Person.household_id)
            .where(Enrolment.campaign_id == campaign.id, Line.id.in_(some))
            .order_by(Person.household_id, Person.id)
        )
        yield from map(Member._make, rows)


def pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids in pieces a single statement can hold."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
