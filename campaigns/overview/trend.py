"""Week after week: the first calls against what was planned, the needs, each volunteer's load."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import capacity, reference, sheets, weeks
from campaigns.models import (
    Call,
    Campaign,
    Enrolment,
    Line,
    Need,
    Person,
    Stage,
    Stream,
    WeekPlan,
)
from campaigns.overview import area
from campaigns.overview.people import regular_calls
from campaigns.sheets import owed

AHEAD = 8  # weeks of forecast: further, nobody believes it


@dataclass(frozen=True, slots=True)
class SweepWeek:
    """The people who still wait for their first conversation when a week ends.

    ``left`` as it was (None in weeks to come), ``planned`` if everybody put on a sheet for a
    first call had answered that week, ``expected`` the forecast from now on.
    """

    week: str
    left: int | None
    planned: int | None
    expected: int | None


@dataclass(frozen=True, slots=True)
class NeedWeeks:
    """Needs raised by week, in all and by category (its label), the most frequent first."""

    weeks: tuple[str, ...]
    categories: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """Needs of each week."""
        return tuple(
            sum(counts[place] for _, counts in self.categories) for place in range(len(self.weeks))
        )


@dataclass(frozen=True, slots=True)
class Load:
    """How many volunteers have a sheet of a size, and how many have as much left to call."""

    label: str
    given: int
    left: int

    @property
    def short(self) -> str:
        """« 6–10 », « 31+ »: what stands under a bar."""
        return self.label.replace(" à ", "–").replace(" et plus", "+").replace("aucun", "0")


def last_weeks(now: datetime, count: int, *, since: datetime) -> tuple[str, ...]:
    """The last weeks by name, the current one last; none before ``since``, but two at least."""
    current = weeks.current(now)
    named = [weeks.after(current, -back) for back in reversed(range(count))]
    return tuple(week for week in named if weeks.ends_at(week) > since or week in named[-2:])


def sweep_weeks(
    session: Session,
    campaign: Campaign,
    past: Sequence[str],
    *,
    at: datetime,
    within: Collection[int] | None = None,
) -> list[SweepWeek]:
    """The sweep in people, week after week; the last of the ``past`` weeks is the current one.

    ``within`` keeps the people of some territories, for whom nothing is forecast: volunteers call
    everywhere.
    """
    left = _waiting(session, campaign, within)
    reached = _first_talks(session, campaign, past, within)
    placed = _placed(session, campaign, past, within)
    # Backwards: who was reached later still waited then.
    lefts = [left + sum(reached[place + 1 :]) for place in range(len(past))]
    planned, target = [], left + sum(reached)
    for week in past:
        target = max(0, target - placed.get(week, 0))
        planned.append(target)
    rows = [SweepWeek(week, lefts[place], planned[place], None) for place, week in enumerate(past)]
    if within is not None or not left:
        return rows
    # The forecast leaves from what was known when this week began, and ends this week first.
    coming = _ahead(session, campaign, at=at) or [left]
    if len(past) > 1:
        rows[-2] = replace(rows[-2], expected=rows[-2].left)
    rows[-1] = replace(rows[-1], expected=coming[0])
    return rows + [
        SweepWeek(weeks.after(past[-1], place), None, None, count)
        for place, count in enumerate(coming[1:], 1)
    ]


def _ahead(session: Session, campaign: Campaign, *, at: datetime) -> list[int]:
    found = sheets.measured(session, campaign, at=at)
    coming = capacity.ahead(
        found.households_left,
        attempts_a_week=found.room,
        share=campaign.sweep_percent / 100,
        reach=found.pick_up,
        weeks=AHEAD,
        **regular_calls(found),
    )
    people = found.people_left / max(found.households_left, 1)
    return [round(one.left * people) for one in coming]


def _waiting(session: Session, campaign: Campaign, within: Collection[int] | None) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.stage == Stage.SWEEP,
            owed.is_callable(),
            *area.lives(within),
        )
    )
    return session.scalar(query) or 0


def _first_talks(
    session: Session, campaign: Campaign, past: Sequence[str], within: Collection[int] | None
) -> list[int]:
    """How many people were spoken to for the first time in each week: one look in the index for
    each person, instead of every call of the campaign."""
    talk = (
        sa.select(Call.at)
        .where(Call.enrolment_id == Enrolment.id, Call.is_conversation.is_(True))
        .order_by(Call.at)
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    people = (
        sa.select(talk.label("at"))
        .select_from(Enrolment)
        .where(Enrolment.campaign_id == campaign.id)
    )
    if within is not None:
        people = people.join(Person, Person.id == Enrolment.person_id).where(*area.lives(within))
    # Without the word, both engines would look again for each week.
    first = people.cte("first").prefix_with("MATERIALIZED")
    counts = [
        sa.func.count().filter(
            first.c.at >= weeks.starts_at(week), first.c.at < weeks.ends_at(week)
        )
        for week in past
    ]
    return [int(count) for count in session.execute(sa.select(*counts).select_from(first)).one()]


def _placed(
    session: Session, campaign: Campaign, past: Sequence[str], within: Collection[int] | None
) -> dict[str, int]:
    """People put on a published sheet for a first call, by week."""
    rows = session.execute(
        sa.select(WeekPlan.week, sa.func.count(Enrolment.id))
        .select_from(Line)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .join(Person, Person.household_id == Line.household_id)
        .join(
            Enrolment,
            sa.and_(Enrolment.person_id == Person.id, Enrolment.campaign_id == campaign.id),
        )
        .where(
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.published_at.is_not(None),
            WeekPlan.week.in_(past),
            Line.stream == Stream.SWEEP,
            *area.lives(within),
        )
        .group_by(WeekPlan.week)
    )
    return {row[0]: int(row[1]) for row in rows}


def need_weeks(
    session: Session, campaign: Campaign, past: Sequence[str], *, those: area.Needs = ()
) -> NeedWeeks:
    """Needs raised in each week by category; ``those`` keeps some needs."""
    counts = [
        sa.func.count().filter(
            Need.raised_at >= weeks.starts_at(week), Need.raised_at < weeks.ends_at(week)
        )
        for week in past
    ]
    rows = session.execute(
        sa.select(Need.category, *counts)
        .where(
            Need.campaign_id == campaign.id,
            Need.raised_at >= weeks.starts_at(past[0]),
            Need.raised_at < weeks.ends_at(past[-1]),
            *those,
        )
        .group_by(Need.category)
    ).all()
    labels = reference.categories()
    found = [(labels[row[0]].label, tuple(int(count) for count in row[1:])) for row in rows]
    found.sort(key=lambda pair: (-sum(pair[1]), pair[0]))
    return NeedWeeks(tuple(past), tuple(found))


_SIZES = ((1, 5), (6, 10), (11, 15), (16, 20), (21, 30), (31, 10**6))


def loads(
    session: Session, campaign: Campaign, week: str, *, within: Collection[int] | None = None
) -> list[Load]:
    """Volunteers by how many households their published sheet has, and has left; no name.

    ``within`` counts the households of some territories only, and whoever has one of them.
    """
    counted = sheets.counts(session, campaign, week, those=area.is_home(within)).values()
    given = Counter(_size(lines) for lines, _ in counted)
    left = Counter(_size(lines - done) for lines, done in counted)
    names = [f"{least} à {most}" for least, most in _SIZES[:-1]] + [f"{_SIZES[-1][0]} et plus"]
    return [Load(name, given[place], left[place]) for place, name in enumerate(["aucun", *names])]


def _size(households: int) -> int:
    return next(
        (place for place, (least, most) in enumerate(_SIZES, 1) if least <= households <= most), 0
    )
