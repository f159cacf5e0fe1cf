"""Every number of the lead's first page is that of the rows behind it, whatever the week held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from campaigns import mails, overview, sheets, weeks
from campaigns.calls.effects import is_owed
from campaigns.models import (
    Agreement,
    Alarm,
    AlarmEnding,
    AlarmWhy,
    Call,
    Campaign,
    CampaignState,
    Enrolment,
    LeftOut,
    Line,
    MailState,
    Need,
    NeedState,
    OutgoingMail,
    Person,
    Result,
    Stage,
    StopReason,
    Stream,
    Territory,
    Urgency,
    User,
    WeekPlan,
    Wish,
)
from campaigns.overview import Decision, Front
from campaigns.overview.ages import LABELS
from campaigns.sheets import callers, waiting
from tests import factories as make
from tests.campaigns.test_moving_properties import ACTS, MONDAY, Week, week_of
from tests.factories import EVE, TUESDAY, WEEK

PROMISED = {Stream.APPOINTMENT, Stream.ALARM}


# Rows behind the page -------------------------------------------------------------------------


def raise_need(week: Week, who: User, which: int) -> None:
    territories = week.session.scalars(sa.select(Territory.id).order_by(Territory.id)).all()
    closed = which % 3 == 0
    week.session.add(
        Need(
            campaign_id=week.campaign.id,
            person_id=_anybody(week, which).id,
            territory_id=[*territories, None][which % (len(territories) + 1)],
            category=("ALI_COURSES", "SAN_RDV")[which % 2],
            urgency=Urgency.U2,
            agreement=Agreement.YES,
            text="des courses",
            raised_at=week.at - timedelta(days=which),
            raised_by_id=who.id,
            due_at=week.at + timedelta(days=which - 5),
            moved_at=week.at,
            state=NeedState.CLOSED if closed else (NeedState.NEW, NeedState.TAKEN)[which % 2],
            closed_at=week.at if closed else None,
            result=Result.SOLVED if closed else None,
        )
    )


def worry(week: Week, _who: User, which: int) -> None:
    closed = which % 3 == 0
    week.session.add(
        Alarm(
            campaign_id=week.campaign.id,
            person_id=_anybody(week, which).id,
            why=AlarmWhy.SILENCE,
            say="Ne répond plus.",
            opened_at=week.at,
            due_at=week.at + timedelta(hours=6 * which),
            closed_at=week.at if closed else None,
            ending=AlarmEnding.AWAY if closed else None,
        )
    )


def change(week: Week, _who: User, which: int) -> None:
    """Something is learnt about somebody: they move, refuse, are away, ask for a rhythm."""
    whom = _anybody(week, which)
    enrolled = make.enrolment(week.session, whom)
    if which % 5 == 0:
        whom.stop, whom.stopped_at = StopReason.OBJECTED, week.at
    elif which % 5 == 1:
        whom.hold = "EHPAD ?"
    elif which % 5 == 2:
        enrolled.suspended_until = weeks.sunday(WEEK) + timedelta(days=which - 4)
    elif which % 5 == 3:
        enrolled.wish, whom.birth_date = Wish.WEEKLY, weeks.monday("1940-W20")
    else:
        enrolled.stage = list(Stage)[which % len(Stage)]
        whom.insee = make.commune(week.session).insee if which % 2 else None


def fail_a_mail(week: Week, who: User, which: int) -> None:
    key = f"essai:{week.at.isoformat()}:{which}"
    mails.post(week.session, "invitation", to=who, key=key, about={}, at=week.at)
    week.session.flush()
    mail = week.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.dedup_key == key)).one()
    mail.state = MailState.REFUSED if which % 2 else MailState.WAITING


def _anybody(week: Week, which: int) -> Person:
    everybody = week.session.scalars(sa.select(Person).order_by(Person.id)).all()
    return everybody[which % len(everybody)]


HAPPENS: dict[str, Callable[[Week, User, int], None]] = ACTS | {
    "raise": raise_need,
    "worry": worry,
    "change": change,
    "mail": fail_a_mail,
}
acts = st.lists(
    st.tuples(st.sampled_from(sorted(HAPPENS)), st.integers(0, 5), st.integers(0, 9)),
    min_size=4,
    max_size=18,
)


@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink a week takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happened=acts)
def test_every_number_of_the_first_page_is_that_of_its_rows(
    session: Session, happened: list[tuple[str, int, int]]
) -> None:
    with session.begin_nested() as undone:
        week = week_of(session)
        for name, who, which in happened:
            if name in ACTS:
                week.act(name, who, which)
            else:
                HAPPENS[name](week, week.volunteers[who % len(week.volunteers)], which)
                session.flush()
        session.expire_all()
        at = min(week.at, weeks.ends_at(WEEK) - timedelta(minutes=1))
        found = overview.front(session, week.campaign, at=at)
        check_people(week, found.targets)
        check_sweep(week, found, at)
        check_areas(week)
        check_calls(week, found)
        check_needs(week, found, at)
        check_sheets(week, found)
        check_volunteers(week, found)
        undone.rollback()
    session.expunge_all()


# What the rows say ----------------------------------------------------------------------------


def standing(week: Week, one: Enrolment) -> str:
    """Where somebody stands, asked of their own rows."""
    if one.person.stop:
        return "stopped"
    if one.person.hold:
        return "to_confirm"
    if all(phone.invalid_at for phone in one.person.phones):
        return "no_number"
    if one.suspended_until and one.suspended_until > weeks.sunday(WEEK):
        return "away"
    if is_owed(one, week=WEEK):
        home = one.person.household_id
        if home in open_homes(week):
            return "placed"
        return "waiting" if home in left_homes(week) else "arrived"
    return {Stage.RESTING: "resting", Stage.UNREACHABLE: "unreachable"}.get(one.stage, "later")


def open_homes(week: Week) -> set[int]:
    return {one.household_id for one in make.lines(week.session, week.plan) if not one.closed_at}


def left_homes(week: Week) -> set[int]:
    left = sa.select(LeftOut.household_id).where(LeftOut.plan_id == week.plan.id)
    return set(week.session.scalars(left))


def enrolled(week: Week) -> Sequence[Enrolment]:
    return week.session.scalars(
        sa.select(Enrolment).where(Enrolment.campaign_id == week.campaign.id)
    ).all()


def check_people(week: Week, found: overview.Targets) -> None:
    rows = enrolled(week)
    stands = Counter(standing(week, one) for one in rows)
    assert {name: getattr(found, name) for name in stands} == stands
    assert found.total == len(rows) == stands.total()
    assert found.reached == sum(one.last_conversation_at is not None for one in rows)
    assert found.weekly_waiting == sum(
        one.wish is Wish.WEEKLY and standing(week, one) == "waiting" for one in rows
    )
    reasons = waiting.by_reason(week.session, week.campaign, week.plan)
    assert found.waiting == sum(one.people for one in reasons)
    assert found.arrived == waiting.arrived_since(week.session, week.campaign, week.plan)


def check_sweep(week: Week, found: Front, at: datetime) -> None:
    """Who waits for a first call is who the split would serve, and the page foresees the end of the
    sweep as the page of the capacity does."""
    left, rows = found.sweep, enrolled(week)
    assert left is not None
    callable_ones = {"placed", "waiting", "arrived", "away", "later", "resting", "unreachable"}
    first = [one for one in rows if one.stage is Stage.SWEEP]
    first = [one for one in first if standing(week, one) in callable_ones]
    assert left.people == len(first)
    assert left.households == len({one.person.household_id for one in first})
    measured = sheets.measured(week.session, week.campaign, at=at)
    assert left == overview.forecast(week.campaign, measured)


def check_areas(week: Week) -> None:
    """A territory's figures are those of the people who live in it."""
    for place in week.session.scalars(sa.select(Territory)):
        found = overview.targets(week.session, week.campaign, WEEK, within=[place.id])
        here = [
            one
            for one in enrolled(week)
            if one.person.commune and one.person.commune.territory_id == place.id
        ]
        stands = Counter(standing(week, one) for one in here)
        assert found.total == len(here)
        assert {name: getattr(found, name) for name in stands} == stands
        heard = overview.rhythm(week.session, week.campaign, at=MONDAY, within=[place.id])
        ids = {one.person_id for one in here}
        calls = [one for one in week.session.scalars(sa.select(Call)) if one.person_id in ids]
        assert sum(one.calls for one in heard.weeks) == len(calls)


def check_calls(week: Week, found: Front) -> None:
    calls = week.session.scalars(sa.select(Call).order_by(Call.at, Call.id)).all()
    this = found.rhythm.weeks[-1]
    assert (this.week, len(found.rhythm.weeks)) == (WEEK, 8)
    assert this.calls == len(calls)
    assert this.conversations == sum(one.is_conversation for one in calls)
    halves = Counter(
        (one.at.astimezone(weeks.PARIS).weekday(), weeks.half_of(one.at)) for one in calls
    )
    assert {(one.weekday, one.half): one.attempts for one in found.rhythm.half_days} == halves
    assert sum(one.conversations for one in found.rhythm.half_days) == this.conversations
    voices: dict[int, int] = {}
    again = same = 0
    for one in (one for one in calls if one.is_conversation):
        if one.enrolment_id in voices:
            again += 1
            same += voices[one.enrolment_id] == one.volunteer_id
        voices[one.enrolment_id] = one.volunteer_id
    assert (found.continuity.again, found.continuity.same_voice) == (again, same)


def check_needs(week: Week, found: Front, at: datetime) -> None:
    needs = week.session.scalars(sa.select(Need)).all()
    late = [one for one in needs if one.state is NeedState.NEW and one.due_at < at]
    assert found.late_count == len(late)
    told = found.subjects
    assert told.raised == len(needs)
    assert told.is_open == sum(one.state is not NeedState.CLOSED for one in needs)
    for part in (told.categories, told.territories, told.ages):
        assert sum(one.raised for one in part) == told.raised
        assert sum(one.is_open for one in part) == told.is_open
    names = {row.id: row.name for row in week.session.scalars(sa.select(Territory))}
    places = Counter("" if one.territory_id is None else names[one.territory_id] for one in needs)
    assert {one.label: one.raised for one in told.territories} == places
    old = sum(one.person.birth_date is not None for one in needs)
    assert sum(one.raised for one in told.ages if one.label != LABELS["unknown"]) == old
    start, end = weeks.starts_at(WEEK), weeks.ends_at(WEEK)
    assert found.moves.raised == sum(start <= one.raised_at < end for one in needs)
    assert found.moves_before.raised == sum(
        start - timedelta(weeks=1) <= one.raised_at < start for one in needs
    )
    closed = [one.closed_at for one in needs if one.closed_at]
    assert found.moves.closed == sum(start <= one < end for one in closed)
    alarms = [one for one in week.session.scalars(sa.select(Alarm)) if one.closed_at is None]
    assert found.alarms.count == len(alarms)
    assert found.alarms.late == sum(one.due_at < at for one in alarms)
    assert found.troubled == len(mails.troubled(week.session, limit=500))


def check_sheets(week: Week, found: Front) -> None:
    """The figures of the week, here and on the page of the week: each household once."""
    session, campaign, plan = week.session, week.campaign, week.plan
    counted = sheets.counts(session, campaign, WEEK)
    assert found.sheets.lines == sum(lines for lines, _ in counted.values())
    assert found.sheets.done == sum(done for _, done in counted.values())
    lines = {one.household_id: one for one in make.lines(session, plan)}
    waits = set(session.scalars(waiting.households(campaign, plan)))
    counts = overview.plan_counts(session, campaign, plan)
    assert counts.to_call == len(lines.keys() | waits)
    assert counts.again == len(lines.keys() & waits)
    assert counts.placed + counts.waiting == counts.to_call
    assert counts.promised <= counts.to_call
    on_sheets = {home for home, one in lines.items() if one.stream in PROMISED} - waits
    assert counts.promised >= len(on_sheets)


def check_volunteers(week: Week, found: Front) -> None:
    people = callers.read(week.session, week.campaign, WEEK)
    served = {one.sheet.volunteer_id for one in week.session.scalars(sa.select(Line)) if one.sheet}
    idle = [one for one in people if one.caller.capacity and one.id not in served]
    assert found.presence.unused == (len(idle) if served else 0)
    assert found.presence.total == len(people)


# The two counts of a household that waits again ------------------------------------------------


def test_a_household_that_waits_after_its_line_was_closed_counts_once(session: Session) -> None:
    campaign = make.campaign(session)
    make.volunteer(session, campaign)
    whom = make.person(session, campaign)
    plan = make.published(session, campaign)
    (line,) = make.lines(session, plan)
    line.closed_at = TUESDAY
    session.add(LeftOut(plan_id=plan.id, household_id=whom.household_id, reason="returned"))
    session.flush()
    found = overview.plan_counts(session, campaign, plan)
    assert (found.lines, found.waiting, found.again) == (1, 1, 1)
    assert (found.to_call, found.placed) == (1, 0)


# The rhythm ----------------------------------------------------------------------------------


def test_the_half_day_that_answers_most_is_told_once_there_are_calls_enough() -> None:
    few = overview.HalfDay(0, "am", 29, 29)
    low, high = overview.HalfDay(1, "am", 30, 3), overview.HalfDay(1, "pm", 30, 20)
    assert overview.best_and_worst([few, low, high], enough=30) == (high, low)
    assert overview.best_and_worst([few, low], enough=30) is None


def test_who_rings_back_counts_in_the_week_and_not_in_the_half_day(session: Session) -> None:
    campaign = make.campaign(session)
    who, whom = make.volunteer(session, campaign), make.person(session, campaign)
    plan = make.published(session, campaign)
    make.call(session, make.lines(session, plan)[0], whom, by=who, at=TUESDAY)
    session.scalars(sa.select(Call)).one().rang_back = True
    session.flush()
    found = overview.rhythm(session, campaign, at=TUESDAY)
    assert found.weeks[-1].conversations == 1
    assert found.half_days == ()


def test_the_week_in_which_clocks_change_keeps_its_evenings(session: Session) -> None:
    campaign = make.campaign(session)
    who, whom = make.volunteer(session, campaign), make.person(session, campaign)
    plan = make.published(session, campaign)
    make.call(session, make.lines(session, plan)[0], whom, by=who, at=TUESDAY)
    call = session.scalars(sa.select(Call)).one()
    for day, half in (("2026-10-23", "am"), ("2026-10-26", "am")):  # summer, then winter time
        call.at = weeks.at(date.fromisoformat(day), 12, 30)
        session.flush()
        found = overview.rhythm(session, campaign, at=TUESDAY)
        (one,) = found.half_days
        assert one.half == half


# Closed campaigns ----------------------------------------------------------------------------


@pytest.mark.parametrize("closed_at", [None, TUESDAY])
def test_a_closed_campaign_shows_its_last_weeks_and_nothing_to_decide(
    session: Session, closed_at: datetime | None
) -> None:
    campaign: Campaign = make.campaign(session)
    who, whom = make.volunteer(session, campaign), make.person(session, campaign)
    plan: WeekPlan = make.published(session, campaign)
    make.call(session, make.lines(session, plan)[0], whom, by=who, at=EVE + timedelta(days=2))
    campaign.state, campaign.closed_at = CampaignState.CLOSED, closed_at
    session.flush()
    later = TUESDAY + timedelta(weeks=12)
    found = overview.front(session, campaign, at=later)
    assert (found.decision, found.sweep) == (Decision.NOTHING, None)
    assert (found.week == WEEK) is (closed_at is not None)
    assert found.targets.total == 1
