"""Who answers at each line of an issued sheet, under which code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Enrolment, IssuedSheet, Line, Person, Title, WeekPlan
from campaigns.printing import codes
from campaigns.sheets import owed
from campaigns.sheets.printed import Printed, lines_of

Homes = dict[int, tuple[int, ...]]  # people of a household, by its id
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

    ``line_id`` and ``why`` are None and empty once the household has no line in the week any
    more, ``member`` is None when nobody is found behind the code.
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

    A code means on Friday the person it meant on Monday, whoever joined or left the household
    since; a double joined to another record means that record.
    """
    left = _as_they_left(session, campaign, issued)
    printed_people = {one for lines in left.values() for line in lines for one in line.people}
    kept = _kept_records(session, sorted(printed_people))
    people = sorted({kept.get(one, one) for one in printed_people})
    members = {one.person_id: one for one in _members(session, campaign, people, week=week)}
    homes = {one.household_id for one in members.values()}
    homes |= {line.household_id for lines in left.values() for line in lines if line.household_id}
    lines = {row.household_id: row for row in _lines(session, campaign, sorted(homes), week=week)}
    return {
        sheet.id: [
            seat
            for place, line in enumerate(left[sheet.id], 1)
            for seat in _at(sheet, place, line, kept, members, lines)
        ]
        for sheet in issued
    }


def of_homes(session: Session, campaign: Campaign, homes: Sequence[int]) -> Homes:
    """Who the campaign knows in each household, in the order of their letters on paper."""
    found: dict[int, tuple[int, ...]] = {}
    for some in pieces(homes):
        rows = session.execute(
            sa.select(Person.household_id, Person.id)
            .join(Enrolment, Enrolment.person_id == Person.id)
            .where(Enrolment.campaign_id == campaign.id, Person.household_id.in_(some))
            .order_by(Person.household_id, Person.id)
        )
        for home, person_id in rows:
            found[home] = (*found.get(home, ()), person_id)[:_MOST_MEMBERS]
    return found


class _Line(NamedTuple):
    id: int
    household_id: int
    why: str


def _at(
    sheet: IssuedSheet,
    place: int,
    left: Printed,
    kept: Mapping[int, int],
    members: Mapping[int, Member],
    lines: Mapping[int, _Line],
) -> Iterator[Seat]:
    if not left.people:
        code = codes.row_code(sheet.number, place, 0, alone=True)
        yield Seat(code, place, 0, None, "", None)
    for rank, person_id in enumerate(left.people):
        code = codes.row_code(sheet.number, place, rank, alone=len(left.people) == 1)
        member = members.get(kept.get(person_id, person_id))
        # By household, never by the id printed: SQLite gives the id of a deleted line again.
        line = (member and lines.get(member.household_id)) or lines.get(left.household_id or 0)
        if member is None or line is None:
            yield Seat(code, place, rank, None, "", member)
        else:
            yield Seat(code, place, rank, line.id, line.why, member)


def _as_they_left(
    session: Session, campaign: Campaign, issued: Sequence[IssuedSheet]
) -> dict[int, list[Printed]]:
    """The lines of each sheet; on the first sheets, which named lines alone, the households of
    today stand in."""
    left = {sheet.id: lines_of(sheet.lines) for sheet in issued}
    bare = {line.line_id for lines in left.values() for line in lines if not line.household_id}
    if not bare:
        return left
    home_of = {
        row[0]: row[1]
        for some in pieces(sorted(bare))
        for row in session.execute(sa.select(Line.id, Line.household_id).where(Line.id.in_(some)))
    }
    people = of_homes(session, campaign, sorted(set(home_of.values())))
    return {
        sheet_id: [
            Printed(line.line_id, home, people.get(home, ()))
            if line.household_id is None and (home := home_of.get(line.line_id))
            else line
            for line in lines
        ]
        for sheet_id, lines in left.items()
    }


def _kept_records(session: Session, people: Sequence[int]) -> dict[int, int]:
    """The record each double was joined to, through as many joins as there were."""
    joined: dict[int, int] = {}
    asked = set(people)
    while asked:
        new: dict[int, int] = {}
        for some in pieces(sorted(asked)):
            rows = session.execute(
                sa.select(Person.id, Person.merged_into_id).where(
                    Person.id.in_(some), Person.merged_into_id.is_not(None)
                )
            )
            new |= {double: target for double, target in rows if target is not None}
        joined |= new
        asked = set(new.values()) - joined.keys()
    return {one: _end(one, joined) for one in joined}


def _end(one: int, joined: Mapping[int, int]) -> int:
    while one in joined:
        one = joined[one]
    return one


def _lines(
    session: Session, campaign: Campaign, homes: Sequence[int], *, week: str
) -> Iterator[_Line]:
    for some in pieces(homes):
        rows = session.execute(
            sa.select(Line.id, Line.household_id, Line.why)
            .join(WeekPlan, WeekPlan.id == Line.plan_id)
            .where(
                WeekPlan.campaign_id == campaign.id,
                WeekPlan.week == week,
                Line.household_id.in_(some),
            )
        )
        yield from map(_Line._make, rows)


def _members(
    session: Session, campaign: Campaign, people: Sequence[int], *, week: str
) -> Iterator[Member]:
    for some in pieces(people):
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
            .where(Enrolment.campaign_id == campaign.id, Person.id.in_(some))
        )
        yield from map(Member._make, rows)


def pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids in pieces a single statement can hold."""
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
