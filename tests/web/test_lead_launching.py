"""The launch on screen: steps done in place, moves said before, copies, notices as files."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns.models import (
    Alarm,
    AlarmWhy,
    Campaign,
    CampaignState,
    Enrolment,
    JournalEntry,
    Organisation,
    OutgoingMail,
    Person,
    Provenance,
    Role,
    SourceDecision,
    SourceList,
    Wish,
)
from tests import factories
from tests.factories import EVE, TUESDAY
from tests.web.visiting import Visitor, token_of

HOME = {"address": "4 rue du Moulin", "postal_code": "80100", "town": "Abbeville"}
ORGANISATION = {
    "name": "Département de la Somme",
    "of_name": "du Département de la Somme",
    "switchboard_phone": "03 53 01 00 10",
    "coordination_email": "coordination@example.org",
    "territory_word": "MDSI",
    "dpo_contact": "dpo@example.org",
}
Keep = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


@pytest.fixture
def keep(lead: Visitor) -> Keep:
    return lead.keep


@pytest.fixture
def campaign(lead: Visitor, keep: Keep) -> Campaign:
    keep(
        lambda session: setattr(
            session.get(Campaign, lead.campaign.id), "state", CampaignState.DRAFT
        )
    )
    return lead.campaign


def plain(page: str) -> str:
    return page.replace("\xa0", " ")


def test_an_empty_instance_leads_to_the_launch(client: FlaskClient, database: Database) -> None:
    lead = Visitor(client, database, role=Role.LEAD, prefix="/pilotage/", has_campaign=False)
    assert "<h1>Mise en route</h1>" in lead.get("")
    assert lead.post("campagnes", name="Hiver", preset="grand-froid")[0] == 303
    assert "1 étape faite sur 14" in plain(lead.get("mise-en-route"))
    assert lead.read(sa.select(Campaign.preset)) == ["grand-froid"]


@pytest.mark.usefixtures("campaign")
def test_the_first_thing_to_do_is_the_one_main_action(lead: Visitor) -> None:
    page = lead.get("mise-en-route")
    assert page.count("btn-primary") == 1
    assert "Enregistrer l’organisation" in page
    assert lead.post("mise-en-route/organisation", **ORGANISATION)[0] == 303
    page = plain(lead.get("mise-en-route"))
    assert "1 étape faite sur 14" in page
    assert page.count("btn-primary") == 1
    (mine,) = lead.read(sa.select(Organisation))
    assert (mine.territory_word, mine.dpo_contact) == ("MDSI", "dpo@example.org")


@pytest.mark.usefixtures("campaign")
def test_what_was_typed_wrong_is_given_back_in_place(lead: Visitor) -> None:
    status, page = lead.post(
        "mise-en-route/organisation", **ORGANISATION | {"switchboard_phone": "12"}
    )
    assert status == 422
    assert 'href="#switchboard_phone"' in page
    assert 'value="MDSI"' in page


@pytest.mark.usefixtures("campaign")
def test_a_step_is_ticked_and_taken_back(lead: Visitor) -> None:
    assert lead.post("mise-en-route/etape", etape="guide")[0] == 303
    assert "Décocher" in lead.get("mise-en-route")
    assert lead.post("mise-en-route/etape", etape="guide", fait="non")[0] == 303
    assert "Décocher" not in lead.get("mise-en-route")
    assert lead.post("mise-en-route/etape", etape="list")[0] == 422
    assert lead.post("mise-en-route/etape", etape="rien")[0] == 404


@pytest.mark.usefixtures("campaign")
def test_a_test_mail_leaves_to_whoever_asks(lead: Visitor) -> None:
    assert lead.post("mise-en-route/courriel")[0] == 303
    (mail,) = lead.read(sa.select(OutgoingMail))
    assert (mail.kind, mail.to_address) == ("mail_trial", lead.me.email)
    assert "part dans la minute" in lead.get("mise-en-route")


def test_the_training_may_be_asked_or_not(lead: Visitor, campaign: Campaign) -> None:
    for said, wanted in (("oui", True), ("non", False)):
        assert lead.post("mise-en-route/formation", exigee=said)[0] == 303
        assert lead.read(sa.select(Campaign.training_required)) == [wanted]


def test_the_pilot_begins_with_those_chosen_and_only_they_are_invited(
    lead: Visitor, keep: Keep, campaign: Campaign
) -> None:
    ids = keep(lambda session: [factories.volunteer(session, campaign).id for _ in range(6)])
    six = lead.client.post(
        "/pilotage/mise-en-route/pilote",
        data={"volunteers": ids, "csrf_token": token_of(lead.get())},
    )
    assert six.status_code == 422
    assert "entre 1 et 5" in six.text
    assert lead.post("mise-en-route/pilote", volunteers=ids[:2])[0] == 303
    assert lead.read(sa.select(Campaign.state)) == [CampaignState.PILOT]
    assert lead.post("mise-en-route/invitations")[0] == 303
    sent = lead.read(sa.select(OutgoingMail.user_id).where(OutgoingMail.kind == "invitation"))
    assert sorted(sent) == sorted(ids[:2])
    assert "Chacun a reçu son lien" in lead.get("mise-en-route")


def test_a_move_is_said_then_done(lead: Visitor) -> None:
    path = f"campagnes/{lead.campaign.id}/etat"
    assert "Plus aucune feuille ne part" in lead.get(f"{path}?vers=paused")
    assert lead.read(sa.select(Campaign.state)) == [CampaignState.OPEN]
    assert lead.post(path, etat="paused")[0] == 303
    assert lead.read(sa.select(Campaign.state)) == [CampaignState.PAUSED]


def test_ending_asks_who_follows_what_is_open(lead: Visitor, keep: Keep) -> None:
    def silent(session: Session) -> None:
        whom = factories.person(session, lead.campaign)
        about = {"campaign_id": lead.campaign.id, "person_id": whom.id, "opened_at": EVE}
        session.add(Alarm(**about, why=AlarmWhy.SILENCE, say="Trois essais.", due_at=TUESDAY))

    keep(silent)
    path = f"campagnes/{lead.campaign.id}/etat"
    assert "1 levée de doute" in plain(lead.get(f"{path}?vers=closed"))
    status, page = lead.post(path, etat="closed")
    assert status == 422
    assert "qui suit ce qui reste ouvert" in page
    assert lead.post(path, etat="closed", follows="y")[0] == 303
    assert lead.read(sa.select(Campaign.closed_at)) == [TUESDAY]


def test_a_copy_leaves_the_register_out_unless_somebody_says_why(lead: Visitor, keep: Keep) -> None:
    def register(session: Session) -> None:
        session.add(SourceList(name="Registre", is_register=True, created_at=EVE))
        whom = factories.person(session, lead.campaign, enrolled={"wish": Wish.WEEKLY})
        session.add(Provenance(person_id=whom.id, source="Registre"))

    keep(register)
    path = f"campagnes/{lead.campaign.id}/copier"
    assert "registre communal (Registre)" in plain(lead.get(path))
    enrolled = sa.select(sa.func.count(Enrolment.id))
    assert lead.post(path, name="Première", people="yes")[0] == 303
    assert lead.read(enrolled) == [1]
    assert lead.post(path, name="Seconde", people="yes", reason="Crise du 12 mars")[0] == 303
    assert lead.read(enrolled) == [2]
    (decision,) = lead.read(sa.select(SourceDecision))
    assert (decision.by_id, decision.reason) == (lead.me.id, "Crise du 12 mars")
    status, page = lead.post(path, name="Seconde", people="yes")
    assert status == 422
    assert 'value="Seconde"' in page


def test_without_an_official_number_the_notices_send_back_to_it(lead: Visitor, keep: Keep) -> None:
    keep(lambda session: factories.person(session, lead.campaign, **HOME))
    page = lead.get("avis")
    assert "Indiquez d’abord le numéro officiel" in page
    assert "#etape-organisation" in page
    assert lead.post("avis", kind="lettres", reason="Essai")[0] == 422


@pytest.mark.parametrize(("kind", "magic"), [("lettres", b"%PDF-"), ("routeur", b"PK")])
def test_a_file_of_notices_is_made_on_the_fly_with_a_reason(
    lead: Visitor, keep: Keep, kind: str, magic: bytes
) -> None:
    keep(lambda session: setattr(session.get(Organisation, 1), "switchboard_phone", "+33353010080"))
    keep(lambda session: factories.person(session, lead.campaign, **HOME))
    status, page = lead.post("avis", kind=kind, reason=" ")
    assert (status, "Dites à quoi sert" in page) == (422, True)
    assert lead.read(sa.select(Person.trust_code)) == [""]
    form = {"kind": kind, "reason": "Lettre du 12 mars", "csrf_token": token_of(lead.get("avis"))}
    answer = lead.client.post("/pilotage/avis", data=form)
    assert answer.status_code == 200
    assert answer.data.startswith(magic)
    assert "avis-2026-11-24" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    (code,) = lead.read(sa.select(Person.trust_code))
    assert code
    if kind == "routeur":
        (_, row) = openpyxl.load_workbook(BytesIO(answer.data)).active.values
        assert code in row
    assert lead.read(sa.select(Enrolment.notice_channel)) == ["letter"]
    assert "notices_made" in lead.read(sa.select(JournalEntry.action))
    assert "sont prévenues" in lead.get("avis")
