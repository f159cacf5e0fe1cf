"""The form of a sensitive need: the lead keeps it, the need's readers alone are given it."""

from __future__ import annotations

import html
from collections.abc import Callable
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from appel_solidaire.db import Database
from campaigns.models import JournalEntry, NeedForm, OutgoingMail, Role, User
from campaigns.needs import own_forms
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import Stage, faults_of_look, serving
from tests.web.signing import cookie
from tests.web.visiting import keep, read, send

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
PAGE = "/pilotage/reglages/formulaires"
Enter = Callable[[User], FlaskClient]


def drop_in(lead: FlaskClient, content: bytes, category: str = "PRO_ENFANT") -> tuple[int, str]:
    file = (BytesIO(content), "Information préoccupante.pdf")
    answer = send(lead, PAGE, categorie=category, file=file)
    return answer.status_code, html.unescape(answer.text)


def test_the_lead_keeps_replaces_and_removes_the_form_of_a_category(
    lead: FlaskClient, database: Database
) -> None:
    assert PAGE in lead.get("/pilotage/reglages").text
    assert drop_in(lead, PDF)[0] == 303
    assert "Information préoccupante.pdf" in read(lead, PAGE)
    assert drop_in(lead, PDF + b"%%EOF")[0] == 303
    with database.reading() as session:
        assert session.scalars(sa.select(NeedForm.size)).all() == [len(PDF) + 5]
    assert send(lead, f"{PAGE}/retirer", categorie="PRO_ENFANT").status_code == 303
    assert send(lead, f"{PAGE}/retirer", categorie="PRO_ENFANT").status_code == 404


@pytest.mark.parametrize(
    ("content", "category", "say"),
    [
        (b"<script>", "PRO_ENFANT", "n’est pas un document PDF"),
        (PDF, "ALI_COURSES", "catégorie de la liste"),
    ],
)
def test_what_is_no_form_is_refused_in_french_on_the_page(
    lead: FlaskClient, content: bytes, category: str, say: str
) -> None:
    status, page = drop_in(lead, content, category)
    assert status == 422
    assert say in page
    assert "À corriger avant de continuer" in page


def test_a_file_is_asked_for_when_none_came(lead: FlaskClient) -> None:
    answer = send(lead, PAGE, categorie="PRO_ENFANT")
    assert answer.status_code == 422
    assert "Choisissez le fichier" in html.unescape(answer.text)


@pytest.fixture
def with_form(stage: Stage, database: Database) -> Stage:
    lead = factories.user(stage.session, Role.LEAD, stage.campaign)
    own_forms.put(stage.session, "PRO_ENFANT", "IP.pdf", PDF, by=lead, at=TUESDAY)
    keep(database, stage)
    return stage


def test_a_named_reader_finds_the_form_beside_the_need_and_it_is_journaled(
    with_form: Stage, database: Database, enter: Enter
) -> None:
    need = with_form.raised("PRO_ENFANT")
    keep(database, with_form)
    anne, address = enter(with_form.anne), f"/coordination/besoins/{need.id}"
    assert "Formulaire du Département à remplir" in read(anne, address)
    answer = send(anne, f"{address}/formulaire")
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="formulaire-pro-enfant.pdf"'
    )
    with database.reading() as session:
        noted = sa.select(JournalEntry.object_kind, JournalEntry.object_id, JournalEntry.actor_id)
        (row,) = session.execute(noted.where(JournalEntry.action == "need_form_fetched"))
        assert tuple(row) == ("need", need.id, with_form.anne.id)
        mails = session.scalars(sa.select(OutgoingMail)).all()
        assert mails
        assert not any("form" in key for mail in mails for key in mail.about)


def test_a_colleague_who_is_no_named_reader_is_given_nothing(
    with_form: Stage, database: Database, enter: Enter
) -> None:
    need = with_form.raised("PRO_ENFANT")
    keep(database, with_form)
    for who in (with_form.bob, with_form.claire):
        client = enter(who)
        assert client.get(f"/coordination/besoins/{need.id}").status_code == 404
        assert send(client, f"/coordination/besoins/{need.id}/formulaire").status_code == 404


def test_a_need_of_another_category_shows_no_form(
    with_form: Stage, database: Database, enter: Enter
) -> None:
    need = with_form.raised("ALI_COURSES")
    keep(database, with_form)
    anne, address = enter(with_form.anne), f"/coordination/besoins/{need.id}"
    assert "Télécharger le formulaire" not in read(anne, address)
    assert send(anne, f"{address}/formulaire").status_code == 404


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_page_of_a_need_with_its_form_has_no_fault_and_the_form_is_downloaded(
    app: Flask, with_form: Stage, database: Database, enter: Enter, page: Page
) -> None:
    need = with_form.raised("PRO_ENFANT")
    keep(database, with_form)
    with serving(app) as address:
        key = cookie(enter(with_form.anne))
        page.context.add_cookies([{"name": "appel", "value": key, "url": address}])
        page.goto(f"{address}/coordination/besoins/{need.id}")
        assert faults_of_look(page) == []
        with page.expect_download() as found:
            page.get_by_role("button", name="Télécharger le formulaire").click()
        assert found.value.suggested_filename == "formulaire-pro-enfant.pdf"
        assert found.value.path().read_bytes() == PDF
