"""The week's calendar: each act once for its period, late rather than never, whoever tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import schedule
from appel_solidaire.instance import Instance
from campaigns import sheets, weeks
from campaigns.models import (
    Campaign,
    CampaignState,
    Line,
    Occurrence,
    Organisation,
    OutgoingMail,
    Person,
    ReportDraft,
    Right,
    Role,
    Sheet,
    User,
    WeekPlan,
)
from campaigns.sheets import calendar
from tests import factories
from tests.conftest import Clock
from tests.factories import EVE, WEEK
from tests.web.scene_rights import asked

NEXT = "2026-W49"
THURSDAY = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)  # 18:00 in Paris
FRIDAY = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)  # noon in Paris
MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)  # 7:00 in Paris


@pytest.fixture
def campaign(instance: Instance) -> Campaign:
    """An open campaign with three people and a volunteer."""
    with instance.database.unit() as session:
        made = factories.campaign(session)
        _people(session, made, 3)
        factories.volunteer(session, made)
        return made


def _people(session: Session, campaign: Campaign, count: int) -> None:
    for _ in range(count):
        factories.person(session, campaign)


def look_at(instance: Instance, clock: Clock, at: datetime) -> None:
    """Let the worker look at the clock."""
    clock.at = at
    schedule.run_due(instance)


def plan_of(instance: Instance, campaign: Campaign, week: str = NEXT) -> WeekPlan | None:
    with instance.database.session() as session:
        return sheets.of(session, campaign, week)


def produced(instance: Instance, kind: str) -> dict[str, int]:
    """What each period of an act produced."""
    with instance.database.reading() as session:
        rows = session.scalars(sa.select(Occurrence).where(Occurrence.kind == kind))
        return {row.period.partition(":")[2]: row.produced for row in rows}


def mails(instance: Instance) -> int:
    with instance.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) or 0


def test_the_next_week_is_proposed_on_thursday_at_six_in_the_evening(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    look_at(instance, clock, THURSDAY - timedelta(minutes=1))
    assert plan_of(instance, campaign) is None
    look_at(instance, clock, THURSDAY)
    plan = plan_of(instance, campaign)
    assert plan is not None
    assert (plan.summary["assigned"], plan.published_at) == (3, None)
    assert produced(instance, "week_proposed")[NEXT] == 3
    look_at(instance, clock, THURSDAY + timedelta(hours=1))
    again = plan_of(instance, campaign)
    assert again is not None
    assert again.computed_at == THURSDAY  # once for the week


def test_a_split_made_by_the_lead_after_the_hour_is_left_alone(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    made_at = THURSDAY + timedelta(minutes=5)
    with instance.database.unit() as session:
        sheets.propose(session, session.get_one(Campaign, campaign.id), NEXT, at=made_at)
    look_at(instance, clock, THURSDAY + timedelta(hours=2))
    plan = plan_of(instance, campaign)
    assert plan is not None
    assert plan.computed_at == made_at


def test_a_worker_that_was_away_proposes_on_saturday_and_never_a_week_that_is_over(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    saturday = THURSDAY + timedelta(days=2)
    look_at(instance, clock, saturday)
    assert plan_of(instance, campaign) is not None
    assert plan_of(instance, campaign, WEEK) is None
    assert set(produced(instance, "week_proposed")) == {NEXT}


def test_without_people_or_volunteers_nothing_is_proposed(instance: Instance, clock: Clock) -> None:
    with instance.database.unit() as session:
        empty = factories.campaign(session)
    look_at(instance, clock, THURSDAY)
    assert plan_of(instance, empty) is None
    assert produced(instance, "week_proposed") == {NEXT: 0}


@pytest.mark.parametrize("wanted", [True, False])
def test_on_friday_at_noon_the_week_publishes_itself_where_that_is_switched_on(
    instance: Instance, clock: Clock, campaign: Campaign, wanted: bool
) -> None:
    with instance.database.unit() as session:
        session.get_one(Campaign, campaign.id).auto_publish = wanted
    look_at(instance, clock, THURSDAY)
    look_at(instance, clock, FRIDAY - timedelta(minutes=1))
    before = plan_of(instance, campaign)
    assert before is not None
    assert before.published_at is None
    look_at(instance, clock, FRIDAY)
    plan = plan_of(instance, campaign)
    assert plan is not None
    assert plan.published_at == (FRIDAY if wanted else None)
    assert mails(instance) == 0  # told on Monday


def test_published_late_the_week_is_told_at_once(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    with instance.database.unit() as session:
        session.get_one(Campaign, campaign.id).auto_publish = True
    tuesday = MONDAY + timedelta(days=1, hours=3)
    look_at(instance, clock, tuesday)
    plan = plan_of(instance, campaign)
    assert plan is not None
    assert plan.published_at == tuesday
    assert mails(instance) == 1


def test_on_monday_at_seven_who_came_in_since_is_added_before_the_mails_of_eight(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    with instance.database.unit() as session:
        factories.published(session, session.get_one(Campaign, campaign.id), NEXT, at=THURSDAY)
        _people(session, session.get_one(Campaign, campaign.id), 2)
    look_at(instance, clock, MONDAY - timedelta(minutes=1))
    assert produced(instance, "week_topped_up").get(NEXT) is None
    look_at(instance, clock, MONDAY)
    assert produced(instance, "week_topped_up")[NEXT] == 2
    assert mails(instance) == 0
    look_at(instance, clock, MONDAY + timedelta(hours=1))
    with instance.database.reading() as session:
        (mail,) = session.scalars(sa.select(OutgoingMail)).all()
        assert mail.about["line_count"] == 5


def test_a_worker_that_wakes_on_monday_evening_tops_up_first_then_tells(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    with instance.database.unit() as session:
        factories.published(session, session.get_one(Campaign, campaign.id), NEXT, at=THURSDAY)
        _people(session, session.get_one(Campaign, campaign.id), 2)
    look_at(instance, clock, MONDAY + timedelta(hours=12))
    with instance.database.reading() as session:
        (mail,) = session.scalars(sa.select(OutgoingMail)).all()
        assert mail.about["line_count"] == 5


def test_a_proposal_nobody_published_is_not_topped_up(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    look_at(instance, clock, THURSDAY)
    look_at(instance, clock, MONDAY)
    plan = plan_of(instance, campaign)
    assert plan is not None
    assert (plan.computed_at, plan.published_at) == (THURSDAY, None)


@pytest.mark.parametrize("is_demo", [False, True])
def test_what_is_left_after_the_last_half_day_goes_to_who_still_calls(
    instance: Instance, clock: Clock, is_demo: bool
) -> None:
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        session.get_one(Organisation, 1).is_demo = is_demo
        _people(session, campaign, 6)
        monday = factories.volunteer(session, campaign, ((0, "am"),))
        friday = factories.volunteer(session, campaign, ((4, "am"), (4, "pm")))
        factories.published(session, campaign, WEEK)
    one_o_clock = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    look_at(instance, clock, one_o_clock - timedelta(minutes=1))
    before = _loads(instance)
    assert before[monday.id] > 0
    look_at(instance, clock, one_o_clock)
    after = _loads(instance)
    # The demonstration keeps its sheets: whoever opens it finds people to call.
    assert after == (before if is_demo else {friday.id: 6})
    assert set(produced(instance, "rows_taken_back")) == {"2026-11-23-am"}


def _loads(instance: Instance) -> dict[int, int]:
    with instance.database.reading() as session:
        rows = session.execute(
            sa.select(Sheet.volunteer_id, sa.func.count(Line.id))
            .join(Line, Line.sheet_id == Sheet.id)
            .group_by(Sheet.volunteer_id)
        )
        return {row[0]: row[1] for row in rows}


def test_a_sheet_is_closed_from_sunday_midnight_on(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    with instance.database.unit() as session:
        factories.published(session, session.get_one(Campaign, campaign.id), WEEK)
    last = datetime(2026, 11, 29, 22, 59, tzinfo=UTC)
    assert sheets.is_running(WEEK, last)
    assert not sheets.is_running(WEEK, last + timedelta(minutes=1))
    look_at(instance, clock, last + timedelta(minutes=1))
    look_at(instance, clock, MONDAY)
    # Nothing of the week that is over is topped up, told or taken back any more.
    done = {
        *produced(instance, "week_topped_up"),
        *produced(instance, "week_mails"),
        *produced(instance, "rows_taken_back"),
    }
    assert WEEK not in done
    assert not any(period.startswith("2026-11-29") for period in done)


def test_a_paused_campaign_does_nothing_by_itself(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    with instance.database.unit() as session:
        session.get_one(Campaign, campaign.id).state = CampaignState.PAUSED
    look_at(instance, clock, THURSDAY)
    assert produced(instance, "week_proposed") == {}


@pytest.mark.parametrize(
    ("week", "opens"),
    [
        ("2026-W13", "2026-03-19T17:00"),  # before summer time: UTC+1
        ("2026-W14", "2026-03-26T17:00"),  # the clocks change between its split and its Monday
        ("2026-W15", "2026-04-02T16:00"),
        ("2026-W43", "2026-10-15T16:00"),
        ("2026-W44", "2026-10-22T16:00"),  # and back
        ("2026-W45", "2026-10-29T17:00"),
        ("2026-W53", "2026-12-24T17:00"),  # a year of fifty-three weeks
        ("2027-W01", "2026-12-31T17:00"),
    ],
)
def test_the_hour_of_the_split_is_that_of_paris_all_year(week: str, opens: str) -> None:
    at = datetime.fromisoformat(opens).replace(tzinfo=UTC)
    assert calendar.proposed_at(week) == at
    assert calendar.newest(calendar.proposed_at, at) == week
    assert calendar.newest(calendar.proposed_at, at - timedelta(seconds=1)) == weeks.after(week, -1)
    local = calendar.topped_up_at(week).astimezone(weeks.PARIS)
    assert (local.weekday(), local.hour, weeks.of(local.date())) == (0, 7, week)


def test_each_act_of_a_year_happens_once_a_week_whatever_the_hour_of_the_look() -> None:
    """Every half hour of 2026 and 2027, clock changes and week 53 included."""
    seen: dict[str, list[str]] = {kind: [] for kind, _, _ in schedule.PERIODIC}
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at < datetime(2027, 2, 1, tzinfo=UTC):
        for kind, period_of, _ in schedule.PERIODIC:
            period = period_of(at)
            if period is not None and period not in seen[kind][-1:]:
                seen[kind].append(period)
        at += timedelta(minutes=30)
    for kind, periods in seen.items():
        assert len(periods) == len(set(periods)), kind  # no period comes back
        assert periods == sorted(periods), kind
    assert "2026-W53" in seen["week_proposed"]
    assert len([week for week in seen["week_mails"] if week.startswith("2026")]) == 53


def test_next_places_are_given_on_thursday_evening_then_on_monday_morning() -> None:
    tuesday = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert calendar.next_places_at(tuesday) == THURSDAY
    assert calendar.next_places_at(THURSDAY) == MONDAY
    assert calendar.next_places_at(MONDAY) == THURSDAY + timedelta(weeks=1)


def test_several_schedulers_at_once_are_one(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    clock.at = THURSDAY
    start = Barrier(4)
    done: list[int] = []

    def look() -> None:
        start.wait()
        done.append(schedule.run_due(instance))

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
    with instance.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(WeekPlan)) == 1
        kinds = session.scalars(sa.select(Occurrence.kind)).all()
    assert sum(done) == len(kinds) == len(set(kinds))


def test_an_act_that_breaks_does_not_keep_the_mails_from_leaving(
    instance: Instance, clock: Clock, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance.database.unit() as session:
        factories.published(session, session.get_one(Campaign, campaign.id), WEEK, at=EVE)

    def broken(*_: Any) -> int:
        raise RuntimeError("no split today")

    acts = [
        (kind, of, broken if kind == "week_topped_up" else act)
        for kind, of, act in schedule.PERIODIC
    ]
    monkeypatch.setattr(schedule, "PERIODIC", acts)
    look_at(instance, clock, clock.at)
    assert mails(instance) == 1
    assert produced(instance, "week_topped_up") == {}  # tried again at the next look


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_requests_and_drafts_are_looked_after_when_no_campaign_runs(
    instance: Instance, clock: Clock, campaign: Campaign
) -> None:
    with instance.database.unit() as session:
        dpo = factories.user(session, Role.DPO)
        made = session.get_one(Campaign, campaign.id)
        plan = factories.published(session, made, WEEK, at=EVE)
        line = factories.lines(session, plan)[0]
        volunteer = session.scalars(sa.select(User).where(User.role == Role.VOLUNTEER)).one()
        session.add(ReportDraft(user_id=volunteer.id, line_id=line.id, fields={}, kept_at=clock.at))
        asked(session, session.scalars(sa.select(Person)).first(), Right.ACCESS, by=volunteer)
        made.state, made.closed_at = CampaignState.CLOSED, clock.at
    clock.move(days=28)
    for _ in range(2):
        schedule.run_due(instance)
    with instance.database.reading() as session:
        told = session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)).all()
        assert [(one.user_id, one.about["why"]) for one in told] == [
            (dpo.id, "asked"),
            (dpo.id, "soon"),
        ]
        assert session.scalars(sa.select(ReportDraft)).all() == []
