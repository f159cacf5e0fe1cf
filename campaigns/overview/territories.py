"""A week by territory: households on a sheet, done, waiting, and the volunteers who live there."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Commune, Line, Person, Sheet, Territory, User, WeekPlan
from campaigns.sheets import owed, waiting


@dataclass(frozen=True, slots=True)
class TerritoryWeek:
    """One territory in a week, in households; no name: the commune is not known yet.

    ``from_here`` are the lines that volunteers of the territory itself have, ``waiting`` those
    without a place, ``volunteers`` those whose usual territory it is and who have a sheet.
    """

    name: str | None
    lines: int = 0
    done: int = 0
    from_here: int = 0
    waiting: int = 0
    volunteers: int = 0


def by_territory(session: Session, campaign: Campaign, plan: WeekPlan) -> list[TerritoryWeek]:
    """A week's sheets and waiting list by territory, by name; the figures add up to the week's.

    A household belongs to the territory of its first member whose commune is known.
    """
    placed = {row[0]: row[1:] for row in _lines(session, campaign, plan)}
    left = dict(_left(session, campaign, plan))
    volunteers = dict(_volunteers(session, plan))
    ids = placed.keys() | left.keys() | volunteers.keys()
    return [
        TerritoryWeek(
            name,
            *placed.get(territory_id, (0, 0, 0)),
            waiting=left.get(territory_id, 0),
            volunteers=volunteers.get(territory_id, 0),
        )
        for territory_id, name in _names(session)
        if territory_id in ids
    ]


def _home(households: sa.Select[int]) -> sa.Subquery:
    """The territory of each of these households."""
    return (
        sa.select(
            Person.household_id.label("household_id"),
            sa.func.min(Commune.territory_id).label("territory_id"),
        )
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(Person.household_id.in_(households))
        .group_by(Person.household_id)
        .subquery()
    )


def _lines(
    session: Session, campaign: Campaign, plan: WeekPlan
) -> Sequence[sa.Row[int | None, int, int, int]]:
    home = _home(sa.select(Line.household_id).where(Line.plan_id == plan.id))
    here = User.territory_id == home.c.territory_id
    return session.execute(
        sa.select(
            home.c.territory_id,
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(~owed.is_open(campaign.id, plan.week)),
            sa.func.count(Line.id).filter(here),
        )
        .select_from(Line)
        .join(home, home.c.household_id == Line.household_id)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .join(User, User.id == Sheet.volunteer_id)
        .where(Line.plan_id == plan.id)
        .group_by(home.c.territory_id)
    ).all()


def _left(
    session: Session, campaign: Campaign, plan: WeekPlan
) -> Sequence[sa.Row[int | None, int]]:
    households = waiting.households(campaign, plan)
    home = _home(households)
    return session.execute(
        sa.select(home.c.territory_id, sa.func.count()).group_by(home.c.territory_id)
    ).all()


def _volunteers(session: Session, plan: WeekPlan) -> Sequence[sa.Row[int | None, int]]:
    has_lines = sa.select(Line.sheet_id).where(Line.plan_id == plan.id)
    return session.execute(
        sa.select(User.territory_id, sa.func.count())
        .join(Sheet, Sheet.volunteer_id == User.id)
        .where(Sheet.plan_id == plan.id, Sheet.id.in_(has_lines))
        .group_by(User.territory_id)
    ).all()


def _names(session: Session) -> list[tuple[int | None, str | None]]:
    rows = session.execute(sa.select(Territory.id, Territory.name).order_by(Territory.name))
    return [*((row[0], row[1]) for row in rows), (None, None)]
