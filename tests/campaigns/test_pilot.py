"""The pilot: five volunteers and fifty people at most, until the campaign opens to all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, launch, overview, sheets
from campaigns.models import Campaign, CampaignState, Line, Person, Role, Sheet, User, WeekPlan
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import EVE, TUESDAY, WEEK

EVERY = tuple((day, half) for day in range(5) for half in ("am", "pm"))


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session, state=CampaignState.DRAFT)


@pytest.fixture
def lead(session: Session) -> User:
    return factories.user(session, Role.LEAD)


def team_of(session: Session, campaign: Campaign, count: int) -> list[User]:
    return [factories.volunteer(session, campaign, EVERY) for _ in range(count)]


def begin(session: Session, campaign: Campaign, chosen: list[User], lead: User) -> None:
    launch.pilot.choose(session, campaign, [one.id for one in chosen], by=lead, at=EVE)
    launch.move(session, campaign, CampaignState.PILOT, by=lead, at=EVE)


def people_on_sheets(session: Session, plan: WeekPlan) -> int:
    query = (
        sa.select(sa.func.count(Person.id))
        .join(Line, Line.household_id == Person.household_id)
        .where(Line.plan_id == plan.id)
    )
    return session.scalar(query) or 0


@pytest.mark.parametrize("count", [0, 6])
def test_a_pilot_has_between_one_and_five_volunteers(
    session: Session, campaign: Campaign, lead: User, count: int
) -> None:
    ids = [one.id for one in team_of(session, campaign, count)]
    with pytest.raises(Refusal) as refused:
        launch.pilot.choose(session, campaign, ids, by=lead, at=EVE)
    assert refused.value.field == "volunteers"


def test_somebody_who_does_not_take_part_is_not_chosen(
    session: Session, campaign: Campaign, lead: User
) -> None:
    elsewhere = factories.volunteer(session, factories.campaign(session, "autre"))
    suspended = factories.volunteer(session, campaign, suspended_at=EVE)
    for one in (elsewhere, suspended, lead):
        with pytest.raises(Refusal, match="de cette campagne"):
            launch.pilot.choose(session, campaign, [one.id], by=lead, at=EVE)


def test_a_pilot_nobody_was_chosen_for_does_not_begin(
    session: Session, campaign: Campaign, lead: User
) -> None:
    with pytest.raises(Refusal, match="Choisissez d’abord"):
        launch.move(session, campaign, CampaignState.PILOT, by=lead, at=EVE)
    assert campaign.state is CampaignState.DRAFT


def test_the_split_of_a_pilot_takes_its_volunteers_and_fifty_people_at_most(
    session: Session, campaign: Campaign, lead: User
) -> None:
    users = team_of(session, campaign, 7)
    couple = factories.person(session, campaign, enrolled={"priority": 0})
    factories.person(session, campaign, household=couple.household)
    for _ in range(60):
        factories.person(session, campaign)
    begin(session, campaign, users[:5], lead)
    plan = sheets.propose(session, campaign, WEEK, at=EVE)
    assert people_on_sheets(session, plan) == 50
    served = set(session.scalars(sa.select(Sheet.volunteer_id).where(Sheet.plan_id == plan.id)))
    assert served <= {one.id for one in users[:5]}
    assert couple.household_id in {line.household_id for line in factories.lines(session, plan)}


def test_the_people_of_a_pilot_stay_the_same_the_next_week(
    session: Session, campaign: Campaign, lead: User
) -> None:
    users = team_of(session, campaign, 5)
    for _ in range(60):
        factories.person(session, campaign)
    begin(session, campaign, users, lead)
    first = {
        line.household_id
        for line in factories.lines(session, factories.published(session, campaign))
    }
    again = sheets.propose(session, campaign, "2026-W49", at=TUESDAY)
    assert {line.household_id for line in factories.lines(session, again)} == first


def test_a_household_too_big_for_what_is_left_waits(
    session: Session, campaign: Campaign, lead: User
) -> None:
    users = team_of(session, campaign, 5)
    for _ in range(49):
        factories.person(session, campaign, enrolled={"priority": 1})
    couple = factories.person(session, campaign, enrolled={"priority": 2})
    factories.person(session, campaign, household=couple.household, enrolled={"priority": 2})
    alone = factories.person(session, campaign, enrolled={"priority": 3})
    begin(session, campaign, users, lead)
    plan = sheets.propose(session, campaign, WEEK, at=EVE)
    homes = {line.household_id for line in factories.lines(session, plan)}
    assert people_on_sheets(session, plan) == 50
    assert alone.household_id in homes
    assert couple.household_id not in homes


def test_opening_lets_everybody_in_and_ends_the_pilot_for_good(
    session: Session, campaign: Campaign, lead: User
) -> None:
    users = team_of(session, campaign, 6)
    for _ in range(60):
        factories.person(session, campaign)
    begin(session, campaign, users[:1], lead)
    launch.move(session, campaign, CampaignState.OPEN, by=lead, at=TUESDAY)
    plan = sheets.propose(session, campaign, "2026-W49", at=TUESDAY)
    assert people_on_sheets(session, plan) == 60
    launch.move(session, campaign, CampaignState.PAUSED, by=lead, at=TUESDAY)
    assert CampaignState.PILOT not in launch.ways(campaign)
    with pytest.raises(Refusal, match="Le pilote est fini"):
        launch.move(session, campaign, CampaignState.PILOT, by=lead, at=TUESDAY)
    with pytest.raises(Refusal, match="plus de pilote"):
        launch.pilot.choose(session, campaign, [users[0].id], by=lead, at=TUESDAY)


def test_who_is_not_in_the_pilot_waits_for_the_invitation(
    session: Session, campaign: Campaign, lead: User
) -> None:
    users = team_of(session, campaign, 3)
    assert len(overview.not_yet_invited(session, campaign)) == 3
    begin(session, campaign, users[:1], lead)
    assert overview.not_yet_invited(session, campaign) == users[:1]
    accounts.invite(session, users[0], by=lead, at=EVE)
    assert overview.not_yet_invited(session, campaign) == []
    launch.move(session, campaign, CampaignState.OPEN, by=lead, at=TUESDAY)
    assert set(overview.not_yet_invited(session, campaign)) == set(users[1:])


def test_the_days_calls_began_and_ended_are_kept(
    session: Session, campaign: Campaign, lead: User
) -> None:
    begin(session, campaign, team_of(session, campaign, 1), lead)
    launch.move(session, campaign, CampaignState.OPEN, by=lead, at=TUESDAY)
    assert campaign.opened_at == EVE
    assert campaign.closed_at is None
    launch.move(session, campaign, CampaignState.CLOSED, by=lead, at=TUESDAY)
    assert campaign.closed_at == TUESDAY
