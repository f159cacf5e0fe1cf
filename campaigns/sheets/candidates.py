"""The households due in a week, read as plain rows: a département has tens of thousands."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner, weeks
from campaigns.models import Barred, Campaign, Commune, Enrolment, Line, Person, WeekPlan
from campaigns.sheets import languages, owed

_NOBODY: frozenset[int] = frozenset()
_ORDER = {stream.value: place for place, stream in enumerate(planner.Stream)}
_STREAMS = {stream.value: stream for stream in planner.Stream}


@dataclass(frozen=True, slots=True)
class Due:
    """The households due, in order of id. ``since_on`` gives the day each began to wait,
    ``ready_at`` the instant before which nobody of it is to be called, where there is one."""

    candidates: list[planner.Candidate]
    since_on: dict[int, date]
    ready_at: dict[int, datetime]


class _Row(NamedTuple):
    """A person due. ``next_at`` is the instant of their call-back or next attempt, ``refused`` the
    volunteer they asked not to hear again."""

    household_id: int
    stream: str
    priority: int
    since_on: date
    next_at: datetime | None
    suspended_until: date | None
    refused: int | None
    last_volunteer_id: int | None
    times_by_last: int
    wish: str
    insee: str | None
    language: str
    territory_id: int | None


def read(
    session: Session, campaign: Campaign, week: str, *, at: datetime, beyond: WeekPlan | None
) -> Due:
    """The households owed a call in the week; those with a line in ``beyond`` left out.

    A household is due when any member is, for the most pressing reason among them.
    """
    # Through the connection: tens of thousands of rows, no object of the session.
    rows = session.connection().execute(_query(campaign, week, beyond)).all()
    barred = _barred(session)
    weeks_waited = _weeks_until(weeks.monday(week))
    earliest = max(at, weeks.starts_at(week))
    due = Due([], {}, {})
    for household_id, group in groupby(rows, key=itemgetter(0)):
        members = [_Row._make(row) for row in group]
        row = members[0] if len(members) == 1 else _together(members, barred)
        due.since_on[household_id] = row.since_on
        if row.next_at is not None or row.suspended_until is not None:
            ready_at = _ready_at(members)
            if ready_at is not None:
                due.ready_at[household_id] = ready_at
        due.candidates.append(
            _candidate(
                row,
                members=len(members),
                weeks_waited=weeks_waited(row.since_on),
                barred=barred.get(household_id, _NOBODY),
                earliest=earliest,
            )
        )
    return due


def _query(
    campaign: Campaign, week: str, beyond: WeekPlan | None
) -> sa.Select[*tuple[object, ...]]:
    stream = owed.stream_in(week)
    query = (
        sa.select(
            Person.household_id,
            stream.label("stream"),
            Enrolment.priority,
            _since_on(),
            sa.func.coalesce(Enrolment.appointment_at, Enrolment.not_before_at),
            Enrolment.suspended_until,
            sa.case((Enrolment.other_caller.is_(True), Enrolment.last_volunteer_id)),
            Enrolment.last_volunteer_id,
            Enrolment.times_by_last,
            sa.type_coerce(Enrolment.wish, sa.String()),
            Person.insee,
            Person.language,
            Commune.territory_id,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(
            Enrolment.campaign_id == campaign.id,
            stream.is_not(None),
            owed.is_callable(),
            owed.is_not_away(week),
        )
        .order_by(Person.household_id, Person.id)
    )
    if beyond is None:
        return query
    listed = sa.select(Line.household_id).where(Line.plan_id == beyond.id)
    return query.where(Person.household_id.not_in(listed))


def _barred(session: Session) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for household_id, volunteer_id in session.execute(
        sa.select(Barred.household_id, Barred.volunteer_id)
    ):
        found.setdefault(household_id, set()).add(volunteer_id)
    return {household_id: frozenset(ids) for household_id, ids in found.items()}


def _since_on() -> sa.ColumnElement[date]:
    """The day the person began to wait. Of an instant, the day it was in UTC: weeks are counted
    from it, and no list comes in at midnight."""
    began_at = sa.func.coalesce(Enrolment.cycle_started_at, Enrolment.created_at)
    return sa.func.coalesce(
        Enrolment.next_due_on, sa.func.date(began_at, type_=sa.Date()), type_=sa.Date()
    )


def _weeks_until(monday: date) -> Callable[[date], int]:
    """Count the whole weeks between a day and a Monday, once for each day."""
    return cache(lambda day: max(0, (monday - day).days // 7))


def _together(members: Sequence[_Row], barred: dict[int, frozenset[int]]) -> _Row:
    """The most pressing member speaks for the household; whom one refused is barred for all."""
    first = min(members, key=_pressing)
    refused = {row.refused for row in members if row.refused is not None}
    if refused:
        barred[first.household_id] = barred.get(first.household_id, _NOBODY) | refused
    needed = (row.language for row in members if languages.needed(row.language))
    return first._replace(language=next(needed, ""))


def _candidate(
    row: _Row, *, members: int, weeks_waited: int, barred: frozenset[int], earliest: datetime
) -> planner.Candidate:
    if row.refused is not None:
        barred |= {row.refused}
    last = row.last_volunteer_id if row.refused is None else None
    stream = _STREAMS[row.stream]
    promised = stream is planner.Stream.APPOINTMENT
    return planner.Candidate(
        id=row.household_id,
        stream=stream,
        territory=row.territory_id,
        commune=row.insee,
        language=languages.needed(row.language) if row.language else None,
        priority=row.priority,
        weeks_waited=weeks_waited,
        last_caller=last,
        times_called_by_last=row.times_by_last if last is not None else 0,
        half_day=_half_day(row.next_at, earliest=earliest) if promised else None,
        barred=barred,
        members=members,
        wish=row.wish,
    )


def _pressing(row: _Row) -> tuple[int, int, float]:
    return _ORDER[row.stream], row.priority, row.next_at.timestamp() if row.next_at else 0.0


def _half_day(appointment_at: datetime | None, *, earliest: datetime) -> planner.HalfDay | None:
    # A moment that has passed binds nobody: the call-back is simply late, whoever makes it.
    if appointment_at is None or appointment_at < earliest:
        return None
    return weeks.local_day(appointment_at), weeks.half_of(appointment_at)


def _ready_at(members: Iterable[_Row]) -> datetime | None:
    """The first instant somebody of the household may be called; None when any moment will do."""
    instants = [owed.ready_at(row.next_at, row.suspended_until) for row in members]
    waits = [instant for instant in instants if instant is not None]
    return min(waits) if len(waits) == len(instants) else None
