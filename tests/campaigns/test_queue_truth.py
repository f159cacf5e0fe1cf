"""What a queue and a waiting list say is what the people's own records say, whatever the line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from campaigns import calls, retry, sheets, weeks
from campaigns.calls.effects import is_owed
from campaigns.models import (
    Campaign,
    Enrolment,
    LeftOut,
    Line,
    Person,
    SkipReason,
    Stage,
    Stream,
    User,
    WeekPlan,
)
from campaigns.sheets import moving, owed, past, waiting
from tests import factories as make
from tests.factories import TUESDAY, WEEK

NEXT = weeks.after(WEEK)
EVERY_DAY = [(weekday, half) for weekday in range(5) for half in ("am", "pm")]
THURSDAY_EVENING = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
FRIDAY_AFTERNOON = FRIDAY + timedelta(hours=6)
NEXT_MONDAY = weeks.at(date(2026, 11, 30), 9)
NEXT_WEDNESDAY = date(2026, 12, 2)
NEXT_THURSDAY = weeks.at(date(2026, 12, 3), 15)
AWAY = {"spoke": retry.Spoke.OTHER, "situation": "ABSENT_DATE"}
NO_ANSWER = {"spoke": retry.Spoke.NO_ANSWER}


@pytest.fixture
def essai(session: Session) -> Campaign:
    return make.campaign(session)


@pytest.fixture
def mine(session: Session, essai: Campaign) -> User:
    return make.volunteer(session, essai, EVERY_DAY)


def line_of(session: Session, plan: WeekPlan, whom: Person) -> Line:
    return session.scalars(
        sa.select(Line).where(Line.plan_id == plan.id, Line.household_id == whom.household_id)
    ).one()


def households(part: tuple[sheets.QueueLine, ...]) -> list[int]:
    return [one.line.household_id for one in part]


# What Friday decides holds on Monday --------------------------------------------------------


def test_next_weeks_queue_follows_what_fridays_calls_decided(
    session: Session, essai: Campaign, mine: User
) -> None:
    away, busy, silent, other = (make.person(session, essai) for _ in range(4))
    plan = make.published(session, essai)
    after = make.published(session, essai, NEXT, at=THURSDAY_EVENING)
    for whom, at, told in (
        (away, FRIDAY, AWAY | {"asked": NEXT_WEDNESDAY}),
        (busy, FRIDAY, {"spoke": retry.Spoke.LATER, "asked": NEXT_THURSDAY}),
        (silent, FRIDAY_AFTERNOON, NO_ANSWER),
    ):
        make.call(session, line_of(session, plan, whom), whom, by=mine, at=at, **told)
    session.flush()
    again = make.enrolment(session, silent).not_before_at
    assert again is not None
    queue = sheets.queue(session, mine, essai, week=NEXT, now=again - timedelta(minutes=1))
    assert households(queue.now) == [other.household_id]
    assert set(households(queue.later)) == {one.household_id for one in (away, busy, silent)}
    assert households(queue.later)[0] == silent.household_id
    assert (queue.total, queue.done_count) == sheets.counts(session, essai, NEXT)[mine.id]
    then = sheets.queue(session, mine, essai, week=NEXT, now=NEXT_THURSDAY)
    assert (then.now[0].line.household_id, then.now[0].stream) == (
        busy.household_id,
        Stream.APPOINTMENT,
    )
    assert len(then.now) == 4
    assert len(make.lines(session, after)) == 4


def test_an_appointment_moved_to_an_earlier_day_is_not_awaited_any_more(
    session: Session, essai: Campaign, mine: User
) -> None:
    promised = make.person(session, essai, enrolled={"appointment_at": NEXT_THURSDAY})
    make.published(session, essai, NEXT, at=THURSDAY_EVENING)
    make.enrolment(session, promised).appointment_at = NEXT_MONDAY
    session.flush()
    found = sheets.next_line(session, mine, essai, week=NEXT, now=NEXT_MONDAY)
    assert found is not None
    assert (found.stream, found.next_at) == (Stream.APPOINTMENT, NEXT_MONDAY)


# Away for some days of the week -------------------------------------------------------------


def test_who_is_back_on_wednesday_is_called_in_the_same_week(
    session: Session, essai: Campaign, mine: User
) -> None:
    away = make.person(session, essai)
    plan = make.published(session, essai)
    line = line_of(session, plan, away)
    make.call(session, line, away, by=mine, at=TUESDAY, **AWAY, asked=date(2026, 11, 25))
    session.flush()
    assert line.closed_at is None
    today = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY + timedelta(hours=1))
    assert (len(today.now), len(today.later)) == (0, 1)
    thursday = TUESDAY + timedelta(days=2)
    then = sheets.queue(session, mine, essai, week=WEEK, now=thursday)
    assert households(then.now) == [away.household_id]
    assert calls.waits_now(make.enrolment(session, away), line, at=thursday)


def test_a_line_stays_for_the_one_of_a_couple_who_is_back_on_thursday(
    session: Session, essai: Campaign, mine: User
) -> None:
    one = make.person(session, essai)
    other = make.person(session, essai, household=one.household)
    plan = make.published(session, essai)
    line = line_of(session, plan, one)
    make.call(session, line, one, by=mine, at=TUESDAY, **AWAY, asked=date(2026, 11, 26))
    make.call(session, line, other, by=mine, at=TUESDAY)
    session.flush()
    assert line.closed_at is None
    (later,) = sheets.queue(session, mine, essai, week=WEEK, now=TUESDAY).later
    assert later.next_at == make.enrolment(session, one).not_before_at


DAYS = st.none() | st.dates(date(2026, 11, 20), date(2026, 12, 6))
INSTANTS = st.none() | st.integers(-100, 300).map(lambda hours: TUESDAY + timedelta(hours=hours))


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    state=st.fixed_dictionaries(
        {
            "stage": st.sampled_from(Stage),
            "next_due_on": DAYS,
            "suspended_until": DAYS,
            "appointment_at": INSTANTS,
            "not_before_at": INSTANTS,
            "is_alarm": st.booleans(),
        }
    ),
    has_number=st.booleans(),
    hold=st.sampled_from([None, "DCD ?"]),
)
def test_the_call_page_and_the_queue_agree_on_who_is_owed_a_call(
    session: Session, state: dict[str, object], has_number: bool, hold: str | None
) -> None:
    with session.begin_nested() as undone:
        campaign = make.campaign(session)
        whom = make.person(session, campaign, has_number=has_number, enrolled=state, hold=hold)
        in_tables = session.scalar(
            sa.select(
                sa.and_(
                    owed.is_callable(),
                    owed.is_not_away(WEEK),
                    owed.stream_in(WEEK).is_not(None),
                )
            )
            .select_from(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Person.id == whom.id)
        )
        assert bool(in_tables) == is_owed(make.enrolment(session, whom), week=WEEK)
        undone.rollback()
    session.expunge_all()


# Who waits ----------------------------------------------------------------------------------


def test_a_promised_call_passed_on_with_nobody_to_take_it_waits_and_is_counted(
    session: Session, essai: Campaign, mine: User
) -> None:
    busy = make.person(session, essai)
    plan = make.published(session, essai)
    line = line_of(session, plan, busy)
    thursday = TUESDAY + timedelta(days=2)
    make.call(session, line, busy, by=mine, at=TUESDAY, spoke=retry.Spoke.LATER, asked=thursday)
    session.flush()
    calls.skip(session, line, reason=SkipReason.KNOWN, campaign=essai, by=mine, at=TUESDAY)
    session.flush()
    assert line.closed_at is not None
    (reason,) = waiting.by_reason(session, essai, plan)
    assert (reason.code, reason.households, reason.people) == ("returned", 1, 1)
    assert [one.person_id for one in waiting.people(session, essai, plan)] == [busy.id]
    assert waiting.promised(session, essai, plan) == 1
    assert waiting.arrived_since(session, essai, plan) == 0
    assert (plan.summary["due"], plan.summary["unassigned"]) == (1, {"returned": 1})


def test_who_is_owed_again_after_the_line_was_closed_counts_as_arrived(
    session: Session, essai: Campaign, mine: User
) -> None:
    moved = make.person(session, essai)
    plan = make.published(session, essai)
    line = line_of(session, plan, moved)
    make.call(
        session, line, moved, by=mine, at=TUESDAY, spoke=retry.Spoke.OTHER, situation="DEMENAGE"
    )
    session.flush()
    assert waiting.arrived_since(session, essai, plan) == 0
    moved.hold = None
    make.enrolment(session, moved).appointment_at = TUESDAY + timedelta(days=1)
    session.flush()
    assert waiting.arrived_since(session, essai, plan) == 1
    assert waiting.promised(session, essai, plan) == 1


# Not reached by Sunday ----------------------------------------------------------------------


@pytest.mark.parametrize("act", ["nothing", "taken back", "given back", "absent", "passed on"])
def test_who_had_a_place_and_was_not_reached_comes_first_next_week_whatever_became_of_the_line(
    session: Session, act: str
) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai, ((0, "am"), (4, "pm")), pace=1)
    old = [make.person(session, essai, enrolled={"priority": 9}) for _ in range(2)]
    plan = make.published(session, essai)
    never = [make.person(session, essai, enrolled={"priority": 0}) for _ in range(2)]
    friday_noon = FRIDAY + timedelta(hours=2)
    if act == "taken back":
        moving.take_back_unfinished(session, essai, at=FRIDAY_AFTERNOON + timedelta(hours=4))
    elif act == "given back":
        moving.give_back(session, essai, mine, by=mine, at=friday_noon)
    elif act == "absent":
        days = {"first_on": date(2026, 11, 27), "last_on": date(2026, 11, 28)}
        moving.absent(session, essai, mine, **days, by=mine, at=friday_noon)
    elif act == "passed on":
        for whom in old:
            line = line_of(session, plan, whom)
            make.call(session, line, whom, by=mine, at=TUESDAY, **NO_ANSWER)
            session.flush()
            calls.skip(
                session, line, reason=SkipReason.OTHER, campaign=essai, by=mine, at=friday_noon
            )
    session.flush()
    assert set(session.scalars(past.unserved(essai, NEXT))) == {one.household_id for one in old}
    after = make.published(session, essai, NEXT, at=weeks.at(date(2026, 11, 29), 12))
    if act != "passed on":  # tried, they are no first call any more: others may come before
        assert {one.household_id for one in make.lines(session, after)} == {
            one.household_id for one in old
        }
    assert never


def test_what_went_back_to_the_pool_stays_known_when_the_sheets_are_dealt_again(
    session: Session, essai: Campaign
) -> None:
    mine = make.volunteer(session, essai, ((0, "am"), (4, "pm")), pace=1)
    old = [make.person(session, essai, enrolled={"priority": 9}) for _ in range(2)]
    make.published(session, essai)
    moving.give_back(session, essai, mine, by=mine, at=FRIDAY)
    mine.suspended_at = FRIDAY
    never = make.person(session, essai)
    sheets.redeal(session, essai, WEEK, at=FRIDAY)
    session.flush()
    reasons = dict(row for row in session.execute(sa.select(LeftOut.household_id, LeftOut.reason)))
    assert [reasons[one.household_id] for one in old] == ["returned", "returned"]
    assert reasons[never.household_id] != "returned"


def test_who_asks_for_more_is_told_apart_that_nobody_waits_and_that_nobody_is_for_them(
    session: Session, essai: Campaign
) -> None:
    mine = make.volunteer(session, essai, ((0, "am"), (4, "pm")))
    make.person(session, essai)
    make.published(session, essai)
    said = moving.more(session, essai, mine, by=mine, at=TUESDAY).say
    assert "Personne n’attend" in said
    make.person(session, essai, language="Tamoul")
    said = moving.more(session, essai, mine, by=mine, at=TUESDAY).say
    assert "Aucun des foyers qui attendent" in said
