"""Acts on a week that runs: nothing printed, promised or being said is lost on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, journal, printing, retry, sheets, team, weeks
from campaigns.calls import sharing
from campaigns.models import (
    Campaign,
    CampaignState,
    Line,
    Membership,
    Role,
    SheetNotice,
    User,
    WeekPlan,
)
from campaigns.refusal import Refusal
from campaigns.sheets import callers, locks, moving, promises
from tests import factories as make
from tests.factories import EVE, TUESDAY, WEEK

NEXT = "2026-W49"
ALL = tuple((day, half) for day in range(5) for half in weeks.HALVES)
WEDNESDAY = date(2026, 11, 25)


@pytest.fixture
def essai(session: Session) -> Campaign:
    return make.campaign(session)


def held_by(session: Session, plan: WeekPlan, whose: User) -> set[int]:
    return {line.household_id for line in make.lines(session, plan, whose)}


def told(session: Session) -> list[str]:
    return list(session.scalars(sa.select(SheetNotice.say).order_by(SheetNotice.id)))


def promise(session: Session, line: Line, by: User, day: date) -> None:
    (member,) = calls.at_the_line(
        session, line, campaign=session.get_one(Campaign, line.sheet.plan.campaign_id)
    )
    make.call(
        session,
        line,
        member.person,
        by=by,
        at=TUESDAY,
        spoke=retry.Spoke.LATER,
        situation="RAPPEL_DATE",
        asked=weeks.at(day, 15),
    )
    session.flush()


# A week dealt again --------------------------------------------------------------------------


def test_a_printed_line_survives_a_week_dealt_again_even_when_it_moved(session: Session) -> None:
    essai = make.campaign(session, paper_allowed=True)
    mine, other = make.volunteer(session, essai, ALL), make.volunteer(session, essai, ALL)
    for _ in range(6):
        make.person(session, essai)
    plan = make.published(session, essai)
    boss = make.user(session, Role.COORDINATION, essai)
    (issued,) = printing.issue(
        session, essai, week=WEEK, kind="pdf", volunteers=[mine.id], by=boss, at=TUESDAY
    )
    printed = {line.id: line.household_id for line in make.lines(session, plan, mine)}
    moving.give_back(session, essai, mine, by=mine, at=TUESDAY)
    for _ in range(4):
        make.person(session, essai, enrolled={"priority": 0})
    sheets.redeal(session, essai, WEEK, at=TUESDAY)
    now = {line.id: line.household_id for line in make.lines(session, plan)}
    assert printed.items() <= now.items()
    assert held_by(session, plan, other) >= set(printed.values())
    assert issued.sheet_id == sheets.own(session, mine, essai, week=WEEK).id


def test_a_week_split_on_tuesday_gives_nobody_a_monday_that_is_over(
    session: Session, essai: Campaign
) -> None:
    monday_only = make.volunteer(session, essai, ((0, "am"),))
    thursday = make.volunteer(session, essai, ((3, "am"),))
    for _ in range(6):
        make.person(session, essai)
    plan = make.published(session, essai, at=TUESDAY)
    assert make.lines(session, plan, monday_only) == []
    sheets.redeal(session, essai, WEEK, at=TUESDAY)
    assert make.lines(session, plan, monday_only) == []
    assert len(make.lines(session, plan, thursday)) == 6


def test_dealing_again_spares_who_is_being_called_and_tells_whose_sheet_changed(
    session: Session, essai: Campaign
) -> None:
    mine, other = make.volunteer(session, essai, ALL), make.volunteer(session, essai, ALL)
    people = [make.person(session, essai) for _ in range(4)]
    plan = make.published(session, essai)
    first, *_ = make.lines(session, plan, mine)
    line_id, household = first.id, first.household_id
    locks.take(session, household, by=mine, at=TUESDAY)
    for one in people:
        known = make.enrolment(session, one)
        known.last_volunteer_id, known.times_by_last = other.id, 1
    sheets.redeal(session, essai, WEEK, at=TUESDAY + timedelta(minutes=2))
    assert [(line.id, line.household_id) for line in make.lines(session, plan, mine)] == [
        (line_id, household)
    ]
    assert told(session) == [
        "Les feuilles de la semaine ont été refaites. Sur la vôtre\u00a0: 1 en moins.",
        "Les feuilles de la semaine ont été refaites. Sur la vôtre\u00a0: 1 foyer en plus.",
    ]


# Five more -----------------------------------------------------------------------------------


def test_nobody_untrained_is_given_names_by_asking_for_more(session: Session) -> None:
    essai = make.campaign(session, training_required=True)
    make.volunteer(session, essai, trained_at=EVE)
    make.person(session, essai)
    plan = make.published(session, essai)
    fresh = make.volunteer(session, essai, ALL)
    make.person(session, essai)
    with pytest.raises(Refusal, match="formation"):
        moving.more(session, essai, fresh, by=fresh, at=TUESDAY)
    assert make.lines(session, plan, fresh) == []


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.CLOSED])
def test_more_is_refused_while_the_campaign_calls_nobody(
    session: Session, essai: Campaign, state: CampaignState
) -> None:
    mine = make.volunteer(session, essai)
    make.person(session, essai)
    make.published(session, essai)
    essai.state = state
    with pytest.raises(Refusal, match="personne n’est à appeler"):
        moving.more(session, essai, mine, by=mine, at=TUESDAY)


def test_more_stops_at_the_weekly_limit_and_while_six_wait(
    session: Session, essai: Campaign
) -> None:
    limited = make.volunteer(session, essai, ((0, "am"),), weekly_limit=3)
    make.person(session, essai)
    plan = make.published(session, essai)
    for _ in range(20):
        make.person(session, essai)
    moving.more(session, essai, limited, by=limited, at=TUESDAY)
    assert len(make.lines(session, plan, limited)) == 3
    with pytest.raises(Refusal, match="votre limite de 3 foyers"):
        moving.more(session, essai, limited, by=limited, at=TUESDAY)
    free = make.volunteer(session, essai, ())
    moving.more(session, essai, free, by=free, at=TUESDAY)
    moving.more(session, essai, free, by=free, at=TUESDAY)
    with pytest.raises(Refusal, match="Il vous reste 10 foyers"):
        moving.more(session, essai, free, by=free, at=TUESDAY)


# A publication undone ------------------------------------------------------------------------


def test_a_publication_is_not_undone_during_a_call_and_loses_no_report(
    session: Session, essai: Campaign
) -> None:
    mine = make.volunteer(session, essai, first_name="Paul")
    whom = make.person(session, essai)
    plan = make.published(session, essai)
    (line,) = make.lines(session, plan)
    locks.take(session, line.household_id, by=mine, at=TUESDAY)
    journal.record(session, "person_opened", about=whom, by=mine, at=TUESDAY)
    journal.write_pending(session)
    with pytest.raises(Refusal, match="Paul est en train d’appeler"):
        moving.unpublish(session, plan, by=mine, at=TUESDAY)
    later = TUESDAY + locks.LIFE
    moving.unpublish(session, plan, by=mine, at=later)
    found = sharing.for_report(session, mine, line.id, person_id=whom.id, campaign=essai, at=later)
    assert found is not None
    assert found.id == line.id
    make.call(session, found, whom, by=mine, at=later, spoke=retry.Spoke.NO_ANSWER)
    sheets.propose(session, essai, WEEK, at=later)
    assert make.lines(session, plan) == [line]


# Whoever is gone -----------------------------------------------------------------------------


@pytest.mark.parametrize("act", [moving.suspend, moving.close_account])
def test_whoever_leaves_hands_on_every_sheet_of_every_campaign(
    session: Session, essai: Campaign, act: object
) -> None:
    other = make.campaign(session, "autre")
    gone = make.volunteer(session, essai, ALL)
    session.add(Membership(campaign_id=other.id, user_id=gone.id))
    stays = make.volunteer(session, essai, ALL)
    session.add(Membership(campaign_id=other.id, user_id=stays.id))
    for of in (essai, other):
        for _ in range(4):
            make.person(session, of)
    plans = [make.published(session, essai), make.published(session, other)]
    plans.append(sheets.propose(session, other, NEXT, at=TUESDAY))
    assert all(make.lines(session, plan, gone) for plan in plans)
    assert callable(act)
    act(session, essai, gone, by=stays, at=TUESDAY)
    assert [len(make.lines(session, plan, gone)) for plan in plans] == [0, 0, 0]
    assert [len(make.lines(session, plan, stays)) for plan in plans] == [4, 4, 4]


def test_half_days_unticked_after_the_split_return_their_lines_before_publishing(
    session: Session, essai: Campaign
) -> None:
    gone, stays = make.volunteer(session, essai, ALL), make.volunteer(session, essai, ALL)
    for _ in range(4):
        make.person(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    team.set_half_days(session, gone, [], by=gone, at=EVE)
    sheets.publish(session, plan, by=None, at=EVE)
    assert len(make.lines(session, plan, stays)) == 4
    team.set_half_days(session, stays, [], by=stays, at=EVE)
    team.set_half_days(session, gone, ALL, by=gone, at=EVE)
    moving.top_up(session, essai, WEEK, at=EVE + timedelta(hours=1))
    assert len(make.lines(session, plan, gone)) == 4


def test_one_half_day_is_not_given_to_two_campaigns(session: Session, essai: Campaign) -> None:
    other = make.campaign(session, "autre")
    both = make.volunteer(session, essai, ((3, "am"),), pace=5)
    session.add(Membership(campaign_id=other.id, user_id=both.id))
    for _ in range(3):
        make.person(session, essai)
    for _ in range(8):
        make.person(session, other)
    first, second = make.published(session, essai), make.published(session, other)
    assert len(make.lines(session, first, both)) == 3
    assert len(make.lines(session, second, both)) == 2


# Promises ------------------------------------------------------------------------------------


def test_a_promise_nobody_can_keep_is_said_to_be_at_risk(session: Session, essai: Campaign) -> None:
    away = make.volunteer(session, essai, ((2, "pm"), (4, "am")))
    make.person(session, essai)
    plan = make.published(session, essai)
    (line,) = make.lines(session, plan, away)
    make.volunteer(session, essai, ((3, "am"),))
    promise(session, line, away, WEDNESDAY)

    def at_risk() -> list[promises.AtRisk]:
        volunteers = callers.read(session, essai, plan.week)
        return promises.at_risk(session, essai, plan, volunteers=volunteers, at=TUESDAY)

    assert at_risk() == []
    moved = moving.absent(
        session, essai, away, first_on=WEDNESDAY, last_on=WEDNESDAY, by=away, at=TUESDAY
    )
    assert "1 rappel promis reste en danger" in moved.say
    assert [(one.volunteer, one.promised_at) for one in at_risk()] == [
        (away, weeks.at(WEDNESDAY, 15))
    ]
    assert any("rappel promis tombe pendant votre absence" in one for one in told(session))


def test_a_promise_goes_to_a_colleague_of_the_day_with_its_attempts(
    session: Session, essai: Campaign
) -> None:
    away = make.volunteer(session, essai, ((2, "pm"), (4, "am")))
    make.person(session, essai)
    plan = make.published(session, essai)
    (line,) = make.lines(session, plan, away)
    promise(session, line, away, WEDNESDAY)
    colleague = make.volunteer(session, essai, ((2, "am"),))
    moved = moving.absent(
        session, essai, away, first_on=WEDNESDAY, last_on=WEDNESDAY, by=away, at=TUESDAY
    )
    assert moved.given == 1
    assert make.lines(session, plan, colleague) == [line]


def test_lines_that_are_only_printed_are_not_said_to_be_called(session: Session) -> None:
    essai = make.campaign(session, paper_allowed=True)
    mine = make.volunteer(session, essai, ALL)
    make.person(session, essai)
    make.published(session, essai)
    boss = make.user(session, Role.COORDINATION, essai)
    printing.issue(session, essai, week=WEEK, kind="pdf", volunteers=[mine.id], by=boss, at=TUESDAY)
    at = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    moved = moving.give_back(session, essai, mine, by=mine, at=at)
    assert "1 foyer déjà imprimé reste" in moved.say
    assert "déjà appelé" not in moved.say
