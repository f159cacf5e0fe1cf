"""The lead's first page: three sentences that are true in every state, then the figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns.models import (
    Alarm,
    AlarmWhy,
    Campaign,
    CampaignState,
    LeftOut,
    Role,
    Wish,
)
from tests import factories
from tests.factories import EVE, TUESDAY
from tests.web.visiting import Visitor


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


def read(lead: Visitor) -> str:
    """The page as it is read: one kind of space."""
    return " ".join(lead.get().replace("&nbsp;", " ").split())  # splits on U+00A0 too


def in_state(lead: Visitor, state: CampaignState, *, people: int = 3) -> str:
    """The first page of a campaign in a state, with a volunteer."""

    def write(session: Session) -> None:
        campaign = session.get_one(Campaign, lead.campaign.id)
        for _ in range(people):
            factories.person(session, campaign)
        factories.volunteer(session, campaign)
        campaign.state = state
        campaign.closed_at = EVE if state is CampaignState.CLOSED else None

    lead.keep(write)
    return read(lead)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CampaignState.DRAFT, "aucun appel ne part avant l’ouverture"),
        (CampaignState.PILOT, "pendant le pilote, seules quelques-unes sont appelées"),
        (CampaignState.OPEN, "le premier tour finit dans <strong>1 semaine</strong>"),
        (CampaignState.PAUSED, "personne n’est appelé pendant la pause"),
        (CampaignState.CLOSED, "Plus personne n’est appelé : <strong>0 personne a été jointe"),
    ],
)
def test_the_first_sentence_is_true_in_every_state(
    lead: Visitor, state: CampaignState, said: str
) -> None:
    page = in_state(lead, state)
    assert said in page
    assert ("attendent leur premier appel" in page) is (state is not CampaignState.CLOSED)
    assert page.count("Rien n’attend trop longtemps") == 1
    assert page.index("En trois phrases") < page.index('class="stat"')


def test_a_campaign_whose_people_were_forgotten_says_so(lead: Visitor) -> None:
    page = in_state(lead, CampaignState.CLOSED, people=0)
    assert "ont été effacées" in page
    assert "/pilotage/bilan" in page
    assert "Importer une liste" not in page


def test_an_alarm_past_its_time_is_what_waits_too_long(lead: Visitor) -> None:
    def write(session: Session) -> None:
        whom = factories.person(session, lead.campaign)
        session.add(
            Alarm(
                campaign_id=lead.campaign.id,
                person_id=whom.id,
                why=AlarmWhy.SILENCE,
                say="Ne répond plus.",
                opened_at=EVE,
                due_at=TUESDAY - timedelta(hours=1),
            )
        )

    lead.keep(write)
    page = read(lead)
    assert "1 levée de doute dépasse</strong> son délai" in page
    assert "Rien n’attend trop longtemps" not in page


def test_who_waits_for_a_weekly_call_is_told_with_the_rule_and_the_next_places(
    lead: Visitor,
) -> None:
    def write(session: Session) -> None:
        campaign = session.get_one(Campaign, lead.campaign.id)
        factories.volunteer(session, campaign)
        factories.person(session, campaign)
        plan = factories.published(session, campaign)
        late = factories.person(session, campaign, enrolled={"wish": Wish.WEEKLY})
        reason = "no_room"
        session.add(LeftOut(plan_id=plan.id, household_id=late.household_id, reason=reason))

    lead.keep(write)
    page = read(lead)
    assert "<strong>1 personne souhaite</strong> un appel chaque semaine et attend" in page
    assert "prochaines places jeudi 26 novembre à 18 h" in page
    assert "Qui passe avant qui" in page
    assert "40 % sont gardées aux premiers appels" in page


def test_people_nobody_may_call_are_told_by_cause_with_the_page_that_mends_it(
    lead: Visitor,
) -> None:
    def write(session: Session) -> None:
        factories.person(session, lead.campaign, has_number=False)
        factories.person(session, lead.campaign, hold="EHPAD")

    lead.keep(write)
    page = read(lead)
    assert "Personne ne peut encore être appelé" in page
    assert 'quoi=number">Numéro à trouver</a></th> <td class="number">1</td>' in page
    assert 'quoi=hold">À confirmer avant d’appeler</a></th> <td class="number">1</td>' in page


def test_the_menu_keeps_the_daily_pages_in_sight_and_folds_the_others(lead: Visitor) -> None:
    page = lead.get()
    wide = page.partition('<nav class="topnav"')[2].partition("</nav>")[0]
    in_sight, _, folded = wide.partition("<summary>Plus</summary>")
    assert in_sight.count("<a ") == 7
    assert "Chiffres" in in_sight
    for name in ("Mise en route", "Annonces", "Bilan", "Exports", "Courriels", "Journal"):
        assert f">{name}</a>" in folded
