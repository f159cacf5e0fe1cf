"""A week as the lead reads it: each volunteer's room and load, who waits and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner
from campaigns.models import Campaign, LeftOut, Line, Sheet, WeekPlan
from campaigns.sheets import callers, owed, proposing
from campaigns.sheets.callers import Ticked, Volunteer

_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_REASONS = {reason.value: reason.label for reason in planner.LeftOutReason}
_WHEN = {
    frozenset({"am"}): "matin",
    frozenset({"pm"}): "après-midi",
    frozenset({"am", "pm"}): "toute la journée",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One volunteer in a week. ``half_days`` says when they call, ``kept`` counts the households
    that keep their voice, ``done`` the lines that ask for no call any more."""

    id: int
    name: str
    languages: tuple[str, ...]
    half_days: str
    is_away: bool
    line_count: int
    capacity: int
    kept: int
    done: int


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the campaign; ``plan`` is None before the first calculation."""

    plan: WeekPlan | None
    volunteers: tuple[Row, ...]
    left_out: tuple[tuple[str, int], ...]

    @property
    def sheet_count(self) -> int:
        """Volunteers who have somebody to call."""
        return sum(row.line_count > 0 for row in self.volunteers)

    @property
    def done_count(self) -> int:
        """Lines of the week that ask for no call any more."""
        return sum(row.done for row in self.volunteers)

    @property
    def idle_count(self) -> int:
        """Volunteers who ticked no half-day at all."""
        return sum(not row.half_days for row in self.volunteers)


def of_week(session: Session, campaign: Campaign, week: str) -> Week:
    """The week for the lead's page: volunteers by name, reasons from the commonest."""
    plan = proposing.of(session, campaign, week)
    sheets = _sheets(session, campaign, plan) if plan else {}
    people = callers.read(session, campaign, week)
    return Week(
        plan=plan,
        volunteers=tuple(_row(one, sheets.get(one.id, (0, 0, 0, 0))) for one in people),
        left_out=_left_out(session, plan) if plan else (),
    )


def _sheets(
    session: Session, campaign: Campaign, plan: WeekPlan
) -> dict[int, tuple[int, int, int, int]]:
    """By volunteer: capacity of the sheet, lines, kept voices, lines done."""
    rows = session.execute(
        sa.select(
            Sheet.volunteer_id,
            Sheet.capacity,
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(Line.kept_voice.is_(True)),
            sa.func.count(Line.id).filter(~owed.is_open(campaign.id, plan.week)),
        )
        .outerjoin(Line, Line.sheet_id == Sheet.id)
        .where(Sheet.plan_id == plan.id)
        .group_by(Sheet.volunteer_id, Sheet.capacity)
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def _left_out(session: Session, plan: WeekPlan) -> tuple[tuple[str, int], ...]:
    rows = session.execute(
        sa.select(LeftOut.reason, sa.func.count())
        .where(LeftOut.plan_id == plan.id)
        .group_by(LeftOut.reason)
        .order_by(sa.func.count().desc(), LeftOut.reason)
    )
    return tuple((_REASONS[row[0]], row[1]) for row in rows)


def _row(volunteer: Volunteer, sheet: tuple[int, int, int, int]) -> Row:
    capacity, lines, kept, done = sheet
    return Row(
        id=volunteer.id,
        name=volunteer.name,
        languages=tuple(sorted(volunteer.caller.languages)),
        half_days=half_days(volunteer.ticked),
        is_away=volunteer.is_away,
        line_count=lines,
        capacity=capacity or volunteer.caller.capacity,
        kept=kept,
        done=done,
    )


def half_days(ticked: Sequence[Ticked]) -> str:
    """Half-days of a week in words: « lun., mer. matin, ven. toute la journée »."""
    halves: dict[int, set[str]] = {}
    for weekday, half in ticked:
        halves.setdefault(weekday, set()).add(half)
    groups: dict[str, list[str]] = {}
    for weekday in sorted(halves):
        groups.setdefault(_WHEN[frozenset(halves[weekday])], []).append(_DAYS[weekday])
    return ", ".join(f"{', '.join(days)} {when}" for when, days in groups.items())
