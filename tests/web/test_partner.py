"""A partner's pages: looking spends nothing and shows nobody, one need, only what it requires."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from werkzeug.test import TestResponse

from appel_solidaire.db import Database
from campaigns import needs
from campaigns.models import (
    JournalEntry,
    Need,
    NeedState,
    Organisation,
    Referral,
    ReferralState,
)
from tests.conftest import Clock
from tests.needs_stage import SAID, Stage, faults_of_look, serving, set_up
from tests.web.signing import csrf

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def stage(database: Database, clock: Clock, somme: None) -> Iterator[Stage]:
    """The stage, kept."""
    with database.session(writes=True) as session:
        made = set_up(session)
        session.get_one(Organisation, 1).coordination_phone = "+33353010007"
        database.settle(session, done=True)
        yield made
        session.rollback()


def mailed(database: Database, stage: Stage, category: str = "ALI_COURSES") -> tuple[Need, str]:
    """A need whose mail has left, and the address of its partner's link."""
    need = stage.raised(category)
    referral = need.referrals[0]
    referral.state = ReferralState.SENT
    referral.link_expires_at = need.raised_at + timedelta(days=8)
    token = needs.partner_token(stage.session, referral)
    database.settle(stage.session, done=True)
    return need, f"/partenaire/besoins/{token}"


def states(database: Database, need: Need) -> tuple[NeedState, ReferralState, int]:
    """How the need and its referral stand, and how many steps it has."""
    with database.reading() as session:
        found = session.get_one(Need, need.id)
        return found.state, found.referrals[0].state, len(found.steps)


def press(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    return client.post(address, data={"csrf_token": csrf(client, "/connexion"), **fields})


# The link ----------------------------------------------------------------------------------


def test_looking_at_the_link_changes_nothing_and_names_nobody(
    database: Database, stage: Stage, client: FlaskClient
) -> None:
    need, address = mailed(database, stage)
    before = states(database, need)
    assert client.head(address).status_code == 200
    for _ in range(3):
        page = html.unescape(client.get(address).text)
        assert "Voir ce besoin" in page
        for personal in ("Dupont", "Paulette", "Péronne", SAID, "Courses", need.reference):
            assert personal not in page
    assert states(database, need) == before
    with database.reading() as session:
        opened = sa.select(JournalEntry).where(JournalEntry.action == "referral_opened")
        assert session.scalars(opened).all() == []


def test_the_button_opens_that_one_need(
    database: Database, stage: Stage, client: FlaskClient
) -> None:
    need, address = mailed(database, stage)
    answer = press(client, address)
    page = html.unescape(answer.text)
    assert answer.status_code == 200
    told = ["Paulette Dupont", "Péronne", SAID, "12 rue du Canari", "06\u00a039\u00a098"]
    told += ["D’accord pour transmettre", *[said.label for said in needs.PartnerAnswer]]
    assert [text for text in told if text not in page] == []
    for forbidden in ("APA", "1942", "84 ans", "Karim", "Anne"):
        assert forbidden not in page
    assert states(database, need)[1] is ReferralState.READ


def test_the_button_needs_the_token_of_the_form(
    database: Database, stage: Stage, client: FlaskClient
) -> None:
    need, address = mailed(database, stage)
    assert client.post(address).status_code == 400
    assert states(database, need)[1] is ReferralState.SENT


def test_the_address_stays_home_when_nobody_has_to_go_there(
    database: Database, stage: Stage, client: FlaskClient
) -> None:
    _, address = mailed(database, stage, "SAN_DROITS")
    assert "rue du Canari" not in press(client, address).text


def test_a_dead_link_says_what_to_do(
    database: Database, stage: Stage, client: FlaskClient, clock: Clock
) -> None:
    _, address = mailed(database, stage)
    forged = ["/partenaire/besoins/zut", "/partenaire/besoins/1-", address[:-1]]
    clock.move(days=7, hours=23)
    assert client.get(address).status_code == 200
    clock.move(hours=2)
    for path in [*forged, address]:
        for answer in (client.get(path), press(client, path), press(client, f"{path}/repondre")):
            assert answer.status_code == 410
            assert "03\u00a053\u00a001\u00a000\u00a007" in html.unescape(answer.text)


# The answer --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words", "state", "referral_state"),
    [
        ("pris-en-charge", "", NeedState.WITH_PARTNER, ReferralState.TAKEN),
        ("fait", "Livré ce matin", NeedState.IN_PROGRESS, ReferralState.DONE),
        ("hors-competence", "Voyez la mairie", NeedState.NEW, ReferralState.NOT_OURS),
        ("question", "Quel étage ?", NeedState.NEW, ReferralState.READ),
    ],
)
def test_an_answer_is_kept_and_thanked(
    database: Database,
    stage: Stage,
    client: FlaskClient,
    said: str,
    words: str,
    state: NeedState,
    referral_state: ReferralState,
) -> None:
    need, address = mailed(database, stage)
    press(client, address)
    answer = press(client, f"{address}/repondre", answer=said, words=words)
    assert (answer.status_code, answer.location) == (303, "/partenaire/merci")
    thanks = html.unescape(client.get(answer.location).text)
    assert "Merci" in thanks
    assert "Dupont" not in thanks
    assert states(database, need)[:2] == (state, referral_state)


@pytest.mark.parametrize(
    ("said", "words", "say"),
    [
        ("", "Mon texte", "Choisissez l’une des quatre réponses."),
        ("zut", "Mon texte", "Choisissez l’une des quatre réponses."),
        ("hors-competence", "", "Dites-nous qui est compétent"),
        ("question", " ", "Dites-nous ce qu’il vous manque"),
        ("fait", "Mon texte" * 40, "300 signes au plus"),
    ],
)
@SQLITE
def test_a_refused_answer_says_why_and_gives_the_text_back(
    database: Database, stage: Stage, client: FlaskClient, said: str, words: str, say: str
) -> None:
    need, address = mailed(database, stage)
    press(client, address)
    before = states(database, need)
    answer = press(client, f"{address}/repondre", answer=said, words=words)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert say in page
    assert words.strip() in page
    assert states(database, need) == before


def test_a_second_answer_is_refused_kindly(
    database: Database, stage: Stage, client: FlaskClient
) -> None:
    need, address = mailed(database, stage)
    press(client, f"{address}/repondre", answer="fait")
    again = press(client, f"{address}/repondre", answer="pris-en-charge")
    assert again.status_code == 422
    assert "déjà répondu" in html.unescape(again.text)
    assert "déjà répondu" in html.unescape(press(client, address).text)
    assert states(database, need)[0] is NeedState.IN_PROGRESS


def test_the_need_of_another_referral_is_never_opened(
    database: Database, stage: Stage, client: FlaskClient
) -> None:
    mailed(database, stage)
    other, address = mailed(database, stage, "SAN_DROITS")
    with database.reading() as session:
        first = session.scalars(sa.select(Referral).order_by(Referral.id)).first()
        assert first is not None
        code = address.partition("-")[2]
        path = f"/partenaire/besoins/{first.id}-{code}"
    assert press(client, path).status_code == 410
    assert states(database, other)[1] is ReferralState.SENT


# The look ----------------------------------------------------------------------------------


@SQLITE
def test_a_partners_pages_have_no_fault(
    database: Database, stage: Stage, app: Flask, page: Page
) -> None:
    stage.paulette.last_name = "Vanden" * 12
    stage.paulette.first_name = "Marie-Joséphine"
    _, path = mailed(database, stage)
    with serving(app) as address:
        page.goto(address + path)
        assert faults_of_look(page) == []
        page.get_by_role("button", name="Voir ce besoin").click()
        expect(page.get_by_text("Il nous manque une information")).to_be_visible()
        assert faults_of_look(page) == []
        page.get_by_text("Il nous manque une information").click()
        page.get_by_role("button", name="Envoyer ma réponse").click()
        expect(page).to_have_title(re.compile("^Erreur"))
        assert faults_of_look(page) == []
        page.get_by_label("En quelques mots").fill("Quel étage\u00a0?")
        page.get_by_role("button", name="Envoyer ma réponse").click()
        expect(page).to_have_url(f"{address}/partenaire/merci")
        assert faults_of_look(page) == []
        page.goto(f"{address}/partenaire/besoins/zut")
        assert faults_of_look(page) == []
