"""Whatever happens in a week and in whatever order: nobody twice, nobody lost, one count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from campaigns import calls, retry, sheets, weeks
from campaigns.models import (
    Barred,
    Call,
    Campaign,
    Enrolment,
    LeftOut,
    Line,
    Person,
    Skip,
    SkipReason,
    User,
    WeekPlan,
)
from campaigns.refusal import Refusal
from campaigns.sheets import moving, owed, waiting
from campaigns.sheets.moving import standing
from tests import factories as make
from tests.factories import WEEK

MONDAY = weeks.at(weeks.monday(WEEK), 9)
HALF_DAYS = (
    ((0, "am"), (1, "pm")),
    ((1, "am"), (3, "am")),
    ((2, "pm"), (4, "am")),
    ((0, "pm"), (4, "pm")),
)


@dataclass
class Week:
    """A small week that has begun, and the acts its people do one after the other."""

    session: Session
    campaign: Campaign
    plan: WeekPlan
    volunteers: list[User]
    lead: User
    at: datetime = MONDAY
    refused: list[str] = field(default_factory=list)
    calls: list[tuple[int, int, int]] = field(default_factory=list)  # line, household, by

    def act(self, name: str, who: int, which: int) -> None:
        """One act, by its name; a refusal is an answer."""
        volunteer = self.volunteers[who % len(self.volunteers)]
        try:
            ACTS[name](self, volunteer, which)
        except Refusal as refusal:
            self.refused.append(refusal.say)
        self.session.flush()
        self.at += timedelta(hours=3 + which % 5)

    def open_lines(self, whose: User) -> list[Line]:
        queue = sheets.queue(self.session, whose, self.campaign, week=WEEK, now=self.at)
        return [self.session.get_one(Line, one.line.id) for one in queue.now]


def week_of(session: Session) -> Week:
    campaign = make.campaign(session)
    lead = make.user(session, make.Role.LEAD, campaign)
    volunteers = [
        make.volunteer(session, campaign, half_days=half_days, pace=2) for half_days in HALF_DAYS
    ]
    for number in range(12):
        promised = {"appointment_at": MONDAY + timedelta(days=number % 5, hours=number % 7)}
        make.person(session, campaign, enrolled=promised if number % 4 == 0 else None)
    return Week(session, campaign, make.published(session, campaign), volunteers, lead)


def absent(week: Week, who: User, which: int) -> None:
    first = weeks.local_day(week.at)
    days = {"first_on": first, "last_on": first + timedelta(days=which % 4)}
    moving.absent(week.session, week.campaign, who, **days, by=week.lead, at=week.at)


def more(week: Week, who: User, which: int) -> None:
    count = 1 + which % 5
    moving.more(week.session, week.campaign, who, count=count, by=who, at=week.at)


def arrive(week: Week, _who: User, which: int) -> None:
    if which % 2:
        week.volunteers.append(
            make.volunteer(week.session, week.campaign, half_days=((4, "am"),), pace=2)
        )
        new = week.volunteers[-1]
        moving.join(week.session, week.campaign, new, by=week.lead, at=week.at)
        return
    make.person(week.session, week.campaign)
    moving.top_up(week.session, week.campaign, WEEK, at=week.at)


def call(week: Week, who: User, which: int) -> None:
    for line in week.open_lines(who)[: 1 + which % 2]:
        member, *_ = calls.at_the_line(week.session, line, campaign=week.campaign)
        told = {"spoke": retry.Spoke.NO_ANSWER} if which % 3 else {}
        make.call(week.session, line, member.person, by=who, at=week.at, **told)
        week.calls.append((line.id, line.household_id, who.id))


def skip(week: Week, who: User, which: int) -> None:
    reason = list(SkipReason)[which % len(SkipReason)]
    for line in week.open_lines(who)[:1]:
        calls.skip(week.session, line, reason=reason, campaign=week.campaign, by=who, at=week.at)


def look(week: Week, who: User, _which: int) -> None:
    for line in week.open_lines(who)[:1]:
        sheets.locks.take(week.session, line.household_id, by=who, at=week.at)


def in_words(
    act: Callable[..., moving.Moved],
) -> Callable[[Week, User, int], None]:
    def done(week: Week, who: User, _which: int) -> None:
        moved = act(week.session, week.campaign, who, by=week.lead, at=week.at)
        assert moved.say

    return done


ACTS: dict[str, Callable[[Week, User, int], None]] = {
    "absent": absent,
    "back": in_words(moving.back_early),
    "more": more,
    "give back": in_words(moving.give_back),
    "arrive": arrive,
    "suspend": in_words(moving.suspend),
    "resume": in_words(moving.resume),
    "skip": skip,
    "call": call,
    "look": look,
    "take back": lambda week, *_: check_said(
        moving.take_back_unfinished(week.session, week.campaign, at=week.at)
    ),
    "rebalance": lambda week, *_: check_said(
        moving.rebalance(week.session, week.campaign, by=week.lead, at=week.at)
    ),
}


def check_said(moved: moving.Moved) -> None:
    assert moved.say


def check(week: Week) -> None:
    """What must be true after every act."""
    session, plan = week.session, week.plan
    session.expire_all()
    lines = make.lines(session, plan)
    assert len({line.household_id for line in lines}) == len(lines)
    for line_id, household, by in week.calls:
        line = session.get(Line, line_id)
        assert line is not None
        assert line.household_id == household
        assert session.scalars(
            sa.select(Call.id).where(Call.line_id == line_id, Call.volunteer_id == by)
        ).first()
    now = standing.read(session, week.campaign, plan, at=week.at)
    waits = set(session.scalars(sa.select(LeftOut.household_id).where(LeftOut.plan_id == plan.id)))
    assert now.waiting() <= waits
    kept_out = {
        (row.household_id, row.volunteer_id)
        for model in (Barred, Skip)
        for row in session.execute(sa.select(model.household_id, model.volunteer_id))
    }
    for place in now.places.values():
        if now.is_open(place):
            assert place.household_id not in waits
            assert (place.household_id, place.volunteer_id) not in kept_out
    check_everybody(week)
    check_counts(week)


def check_everybody(week: Week) -> None:
    """Whoever is owed a call is on a sheet, waits for a place, or came in since: one of three."""
    session, campaign, plan = week.session, week.campaign, week.plan
    is_owed = (owed.is_callable(), owed.is_not_away(WEEK), owed.stream_in(WEEK).is_not(None))
    everybody = session.scalar(
        sa.select(sa.func.count())
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.campaign_id == campaign.id, *is_owed)
    )
    on_sheets = session.scalar(
        sa.select(sa.func.count())
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Line, Line.household_id == Person.household_id)
        .where(Line.plan_id == plan.id, Line.closed_at.is_(None), *is_owed)
    )
    wait = sum(one.people for one in waiting.by_reason(session, campaign, plan))
    arrived = waiting.arrived_since(session, campaign, plan)
    assert (on_sheets or 0) + wait + arrived == everybody
    left = set(session.scalars(sa.select(LeftOut.household_id).where(LeftOut.plan_id == plan.id)))
    lines = {line.household_id for line in make.lines(session, plan)}
    assert plan.summary["due"] == len(left | lines)


def check_counts(week: Week) -> None:
    counts = sheets.counts(week.session, week.campaign, WEEK)
    for who in week.volunteers:
        total, done = counts.get(who.id, (0, 0))
        queue = sheets.queue(week.session, who, week.campaign, week=WEEK, now=week.at)
        if who.suspended_at is None:
            assert (queue.total, queue.done_count) == (total, done)
        else:
            assert total == done
    board = sheets.of_week(week.session, week.campaign, WEEK)
    assert {row.id: (row.line_count, row.done) for row in board.volunteers if row.line_count} == {
        who.id: counts[who.id]
        for who in week.volunteers
        if who.suspended_at is None and who.id in counts
    }
    assert week.plan.summary["assigned"] == sum(total for total, _ in counts.values())


acts = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 5), st.integers(0, 9)),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=acts)
def test_whatever_happens_nobody_is_twice_nobody_is_lost_and_counters_equal_queues(
    session: Session, acts: list[tuple[str, int, int]]
) -> None:
    with session.begin_nested() as undone:
        week = week_of(session)
        check(week)
        for name, who, which in acts:
            week.act(name, who, which)
            check(week)
        undone.rollback()
    session.expunge_all()
