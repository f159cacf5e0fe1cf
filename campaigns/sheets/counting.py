"""How far each volunteer is with the week's sheet: the same figures as their queues."""

from collections.abc import Iterable
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import rows
from campaigns.models import Campaign, Line, Sheet, User, WeekPlan
from campaigns.sheets import owed


def counts(
    session: Session,
    campaign: Campaign,
    week: str,
    *,
    of: User | None = None,
    those: Iterable[sa.ColumnElement[bool]] = (),
) -> dict[int, tuple[int, int]]:
    """Lines of the published week by volunteer: (all, done). The same figures as their queues.

    ``of`` asks for one volunteer's alone, in one short statement; ``those`` keeps some lines.
    """
    if of is not None:
        asked = {"campaign_id": campaign.id, "user_id": of.id}
        total, done = rows.read(session, _of_one(week), asked).one()
        return {of.id: (total, done)} if total else {}
    published = sa.select(WeekPlan.id).where(
        WeekPlan.campaign_id == campaign.id,
        WeekPlan.week == week,
        WeekPlan.published_at.is_not(None),
    )
    found = session.execute(
        sa.select(
            Sheet.volunteer_id,
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(~owed.is_open(campaign.id, week)),
        )
        .join(Line, Line.sheet_id == Sheet.id)
        .where(
            Sheet.plan_id.in_(published),
            *those,
        )
        .group_by(Sheet.volunteer_id)
    )
    return {row[0]: (row[1], row[2]) for row in found}


@lru_cache(maxsize=8)
def _of_one(week: str) -> sa.Select[int, int]:
    """Asked by every page of a call: built once a week."""
    campaign_id = sa.bindparam("campaign_id", type_=sa.Integer)
    return (
        sa.select(
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(~owed.is_open(campaign_id, week)),
        )
        .join(Sheet, Sheet.id == Line.sheet_id)
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .where(
            WeekPlan.campaign_id == campaign_id,
            WeekPlan.week == week,
            WeekPlan.published_at.is_not(None),
            Sheet.volunteer_id == sa.bindparam("user_id"),
        )
    )
