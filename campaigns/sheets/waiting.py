"""The waiting list of a week: who has no place, why, since when, and the rule of who goes first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner
from campaigns.models import (
    Campaign,
    Commune,
    Enrolment,
    LeftOut,
    Line,
    Person,
    Stream,
    Title,
    WeekPlan,
)
from campaigns.retry.rules import Wish
from campaigns.sheets import owed
from campaigns.values import fold

PAGE = 50
_Query = TypeVar("_Query", bound=sa.Select[*tuple[Any, ...]])  # Any: whatever is asked
_Row = sa.Row[int, Title, str, str, str | None, str, Wish, str, date | None, int]
_PROMISED = (Stream.APPOINTMENT.value, Stream.ALARM.value)
REASONS: Mapping[str, str] = {reason.value: reason.label for reason in planner.LeftOutReason}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some households wait. ``people`` counts those of them who are owed a call."""

    code: str
    label: str
    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits. ``priority`` runs from 0, the first served, to 9."""

    person_id: int
    name: str
    place: str
    wish: str
    reason: str
    since_on: date | None
    priority: int


def by_reason(session: Session, campaign: Campaign, plan: WeekPlan) -> list[Reason]:
    """The households that wait and their people, by reason, the commonest first."""
    count = sa.func.count(sa.distinct(LeftOut.household_id))
    query = sa.select(LeftOut.reason, count, sa.func.count())
    rows = session.execute(
        _of_who_waits(query, campaign, plan)
        .group_by(LeftOut.reason)
        .order_by(count.desc(), LeftOut.reason)
    )
    return [Reason(row[0], REASONS[row[0]], row[1], row[2]) for row in rows]


def by_wish(session: Session, campaign: Campaign, plan: WeekPlan) -> dict[Wish, int]:
    """The people who wait by the rhythm they asked for; the figures add up to those by reason."""
    query = sa.select(Enrolment.wish, sa.func.count())
    rows = session.execute(_of_who_waits(query, campaign, plan).group_by(Enrolment.wish))
    found = {row[0]: row[1] for row in rows}
    return {wish: found[wish] for wish in Wish if wish in found}


def people(
    session: Session,
    campaign: Campaign,
    plan: WeekPlan,
    *,
    reason: str | None = None,
    name: str = "",
    page: int = 1,
) -> list[Waiter]:
    """One page of those who wait: by reason, then by name. ``name`` keeps who is called so."""
    columns = sa.select(
        Person.id,
        Person.title,
        Person.first_name,
        Person.last_name,
        Commune.name,
        Person.town,
        Enrolment.wish,
        LeftOut.reason,
        LeftOut.since_on,
        Enrolment.priority,
    )
    query = (
        _of_who_waits(columns, campaign, plan)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .order_by(LeftOut.reason, Person.name_key, Person.id)
        .limit(PAGE)
        .offset((max(1, page) - 1) * PAGE)
    )
    if reason is not None:
        query = query.where(LeftOut.reason == reason)
    for word in fold(name).split():
        query = query.where(Person.name_key.contains(word, autoescape=True))
    return [_waiter(row) for row in session.execute(query)]


def promised(session: Session, campaign: Campaign, plan: WeekPlan) -> int:
    """Households without a place although a call was promised, or is owed after an alert: those
    on the waiting list, and those who came in since."""
    query = _owed_without_line(sa.func.count(sa.distinct(Person.household_id)), campaign, plan)
    return session.scalar(query.where(owed.stream_in(plan.week).in_(_PROMISED))) or 0


def count(session: Session, campaign: Campaign, plan: WeekPlan) -> tuple[int, int]:
    """The households that wait, and those of them to whom a call was promised, or who are owed one
    after an alert."""
    household = sa.distinct(LeftOut.household_id)
    is_promised = owed.stream_in(plan.week).in_(_PROMISED)
    query = sa.select(sa.func.count(household), sa.func.count(household).filter(is_promised))
    row = session.execute(_of_who_waits(query, campaign, plan)).one()
    return row[0], row[1]


def households(campaign: Campaign, plan: WeekPlan) -> sa.Select[int]:
    """The ids of the households that wait, for other counts of the same list."""
    return _of_who_waits(sa.select(LeftOut.household_id), campaign, plan).distinct()


def arrived_since(session: Session, campaign: Campaign, plan: WeekPlan) -> int:
    """People owed a call in a week since its split: open on no sheet, on no waiting list.

    They came in, or are owed a call again after their line was closed. With those on a sheet and
    those who wait, that is everybody owed a call.
    """
    waiting = sa.select(LeftOut.household_id).where(LeftOut.plan_id == plan.id)
    query = _owed_without_line(sa.func.count(), campaign, plan)
    return session.scalar(query.where(Person.household_id.not_in(waiting))) or 0


def place(campaign: Campaign, week: str) -> sa.ColumnElement[str]:
    """Where the call of somebody owed one in a week stands: ``placed`` on a sheet, ``waiting`` on
    the list, or ``arrived`` since the split (of everybody, before there is one)."""
    plan = (
        sa.select(WeekPlan.id)
        .where(WeekPlan.campaign_id == campaign.id, WeekPlan.week == week)
        .scalar_subquery()
    )
    left_out = sa.select(LeftOut.household_id).where(LeftOut.plan_id == plan)
    return sa.case(
        (Person.household_id.in_(_listed(plan)), "placed"),
        (Person.household_id.in_(left_out), "waiting"),
        else_="arrived",
    )


def _owed_without_line(
    column: sa.ColumnElement[int], campaign: Campaign, plan: WeekPlan
) -> sa.Select[int]:
    return (
        sa.select(column)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(*_is_owed(campaign, plan.week), Person.household_id.not_in(_listed(plan.id)))
    )


def _listed(plan_id: int | sa.ScalarSelect[int]) -> sa.Select[int]:
    """The households with an open line: one that was closed gives nobody a place."""
    return sa.select(Line.household_id).where(Line.plan_id == plan_id, Line.closed_at.is_(None))


def _of_who_waits(query: _Query, campaign: Campaign, plan: WeekPlan) -> _Query:
    """The people who wait: left out of the split, open on no sheet since, still owed a call."""
    placed = (
        sa.select(sa.literal(1))
        .where(
            Line.plan_id == plan.id,
            Line.household_id == LeftOut.household_id,
            Line.closed_at.is_(None),
        )
        .exists()
    )
    return (
        query.select_from(LeftOut)
        .join(Person, Person.household_id == LeftOut.household_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(LeftOut.plan_id == plan.id, ~placed, *_is_owed(campaign, plan.week))
    )


def _is_owed(campaign: Campaign, week: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Enrolment.campaign_id == campaign.id,
        owed.is_callable(),
        owed.is_not_away(week),
        owed.stream_in(week).is_not(None),
    )


def _waiter(row: _Row) -> Waiter:
    person_id, title, first, last, commune, town, wish, reason, since_on, priority = row
    return Waiter(
        person_id=person_id,
        name=" ".join(word for word in (title.label, first, last) if word),
        place=commune or town,
        wish=wish.label,
        reason=REASONS[reason],
        since_on=since_on,
        priority=priority,
    )
