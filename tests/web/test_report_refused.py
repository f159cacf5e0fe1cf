"""Reports that contradict themselves, or come from a page of another day: said in French, kept."""

from __future__ import annotations

import pytest
from flask import Flask

from appel_solidaire.db import Database
from campaigns.models import Call, Campaign, Person
from tests import factories
from tests.web.test_volunteer import Desk

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
NOTE = "À ne pas perdre"


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"spoke": "avant"}, "Choisissez une des réponses de la page."),
        ({"spoke": "oui", "mood": "bien", "wish": "TOUJOURS"}, "Choisissez une des réponses"),
        ({"spoke": "plus_tard", "asked_day": "2026-02-31"}, "Ce jour n’existe pas"),
        ({"spoke": "sonne", "phone_id": "abc"}, "Cette page est trop ancienne"),
        ({"spoke": "sonne", "key": "a"}, "Cette page est trop ancienne"),
    ],
)
def test_what_an_older_page_sends_is_refused_in_french_with_its_text(
    desk: Desk, answers: dict[str, str], sentence: str
) -> None:
    back = desk.send(**answers, note=NOTE)
    assert back.status_code == 422
    assert sentence in back.text.replace("\u00a0", " ")
    assert NOTE in back.text
    assert "Not a valid" not in back.text
    assert "Field must" not in back.text


@pytest.mark.parametrize("situation", ["REFUS_JOUR", "MEFIANCE", "LANGUE", "AUDITION"])
def test_something_worrying_is_not_dropped_for_a_conversation_that_could_not_be_held(
    desk: Desk, situation: str
) -> None:
    back = desk.send(spoke="oui", mood="inquietant", situation_oui=situation)
    assert back.status_code == 422
    assert "quelque chose d’inquiétant" in back.text
    assert desk.count(Call) == 0


def test_confused_words_alert_by_themselves(desk: Desk) -> None:
    kept = desk.send(spoke="oui", mood="inquietant", situation_oui="CONFUSION")
    assert kept.status_code == 303


def test_a_death_with_calls_wished_for_is_asked_about(desk: Desk) -> None:
    back = desk.send(spoke="autre", situation_autre="DECEDE", wish="HEBDO", note=NOTE)
    assert back.status_code == 422
    assert "arrête les appels" in back.text
    assert NOTE in back.text
    kept = desk.send(spoke="autre", situation_autre="DECEDE", wish="JAMAIS")
    assert kept.status_code == 303


def test_the_text_about_somebody_stopped_meanwhile_is_never_laid_on_their_spouse_s_page(
    desk: Desk,
) -> None:
    with desk.database.unit() as session:
        her = session.get_one(Person, desk.person.id)
        campaign = session.get_one(Campaign, desk.campaign_id)
        factories.person(
            session, campaign, household=her.household, first_name="Marcel",
            last_name="Dupont", insee=her.insee,
        )  # fmt: skip
    hidden = desk.hidden() | {"action": "enregistrer", "spoke": "oui", "mood": "bien"}
    with desk.database.unit() as session:
        session.get_one(Person, desk.person.id).hold = "À vérifier"
    back = desk.client.post(desk.url(), data=hidden | {"note": NOTE})
    assert back.status_code == 422
    assert NOTE in back.text
    assert "Cette personne n’est plus à appeler" in back.text
    assert "Marcel" not in back.text
    assert desk.count(Call) == 0
