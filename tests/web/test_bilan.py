"""The bilan on its page, taken away, and shown to anybody: what each is answered, what is noted."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns.models import Campaign, JournalEntry, Role
from tests import bilan_stage, factories
from tests.factories import TUESDAY
from tests.needs_stage import faults_of_look, serving
from tests.web.signing import cookie
from tests.web.visiting import Visitor, token_of

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
LAST_WEEK = "2026-W47"


@pytest.fixture
def visitor(client: FlaskClient, database: Database) -> Visitor:
    """The lead of a campaign with a closed week behind it."""
    made = Visitor(client, database, role=Role.LEAD, prefix="/pilotage")

    def lived(session: Session) -> None:
        campaign = session.get_one(Campaign, made.campaign.id)
        campaign.created_at = TUESDAY - timedelta(days=20)
        stage = bilan_stage.Stage(session, campaign, [factories.volunteer(session, campaign)])
        for _ in range(30):
            stage.person(last_name="Quetzalcoa")
        for number, whom in enumerate(stage.people):
            stage.call(whom, TUESDAY - timedelta(days=7, hours=3 * (number % 2)))

    made.keep(lived)
    return made


def journaled(visitor: Visitor) -> list[tuple[str, dict[str, object]]]:
    """Acts of this page, in order."""
    wanted = ("bilan_made", "public_page_switched")
    query = sa.select(JournalEntry).where(JournalEntry.action.in_(wanted))
    return [(one.action, one.detail) for one in visitor.read(query.order_by(JournalEntry.id))]


def test_the_page_tells_the_last_closed_week_unless_asked_otherwise(visitor: Visitor) -> None:
    page = visitor.get("/bilan")
    assert "semaine du 16 novembre 2026" in page
    assert "30 conversations" in page.replace("\u00a0", " ")
    assert "chiffres provisoires" not in page
    assert "Quetzalcoa" not in page
    month = visitor.get("/bilan?periode=2026-11")
    assert "novembre 2026" in month
    assert "chiffres provisoires" in month
    assert "Il ne s’est rien passé" in visitor.get("/bilan?periode=2026-W40")
    days = visitor.get("/bilan?du=2026-11-16&au=2026-11-18")
    assert "du 16 au 18 novembre 2026" in days
    assert journaled(visitor) == []  # looking is no act


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("du=2026-11-20&au=2026-11-16", "vient avant"),
        ("du=hier&au=2026-11-16", "Indiquez un jour"),
        ("du=&au=", "Indiquez un jour"),
        ("du=0001-01-01&au=2026-11-16", "entre 2000 et 2099"),
    ],
)
def test_days_that_cannot_be_are_refused_in_french(visitor: Visitor, asked: str, said: str) -> None:
    answer = visitor.client.get(f"/pilotage/bilan?{asked}")
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("code", ["x", "2026-W60", "0001-W02", "2026-11-20_2026-11-16"])
def test_a_period_that_does_not_exist_is_not_found(visitor: Visitor, code: str) -> None:
    assert visitor.client.get(f"/pilotage/bilan?periode={code}").status_code == 404


def test_a_bilan_taken_away_is_a_file_and_noted(visitor: Visitor) -> None:
    token = visitor.get("/bilan")
    assert "Télécharger le PDF" in token
    for form, begins in (("pdf", b"%PDF-"), ("xlsx", b"PK")):
        answer = _asked(visitor, form)
        assert answer.data.startswith(begins)
        name = f"bilan-{visitor.campaign.slug}-{LAST_WEEK}.{form}"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Cache-Control"] == "no-store"
    openpyxl.load_workbook(BytesIO(answer.data))
    days = {"first_day": "2026-11-16", "last_day": "2026-11-22"}
    assert journaled(visitor) == [
        ("bilan_made", {"form": "pdf"} | days),
        ("bilan_made", {"form": "xlsx"} | days),
    ]
    assert visitor.post("/bilan/fichier", periode=LAST_WEEK, forme="exe")[0] == 404


def _asked(visitor: Visitor, form: str) -> Any:  # the test client’s own answer
    data = {"periode": LAST_WEEK, "forme": form, "csrf_token": token_of(visitor.get("/bilan"))}
    answer = visitor.client.post("/pilotage/bilan/fichier", data=data)
    assert answer.status_code == 200
    return answer


def test_the_public_page_exists_only_while_it_is_switched_on(visitor: Visitor) -> None:
    address = f"/chiffres/{visitor.campaign.slug}"
    assert visitor.client.get(address).status_code == 404
    assert "pas en ligne" in visitor.get("/bilan/page-publique")
    assert visitor.post("/bilan/page-publique", public="oui")[0] == 303
    assert "Elle est en ligne" in visitor.get("/bilan/page-publique")
    assert visitor.client.get(address).status_code == 200
    visitor.post("/bilan/page-publique", public="non")
    assert visitor.client.get(address).status_code == 404
    assert journaled(visitor) == [
        ("public_page_switched", {"is_public": True}),
        ("public_page_switched", {"is_public": False}),
    ]


def test_the_public_page_is_the_same_for_everybody_and_may_be_kept(
    visitor: Visitor, app: Flask
) -> None:
    visitor.post("/bilan/page-publique", public="oui")
    address = f"/chiffres/{visitor.campaign.slug}"
    stranger = app.test_client().get(address)
    assert stranger.status_code == 200
    assert stranger.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in stranger.headers
    assert "Cookie" not in stranger.headers.get("Vary", "")
    mine = visitor.client.get(address)
    assert (mine.data, mine.headers.get("Vary")) == (stranger.data, stranger.headers.get("Vary"))
    assert "Set-Cookie" not in mine.headers
    text = stranger.text.replace("\u00a0", " ")
    for words in ("Éric", "Legrand", "Quetzalcoa", "csrf_token", "<script"):
        assert words not in text
    assert "Du 16 au 22 novembre 2026" in text
    assert "moins de 11" in text  # one volunteer
    assert ">30<" in text


def test_the_pages_of_figures_have_no_fault_on_a_desk_and_on_a_phone(
    app: Flask, visitor: Visitor, page: Page
) -> None:
    visitor.post("/bilan/page-publique", public="oui")
    with serving(app) as site:
        page.context.add_cookies(
            [{"name": "appel", "value": cookie(visitor.client) or "", "url": site}]
        )
        for path in (
            "/pilotage/bilan?du=&au=",  # the week that is over, under what must be corrected
            "/pilotage/bilan/page-publique",
            f"/chiffres/{visitor.campaign.slug}",
        ):
            page.goto(site + path)
            expect(page.locator("h1")).to_have_count(1)
            assert faults_of_look(page) == [], path
