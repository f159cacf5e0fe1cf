"""Two leads at one draft, in their browsers; a page that is left open too long; nothing is lost."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.instance import Instance
from campaigns.models import Office, Role, RouteRow
from tests import factories, needs_stage
from tests.factories import TUESDAY
from tests.needs_stage import PERONNE
from tests.web.test_lead_routes import DRAFT, LINE, leave, plain, post, seen_in

CATEGORY = f"{DRAFT}/ALI_COURSES"


@pytest.fixture
def leads(app: Flask, instance: Instance, somme: None) -> list[FlaskClient]:
    """Two leads, and a draft with a row of its own; nobody raised a need yet."""
    clients = [app.test_client(), app.test_client()]
    with instance.database.unit() as session:
        stage = needs_stage.set_up(session)
        for client in clients:
            someone = factories.user(session, Role.LEAD, stage.campaign)
            factories.sign_in(session, client, someone, at=instance.clock())
    post(clients[0], f"{DRAFT}/commencer")
    post(clients[0], CATEGORY, **LINE, insee=PERONNE)
    return clients


@pytest.fixture
def row_id(leads: list[FlaskClient], instance: Instance) -> str:
    with instance.database.reading() as session:
        return str(session.scalars(sa.select(RouteRow.id).where(RouteRow.insee == PERONNE)).one())


def test_the_second_lead_is_told_keeps_what_they_typed_and_may_save_it(leads, row_id):
    one, other = leads
    opened = [client.get(f"{CATEGORY}?ligne={row_id}").text for client in leads]
    mine = {**LINE, "insee": PERONNE, "row": row_id}
    first = post(one, CATEGORY, **mine | {"destination": "MSA", "seen": seen_in(opened[0])})
    assert first.status_code == 303
    told = post(other, CATEGORY, **mine | {"destination": "CPAM", "seen": seen_in(opened[1])})
    assert told.status_code == 422
    assert "Quelqu’un a changé cette ligne" in plain(told.text)
    assert 'value="CPAM"' in told.text
    assert "MSA Picardie" in plain(told.text)
    again = post(other, CATEGORY, **mine | {"destination": "CPAM", "seen": seen_in(told.text)})
    assert again.status_code == 303
    assert "CPAM de la Somme" in plain(other.get(CATEGORY).text)


def test_what_was_typed_in_a_draft_published_meanwhile_goes_into_a_new_one(leads, row_id):
    one, other = leads
    opened = other.get(f"{CATEGORY}?ligne={row_id}").text
    assert leave(one, f"{DRAFT}/publier", f"{DRAFT}/essai").status_code == 303
    mine = {**LINE, "insee": PERONNE, "row": row_id, "destination": "CPAM"}
    saved = post(other, CATEGORY, **mine, seen=seen_in(opened))
    assert saved.status_code == 303
    page = plain(other.get(saved.location).text)
    assert "en voici un nouveau" in page
    assert "Table n° 1, en vigueur" in plain(other.get("/pilotage/orientation").text)
    assert len(re.findall(r"Péronne", other.get(CATEGORY).text.split("<form class")[0])) == 1


def test_a_draft_changed_since_its_trial_is_tried_again_before_it_is_published(leads):
    one, other = leads
    trial = one.get(f"{DRAFT}/essai").text
    post(other, f"{DRAFT}/ALI_PORTAGE", **LINE, insee=PERONNE)
    refused = post(one, f"{DRAFT}/publier", note="Essai", seen=seen_in(trial))
    assert refused.status_code == 422
    assert "Quelqu’un a changé ce brouillon" in plain(refused.text)
    assert 'value="Essai"' in refused.text
    assert post(one, f"{DRAFT}/publier", seen=seen_in(refused.text)).status_code == 303


def test_publishing_abandoning_and_going_back_a_second_time_say_so(leads):
    one, other = leads
    trial, draft = (other.get(page).text for page in (f"{DRAFT}/essai", DRAFT))
    assert leave(one, f"{DRAFT}/publier", f"{DRAFT}/essai").status_code == 303
    for path, page in ((f"{DRAFT}/publier", trial), (f"{DRAFT}/abandonner", draft)):
        answer = post(other, path, seen=seen_in(page))
        assert answer.status_code == 303
        assert "Il n’y a pas de brouillon" in plain(other.get(answer.location).text)
    back = "/pilotage/orientation/retour/0"
    assert post(one, back).status_code == 303
    refused = post(other, back)
    assert refused.status_code == 422
    assert "C’est déjà la table en vigueur" in plain(refused.text)


def test_a_trial_with_no_need_says_there_is_nothing_to_send_again(leads):
    assert "Aucun besoin n’a encore été envoyé" in plain(leads[0].get(f"{DRAFT}/essai").text)


def test_a_kind_of_need_nobody_knows_is_not_found(leads):
    assert leads[0].get(f"{DRAFT}/RIEN").status_code == 404
    assert post(leads[0], f"{DRAFT}/RIEN", **LINE).status_code == 404


def test_a_row_to_an_office_that_closed_is_refused_when_it_is_published(leads, instance):
    with instance.database.unit() as session:
        session.execute(sa.update(Office).where(Office.code == "CAF").values(closed_at=TUESDAY))
    refused = leave(leads[0], f"{DRAFT}/publier", f"{DRAFT}/essai")
    assert refused.status_code == 422
    assert "« CAF »" in plain(refused.text)
    assert "fermé" in plain(refused.text)
    line = post(leads[0], CATEGORY, **LINE, insee="80021")
    assert line.status_code == 422
