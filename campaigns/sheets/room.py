"""How many households more a volunteer can take in a week, from one instant on."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner, weeks
from campaigns.models import Campaign, Line, Sheet, User, WeekPlan
from campaigns.planner import HalfDay
from campaigns.sheets import owed
from campaigns.sheets.callers import Volunteer

# A half-day is over at that hour: nobody calls between noon and 13:30, nor after 18:30.
_ENDS = {"am": 13, "pm": 19}


def callers(
    session: Session,
    campaign: Campaign,
    plan: WeekPlan | None,
    volunteers: Sequence[Volunteer],
    *,
    at: datetime,
) -> list[planner.Caller]:
    """The volunteers as the planner takes them, with the room and the half-days they have left.

    ``plan`` holds the lines that stand already; None for no line.
    """
    totals, opens = counts(session, campaign, plan) if plan else ({}, {})
    by_half_day = paces(session, campaign, [one.id for one in volunteers])
    return [
        replace(
            one.caller,
            capacity=left(
                one,
                total=totals.get(one.id, 0),
                opens=opens.get(one.id, 0),
                pace=by_half_day[one.id],
                at=at,
            ),
            half_days=half_days_left(one, at=at),
        )
        for one in volunteers
    ]


def left(volunteer: Volunteer, *, total: int, opens: int, pace: int, at: datetime) -> int:
    """How many more households they can take this week, from now on.

    ``total`` lines on their sheet, ``opens`` of them that still ask for a call, ``pace``
    households a half-day. What they have to call in another campaign takes of the same half-days.
    """
    by_week = volunteer.caller.capacity - total
    by_time = len(half_days_left(volunteer, at=at)) * pace - opens - volunteer.open_elsewhere
    return max(0, min(by_week, by_time))


def half_days_left(volunteer: Volunteer, *, at: datetime) -> frozenset[HalfDay]:
    """The half-days of the week a volunteer still works; the one under way is one of them."""
    return frozenset(one for one in volunteer.caller.half_days if not is_over(one, at=at))


def is_over(half_day: HalfDay, *, at: datetime) -> bool:
    """Whether a half-day has passed: at 13:00, or at 19:00."""
    day, half = half_day
    return weeks.at(day, _ENDS[half]) <= at


def paces(session: Session, campaign: Campaign, ids: Collection[int]) -> dict[int, int]:
    """How many households a half-day each volunteer calls."""
    rows = session.execute(sa.select(User.id, User.pace).where(User.id.in_(ids)))
    return {row.id: campaign.pace if row.pace is None else row.pace for row in rows}


def counts(
    session: Session, campaign: Campaign, plan: WeekPlan
) -> tuple[dict[int, int], dict[int, int]]:
    """By volunteer: the lines of their sheet, and those of them that still ask for a call."""
    rows = session.execute(
        sa.select(
            Sheet.volunteer_id,
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(owed.is_open(campaign.id, plan.week)),
        )
        .join(Line, Line.sheet_id == Sheet.id)
        .where(Sheet.plan_id == plan.id)
        .group_by(Sheet.volunteer_id)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
