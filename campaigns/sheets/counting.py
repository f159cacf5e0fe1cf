"""How far each volunteer is with the week's sheet: the same figures as their queues."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
    published = sa.select(WeekPlan.id).where(
        WeekPlan.campaign_id == campaign.id,
        WeekPlan.week == week,
        WeekPlan.published_at.is_not(None),
    )
    rows = session.execute(
        sa.select(
            Sheet.volunteer_id,
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(~owed.is_open(campaign, week)),
        )
        .join(Line, Line.sheet_id == Sheet.id)
        .where(
            Sheet.plan_id.in_(published),
            *([Sheet.volunteer_id == of.id] if of else []),
            *those,
        )
        .group_by(Sheet.volunteer_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}
