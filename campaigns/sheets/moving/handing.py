"""Handing what leaves some sheets on to the others, in whichever campaign and week it stands."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner, weeks
from campaigns.models import Campaign, Sheet, User, WeekPlan
from campaigns.sheets.moving.dealing import Dealt, Rest, deal, tell_losers
from campaigns.sheets.moving.saying import Moved, moved
from campaigns.sheets.moving.standing import Standing

NONE = Dealt({}, frozenset(), frozenset())
_NOTHING = "Il n’y avait aucun appel à confier à d’autres."


def hand_on(
    session: Session,
    standing: Standing,
    leaving: dict[int, list[int]],
    *,
    why: str,
    by: User | None,
    to: Sequence[planner.Caller] | None = None,
    rest: Rest = "return",
) -> Dealt:
    """Deal what leaves these sheets to the others, and tell those who did not do it themselves.

    ``to`` are those who may take it, all the others with room unless told.
    """
    households = [one for some in leaving.values() for one in some]
    if not households:
        return NONE
    to = standing.callers(but=leaving) if to is None else to
    found = deal(session, standing, households, to, why=why, rest=rest)
    if standing.plan.published_at is None:
        return found
    gone = Counter(
        {
            volunteer_id: sum(one not in found.stuck for one in some)
            for volunteer_id, some in leaving.items()
            if by is None or by.id != volunteer_id
        }
    )
    tell_losers(session, standing, gone)
    return found


def plans_of(
    session: Session,
    campaign: Campaign,
    volunteer: User,
    *,
    between: tuple[date, date] | None = None,
    at: datetime,
) -> list[tuple[Campaign, WeekPlan]]:
    """The plans of this week and later ones with a sheet of the volunteer, published or not.

    In all their campaigns, each held until the end, ``campaign`` first; ``between`` keeps the
    weeks that touch these days.
    """
    query = (
        sa.select(Campaign, WeekPlan)
        .join(WeekPlan, WeekPlan.campaign_id == Campaign.id)
        .join(Sheet, Sheet.plan_id == WeekPlan.id)
        .where(Sheet.volunteer_id == volunteer.id, WeekPlan.week >= weeks.current(at))
    )
    if between is not None:
        query = query.where(
            WeekPlan.week >= weeks.of(between[0]), WeekPlan.week <= weeks.of(between[1])
        )
    rows = session.execute(query.order_by(Campaign.id, WeekPlan.week)).all()
    # In one order whoever asks: two acts on the same campaigns take turns.
    held = sa.select(Campaign.id).where(Campaign.id.in_({row[0].id for row in rows}))
    session.execute(held.order_by(Campaign.id).with_for_update())
    return sorted(((row[0], row[1]) for row in rows), key=lambda one: one[0].id != campaign.id)


def told(head: str, found: Dealt, *, none: str = _NOTHING) -> Moved:
    """What an act that handed calls on says."""
    return moved(
        head,
        given=found.given_count,
        back=len(found.pooled),
        stuck=len(found.stuck),
        printed=len(found.printed),
        none=none,
    )
