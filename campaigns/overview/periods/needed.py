"""The needs of a period: how many, of what kind, how soon answered, and whether it helped."""

from datetime import date, datetime
from statistics import median
from typing import Any  # the columns of ``Counts``

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns import reference
from campaigns.models import Campaign, Need, Office, Person, Referral, Territory
from campaigns.overview import ages, area
from campaigns.overview.periods import cells
from campaigns.overview.periods.counts import Delay

TERRITORY, COORDINATION, NOWHERE, OTHER = "territoire", "coordination", "", "autre"
_When = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


def needed(
    session: Session,
    campaign: Campaign,
    start: datetime,
    end: datetime,
    *,
    on: date,
    those: area.Needs = (),
) -> dict[str, Any]:
    """What was asked for and answered from ``start`` to before ``end``; ages are those ``on``.

    ``those`` keeps some needs.
    """
    raised = (*_within(campaign, Need.raised_at, start, end), *those)
    closed = (*_within(campaign, Need.closed_at, start, end), *those)
    answered = (*_within(campaign, Need.helped_at, start, end), *those)
    categories = cells.by(session, Need.category, *raised)
    acknowledged, in_time = _acknowledged(session, raised)
    return {
        "needs": sum(categories.values()),
        "by_category": categories,
        "by_territory": _by_territory(session, raised),
        "by_authority": _by_authority(session, raised),
        "by_age": _by_age(session, raised, on=on),
        "by_urgency": cells.by(session, Need.urgency, *raised),
        "acknowledged": acknowledged,
        "in_time": in_time,
        "closed": _closed(session, closed),
        "results": cells.by(session, Need.result, *closed),
        "helped": cells.by(session, Need.helped, Need.helped != "", *answered),
    }


def _within(
    campaign: Campaign, instant: _When, start: datetime, end: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (Need.campaign_id == campaign.id, instant >= start, instant < end)


def _by_territory(session: Session, those: tuple[sa.ColumnElement[bool], ...]) -> dict[str, int]:
    placed = (
        sa.select(sa.func.coalesce(Territory.code, "").label("code"))
        .select_from(Need)
        .outerjoin(Territory, Territory.id == Need.territory_id)
        .where(*those)
    )
    return cells.rows_by(session, placed)


def _by_age(
    session: Session, those: tuple[sa.ColumnElement[bool], ...], *, on: date
) -> dict[str, int]:
    aged = (
        sa.select(ages.band(on).label("band"))
        .select_from(Need)
        .join(Person, Person.id == Need.person_id)
        .where(*those)
    )
    return cells.rows_by(session, aged)


def _by_authority(session: Session, those: tuple[sa.ColumnElement[bool], ...]) -> dict[str, int]:
    """Each need under the first service it was sent to: the kinds add up to the needs."""
    first = (
        sa.select(Referral.need_id, sa.func.min(Referral.id).label("id"))
        .where(Referral.need_id.in_(sa.select(Need.id).where(*those)))
        .group_by(Referral.need_id)
        .subquery()
    )
    kind = sa.case(
        (Referral.id.is_(None), NOWHERE),
        (Referral.destination == reference.COORDINATION, COORDINATION),
        (Referral.territory_id.is_not(None), TERRITORY),
        else_=sa.func.coalesce(Office.kind, OTHER),
    )
    sent = (
        sa.select(kind.label("kind"))
        .select_from(Need)
        .outerjoin(first, first.c.need_id == Need.id)
        .outerjoin(Referral, Referral.id == first.c.id)
        .outerjoin(Office, Office.id == Referral.office_id)
        .where(*those)
    )
    return cells.rows_by(session, sent)


def _acknowledged(session: Session, those: tuple[sa.ColumnElement[bool], ...]) -> tuple[Delay, int]:
    rows = session.execute(
        sa.select(Need.raised_at, Need.acknowledged_at, Need.due_at).where(
            *those, Need.acknowledged_at.is_not(None)
        )
    ).all()
    known = [(row[0], row[1], row[2]) for row in rows if row[1] is not None]
    in_time = sum(acknowledged_at <= due_at for _, acknowledged_at, due_at in known)
    return _delay([(since, until) for since, until, _ in known]), in_time


def _closed(session: Session, those: tuple[sa.ColumnElement[bool], ...]) -> Delay:
    rows = session.execute(sa.select(Need.raised_at, Need.closed_at).where(*those))
    return _delay([(row[0], row[1]) for row in rows if row[1] is not None])


def _delay(pairs: list[tuple[datetime, datetime]]) -> Delay:
    if not pairs:
        return Delay()
    hours = median((until - since).total_seconds() / 3600 for since, until in pairs)
    return Delay(len(pairs), round(hours, 1))
