"""The launch: presets, copies, who comes along, the check-list, moves said before they are done."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, guide, guide_text, launch, launching, overview, reference, team
from campaigns.launching import Step, StepState, Whom
from campaigns.models import (
    Alarm,
    AlarmWhy,
    Campaign,
    CampaignState,
    Enrolment,
    GuideSwitch,
    Organisation,
    Person,
    Provenance,
    Role,
    SourceDecision,
    SourceList,
    StopReason,
    User,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.routes import tables
from tests import factories
from tests.factories import EVE, TUESDAY
from tests.needs_stage import set_up


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session, name="Canicule 2026", is_register=True)


@pytest.fixture
def lead(session: Session) -> User:
    return factories.user(session, Role.LEAD)


def copied(session: Session, campaign: Campaign, lead: User, name: str = "Copie") -> Campaign:
    return launching.copy(session, campaign, name=name, with_volunteers=True, by=lead, at=TUESDAY)


# Presets ------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", reference.presets())
def test_a_campaign_made_from_a_preset_reads_and_works(session: Session, slug: str) -> None:
    factories.campaign(session)
    preset = reference.presets()[slug]
    made = launching.from_preset(session, name=slug, preset=slug, by=None, at=EVE)
    assert (made.state, made.preset, made.sweep_percent) == (
        CampaignState.DRAFT,
        slug,
        preset.sweep_percent,
    )
    assert made.purpose
    assert made.legal_basis
    text = guide.versions.current(session, made).markdown
    assert guide_text.checking.problems(text) == ()
    on = set(session.scalars(sa.select(GuideSwitch.section)))
    assert on == set(preset.read) <= {section.id for section in guide_text.sections(text)}


def test_the_heat_preset_serves_the_register_and_the_others_do_not(session: Session) -> None:
    factories.campaign(session)
    made = {
        slug: launching.from_preset(session, name=slug, preset=slug, by=None, at=EVE)
        for slug in reference.presets()
    }
    assert [slug for slug, one in made.items() if one.is_register] == ["canicule"]
    assert "monoxyde" in guide.versions.current(session, made["grand-froid"]).markdown


def test_an_unknown_preset_is_refused(session: Session) -> None:
    factories.campaign(session)
    with pytest.raises(Refusal) as refused:
        launching.from_preset(session, name="Essai 2", preset="pluie", by=None, at=EVE)
    assert refused.value.field == "preset"


# Copies -------------------------------------------------------------------------------------


def test_a_copy_keeps_the_settings_the_guide_and_the_team(
    session: Session, campaign: Campaign, lead: User
) -> None:
    campaign.rules, campaign.pace = {"max_per_day": 1}, 17
    campaign.thresholds = {
        "silence": {"tries": 4},
        "pilot": {"volunteers": [1], "over": True},
        "routes_aside": {"1:ALI_COURSES:": {"until": "2027-01-01", "why": "au_cas"}},
    }
    campaign.purpose = "Le plan d’alerte"
    volunteer = factories.volunteer(session, campaign)
    gone = factories.volunteer(session, campaign, disabled_at=EVE)
    accounts.invite(session, volunteer, by=lead, at=EVE)
    made = copied(session, campaign, lead)
    assert (made.state, made.rules, made.pace) == (CampaignState.DRAFT, {"max_per_day": 1}, 17)
    assert made.thresholds == {"silence": {"tries": 4}}
    assert (made.purpose, made.is_register, made.copied_from_id) == (
        campaign.purpose,
        True,
        campaign.id,
    )
    members = [one.user.id for one in team.volunteers(session, made, today=TUESDAY.date())]
    assert members == [volunteer.id]
    assert gone.id not in members
    assert set(tables.in_force(session, made)) == set(tables.in_force(session, campaign))
    assert overview.not_yet_invited(session, made) == [volunteer]  # they come again
    accounts.invite(session, volunteer, by=lead, at=TUESDAY)
    assert overview.not_yet_invited(session, made) == []


def people(session: Session, campaign: Campaign) -> dict[str, Person]:
    """Who said yes, who did not say, who said no, who left, who is kept aside."""
    wishes = {"yes": Wish.WEEKLY, "undecided": Wish.UNDECIDED, "never": Wish.NEVER}
    found = {
        name: factories.person(session, campaign, enrolled={"wish": wish})
        for name, wish in wishes.items()
    }
    weekly = {"wish": Wish.WEEKLY}
    found["left"] = factories.person(
        session, campaign, enrolled=weekly, stop=StopReason.DIED, stopped_at=EVE
    )
    found["held"] = factories.person(session, campaign, enrolled=weekly, hold="à confirmer")
    return found


def brought(session: Session, made: Campaign, source: Campaign, whom: Whom, lead: User) -> set[int]:
    launching.bring_people(session, made, source, whom, by=lead, at=TUESDAY)
    return set(
        session.scalars(sa.select(Enrolment.person_id).where(Enrolment.campaign_id == made.id))
    )


@pytest.mark.parametrize(
    ("whom", "names"),
    [(Whom.NOBODY, set()), (Whom.WHO_SAID_YES, {"yes"}), (Whom.EVERYBODY, {"yes", "undecided"})],
)
def test_only_who_may_be_called_comes_along(
    session: Session, campaign: Campaign, lead: User, whom: Whom, names: set[str]
) -> None:
    found = people(session, campaign)
    made = copied(session, campaign, lead)
    assert brought(session, made, campaign, whom, lead) == {found[name].id for name in names}
    assert brought(session, made, campaign, whom, lead) == {found[name].id for name in names}


def test_the_known_voice_and_the_wish_come_along_but_a_first_call_is_owed(
    session: Session, campaign: Campaign, lead: User
) -> None:
    volunteer = factories.volunteer(session, campaign)
    whom = factories.person(
        session, campaign, enrolled={"wish": Wish.MONTHLY, "last_volunteer_id": volunteer.id}
    )
    brought(session, copied(session, campaign, lead), campaign, Whom.WHO_SAID_YES, lead)
    came = factories.enrolment(session, whom)
    assert (came.wish, came.last_volunteer_id) == (Wish.MONTHLY, volunteer.id)
    assert (came.stage.value, came.informed_at, came.noticed_at) == ("sweep", None, None)


def register(session: Session, *whom: Person) -> SourceList:
    source = SourceList(name="Registre", is_register=True, created_at=EVE)
    session.add(source)
    session.add_all(Provenance(person_id=one.id, source="Registre") for one in whom)
    session.flush()
    return source


def test_a_register_stays_out_of_another_use_without_a_named_decision(
    session: Session, campaign: Campaign, lead: User
) -> None:
    yes = {"wish": Wish.WEEKLY}
    alone, both, by_hand = (factories.person(session, campaign, enrolled=yes) for _ in range(3))
    source = register(session, alone, both)
    session.add(Provenance(person_id=both.id, source="IODAS"))
    made = copied(session, campaign, lead)
    made.is_register = False
    told = launching.bring_people(session, made, campaign, Whom.WHO_SAID_YES, by=lead, at=TUESDAY)
    assert (told.enrolled, told.kept_by_register) == (1, 2)  # by hand into a register: its own
    session.add(
        SourceDecision(
            source_id=source.id, campaign_id=made.id, by_id=lead.id, reason="Crise", at=TUESDAY
        )
    )
    came = brought(session, made, campaign, Whom.WHO_SAID_YES, lead)
    assert came == {alone.id, both.id}
    assert by_hand.id not in came


def test_everybody_comes_only_for_the_same_use(
    session: Session, campaign: Campaign, lead: User
) -> None:
    made = copied(session, campaign, lead)
    made.purpose = "Autre chose"
    with pytest.raises(Refusal) as refused:
        launching.bring_people(session, made, campaign, Whom.EVERYBODY, by=lead, at=TUESDAY)
    assert refused.value.field == "people"


# The check-list -----------------------------------------------------------------------------


def states(session: Session, campaign: Campaign) -> dict[Step, StepState]:
    return {one.step: one.state for one in launching.checklist.read(session, campaign)}


def test_an_empty_campaign_has_everything_to_do_in_order(session: Session) -> None:
    campaign = factories.campaign(session, state=CampaignState.DRAFT)
    found = states(session, campaign)
    assert list(found) == list(Step)
    assert StepState.DONE not in found.values()
    assert found[Step.NOTICES] is found[Step.REHEARSAL] is StepState.OPTIONAL
    assert found[Step.PILOT] is found[Step.SHEETS] is found[Step.OPEN] is StepState.LATER


def test_a_step_is_done_when_what_it_asks_is_there(session: Session, lead: User) -> None:
    campaign = factories.campaign(session, state=CampaignState.DRAFT)
    organisation = session.get_one(Organisation, 1)
    organisation.of_name = "du Département de la Somme"
    organisation.switchboard_phone = "+33353010080"
    organisation.coordination_email = "coordination@example.org"
    factories.commune(session)
    factories.person(session, campaign)
    volunteer = factories.volunteer(session, campaign)
    factories.user(session, Role.COORDINATION, campaign)
    found = states(session, campaign)
    for step in (Step.ORGANISATION, Step.PLACES, Step.LIST, Step.TEAM):
        assert found[step] is StepState.DONE
    assert found[Step.PILOT] is found[Step.INVITE] is StepState.TO_DO
    launch.pilot.choose(session, campaign, [volunteer.id], by=lead, at=EVE)
    launching.move(session, campaign, CampaignState.PILOT, by=lead, at=EVE)
    accounts.invite(session, volunteer, by=lead, at=EVE)
    found = states(session, campaign)
    assert found[Step.PILOT] is found[Step.INVITE] is StepState.DONE
    assert found[Step.SHEETS] is found[Step.OPEN] is StepState.TO_DO
    factories.published(session, campaign)
    assert states(session, campaign)[Step.SHEETS] is StepState.DONE


def test_a_tick_is_kept_with_who_and_taken_back(session: Session, lead: User) -> None:
    campaign = factories.campaign(session)
    launching.tick(session, campaign, Step.GUIDE, by=lead, at=TUESDAY)
    assert campaign.checklist == {"guide": {"at": TUESDAY.isoformat(), "by": lead.id}}
    assert states(session, campaign)[Step.GUIDE] is StepState.DONE
    launching.untick(session, campaign, Step.GUIDE, by=lead, at=TUESDAY)
    assert states(session, campaign)[Step.GUIDE] is StepState.TO_DO


def test_what_is_seen_is_never_ticked(session: Session, lead: User) -> None:
    campaign = factories.campaign(session)
    with pytest.raises(Refusal, match="d’elle-même"):
        launching.tick(session, campaign, Step.LIST, by=lead, at=TUESDAY)


def test_a_test_mail_goes_the_way_of_all_mails_once_a_minute(session: Session, lead: User) -> None:
    campaign = factories.campaign(session)
    assert launching.try_mails(session, by=lead, at=TUESDAY)
    assert not launching.try_mails(session, by=lead, at=TUESDAY + timedelta(seconds=20))
    assert launching.try_mails(session, by=lead, at=TUESDAY + timedelta(minutes=1))
    assert states(session, campaign)[Step.MAILS] is StepState.TO_DO  # not sent yet


# Moves --------------------------------------------------------------------------------------


def test_every_move_is_explained_before_it_is_done(session: Session) -> None:
    for state in CampaignState:
        campaign = factories.campaign(session, f"essai-{state.value}", state=state)
        campaign.thresholds = {"pilot": {"volunteers": [1]}}
        for wanted in CampaignState:
            if wanted in launch.ways(campaign):
                told = launching.explain(session, campaign, wanted)
                assert told.changes
                assert told.stays
                assert (told.left is not None) is (wanted is CampaignState.CLOSED)
            else:
                with pytest.raises(Refusal, match="ne peut pas devenir"):
                    launching.explain(session, campaign, wanted)


def test_a_campaign_ends_only_when_somebody_follows_what_is_open(session: Session) -> None:
    stage = set_up(session)
    lead = factories.user(session, Role.LEAD)
    stage.raised("ALI_COURSES")
    session.add(
        Alarm(
            campaign_id=stage.campaign.id,
            person_id=stage.paulette.id,
            opened_at=EVE,
            why=AlarmWhy.SILENCE,
            say="Trois essais sans réponse.",
            due_at=TUESDAY,
        )
    )
    session.flush()
    found = launching.explain(session, stage.campaign, CampaignState.CLOSED).left
    assert found is not None
    assert (found.needs, found.alarms) == (1, 1)
    with pytest.raises(Refusal) as refused:
        launching.move(session, stage.campaign, CampaignState.CLOSED, by=lead, at=TUESDAY)
    assert refused.value.field == "follows"
    assert stage.campaign.closed_at is None
    launching.move(session, stage.campaign, CampaignState.CLOSED, follows=True, by=lead, at=TUESDAY)
    assert stage.campaign.closed_at == TUESDAY


def test_ending_a_campaign_ends_its_heat_alert(session: Session, lead: User) -> None:
    campaign = factories.campaign(session, heat_until=TUESDAY.date())
    launching.move(session, campaign, CampaignState.CLOSED, by=lead, at=TUESDAY)
    assert campaign.heat_until is None
