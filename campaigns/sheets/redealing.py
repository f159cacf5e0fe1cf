"""A published week dealt again: what somebody holds stays, and whose sheet changed is told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Line, Sheet, WeekPlan
from campaigns.sheets import giving, locks, notices, proposing


def redeal(
    session: Session,
    campaign: Campaign,
    week: str,
    *,
    at: datetime,
    clock: proposing.Clock | None = None,
) -> WeekPlan:
    """Deal a published week again: all that nothing holds moves freely.

    What somebody started, has open just now or holds on paper stays; each volunteer whose sheet
    changed reads it there.
    """
    session.execute(sa.select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    plan = proposing.of(session, campaign, week)
    if plan is None or plan.published_at is None:
        return proposing.propose(session, campaign, week, at=at, clock=clock)
    before = _households(session, plan)
    giving.drop_untouched(
        session,
        plan,
        Line.closed_at.is_(None),
        but=[household for household, _ in locks.open_now(session, at=at)],
    )
    plan = proposing.propose(session, campaign, week, at=at, clock=clock)
    after = _households(session, plan)
    said = {
        sheet: _changed(len(now - before.get(sheet, set())), len(before.get(sheet, set()) - now))
        for sheet, now in after.items()
        if now != before.get(sheet, set())
    }
    notices.post(session, said, at=at)
    return plan


def _households(session: Session, plan: WeekPlan) -> dict[int, set[int]]:
    """The households on each sheet, by the sheet's id; none on an empty one."""
    found: dict[int, set[int]] = {
        sheet: set()
        for sheet in session.scalars(sa.select(Sheet.id).where(Sheet.plan_id == plan.id))
    }
    for line in session.execute(
        sa.select(Line.sheet_id, Line.household_id).where(Line.plan_id == plan.id)
    ):
        found[line.sheet_id].add(line.household_id)
    return found


def _changed(come: int, gone: int) -> str:
    said = [f"{come} foyer{'s' if come > 1 else ''} en plus"] if come else []
    said += [f"{gone} en moins"] if gone else []
    return f"Les feuilles de la semaine ont été refaites. Sur la vôtre\u00a0: {', '.join(said)}."
