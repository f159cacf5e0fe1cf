"""Whom a pilot calls: the people who stand on its sheets already, then the most pressing others."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import launch, planner
from campaigns.models import Campaign, Enrolment, Line, Person, WeekPlan
from campaigns.sheets import owed

_ORDER = {stream: place for place, stream in enumerate(planner.Stream)}


def keep_few(session: Session, campaign: Campaign, due: list[planner.Candidate]) -> None:
    """Take off the households due that a pilot leaves out, if one limits the campaign."""
    if (inside := few(session, campaign, due)) is not None:
        due[:] = [one for one in due if one.id in inside]


def few(
    session: Session, campaign: Campaign, due: Iterable[planner.Candidate]
) -> frozenset[int] | None:
    """Ids of the households due that a pilot takes; None when no pilot limits the campaign.

    Never more people than it allows, those of its earlier sheets included: who was on one of them
    keeps their place. A household enters whole or waits.
    """
    limits = launch.pilot.bounds(campaign)
    if limits is None:
        return None
    listed = (
        sa.select(Line.household_id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(WeekPlan.campaign_id == campaign.id)
    )
    inside = _people(session, campaign, listed)
    room = limits.people - sum(inside.values())
    if room <= 0:
        return frozenset(inside)
    others = sorted((one for one in due if one.id not in inside), key=_pressing)
    others = others[: 2 * limits.people]  # enough: each household counts for one person at least
    sizes = _people(session, campaign, [one.id for one in others])
    taken = set(inside)
    for one in others:
        if sizes.get(one.id, one.members) <= room:
            taken.add(one.id)
            room -= sizes.get(one.id, one.members)
    return frozenset(taken)


def _people(
    session: Session, campaign: Campaign, among: sa.Select[int | None] | Sequence[int]
) -> dict[int, int]:
    """How many people who may be called each of these households counts in the campaign."""
    rows = session.execute(
        sa.select(Person.household_id, sa.func.count(Person.id))
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Person.household_id.in_(among),
            owed.is_callable(),
        )
        .group_by(Person.household_id)
    )
    return {row[0]: row[1] for row in rows}


def _pressing(one: planner.Candidate) -> tuple[int, int, int, int]:
    return _ORDER[one.stream], one.priority, -one.weeks_waited, one.id
