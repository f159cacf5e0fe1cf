"""The coordinators' pages: their needs only, urgent first, nothing overwritten, no fault of axe."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from appel_solidaire.db import Database
from campaigns import needs, reference
from campaigns.models import JournalEntry, NeedState, ReferralState, Result, User
from tests.conftest import Clock
from tests.factories import TUESDAY
from tests.needs_stage import AMIENS, SAID, Stage, faults_of_look, serving
from tests.web.signing import cookie
from tests.web.visiting import keep, need_now, read, send

NBSP = "\u00a0"
SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


# The inbox ---------------------------------------------------------------------------------


def test_the_inbox_shows_ones_own_needs_urgent_first(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    stage.raised("DRO_RETRAITE", text="Sa retraite n’arrive plus")
    stage.raised("ALI_URGENCE", text="Plus rien dans le placard")
    stage.raised("AUT_APA", whom=stage.person(AMIENS), text="Dossier d’ailleurs")
    keep(database, stage)
    page = read(enter(stage.anne), "/coordination/")
    assert page.index("Plus rien dans le placard") < page.index("Sa retraite n’arrive plus")
    assert "Dossier d’ailleurs" not in page
    assert "À prendre en charge · 2" in page
    assert f"reste 2{NBSP}h" in page
    assert "À prendre en charge · 3" in read(enter(stage.odile), "/coordination/")


def test_each_tab_is_named_in_the_address_and_another_does_not_exist(
    stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    client = enter(stage.anne)
    for basket in needs.Basket:
        assert basket.label in read(client, f"/coordination/?panier={basket.value}")
    read(client, "/coordination/?panier=rien", 404)
    for number in ("0", "-1", "zut", "9" * 20):
        read(client, f"/coordination/?page={number}")


@SQLITE
def test_the_inbox_goes_by_fifty_and_asks_as_much_for_one_as_for_fifty(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    asked: list[str] = []
    sa.event.listen(
        database.engine, "before_cursor_execute", lambda *seen: asked.append(str(seen[2]))
    )
    client = enter(stage.anne)

    def statements() -> int:
        asked.clear()
        read(client, "/coordination/")
        return len(asked)

    stage.raised("DIV_AUTRE")
    keep(database, stage)
    few = statements()
    for _ in range(59):
        stage.raised("DIV_AUTRE")
    keep(database, stage)
    assert statements() == few
    assert read(client, "/coordination/").count("<h3") == 50
    assert read(client, "/coordination/?page=2").count("<h3") == 10
    assert read(client, "/coordination/?page=9").count("<h3") == 10


def test_a_vital_emergency_stands_on_top_of_every_page_until_somebody_takes_it(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised("SAN_VITAL")
    keep(database, stage)
    client = enter(stage.bob)
    pages = ["/coordination/", "/coordination/bilan", f"/coordination/besoins/{need.id}"]
    for address in pages:
        assert f"Urgence vitale{NBSP}: {need.reference}" in read(client, address)
    assert f"Urgence vitale{NBSP}:" not in read(enter(stage.claire), "/coordination/")
    taken = send(client, f"/coordination/besoins/{need.id}/prendre", version=need.version)
    assert taken.status_code == 303
    for address in pages:
        assert f"Urgence vitale{NBSP}: {need.reference}" not in read(client, address)


# One need ----------------------------------------------------------------------------------


def test_the_page_of_a_need_says_who_what_where_it_was_sent_and_why(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised("ALI_PORTAGE", ring_back="entre 11 h et midi")
    keep(database, stage)
    page = read(enter(stage.anne), f"/coordination/besoins/{need.id}")
    told = ["Paulette Dupont, 84", "Péronne", "12 rue du Canari", "APA", SAID, "D’accord pour"]
    told += ["entre 11 h et midi", "CCAS de Péronne", need.referrals[0].reason, "Karim"]
    told += [need.reference, "06\u00a039\u00a098"]
    assert [text for text in told if text not in page] == []


def test_the_address_is_shown_only_where_it_is_needed(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised("SAN_DROITS")
    keep(database, stage)
    assert "rue du Canari" not in read(enter(stage.anne), f"/coordination/besoins/{need.id}")


def test_a_need_that_is_not_ones_own_does_not_exist(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    ours = stage.raised("AUT_APA")
    secret = stage.raised("PRO_VIOLENCES")
    keep(database, stage)
    for user, need in ((stage.claire, ours), (stage.bob, secret)):
        client = enter(user)
        read(client, f"/coordination/besoins/{need.id}", 404)
        for act in ("prendre", "avancer", "orienter", "confier", "clore"):
            sent = send(client, f"/coordination/besoins/{need.id}/{act}", version=1)
            assert sent.status_code == 404
    read(enter(stage.anne), f"/coordination/besoins/{secret.id}")


def test_opening_a_need_is_in_the_journal(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    keep(database, stage)
    read(enter(stage.anne), f"/coordination/besoins/{need.id}")
    with database.reading() as session:
        opened = session.scalars(
            sa.select(JournalEntry).where(JournalEntry.action == "need_opened")
        )
        told = [(one.actor_id, one.object_kind, one.object_id) for one in opened]
    assert told == [(stage.anne.id, "need", need.id)]


def test_a_refused_mail_is_said_on_the_need(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    need.referrals[0].state = ReferralState.REFUSED
    keep(database, stage)
    client = enter(stage.anne)
    assert "courriel refusé" in read(client, f"/coordination/besoins/{need.id}")
    assert "courriel refusé" in read(client, "/coordination/")


# The acts ----------------------------------------------------------------------------------


def test_a_need_goes_from_taken_to_closed_through_the_pages(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised("AUT_APA")
    keep(database, stage)
    client, address = enter(stage.anne), f"/coordination/besoins/{need.id}"
    acts: list[tuple[str, dict[str, object]]] = [
        ("prendre", {}),
        ("avancer", {"state": "in_progress", "say": "Visite prévue jeudi"}),
        ("orienter", {"destination": "CCAS_80620", "reason": "Peut passer demain"}),
        ("confier", {"to": stage.bob.id}),
        ("clore", {"result": "solved", "note": "Le plan est révisé"}),
    ]
    for act, fields in acts:
        version = need_now(database, need.id).version
        answer = send(client, f"{address}/{act}", version=version, **fields)
        assert answer.status_code == 303, answer.text
        assert answer.location == address
    done = need_now(database, need.id)
    assert (done.state, done.result, done.owner_id) == (
        NeedState.CLOSED,
        Result.SOLVED,
        stage.bob.id,
    )
    page = read(client, address)
    for told in ("Visite prévue jeudi", "Peut passer demain", "Confié à Bob", "Le plan est révisé"):
        assert told in page


def test_who_sends_a_need_to_another_territory_comes_back_to_the_inbox(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised("AUT_APA")
    keep(database, stage)
    sent = send(
        enter(stage.anne),
        f"/coordination/besoins/{need.id}/orienter",
        version=need.version,
        destination="TERRITOIRE_AMI",
        reason="Elle a déménagé à Amiens",
    )
    assert (sent.status_code, sent.location) == (303, "/coordination/")
    assert SAID in read(enter(stage.claire), "/coordination/")


@pytest.mark.parametrize(
    ("act", "fields", "say"),
    [
        ("avancer", {"state": "", "say": "Mon texte"}, "Choisissez une étape."),
        ("avancer", {"state": "closed", "say": "Mon texte"}, "Choisissez dans la liste."),
        ("avancer", {"state": "taken", "say": "Mon texte" * 40}, "300 signes au plus"),
        ("orienter", {"destination": "CCAS_80620"}, "Dites pourquoi vous l’envoyez ailleurs"),
        ("orienter", {"destination": "CCAS_80021", "reason": "Mon texte"}, "dans la liste."),
        ("confier", {"to": "999"}, "Choisissez dans la liste."),
        ("clore", {"result": "solved", "note": ""}, "Écrivez en une phrase"),
        ("clore", {"result": "zut", "note": "Mon texte"}, "Choisissez dans la liste."),
    ],
)
@SQLITE
def test_a_refused_act_says_why_and_gives_the_text_back(
    database: Database,
    stage: Stage,
    enter: Callable[[User], FlaskClient],
    act: str,
    fields: dict[str, str],
    say: str,
) -> None:
    need = stage.raised()
    keep(database, stage)
    address = f"/coordination/besoins/{need.id}/{act}"
    answer = send(enter(stage.anne), address, version=need.version, **fields)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert say in page
    assert [text for text in fields.values() if "Mon texte" in text and text not in page] == []
    assert need_now(database, need.id).state is NeedState.NEW


def test_a_need_somebody_has_already_is_refused_with_their_name(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    keep(database, stage)
    answer = send(
        enter(stage.bob), f"/coordination/besoins/{need.id}/prendre", version=need.version
    )
    assert answer.status_code == 422
    assert "Anne s’en occupe déjà" in html.unescape(answer.text)


@pytest.mark.parametrize("version", ["1", "", "zut", "-1", "9" * 40])
def test_a_page_that_has_aged_overwrites_nothing_and_gives_the_text_back(
    database: Database,
    stage: Stage,
    clock: Clock,
    enter: Callable[[User], FlaskClient],
    version: str,
) -> None:
    need = stage.raised()
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    keep(database, stage)
    clock.move(minutes=5)
    answer = send(
        enter(stage.bob),
        f"/coordination/besoins/{need.id}/clore",
        version=version,
        result="solved",
        note="Tout est réglé <avec> la mairie",
    )
    page = html.unescape(answer.text)
    assert answer.status_code == 409
    assert f"Modifié par Anne, aujourd’hui à 10{NBSP}h" in page
    assert "Tout est réglé <avec> la mairie" in page
    assert "<avec>" not in answer.text
    assert need_now(database, need.id).state is NeedState.TAKEN


# The week ----------------------------------------------------------------------------------


def test_the_week_is_a_sentence_then_a_table(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    stage.raised("DRO_RETRAITE", at=TUESDAY - timedelta(days=14))
    stage.raised("ALI_COURSES")
    keep(database, stage)
    client = enter(stage.anne)
    page = read(client, "/coordination/bilan")
    assert f"1{NBSP}besoin signalé" in page
    assert "dont 1 en retard" in page
    assert "Courses alimentaires" in page
    assert "Aucun besoin signalé" in read(client, "/coordination/bilan?semaine=2026-W40")
    for week in ("zut", "2026-W60", "0000-W01", "9999-W53"):
        read(client, f"/coordination/bilan?semaine={week}", 404)


# The look ----------------------------------------------------------------------------------


@pytest.fixture
def look(
    app: Flask, enter: Callable[[User], FlaskClient], page: Page
) -> Iterator[Callable[[User, str], Page]]:
    """Open a page as somebody sees it."""
    with serving(app) as address:

        def opened(user: User, path: str) -> Page:
            key = cookie(enter(user))
            page.context.add_cookies([{"name": "appel", "value": key, "url": address}])
            page.goto(address + path)
            return page

        yield opened


@SQLITE
def test_pages_without_a_need_have_no_fault(
    stage: Stage, look: Callable[[User, str], Page]
) -> None:
    for path in ("/coordination/", "/coordination/?panier=termines", "/coordination/bilan"):
        assert faults_of_look(look(stage.anne, path)) == [], path


@SQLITE
def test_pages_full_of_needs_and_long_names_have_no_fault(
    database: Database, stage: Stage, look: Callable[[User, str], Page]
) -> None:
    crowd(stage)
    urgent = stage.raised("SAN_VITAL")
    closed = stage.raised("DRO_CAF")
    needs.close(
        stage.session,
        closed,
        Result.PARTLY,
        say="La CAF rappelle jeudi",
        by=stage.anne,
        version=closed.version,
        at=TUESDAY,
    )
    keep(database, stage)
    for path in (
        "/coordination/",
        "/coordination/bilan",
        f"/coordination/besoins/{urgent.id}",
        f"/coordination/besoins/{closed.id}",
    ):
        assert faults_of_look(look(stage.anne, path)) == [], path


@SQLITE
def test_a_refused_act_has_no_fault_and_leads_to_the_field(
    database: Database, stage: Stage, look: Callable[[User, str], Page]
) -> None:
    need = stage.raised("ALI_PORTAGE")
    keep(database, stage)
    page = look(stage.anne, f"/coordination/besoins/{need.id}")
    page.get_by_text("Clore ce besoin").click()
    page.get_by_label("Ce qui a été fait").fill("Réglé")
    page.get_by_role("button", name="Clore le besoin").click()
    expect(page).to_have_title(re.compile("^Erreur"))
    expect(page.locator("#erreurs")).to_be_focused()
    expect(page.get_by_label("Ce qui a été fait")).to_have_value("Réglé")
    assert faults_of_look(page) == []
    page.get_by_role("link", name="Choisissez un résultat").click()
    expect(page.locator("#result")).to_be_focused()


@SQLITE
def test_an_aged_page_has_no_fault(
    database: Database, stage: Stage, look: Callable[[User, str], Page]
) -> None:
    need = stage.raised("ALI_PORTAGE")
    keep(database, stage)
    page = look(stage.bob, f"/coordination/besoins/{need.id}")
    needs.take(stage.session, need, by=stage.anne, version=need.version, at=TUESDAY)
    keep(database, stage)
    page.get_by_text("Envoyer ailleurs").click()
    page.get_by_label("À qui\u00a0?").select_option("CCAS_80620")
    page.get_by_label("Pourquoi").fill("Le CCAS est plus près")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator("main")).to_contain_text("Modifié par Anne")
    expect(page.get_by_label("Pourquoi")).to_have_value("Le CCAS est plus près")
    assert faults_of_look(page) == []


def crowd(stage: Stage) -> None:
    """Fifty needs of every kind; one of somebody with a name of eighty letters."""
    long = stage.person("80620", first_name="Marie-Joséphine" * 3, last_name="Vanden" * 6)
    kinds = [code for code, kind in reference.categories().items() if not kind.sensitive]
    for number in range(49):
        stage.raised(
            kinds[number % len(kinds)], whom=stage.person("80620"), text=SAID * (number % 5 + 1)
        )
    stage.raised("ALI_URGENCE", whom=long, text="Z" * 500)
