"""The lead's pages of the guide: written, checked, previewed, compared, published, switched."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns import reference
from campaigns.models import (
    Campaign,
    GuideDraft,
    GuideSwitch,
    GuideVersion,
    JournalEntry,
    Role,
    SwitchMode,
)
from tests import factories
from tests.factories import TUESDAY

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
PAGES = "/pilotage/guide"
HEAT, RSA = "variante-a-canicule", "variante-b-personnes-au-rsa"


class Desk:
    """Two leads of one campaign, each signed in."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.database = database
        self.clients: list[FlaskClient] = []
        with database.unit() as session:
            campaign = factories.campaign(session)
            for name in ("Anne", "Paul"):
                lead = factories.user(session, Role.LEAD, campaign, first_name=name)
                client = app.test_client()
                factories.sign_in(session, client, lead, at=TUESDAY)
                self.clients.append(client)

    def get(self, path: str = "", who: int = 0) -> str:
        return _plain(self.clients[who].get(PAGES + path, follow_redirects=True).text)

    def post(self, path: str, who: int = 0, **data: Any) -> tuple[int, str]:
        page = self.clients[who].get("/pilotage/guide").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.clients[who].post(PAGES + path, data={"csrf_token": token} | data)
        return answer.status_code, _plain(answer.text)

    def read(self, model: type) -> list[Any]:
        with self.database.reading() as session:
            found = list(session.scalars(sa.select(model).order_by(model.id)))
            session.expunge_all()
            return found

    def begun(self) -> GuideDraft:
        assert self.post("/brouillon")[0] == 303
        (draft,) = self.read(GuideDraft)
        return draft

    def written(self, text: str, seen: int = 1, who: int = 0, **more: str) -> tuple[int, str]:
        return self.post("/brouillon/texte", who, markdown=text, seen=str(seen), **more)


def _plain(page: str) -> str:
    return html.unescape(page).replace("\xa0", " ")


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


@pytest.fixture
def text() -> str:
    return reference.guide_markdown()


def test_without_a_draft_one_is_begun_from_the_version_in_use(desk: Desk) -> None:
    page = desk.get()
    assert "En usage : version 1" in page
    assert "Commencer un brouillon" in page
    assert desk.begun().markdown == desk.read(GuideVersion)[0].markdown
    assert "Continuer le brouillon" in desk.get()
    status, page = desk.post("/brouillon")
    assert status == 422
    assert "Un brouillon est déjà en cours" in page


def test_a_draft_is_kept_with_the_lines_of_a_browser(desk: Desk, text: str) -> None:
    desk.begun()
    status, _ = desk.written(text.replace("\n", "\r\n"), action="apercu")
    assert status == 303
    assert desk.read(GuideDraft)[0].markdown == text


def test_slips_are_told_in_french_with_their_line_and_kept(desk: Desk, text: str) -> None:
    desk.begun()
    slip = text.replace("{prénom}", "{surnom}", 1).replace("`ALI_PORTAGE`", "`ALI_PORTE`")
    assert desk.written(slip.replace("## 6. La clôture", "## 6. La fin"))[0] == 303
    page = desk.get("/brouillon")
    assert "« {surnom} » n’est rempli par rien" in page
    assert "« ALI_PORTE » n’est le code d’aucun besoin" in page
    assert "Il manque la partie « La clôture »" in page
    assert "Publier la version" not in desk.get("/brouillon/differences")
    status, page = desk.post("/brouillon/publier", seen="2", note="Essai")
    assert status == 422
    assert len(desk.read(GuideVersion)) == 1


def test_an_empty_text_is_not_kept(desk: Desk) -> None:
    desk.begun()
    status, page = desk.written("")
    assert status == 422
    assert "Le guide est vide." in page


def test_the_second_to_save_is_told_and_nothing_is_lost(desk: Desk, text: str) -> None:
    desk.begun()
    assert desk.written(text + "\nCelui d’Anne\n")[0] == 303
    status, page = desk.written(text + "\nCelui de Paul\n", who=1)
    assert status == 422
    assert "Anne Nom" in page
    assert "Celui de Paul" in page
    assert "Celui d’Anne" in page
    assert desk.read(GuideDraft)[0].markdown.endswith("Celui d’Anne\n")
    assert desk.written(text + "\nCelui de Paul\n", seen=2, who=1)[0] == 303
    assert desk.read(GuideDraft)[0].markdown.endswith("Celui de Paul\n")


def test_a_text_saved_after_a_publication_becomes_a_new_draft(desk: Desk, text: str) -> None:
    desk.begun()
    desk.written(text + "\nAnne\n")
    assert desk.post("/brouillon/publier", seen="2", note="Une ligne de plus")[0] == 303
    status, page = desk.written(text + "\nPaul\n", who=1)
    assert status == 422
    assert "vient d’être publié" in page
    assert desk.written(text + "\nPaul\n", seen=0, who=1)[0] == 303
    assert desk.read(GuideDraft)[0].from_number == 2


def test_a_draft_is_compared_then_published_with_a_few_words(desk: Desk, text: str) -> None:
    desk.begun()
    desk.written(text.replace("Respirez.", "Soufflez."))
    page = desk.get("/brouillon/differences")
    assert "Retiré" in page
    assert "Ajouté" in page
    status, page = desk.post("/brouillon/publier", seen="2", note="")
    assert status == 422
    assert "Dites en quelques mots ce qui change." in page
    assert desk.post("/brouillon/publier", seen="2", note="Plus court")[0] == 303
    assert [one.number for one in desk.read(GuideVersion)] == [1, 2]
    assert desk.read(GuideDraft) == []
    assert "Plus court" in desk.get()
    acts = [one.action for one in desk.read(JournalEntry)]
    assert acts[-2:] == ["guide_draft_begun", "guide_published"]


def test_what_was_not_seen_is_not_published(desk: Desk, text: str) -> None:
    desk.begun()
    desk.written(text + "\nun\n")
    status, page = desk.post("/brouillon/publier", who=1, seen="1", note="Essai")
    assert status == 422
    assert len(desk.read(GuideVersion)) == 1


def test_an_earlier_version_is_read_and_taken_again(desk: Desk, text: str) -> None:
    desk.begun()
    desk.written(text + "\nDe trop\n")
    desk.post("/brouillon/publier", seen="2", note="Une ligne")
    page = desk.get("/version?numero=1")
    assert "Reprendre ce texte" in page
    assert page.count("<h1") == 1
    assert desk.post("/brouillon", numero="1")[0] == 303
    assert desk.read(GuideDraft)[0].markdown == text
    assert desk.clients[0].get(PAGES + "/version?numero=9").status_code == 404


def test_a_draft_is_given_up_and_the_published_one_stays(desk: Desk, text: str) -> None:
    desk.begun()
    assert desk.post("/brouillon/abandonner", seen="9")[0] == 422
    assert desk.post("/brouillon/abandonner", seen="1")[0] == 303
    assert desk.read(GuideDraft) == []
    assert desk.read(GuideVersion)[0].markdown == text


def test_the_preview_is_of_somebody_who_does_not_exist(desk: Desk) -> None:
    desk.begun()
    page = desk.get("/brouillon/apercu")
    assert "Madame Exemple" in page
    assert "Cet appel est gratuit" not in page
    page = desk.get("/brouillon/apercu?premier=1&rsa=1&protegee=1")
    assert "Cet appel est gratuit" in page
    assert "Ce n’est pas un contrôle" in page
    assert "Aujourd’hui, un appel court" in desk.get("/brouillon/apercu?canicule=1")


def test_a_variant_is_switched_between_two_days(desk: Desk) -> None:
    page = desk.get()
    assert "Variante A — Canicule" in page
    status, page = desk.post(
        "/parties",
        partie="0",
        nom=HEAT,
        **{"partie-0-mode": "dates", "partie-0-first_on": "2026-12-01"},
    )
    assert status == 422
    assert "Indiquez le premier et le dernier jour." in page
    given = {
        "partie": "0",
        "nom": HEAT,
        "partie-0-mode": "dates",
        "partie-0-first_on": "2026-11-20",
    }
    assert desk.post("/parties", **given, **{"partie-0-last_on": "2026-11-30"})[0] == 303
    (row,) = desk.read(GuideSwitch)
    assert (row.mode, row.first_on, row.last_on) == (
        SwitchMode.DATES,
        date(2026, 11, 20),
        date(2026, 11, 30),
    )
    assert "lue aujourd’hui" in desk.get()
    assert desk.post("/parties", partie="0", nom=HEAT, **{"partie-0-mode": "auto"})[0] == 303
    assert desk.read(GuideSwitch) == []


def test_a_draft_of_another_campaign_is_not_this_one_s(
    desk: Desk, app: Flask, database: Database
) -> None:
    desk.begun()
    with database.unit() as session:
        other: Campaign = factories.campaign(session, "autre")
        lead = factories.user(session, Role.LEAD, other)
        client = app.test_client()
        factories.sign_in(session, client, lead, at=TUESDAY)
        with client.session_transaction() as cookie:
            cookie["campaign"] = other.id
    assert "Commencer un brouillon" in client.get(PAGES).text


def published(desk: Desk, text: str, note: str = "Suite") -> None:
    """The text as the version in use."""
    desk.begun()
    assert desk.written(text)[0] == 303
    assert desk.post("/brouillon/publier", seen="2", note=note)[0] == 303


def test_an_old_page_switches_the_part_it_named_wherever_it_stands_now(
    desk: Desk, text: str
) -> None:
    heat, rsa = text.index("## Variante A"), text.index("## Variante B")
    published(desk, text[:heat] + text[rsa:])  # RSA was the second
    was_second = {"partie": "1", "partie-1-mode": "on"}
    assert desk.post("/parties", nom=RSA, **was_second)[0] == 303
    assert [row.section for row in desk.read(GuideSwitch)] == [RSA]
    status, page = desk.post("/parties", nom=HEAT, partie="0", **{"partie-0-mode": "on"})
    assert status == 422
    assert "n’est plus dans le guide publié" in page
    assert [row.section for row in desk.read(GuideSwitch)] == [RSA]


def test_a_setting_whose_part_is_renamed_is_told_before_publishing(desk: Desk, text: str) -> None:
    desk.post("/parties", partie="0", nom=HEAT, **{"partie-0-mode": "off"})
    desk.begun()
    desk.written(text.replace("## Variante A — Canicule", "## Variante A — Fortes chaleurs"))
    page = desk.get("/brouillon/differences")
    assert "Des réglages ne serviront plus" in page
    assert "« Variante A — Canicule » : jamais" in page.replace("\u00a0", " ")
    desk.written(text + "\nEncore\n", seen=2)
    assert "Des réglages ne serviront plus" not in desk.get("/brouillon/differences")


def test_the_season_of_a_preview_is_that_of_its_day(desk: Desk, text: str) -> None:
    desk.begun()
    desk.written(text + "\n\n## Vacances\n\nPour : été\n\nPartez-vous un peu ?\n")
    assert "Partez-vous un peu" in desk.get("/brouillon/apercu?jour=2026-07-14")
    assert "Partez-vous un peu" not in desk.get("/brouillon/apercu?jour=2026-12-14")


def test_a_text_from_a_word_processor_is_kept_without_its_invisible_signs(
    desk: Desk, text: str
) -> None:
    desk.begun()
    pasted = text.replace("## 3. ", "##\u00a03. ").replace("nouvelles\n", "nou\u00advelles\n")
    pasted = pasted.replace("{prénom}", "{pre\u0301nom}").replace("- « Comment", "•\t« Comment")
    assert desk.written(pasted.replace("\n", "\r\n"))[0] == 303
    assert desk.read(GuideDraft)[0].markdown == text
    assert "À corriger avant de publier" not in desk.get("/brouillon")


def test_a_text_that_is_too_long_is_given_back(desk: Desk) -> None:
    desk.begun()
    long = "Prenez soin de vous, à bientôt. " * 6_000
    status, page = desk.written(long)
    assert status == 422
    assert long.strip() in page
    assert "60000 caractères au plus" in page
