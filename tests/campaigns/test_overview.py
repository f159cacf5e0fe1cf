"""Counters say what the rows behind them say, and the lead is told one thing to do."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, launch, overview, retry, sheets, team, weeks
from campaigns.models import (
    Agreement,
    Call,
    CampaignState,
    Enrolment,
    Need,
    NeedState,
    Person,
    Role,
    Stage,
    StopReason,
    Territory,
    Urgency,
    User,
)
from campaigns.overview import Decision
from campaigns.sheets import owed
from tests import factories
from tests.factories import EVE, TUESDAY, WEEK
from tests.house import tree


def stopped(session: Session, campaign: Any, reason: StopReason = StopReason.OBJECTED) -> Person:
    return factories.person(session, campaign, stop=reason, stopped_at=EVE)


def need(session: Session, campaign: Any, by: User, **columns: Any) -> Need:
    person = factories.person(session, campaign)
    values: dict[str, Any] = {
        "category": "ALI_COURSES",
        "urgency": Urgency.U2,
        "agreement": Agreement.YES,
        "text": "des courses",
        "raised_at": EVE,
        "due_at": EVE + timedelta(days=2),
        "moved_at": EVE,
    } | columns
    row = Need(campaign_id=campaign.id, person_id=person.id, raised_by_id=by.id, **values)
    session.add(row)
    session.flush()
    return row


# People -------------------------------------------------------------------------------------


def test_everybody_is_ready_or_has_one_cause(session: Session) -> None:
    campaign = factories.campaign(session)
    for _ in range(3):
        factories.person(session, campaign)
    factories.person(session, campaign, has_number=False)
    factories.person(session, campaign, hold="EHPAD")
    stopped(session, campaign)
    found = overview.targets(session, campaign, WEEK)
    assert (found.ready, found.no_number, found.to_confirm, found.stopped) == (3, 1, 1, 1)
    assert found.total == 6


def test_somebody_stopped_who_has_no_number_counts_once(session: Session) -> None:
    campaign = factories.campaign(session)
    factories.person(
        session,
        campaign,
        has_number=False,
        hold="EHPAD",
        stop=StopReason.DIED,
        stopped_at=EVE,
    )
    found = overview.targets(session, campaign, WEEK)
    assert (found.stopped, found.to_confirm, found.no_number, found.total) == (1, 0, 0, 1)


@pytest.mark.parametrize("seed", range(4))
def test_the_counters_equal_the_queues_whatever_the_rows(session: Session, seed: int) -> None:
    draw = Random(seed)
    campaign, other = factories.campaign(session), factories.campaign(session, "autre")
    for _ in range(25):
        factories.person(
            session,
            draw.choice([campaign, campaign, other]),
            has_number=draw.random() < 0.8,
            hold=draw.choice([None, None, "EHPAD"]),
            enrolled={
                "stage": draw.choice(list(Stage)),
                "last_conversation_at": draw.choice([None, EVE]),
            },
        )
    stopped(session, campaign)
    people = (
        sa.select(Person.id).join(Enrolment).where(Enrolment.campaign_id == campaign.id)
    ).order_by(Person.id)
    callable_ids = session.scalars(people.where(owed.is_callable())).all()
    found = overview.targets(session, campaign, WEEK)
    assert found.ready == len(callable_ids)
    assert found.total == len(session.scalars(people).all())
    assert found.reached == len(
        session.scalars(people.where(Enrolment.last_conversation_at.is_not(None))).all()
    )
    first = session.scalars(people.where(owed.is_callable(), Enrolment.stage == Stage.SWEEP)).all()
    assert overview.waiting_for_first_call(session, campaign) == len(first)


def test_the_people_of_another_campaign_are_not_counted(session: Session) -> None:
    campaign, other = factories.campaign(session), factories.campaign(session, "autre")
    factories.person(session, other)
    assert overview.targets(session, campaign, WEEK).total == 0
    assert overview.waiting_for_first_call(session, campaign) == 0


# The first sweep -------------------------------------------------------------------------------


def sweep(session: Session, campaign: Any, at: datetime = TUESDAY) -> overview.Sweep:
    found = overview.front(session, campaign, at=at).sweep
    assert found is not None
    return found


def test_the_sweep_counts_households_and_people(session: Session) -> None:
    campaign = factories.campaign(session)
    one = factories.person(session, campaign)
    factories.person(session, campaign, household=one.household)
    factories.volunteer(session, campaign)
    found = sweep(session, campaign)
    assert (found.people, found.households, found.volunteers) == (2, 1, 1)
    assert found.ends_in == 1


def test_a_sweep_without_half_days_never_ends(session: Session) -> None:
    campaign = factories.campaign(session)
    factories.person(session, campaign)
    factories.volunteer(session, campaign, half_days=())
    found = sweep(session, campaign)
    assert found.ends_in is None
    assert found.ends_in_with_more == 1


def calls(session: Session, campaign: Any, count: int, *, talks: int, at: datetime) -> None:
    """Log many calls as rows: the sweep only counts them."""
    person = factories.person(session, campaign)
    who = factories.volunteer(session, campaign)
    plan = factories.published(session, campaign)
    line = factories.lines(session, plan)[0]
    first = factories.call(session, line, person, by=who, at=at)
    logged = session.scalars(sa.select(Call).where(Call.report_id == first.report.id)).one()
    same = {
        column.key: getattr(logged, column.key)
        for column in sa.inspect(Call).column_attrs
        if column.key not in {"id", "report_id", "is_conversation"}
    }
    from campaigns.models import Report

    for number in range(1, count):
        report = Report(
            user_id=who.id, key=f"{number:032d}", digest="x", line_id=line.id, received_at=at
        )
        session.add(report)
        session.flush()
        session.add(Call(**same, report_id=report.id, is_conversation=number < talks))
    session.flush()


def test_the_pick_up_rate_is_measured_once_there_are_calls_enough(session: Session) -> None:
    campaign = factories.campaign(session)
    calls(session, campaign, 200, talks=50, at=TUESDAY - timedelta(days=1))
    found = sweep(session, campaign)
    assert found.is_measured
    assert found.reach == 0.25


def test_few_or_old_calls_leave_the_expected_rate(session: Session) -> None:
    campaign = factories.campaign(session)
    calls(session, campaign, 200, talks=50, at=TUESDAY - timedelta(days=1))
    later = sweep(session, campaign, at=TUESDAY + timedelta(weeks=5))
    assert (later.is_measured, later.reach) == (False, 0.5)


# The week -----------------------------------------------------------------------------------


def test_a_week_counts_its_calls_conversations_and_needs(session: Session) -> None:
    campaign = factories.campaign(session)
    person, who = factories.person(session, campaign), factories.volunteer(session, campaign)
    plan = factories.published(session, campaign)
    line = factories.lines(session, plan)[0]
    factories.call(session, line, person, by=who, at=TUESDAY, spoke=retry.Spoke.NO_ANSWER)
    factories.call(session, line, person, by=who, at=TUESDAY + timedelta(hours=4))
    need(session, campaign, who, raised_at=TUESDAY, due_at=TUESDAY)
    found = overview.week_counts(session, campaign, WEEK)
    assert (found.calls, found.conversations, found.raised, found.closed) == (2, 1, 1, 0)
    assert overview.volunteer_weeks(session, campaign, WEEK) == {who.id: found}
    assert overview.week_counts(session, campaign, weeks.after(WEEK)).is_empty
    assert overview.sheet_counts(session, campaign, WEEK) == {who.id: (1, 1)}


def test_sheets_that_are_not_published_are_not_counted(session: Session) -> None:
    campaign = factories.campaign(session)
    factories.person(session, campaign)
    factories.volunteer(session, campaign)
    sheets.propose(session, campaign, WEEK, at=EVE)
    assert overview.sheet_counts(session, campaign, WEEK) == {}


# What waits ---------------------------------------------------------------------------------


def test_late_needs_are_told_by_territory_vital_ones_first(session: Session) -> None:
    campaign = factories.campaign(session)
    who = factories.volunteer(session, campaign)
    factories.commune(session, "80021", "Amiens")
    factories.commune(session, "80001", "Abbeville")
    amiens, abbeville = session.scalars(sa.select(Territory.id).order_by(Territory.id)).all()
    need(session, campaign, who, territory_id=amiens, raised_at=EVE - timedelta(days=9))
    need(session, campaign, who, territory_id=abbeville, urgency=Urgency.U0)
    need(session, campaign, who, territory_id=abbeville)
    need(session, campaign, who)
    need(session, campaign, who, due_at=TUESDAY + timedelta(hours=1))  # still in time
    need(session, campaign, who, state=NeedState.TAKEN)
    found = overview.late_by_territory(session, campaign, at=TUESDAY)
    assert [(one.territory, one.count, one.vital) for one in found] == [
        ("Territoire de Abbeville", 2, 1),
        ("Territoire de Amiens", 1, 0),
        (None, 1, 0),
    ]
    assert found[1].oldest_at == EVE - timedelta(days=9)
    assert overview.late_needs(session, campaign, at=TUESDAY) == sum(one.count for one in found)


def test_a_need_is_late_after_its_delay_and_not_at_it(session: Session) -> None:
    campaign = factories.campaign(session)
    who = factories.volunteer(session, campaign)
    need(session, campaign, who, due_at=TUESDAY)
    assert overview.late_needs(session, campaign, at=TUESDAY) == 0
    assert overview.late_needs(session, campaign, at=TUESDAY + timedelta(seconds=1)) == 1


# Deciding -----------------------------------------------------------------------------------


def test_each_step_towards_the_first_sheet_is_named_in_turn(session: Session) -> None:
    campaign = factories.campaign(session, state=CampaignState.DRAFT)

    def now() -> Decision:
        return overview.decide(session, campaign, at=TUESDAY)[0]

    assert now() is Decision.IMPORT
    factories.person(session, campaign)
    assert now() is Decision.ENLIST
    who = factories.volunteer(session, campaign)
    assert now() is Decision.INVITE
    team.invite_all(session, [who], by=who, at=EVE)
    assert now() is Decision.OPEN
    launch.move(session, campaign, CampaignState.OPEN, by=None, at=EVE)
    assert now() is Decision.SPLIT
    plan = sheets.propose(session, campaign, WEEK, at=EVE)
    assert now() is Decision.PUBLISH
    sheets.publish(session, plan, by=None, at=EVE)
    assert now() is Decision.NOTHING
    launch.move(session, campaign, CampaignState.PAUSED, by=None, at=EVE)
    assert now() is Decision.RESUME
    launch.move(session, campaign, CampaignState.CLOSED, by=None, at=EVE)
    assert now() is Decision.NOTHING


def test_the_next_week_is_prepared_from_thursday_six_in_the_evening(session: Session) -> None:
    campaign = factories.campaign(session)
    factories.person(session, campaign)
    factories.volunteer(session, campaign)
    factories.published(session, campaign)
    six = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)  # 18:00 in Paris
    before = overview.decide(session, campaign, at=six - timedelta(minutes=1))
    assert before == (Decision.NOTHING, WEEK)
    assert overview.decide(session, campaign, at=six) == (Decision.SPLIT, weeks.after(WEEK))
    factories.published(session, campaign, weeks.after(WEEK))
    assert overview.decide(session, campaign, at=six) == (Decision.NOTHING, weeks.after(WEEK))


@pytest.mark.parametrize(
    ("moment", "decided", "published"),
    [
        ("2026-11-23T09:00", WEEK, Decision.NOTHING),  # Monday
        ("2026-11-24T09:00", WEEK, Decision.NOTHING),
        ("2026-11-25T09:00", WEEK, Decision.NOTHING),
        ("2026-11-26T16:59", WEEK, Decision.NOTHING),  # Thursday, a minute before 18:00 in Paris
        ("2026-11-26T17:00", WEEK, Decision.SPLIT),
        ("2026-11-27T10:59", WEEK, Decision.SPLIT),  # Friday, a minute before noon
        ("2026-11-27T11:00", "2026-W49", Decision.SPLIT),
        ("2026-11-28T09:00", "2026-W49", Decision.SPLIT),  # Saturday
        ("2026-11-29T22:59", "2026-W49", Decision.SPLIT),  # Sunday, a minute before midnight
        ("2026-11-29T23:00", "2026-W49", Decision.SPLIT),
    ],
)
def test_each_day_of_the_week_names_the_week_still_worth_splitting(
    session: Session, moment: str, decided: str, published: Decision
) -> None:
    """Without sheets, then with this week published: from Thursday 18:00 on the next one."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    campaign = factories.campaign(session)
    factories.person(session, campaign)
    factories.volunteer(session, campaign)
    assert overview.decide(session, campaign, at=at) == (Decision.SPLIT, decided)
    factories.published(session, campaign)
    assert overview.decide(session, campaign, at=at)[0] is published
    factories.published(session, campaign, "2026-W49")
    assert overview.decide(session, campaign, at=at)[0] is Decision.NOTHING


def test_the_week_between_the_years_is_week_53(session: Session) -> None:
    campaign = factories.campaign(session)
    factories.person(session, campaign)
    factories.volunteer(session, campaign)
    new_year = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)  # a Saturday
    assert overview.decide(session, campaign, at=new_year) == (Decision.SPLIT, "2027-W01")
    eve = datetime(2026, 12, 29, 9, 0, tzinfo=UTC)
    assert overview.decide(session, campaign, at=eve) == (Decision.SPLIT, "2026-W53")


# Presence -----------------------------------------------------------------------------------


def test_volunteers_are_present_away_or_without_half_day(session: Session) -> None:
    campaign = factories.campaign(session)
    factories.volunteer(session, campaign)
    away = factories.volunteer(session, campaign)
    team.add_absence(
        session,
        away,
        first_on=weeks.monday(WEEK),
        last_on=weeks.sunday(WEEK),
        by=away,
        at=EVE,
    )
    factories.volunteer(session, campaign, half_days=())
    factories.volunteer(session, campaign, suspended_at=EVE)
    found = overview.front(session, campaign, at=TUESDAY).presence
    assert (found.total, found.present, found.away, found.without_half_day) == (3, 1, 1, 1)
    assert found.room == 2 * campaign.pace


def test_somebody_invited_is_no_longer_to_invite(session: Session) -> None:
    campaign = factories.campaign(session)
    who = factories.volunteer(session, campaign)
    assert overview.not_yet_invited(session, campaign) == [who]
    assert overview.member_states(session, [who.id])[who.id].invited_at is None
    team.invite_all(session, [who], by=who, at=EVE)
    assert overview.not_yet_invited(session, campaign) == []
    state = overview.member_states(session, [who.id])[who.id]
    assert (state.invited_at, state.seen_at) == (EVE, None)


# The journal in words -------------------------------------------------------------------------


def recorded_actions() -> dict[str, str]:
    """Every action written in a call of ``journal.record``, and where it stands."""
    return {
        value.value: tree.name(path)
        for path in tree.python()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("journal.record")
        for value in ast.walk(node.args[1])
        if isinstance(value, ast.Constant)
    }


def test_every_act_of_the_journal_has_its_french_words() -> None:
    found = recorded_actions()
    assert len(found) > 20
    assert {
        action: where for action, where in found.items() if action not in overview.ACTIONS
    } == {}


def test_no_words_are_kept_for_an_act_that_no_longer_exists() -> None:
    """Some are recorded through a verb of their room: their name stands somewhere in the code."""
    written = {
        node.value
        for path in tree.python()
        if not path.name.startswith("act_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(overview.ACTIONS) - written == set()


def test_an_act_says_who_did_what_about_which_reference(session: Session) -> None:
    campaign = factories.campaign(session)
    who = factories.user(session, Role.LEAD, first_name="Éric", last_name="Legrand")
    person = factories.person(session, campaign)
    journal.record(session, "person_stopped", about=person, by=who, at=TUESDAY, reason="objected")
    journal.record(session, "user_invited", about=who, by=None, at=TUESDAY)
    journal.record(session, "signed_in", about=who, by=who, at=TUESDAY, kind="weekly")
    journal.write_pending(session)
    signed, invited, stop = overview.acts(session, limit=3)
    assert (stop.who, stop.role, stop.about) == ("Éric Legrand", "pilotage", f"P-{person.id}")
    assert stop.say == "a arrêté les appels à une personne"
    assert stop.detail == "ne souhaite plus être appelée"
    assert (invited.who, invited.about) == ("Le programme", "Éric Legrand")
    assert (signed.about, signed.detail) == ("", "feuille de la semaine")
    assert [one.id for one in overview.acts(session, before=signed.id, limit=1)] == [invited.id]


def test_nothing_was_verified_yet(session: Session) -> None:
    assert overview.last_check(session) is None


def test_what_is_kept_is_counted_over_all_campaigns(session: Session) -> None:
    campaign = factories.campaign(session)
    who = factories.volunteer(session, campaign)
    stopped(session, campaign)
    stopped(session, campaign, StopReason.DIED)
    need(session, campaign, who)
    found = overview.kept(session)
    assert (found.people, found.stopped, found.objected) == (3, 2, 1)
    assert (found.needs, found.open_needs, found.calls) == (1, 1, 0)
