"""The households due in a week, read as plain rows: a département has tens of thousands."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner, weeks
from campaigns.models import (
    Campaign,
    Commune,
    Enrolment,
    Line,
    Person,
    WeekPlan,
)
from campaigns.sheets import languages, owed, past, pilot

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
    best_half: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all the households due."""

    barred: dict[int, frozenset[int]]
    chosen: dict[int, int]
    heavy: frozenset[int]
    unserved: frozenset[int]
    weeks_waited: Callable[[date], int]
    earliest: datetime


def read(
    session: Session,
    campaign: Campaign,
    week: str,
    *,
    at: datetime,
    beyond: WeekPlan | None = None,
    among: Collection[int] | None = None,
    skipped_in: WeekPlan | None = None,
) -> Due:
    """The households owed a call in the week, in a pilot its own; those in ``beyond`` left out.

    A household is due when any member is, for the most pressing reason among them. ``among``
    keeps these households only. Who passed one on in ``skipped_in`` is barred from it.
    """
    rows = _rows(session, _query(campaign, week, beyond, among))
    known = _Known(
        barred=past.barred(session, week, among, skipped_in),
        chosen=past.chosen(session, week, among),
        heavy=past.heavy(session, campaign, among, at=at),
        unserved=frozenset(session.scalars(past.unserved(campaign, week, among))),
        weeks_waited=_weeks_until(weeks.monday(week)),
        earliest=max(at, weeks.starts_at(week)),
    )
    counted = Counter(map(itemgetter(0), rows))
    due = Due([], {}, {})
    together: dict[int, list[_Row]] = {}
    for row in rows:
        if counted[row[0]] > 1:
            together.setdefault(row[0], []).append(_Row._make(row))
        else:
            _add(due, row, known)
    for members in together.values():
        _add(due, _together(members, known.barred), known, members)
    if together:
        due.candidates.sort(key=attrgetter("id"))
    pilot.keep_few(session, campaign, due.candidates)
    return due


def _rows(session: Session, query: sa.Select[*tuple[object, ...]]) -> "Sequence[_Row]":
    """Through the connection: tens of thousands of rows, no object of the session.

    Each has the columns of ``_Row`` in their order, without its names.
    """
    return cast("Sequence[_Row]", session.connection().execute(query).all())


def _add(due: Due, row: _Row, known: _Known, members: Sequence[_Row] = ()) -> None:
    """Note a household due; ``row`` speaks for its ``members``, or is its only one.

    By position throughout, here and in the order of ``Candidate``'s fields: a row alone is as the
    database gave it, and there are tens of thousands.
    """
    (household_id, stream_name, priority, since_on, next_at, suspended_until, refused) = row[:7]
    last, times, wish, insee, language, territory_id, best_half = row[7:]
    due.since_on[household_id] = since_on
    if next_at is not None or suspended_until is not None:
        ready_at = _ready_at(members) if members else owed.ready_at(next_at, suspended_until)
        if ready_at is not None:
            due.ready_at[household_id] = ready_at
    barred = known.barred.get(household_id, _NOBODY)
    if refused is not None:
        barred, last = barred | {refused}, None
    stream = _STREAMS[stream_name]
    promised = stream is planner.Stream.APPOINTMENT
    due.candidates.append(
        planner.Candidate(
            household_id,
            stream,
            territory_id,
            insee,
            languages.needed(language) if language else None,
            priority,
            known.weeks_waited(since_on),
            last,
            times if last is not None else 0,
            _half_day(next_at, earliest=known.earliest) if promised else None,
            barred,
            len(members) or 1,
            wish,
            household_id in known.unserved,
            household_id in known.heavy or stream is planner.Stream.ALARM,
            best_half or None,
            known.chosen.get(household_id),
        )
    )


def _query(
    campaign: Campaign, week: str, beyond: WeekPlan | None, among: Collection[int] | None
) -> sa.Select[*tuple[object, ...]]:
    stream = owed.stream_in(week)
    query = (
        sa.select(
            Person.household_id,
            stream.label("stream"),
            Enrolment.priority,
            since_on(),
            sa.func.coalesce(Enrolment.appointment_at, Enrolment.not_before_at),
            Enrolment.suspended_until,
            sa.case((Enrolment.other_caller.is_(True), Enrolment.last_volunteer_id)),
            Enrolment.last_volunteer_id,
            Enrolment.times_by_last,
            sa.type_coerce(Enrolment.wish, sa.String()),
            Person.insee,
            Person.language,
            Commune.territory_id,
            Person.best_half,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(
            Enrolment.campaign_id == campaign.id,
            stream.is_not(None),
            owed.is_callable(),
            owed.is_not_away(week),
            *past.is_among(Person.household_id, among),
        )
        .order_by(Person.household_id, Person.id)
    )
    if beyond is None:
        return query
    listed = sa.select(Line.household_id).where(Line.plan_id == beyond.id)
    return query.where(Person.household_id.not_in(listed))


def since_on() -> sa.ColumnElement[date]:
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
    best = (row.best_half for row in (first, *members) if row.best_half)
    return first._replace(language=next(needed, ""), best_half=next(best, ""))


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
