"""What the weeks before left behind: who may not have a household, hard calls, who was put off."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns import pairing, weeks
from campaigns.models import (
    Barred,
    Call,
    Campaign,
    Enrolment,
    LeftOut,
    Line,
    Mood,
    Pairing,
    PairingKind,
    Person,
    Skip,
    SkipReason,
    WeekPlan,
)
from campaigns.planner import LeftOutReason
from campaigns.sheets import owed

_REMEMBERED = timedelta(weeks=12)  # a heavy call is not held against somebody for ever
_MANY = 10_000  # ids in one statement: SQLite takes 32,766


def is_among(
    column: sa.ColumnElement[int] | InstrumentedAttribute[int], among: Collection[int] | None
) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that keeps these households only; none when there are none to keep to, or so
    many that reading everybody is as quick."""
    return () if among is None or len(among) > _MANY else (column.in_(sorted(among)),)


def barred(
    session: Session, week: str, among: Collection[int] | None, skipped_in: WeekPlan | None
) -> dict[int, frozenset[int]]:
    """Who may not have a household: because they know it or the coordination said so, or this week
    because they passed it on."""
    found: dict[int, set[int]] = {}
    known = sa.select(Barred.household_id, Barred.volunteer_id).where(
        *is_among(Barred.household_id, among)
    )
    kept_from = pairing.of_week(PairingKind.NEVER, week).where(
        *is_among(Pairing.household_id, among)
    )
    pairs = sa.union_all(known, kept_from)
    if skipped_in is not None:
        passed_on = sa.select(Skip.household_id, Skip.volunteer_id).where(
            Skip.plan_id == skipped_in.id, *is_among(Skip.household_id, among)
        )
        rows = session.execute(sa.union_all(known, kept_from, passed_on))
    else:
        rows = session.execute(pairs)
    for household_id, volunteer_id in rows:
        found.setdefault(household_id, set()).add(volunteer_id)
    return {household_id: frozenset(ids) for household_id, ids in found.items()}


def chosen(session: Session, week: str, among: Collection[int] | None) -> dict[int, int]:
    """The volunteer the coordination chose for a household, where it did."""
    rows = session.execute(
        pairing.of_week(PairingKind.RESERVED, week).where(*is_among(Pairing.household_id, among))
    )
    return {row[0]: row[1] for row in rows}


def heavy(
    session: Session, campaign: Campaign, among: Collection[int] | None, *, at: datetime
) -> frozenset[int]:
    """Households whose last conversations were hard on who had them: worrying, or too much for
    the volunteer, who passed them on."""
    since = at - _REMEMBERED
    worrying = (
        sa.select(Person.household_id)
        .join(Call, Call.person_id == Person.id)
        .join(Enrolment, Enrolment.id == Call.enrolment_id)
        .where(
            Call.campaign_id == campaign.id,
            Call.at >= since,
            Call.mood == Mood.WORRYING,
            Call.at == Enrolment.last_conversation_at,
            *is_among(Person.household_id, among),
        )
    )
    passed_on = sa.select(Skip.household_id).where(
        Skip.reason == SkipReason.HEAVY, Skip.at >= since, *is_among(Skip.household_id, among)
    )
    return frozenset(session.scalars(worrying.union(passed_on)))


def unserved(
    campaign: Campaign, week: str, among: Collection[int] | None = None
) -> sa.CompoundSelect[int]:
    """The ids of households that had a place in the week before and were not reached in it.

    Their line is still open, or was closed while they were owed a call, or went back to the pool:
    whether a sheet was taken back on Friday changes nothing for those who stood on it.
    """
    before = weeks.after(week, -1)
    published = sa.select(WeekPlan.id).where(
        WeekPlan.campaign_id == campaign.id,
        WeekPlan.week == before,
        WeekPlan.published_at.is_not(None),
    )
    on_sheets = sa.select(Line.household_id).where(
        Line.plan_id.in_(published),
        sa.or_(Line.closed_at.is_(None), owed.anybody_at_line(campaign.id, before)),
        *is_among(Line.household_id, among),
    )
    returned = sa.select(LeftOut.household_id).where(
        LeftOut.plan_id.in_(published),
        LeftOut.reason == LeftOutReason.RETURNED.value,
        *is_among(LeftOut.household_id, among),
    )
    return on_sheets.union(returned)
