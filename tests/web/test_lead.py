"""The lead's pages: what they say, what they accept, what they refuse and give back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from appel_solidaire.web.lead import mails as mails_page
from campaigns import accounts, mails
from campaigns.models import (
    Campaign,
    CampaignState,
    JournalEntry,
    MailState,
    Organisation,
    OutgoingMail,
    Role,
)
from tests import browser as browsers
from tests import factories
from tests.factories import EVE, TUESDAY
from tests.web.visiting import Visitor

PAGES = ["", "campagnes", "equipe", "courriels", "journal", "reglages"]
PAGES += ["regles", "attente", "capacite"]


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


@pytest.fixture
def keep(lead: Visitor) -> Callable[[Callable[[Session], Any]], Any]:
    return lead.keep


@pytest.fixture
def campaign(lead: Visitor) -> Campaign:
    return lead.campaign


@pytest.fixture
def lead_without_campaign(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/", has_campaign=False)


def actions(lead: Visitor) -> list[str]:
    return list(lead.read(sa.select(JournalEntry.action).order_by(JournalEntry.id)))


# Home ---------------------------------------------------------------------------------------


def test_without_any_campaign_every_page_leads_to_creating_one(
    lead_without_campaign: Visitor,
) -> None:
    for path in PAGES:
        assert "Commencez par lui donner un nom" in lead_without_campaign.get(path)


def test_a_campaign_without_list_only_asks_for_one(lead: Visitor) -> None:
    page = lead.get("")
    assert "Pas encore de liste" in page
    assert "Importer une liste" in page
    assert "progress" not in page


def test_the_page_says_who_waits_what_is_late_and_what_to_decide(
    lead: Visitor, keep: Any, campaign: Campaign
) -> None:
    def write(session: Session) -> None:
        for _ in range(3):
            factories.person(session, campaign)
        factories.person(session, campaign, has_number=False)
        factories.volunteer(session, campaign)

    keep(write)
    page = lead.get("").replace("\xa0", " ")
    assert "<strong>3 personnes</strong> attendent leur premier appel" in page
    assert "Rien n’attend trop longtemps" in page
    assert "n’est pas encore répartie" in page
    assert 'href="/pilotage/feuilles/2026-W48"' in page
    assert page.count("btn-primary") == 1  # one main action


def test_the_page_takes_as_many_queries_with_many_people_as_with_few(
    lead: Visitor, keep: Any, campaign: Campaign, database: Database
) -> None:
    def count() -> int:
        seen: list[str] = []

        def note(*given: Any) -> None:
            seen.append(given[2])

        sa.event.listen(database.engine, "before_cursor_execute", note)
        lead.get("")
        sa.event.remove(database.engine, "before_cursor_execute", note)
        return len(seen)

    def write(session: Session) -> None:
        for _ in range(10):
            factories.person(session, campaign)
            factories.volunteer(session, campaign)

    keep(write)
    few = count()
    keep(write)
    assert count() == few <= 30


def test_mails_that_did_not_leave_are_told_at_once(
    lead: Visitor, keep: Any, campaign: Campaign
) -> None:
    keep(lambda session: (factories.person(session, campaign), trouble(session, "550")))
    assert "1 courriel n’est pas parti" in lead.get("").replace("\xa0", " ")


# Campaigns ----------------------------------------------------------------------------------


def test_a_campaign_is_created_and_becomes_the_one_worked_in(lead: Visitor) -> None:
    assert lead.post("campagnes", name="Canicule 2027")[0] == 303
    assert "Canicule 2027" in lead.get("")
    made = lead.read(sa.select(Campaign).where(Campaign.slug == "canicule-2027"))
    assert [one.state for one in made] == [CampaignState.DRAFT]


@pytest.mark.parametrize(
    ("name", "said"), [("", "Donnez un nom"), ("essai", "s’appelle déjà"), ("x" * 201, "200")]
)
def test_a_refused_campaign_gives_the_name_back(lead: Visitor, name: str, said: str) -> None:
    status, page = lead.post("campagnes", name=name)
    assert status == 422
    assert said in page
    assert f'value="{name}"' in page
    assert len(lead.read(sa.select(Campaign))) == 1


def test_the_chosen_campaign_stays_chosen(lead: Visitor, keep: Any, campaign: Campaign) -> None:
    keep(lambda session: factories.campaign(session, "autre", name="Grand froid"))
    assert "Grand froid" in lead.get("")  # the newest, until one is chosen
    assert lead.post(f"campagnes/{campaign.id}/choisir")[0] == 303
    assert "Confinement" in lead.get("")
    assert lead.post("campagnes/999/choisir")[0] == 404


def test_a_campaign_is_paused_and_a_move_off_the_table_changes_nothing(
    lead: Visitor, campaign: Campaign
) -> None:
    assert lead.post(f"campagnes/{campaign.id}/etat", etat="paused")[0] == 303
    status, page = lead.post(f"campagnes/{campaign.id}/etat", etat="draft")
    assert status == 422
    assert "ne peut pas devenir" in page
    assert lead.post(f"campagnes/{campaign.id}/etat", etat="jamais")[0] == 404
    assert lead.read(sa.select(Campaign.state)) == [CampaignState.PAUSED]
    assert actions(lead).count("campaign_moved") == 1


# Mails --------------------------------------------------------------------------------------


def trouble(session: Session, reply: str, **columns: Any) -> OutgoingMail:
    values = {
        "dedup_key": f"essai:{reply}",
        "kind": "invitation",
        "to_address": "ccas@example.org",
        "about": {},
        "state": MailState.REFUSED,
        "posted_at": EVE,
        "next_at": EVE,
        "attempts": 1,
        "last_reply": reply,
    } | columns
    row = OutgoingMail(**values)
    session.add(row)
    session.flush()
    return row


def test_a_mail_in_trouble_says_why_and_what_to_do(lead: Visitor, keep: Any) -> None:
    assert "Aucun courriel en difficulté" in lead.get("courriels")
    keep(lambda session: trouble(session, "550"))
    page = lead.get("courriels")
    assert "Cette adresse n’existe pas, ou plus." in page
    assert "ccas@example.org" in page


def test_a_mail_is_tried_again_once_and_journaled(lead: Visitor, keep: Any) -> None:
    mail = keep(lambda session: trouble(session, "550"))
    assert lead.post(f"courriels/{mail.id}/relancer")[0] == 303
    (row,) = lead.read(sa.select(OutgoingMail))
    assert (row.state, row.attempts, row.next_at) == (MailState.WAITING, 0, TUESDAY)
    assert row.posted_at == EVE  # the Message-ID stays the same
    assert "mail_retried" in actions(lead)
    assert lead.post(f"courriels/{mail.id}/relancer")[0] == 404


def test_a_mail_that_is_leaving_just_now_is_not_sent_twice(lead: Visitor, keep: Any) -> None:
    mail = keep(
        lambda session: trouble(
            session,
            "451",
            state=MailState.WAITING,
            lease_until=TUESDAY + mails.LEASE,
            lease_token="x",
        )
    )
    assert lead.post(f"courriels/{mail.id}/relancer")[0] == 404


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("550", "n’existe pas"),
        ("451", "demande d’attendre"),
        ("499", "demande d’attendre"),
        ("599", "refuse ce message"),
        ("TimeoutError", "ne répond pas"),
        ("", "ne répond pas"),
    ],
)
def test_every_reply_has_its_words(reply: str, said: str) -> None:
    why, what = mails_page.reply_words(reply)
    assert said in why
    assert what


def test_every_kind_of_mail_has_its_name() -> None:
    assert set(mails_page.KINDS) == mails.KINDS


# Journal and settings ---------------------------------------------------------------------------


def test_the_journal_goes_back_page_by_page_to_its_first_line(
    lead: Visitor, keep: Any, campaign: Campaign
) -> None:
    def write(session: Session) -> None:
        for _ in range(60):
            accounts.invite(session, factories.volunteer(session, campaign), by=None, at=EVE)

    keep(write)
    page, seen = lead.get("journal"), 1
    while "Voir plus ancien" in page:
        before = page.partition("?avant=")[2].partition('"')[0]
        page, seen = lead.get(f"journal?avant={before}"), seen + 1
    assert seen == 2
    assert "a créé la campagne" in page
    assert "n’a pas encore été vérifiée" in page


SETTINGS = {
    "name": "Département de la Somme",
    "of_name": "du Département de la Somme",
    "switchboard_phone": "03 53 01 00 10",
    "coordination_phone": "",
    "coordination_email": "coordination@example.org",
}


def test_settings_are_kept_and_shown_as_people_write_them(lead: Visitor) -> None:
    assert lead.post("reglages", **SETTINGS)[0] == 303
    page = lead.get("reglages").replace("\xa0", " ")
    assert 'value="03 53 01 00 10"' in page
    (campaign,) = lead.read(sa.select(Campaign))
    assert (campaign.sweep_percent, campaign.pace) == (40, 12)  # they stand with the rules
    assert campaign.own_commune_allowed


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Indiquez le nom"),
        ("switchboard_phone", "12", "un seul numéro"),
        ("coordination_email", "x", "n’est pas valable"),
    ],
)
def test_a_refused_setting_keeps_all_the_text_and_changes_nothing(
    lead: Visitor, field: str, value: str, said: str
) -> None:
    status, page = lead.post("reglages", **SETTINGS | {field: value})
    assert status == 422
    assert said in page
    assert f'href="#{field}"' in page
    assert 'value="du Département de la Somme"' in page
    (organisation,) = lead.read(sa.select(Organisation))
    assert organisation.of_name == "du Département"


# The look -----------------------------------------------------------------------------------


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", ["page", "phone"])
def test_no_page_of_the_lead_breaks_a_rule_of_accessibility(
    size: str, request: pytest.FixtureRequest, site: str, database: Database, app: Flask
) -> None:
    from appel_solidaire.instance import utc_now

    opened: Page = request.getfixturevalue(size)
    with database.unit() as session:
        campaign = factories.campaign(session, name="C" * 80)
        boss = factories.user(session, Role.LEAD, last_name="Vandenbroucke " * 5)
        for _ in range(40):
            factories.person(session, campaign)
            factories.volunteer(session, campaign, last_name="Vandenbroucke-" * 5)
        trouble(session, "550", to_address="c" * 60 + "@example.org")
        key = accounts.open_for(session, boss, at=utc_now())
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    opened.context.add_cookies(
        [{"name": "appel", "value": serializer.dumps({"key": key}), "url": site}]
    )
    for path in [*PAGES, f"equipe/{boss.id}"]:
        opened.goto(f"{site}/pilotage/{path}")
        assert browsers.violations(opened) == [], path
        width = opened.evaluate("document.documentElement.scrollWidth")
        assert width <= opened.viewport_size["width"], path  # type: ignore[index]
    opened.goto(f"{site}/pilotage/reglages")
    opened.fill("#name", "")
    opened.click("text=Enregistrer les réglages")
    opened.wait_for_selector("#erreurs:focus")
    assert browsers.violations(opened) == []
