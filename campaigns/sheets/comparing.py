"""A week beside the one before: who is new, who is gone, who changes voice, whose load changes."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from campaigns import weeks
from campaigns.models import Campaign, Line, Sheet, User, WeekPlan
from campaigns.sheets import proposing


@dataclass(frozen=True, slots=True)
class Change:
    """One volunteer in two weeks, in households.

    ``new`` were on nobody's sheet last week, ``took`` were on somebody else's; ``gone`` are on
    nobody's sheet any more, ``gave`` are on somebody else's. ``after`` is
    ``before + new + took - gone - gave``.
    """

    id: int
    name: str
    before: int
    after: int
    new: int = 0
    took: int = 0
    gone: int = 0
    gave: int = 0

    @property
    def difference(self) -> int:
        """Households more (or, below zero, less) than last week."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes of each volunteer who has a sheet in either week, by name."""

    changes: tuple[Change, ...]

    @property
    def new(self) -> int:
        """Households that were on no sheet last week."""
        return sum(one.new for one in self.changes)

    @property
    def gone(self) -> int:
        """Households of last week that are on no sheet."""
        return sum(one.gone for one in self.changes)

    @property
    def changed_voice(self) -> int:
        """Households of both weeks that somebody else calls."""
        return sum(one.took for one in self.changes)


def with_last_week(session: Session, campaign: Campaign, week: str) -> Comparison | None:
    """Compare a week's sheets with those of the week before; None when either has no split.

    Two statements, however many households.
    """
    now = proposing.of(session, campaign, week)
    before = proposing.of(session, campaign, weeks.after(week, -1))
    if now is None or before is None:
        return None
    here = {row[0]: row for row in _sides(session, now, before)}
    there = {row[0]: row for row in _sides(session, before, now)}
    return Comparison(tuple(_change(one, here, there) for one in _names(session, here, there)))


_Side = sa.Row[int, int, int, int]  # volunteer, households, on no other sheet, on somebody else's


def _sides(session: Session, one: WeekPlan, other: WeekPlan) -> list[_Side]:
    """By volunteer of a week: their households, those the other week lacks, those of another."""
    line, sheet = aliased(Line), aliased(Sheet)
    elsewhere = sa.and_(line.id.is_not(None), sheet.volunteer_id != Sheet.volunteer_id)
    return list(
        session.execute(
            sa.select(
                Sheet.volunteer_id,
                sa.func.count(Line.id),
                sa.func.count(Line.id).filter(line.id.is_(None)),
                sa.func.count(Line.id).filter(elsewhere),
            )
            .outerjoin(Line, Line.sheet_id == Sheet.id)
            .outerjoin(
                line, sa.and_(line.plan_id == other.id, line.household_id == Line.household_id)
            )
            .outerjoin(sheet, sheet.id == line.sheet_id)
            .where(Sheet.plan_id == one.id)
            .group_by(Sheet.volunteer_id)
        )
    )


def _names(session: Session, *sides: dict[int, _Side]) -> list[tuple[int, str]]:
    ids = set().union(*sides)
    rows = session.execute(
        sa.select(User.id, User.first_name, User.last_name)
        .where(User.id.in_(ids))
        .order_by(User.last_name, User.first_name, User.id)
    )
    return [(row.id, f"{row.first_name} {row.last_name}".strip()) for row in rows]


def _change(volunteer: tuple[int, str], here: dict[int, _Side], there: dict[int, _Side]) -> Change:
    user_id, name = volunteer
    _, after, new, took = here.get(user_id, (user_id, 0, 0, 0))
    _, before, gone, gave = there.get(user_id, (user_id, 0, 0, 0))
    return Change(user_id, name, before, after, new=new, took=took, gone=gone, gave=gave)
