"""The coordinator's week through the pages: finding, several at once, helping, absences."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from appel_solidaire.db import Database
from campaigns import needs
from campaigns.models import Need, NeedState, Office, Role, User
from campaigns.needs import absences, asking, meetings, vouchers, working
from tests import factories
from tests.browser import DESK, watched_page
from tests.factories import TUESDAY
from tests.needs_stage import AMIENS, Stage, faults_of_look, serving
from tests.web.signing import cookie
from tests.web.visiting import keep, need_now, read, send

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
TODAY = TUESDAY.date()


# Finding -------------------------------------------------------------------------------------


def test_a_reference_leads_to_its_need_and_a_name_stands_in_no_address(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need, done = stage.raised(), stage.raised("DRO_CAF", text="Dossier en attente")
    secret = stage.raised("PRO_VIOLENCES", text="Propos entendus")
    elsewhere = stage.raised(whom=stage.person(AMIENS))
    working.log_call(
        stage.session,
        done,
        working.Reached.SPOKE,
        words="",
        by=stage.bob,
        version=done.version,
        at=TUESDAY,
    )
    keep(database, stage)
    client = enter(stage.bob)
    found = send(client, "/coordination/chercher", cherche=f"b {need.id}")
    assert (found.status_code, found.location) == (303, f"/coordination/besoins/{need.id}")
    listed = html.unescape(send(client, "/coordination/chercher", cherche="dupont").text)
    assert need.reference in listed
    assert "Dossier en attente" in listed
    assert "Propos entendus" not in listed
    for wrong in (f"B-{elsewhere.id}", f"B-{secret.id}", "B-99999", "", "x"):
        assert send(client, "/coordination/chercher", cherche=wrong).status_code == 422


def test_filters_stand_in_the_address_and_are_kept_as_a_view(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    stage.raised("ALI_COURSES", text="Plus de courses")
    stage.raised("DRO_CAF", text="La CAF se tait")
    keep(database, stage)
    client = enter(stage.anne)
    address = "/coordination/?panier=a-prendre&categorie=ALI_COURSES"
    page = read(client, address)
    assert "Plus de courses" in page
    assert "La CAF se tait" not in page
    assert "1\u00a0filtre" in page
    kept = send(client, "/coordination/vues", nom="Courses", categorie="ALI_COURSES")
    assert kept.status_code == 303
    assert "Courses</a>" in read(client, "/coordination/")
    opened = client.get("/coordination/vues/1")
    assert "categorie=ALI_COURSES" in opened.location
    refused = send(client, "/coordination/vues", nom="", categorie="ALI_COURSES")
    assert refused.status_code == 422
    assert "Donnez un nom" in refused.text
    assert send(client, "/coordination/vues/1/retirer").status_code == 303
    assert "Courses</a>" not in read(client, "/coordination/")


@SQLITE
def test_the_inbox_asks_as_much_with_filters_for_one_as_for_five_hundred(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    asked: list[str] = []
    sa.event.listen(
        database.engine, "before_cursor_execute", lambda *seen: asked.append(str(seen[2]))
    )
    client = enter(stage.anne)

    def statements(address: str) -> int:
        asked.clear()
        read(client, address)
        return len(asked)

    address = "/coordination/?categorie=DIV_AUTRE&suivi=personne&tri=anciens"
    first = stage.raised("DIV_AUTRE")
    keep(database, stage)
    few = statements(address)
    columns = [
        column.name for column in Need.__table__.columns if column.name not in {"id", "version"}
    ]
    values = {name: getattr(first, name) for name in columns}
    stage.session.execute(sa.insert(Need), [{**values, "version": 1} for _ in range(499)])
    keep(database, stage)
    assert statements(address) == few <= 8
    absences.note_absence(
        stage.session,
        stage.claire,
        first_on=TODAY,
        last_on=TODAY,
        deputy=stage.anne,
        by=stage.claire,
        at=TUESDAY,
    )
    keep(database, stage)
    assert statements(address) == few
    assert "500\u00a0besoins répondent" in read(client, address)
    assert "Page 10 sur 10" in read(client, f"{address}&page=10")


# Several at once -----------------------------------------------------------------------------


def test_what_is_ticked_is_done_and_what_cannot_be_says_why(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    rows = [stage.raised(whom=stage.person("80620")) for _ in range(3)]
    ticked = [f"{one.id}:{one.version}" for one in rows]
    keep(database, stage)
    client = enter(stage.anne)
    assert "Agir sur 3\u00a0besoins" in html.unescape(
        send(client, "/coordination/plusieurs", choix=ticked).text
    )
    first = need_now(database, rows[0].id)
    needs.take(
        stage.session,
        stage.session.get_one(Need, first.id),
        by=stage.bob,
        version=first.version,
        at=TUESDAY,
    )
    keep(database, stage)
    done = send(
        client, "/coordination/plusieurs/faire", choix=ticked, acte="confier", to=stage.bob.id
    )
    said = html.unescape(done.text)
    assert done.status_code == 200
    assert "Fait en partie" in said
    assert f"{first.reference}</strong>\u00a0: Modifié par Bob entre-temps" in said
    assert [need_now(database, one.id).owner_id for one in rows] == [stage.bob.id] * 3


@pytest.mark.parametrize(
    ("fields", "say"),
    [
        ({"acte": "confier"}, "Choisissez à qui les confier"),
        ({"acte": "orienter", "destination": "CCAS_80620"}, "Dites pourquoi"),
        ({"acte": "zut"}, "Choisissez ce qu’il faut faire"),
    ],
)
@SQLITE
def test_an_act_on_several_that_lacks_something_keeps_what_was_ticked(
    database: Database,
    stage: Stage,
    enter: Callable[[User], FlaskClient],
    fields: dict[str, str],
    say: str,
) -> None:
    need = stage.raised()
    keep(database, stage)
    ticked = f"{need.id}:{need.version}"
    answer = send(enter(stage.anne), "/coordination/plusieurs/faire", choix=ticked, **fields)
    assert answer.status_code == 422
    assert say in html.unescape(answer.text)
    assert f'value="{ticked}"' in answer.text


# Helping -------------------------------------------------------------------------------------


def test_a_voucher_is_asked_by_a_territory_and_granted_by_the_coordination(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised("ALI_URGENCE")
    keep(database, stage)
    address = f"/coordination/besoins/{need.id}"
    anne, odile = enter(stage.anne), enter(stage.odile)

    def sent(client: FlaskClient, act: str, **fields: str) -> int:
        version = need_now(database, need.id).version
        return send(client, f"{address}/{act}", version=version, **fields).status_code

    assert sent(anne, "bon", amount="beaucoup") == 422
    assert sent(anne, "bon", amount="50", for_what="Courses") == 303
    assert "Accorder" not in read(anne, address)
    assert sent(anne, "bon/1/accorder", number="BS-7") == 422
    assert "Bon solidaire de 50\u00a0€" in read(odile, address)
    assert sent(odile, "bon/1/accorder", number="BS-7") == 303
    page = read(anne, address)
    assert "n°\u00a0BS-7" in page.replace("n° BS-7", "n°\u00a0BS-7")
    assert "accordé" in page


def test_a_question_is_answered_on_the_volunteers_page(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    keep(database, stage)
    asked = send(
        enter(stage.anne),
        f"/coordination/besoins/{need.id}/question",
        version=need.version,
        asked=stage.karim.id,
        question="Peut-elle sortir de chez elle ?",
    )
    assert asked.status_code == 303
    karim = enter(stage.karim)
    assert "Peut-elle sortir de chez elle" in read(karim, "/benevole/")
    assert send(karim, "/benevole/questions/1", reponse=" ").status_code == 422
    assert send(karim, "/benevole/questions/1", reponse="Avec une canne").status_code == 303
    assert "Peut-elle sortir" not in read(karim, "/benevole/")
    assert "Avec une canne" in read(enter(stage.anne), f"/coordination/besoins/{need.id}")


def test_a_page_that_has_aged_shows_both_texts(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    shown = need.version
    working.write_note(
        stage.session, need, "Fille prévenue", by=stage.anne, version=shown, at=TUESDAY
    )
    keep(database, stage)
    answer = send(
        enter(stage.bob),
        f"/coordination/besoins/{need.id}/note",
        version=shown,
        private="Voisine prévenue",
    )
    page = html.unescape(answer.text)
    assert answer.status_code == 409
    assert "Modifié par Anne" in page
    assert "Fille prévenue" in page
    assert "Voisine prévenue" in page


def test_the_deputy_works_in_the_absent_ones_inbox_then_no_more(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    keep(database, stage)
    noted = send(
        enter(stage.anne),
        "/coordination/absences",
        first_on=TODAY.isoformat(),
        last_on=(TODAY + timedelta(days=2)).isoformat(),
        deputy=stage.claire.id,
    )
    assert noted.status_code == 303
    away = "pas là jusqu’au jeudi 26 novembre, Claire répond"
    assert away in read(enter(stage.bob), f"/coordination/besoins/{need.id}")
    claire = enter(stage.claire)
    inbox = read(claire, "/coordination/")
    assert "Vous remplacez Anne" in inbox
    assert need.reference in inbox
    assert "répond à votre place" in read(enter(stage.anne), "/coordination/")
    assert send(enter(stage.anne), "/coordination/absences/1/retour").status_code == 303
    read(claire, f"/coordination/besoins/{need.id}", 404)
    wrong = send(enter(stage.bob), "/coordination/absences", first_on="zut", last_on="")
    assert wrong.status_code == 422


# The look ------------------------------------------------------------------------------------


@SQLITE
def test_the_pages_of_the_week_have_no_fault_full_of_long_names(
    app: Flask,
    database: Database,
    stage: Stage,
    enter: Callable[[User], FlaskClient],
    page: Page,
) -> None:
    need = worked_on(stage)
    keep(database, stage)
    key = cookie(enter(stage.odile))
    with serving(app) as address:
        page.context.add_cookies([{"name": "appel", "value": key, "url": address}])
        for path in (
            "/coordination/?urgence=U1&tri=commune",
            f"/coordination/besoins/{need.id}",
            "/coordination/commission",
            "/coordination/creneaux",
            "/coordination/absences",
        ):
            page.goto(address + path)
            assert faults_of_look(page) == [], path


def worked_on(stage: Stage) -> Need:
    """A need on which everything was done, of somebody with a name of eighty letters."""
    long = stage.person("80620", first_name="Marie-Joséphine" * 3, last_name="Vanden" * 6)
    need = stage.raised("ALI_URGENCE", whom=long, text="Z" * 500)
    session, by = stage.session, stage.odile
    office = session.scalars(sa.select(Office).order_by(Office.id).limit(1)).one()
    soon = TUESDAY + timedelta(days=2)
    slot = meetings.open_slot(session, office, starts_at=soon, places=2, by=by, at=TUESDAY)
    absences.note_absence(
        session, by, first_on=TODAY, last_on=TODAY, deputy=stage.anne, by=by, at=TUESDAY
    )

    def how() -> dict[str, object]:
        return {"by": by, "version": need.version, "at": TUESDAY}

    working.log_call(session, need, working.Reached.NO_ANSWER, words="Rien", **how())
    working.send_to_review(session, need, **how())
    asking.ask(session, need, stage.karim, "Depuis quand ?", **how())
    meetings.book_place(session, need, slot.id, **how())
    vouchers.ask_voucher(session, need, "50", campaign=stage.campaign, why="", **how())
    assert need.state is NeedState.TAKEN
    return need


# The week in a browser -----------------------------------------------------------------------


@SQLITE
def test_twenty_assigned_a_voucher_granted_and_two_people_on_one_need_in_a_browser(
    app: Flask,
    database: Database,
    stage: Stage,
    enter: Callable[[User], FlaskClient],
    browser: Browser,
) -> None:
    rows = [stage.raised(whom=stage.person("80620")) for _ in range(20)]
    hungry = stage.raised("ALI_URGENCE")
    keep(database, stage)
    with (
        serving(app) as site,
        watched_page(browser, size=DESK) as (anne, of_anne),
        watched_page(browser, size=DESK) as (odile, of_odile),
    ):
        for page, user in ((anne, stage.anne), (odile, stage.odile)):
            value = cookie(enter(user))
            page.context.add_cookies([{"name": "appel", "value": value, "url": site}])
        anne.goto(f"{site}/coordination/?categorie=ALI_COURSES&commune=80620")
        anne.get_by_role("link", name="Cocher les 20").click()
        anne.get_by_role("button", name="Agir sur les besoins cochés").click()
        anne.get_by_label("À qui").first.select_option(label=stage.bob.full_name)
        anne.get_by_role("button", name="Confier").click()
        expect(anne.locator("h1")).to_contain_text("C’est fait")
        assert {need_now(database, one.id).owner_id for one in rows} == {stage.bob.id}

        address = f"{site}/coordination/besoins/{hungry.id}"
        odile.goto(address)  # read before Anne acts: this page will have aged
        anne.goto(address)
        anne.get_by_text("Demander un bon solidaire").click()
        anne.get_by_label("Montant en euros").fill("50")
        anne.get_by_role("button", name="Demander le bon").click()
        expect(anne.locator("main")).to_contain_text("Décide\u00a0: la coordination de la campagne")

        odile.get_by_text("Écrire une note entre professionnels").click()
        odile.get_by_label("La note").fill("Colis possible jeudi")
        odile.get_by_role("button", name="Garder la note").click()
        expect(odile.locator("main")).to_contain_text("Modifié par Anne")
        expect(odile.locator("main")).to_contain_text("Bon solidaire demandé")
        expect(odile.get_by_label("La note")).to_have_value("Colis possible jeudi")

        odile.get_by_role("link", name="Voir ce qui a changé").click()
        odile.get_by_label("Numéro du bon").fill("BS-2031")
        odile.get_by_role("button", name="Accorder").click()
        expect(odile.locator("main")).to_contain_text("Le bon est accordé")
        anne.reload()
        expect(anne.locator("main")).to_contain_text("BS-2031")
        assert [*of_anne, *of_odile] == []


# The lead ------------------------------------------------------------------------------------


def test_the_lead_notes_an_absence_for_a_coordinator_and_takes_it_back(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    lead = factories.user(stage.session, Role.LEAD, stage.campaign, email="lea@example.org")
    keep(database, stage)
    chief, claire = enter(lead), enter(stage.claire)
    page = f"/pilotage/equipe/{stage.anne.id}/remplacement"
    assert f'href="{page}"' in read(chief, f"/pilotage/equipe/{stage.anne.id}")
    assert claire.get(f"/coordination/besoins/{need.id}").status_code == 404
    days = {"first_on": TODAY.isoformat(), "last_on": TODAY.isoformat()}
    refused = send(chief, page, **days, deputy="")
    assert refused.status_code == 422
    assert "Choisissez qui répond" in html.unescape(refused.text)
    assert send(chief, page, **days, deputy=stage.claire.id).status_code == 303
    assert "Claire" in read(chief, page)
    assert need.reference in read(claire, f"/coordination/besoins/{need.id}")
    read(claire, f"/coordination/personnes/{stage.paulette.id}")
    assert send(chief, f"{page}/1/retour").status_code == 303
    for theirs in (f"besoins/{need.id}", f"personnes/{stage.paulette.id}"):
        assert claire.get(f"/coordination/{theirs}").status_code == 404
    assert send(chief, f"{page}/habituel", standing=stage.bob.id).status_code == 303
    assert send(chief, page, **days, deputy="").status_code == 303
    assert chief.get(f"/pilotage/equipe/{stage.karim.id}/remplacement").status_code == 404


def test_the_lead_sets_who_decides_about_vouchers_and_decides_when_the_rules_say_so(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    lead = factories.user(stage.session, Role.LEAD, stage.campaign, email="lea@example.org")
    voucher = vouchers.ask_voucher(
        stage.session,
        need,
        "250",
        campaign=stage.campaign,
        why="Frigo vide",
        by=stage.anne,
        version=need.version,
        at=TUESDAY,
    )
    keep(database, stage)
    chief, version = enter(lead), need_now(database, need.id).version
    address = f"/pilotage/bons/{voucher.id}/accorder"
    assert send(chief, address, version=version, numero="BS-1").status_code == 422
    rules = "/pilotage/bons/regles"
    for wrong in ({"most": "200"}, {"most": "rien", "deciders": "lead"}, {"deciders": "lead"}):
        assert send(chief, rules, **wrong).status_code == 422
    assert send(chief, rules, most="200", deciders="lead").status_code == 303
    page = read(chief, "/pilotage/bons")
    assert "Frigo vide" in page
    assert "Dupont" not in page
    empty = send(chief, f"/pilotage/bons/{voucher.id}/refuser", version=version, motif="")
    assert empty.status_code == 422
    assert send(chief, address, version=version, numero="BS-1").status_code == 303
    anne = enter(stage.anne)
    assert "BS-1" in read(anne, f"/coordination/besoins/{need.id}")
    version = need_now(database, need.id).version
    over = send(anne, f"/coordination/besoins/{need.id}/bon", version=version, amount="250")
    assert "200\u00a0€ au plus" in html.unescape(over.text)
