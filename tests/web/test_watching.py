"""Pages of alarms, signals and proposals; what the volunteer and the lead see of them."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire import watching
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import alarms, needs
from campaigns.models import (
    Alarm,
    AlarmEnding,
    Campaign,
    Helped,
    Need,
    NeedState,
    Office,
    OutgoingMail,
    Person,
    Result,
    Role,
    User,
    Wish,
)
from campaigns.needs import signals
from campaigns.records import mairies, suggested
from tests import factories
from tests.conftest import Clock
from tests.factories import TUESDAY
from tests.needs_stage import PERONNE, Stage
from tests.web.visiting import keep, read, send

LONG = "Marie-Antoinette-Philomène de La Rochefoucauld-Montmorency-Beauvoisin du Vermandois"


@pytest.fixture
def stage(database: Database, stage: Stage) -> Stage:
    factories.enrolment(stage.session, stage.paulette).wish = Wish.WEEKLY
    keep(database, stage)
    return stage


def opened(database: Database, stage: Stage, whom: Person | None = None) -> Alarm:
    made = alarms.open_by_hand(
        stage.session,
        factories.enrolment(stage.session, whom or stage.paulette),
        stage.campaign,
        say="A répondu six semaines de suite, silence depuis 8 jours.",
        by=stage.odile,
        at=TUESDAY,
    )
    assert made
    keep(database, stage)
    return made


# The coordinator ------------------------------------------------------------------------------


def test_an_open_alarm_stands_on_top_of_the_inbox_of_its_territory(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    alarm = opened(database, stage)
    page = read(enter(stage.anne), "/coordination/")
    assert "silence depuis 8 jours" in page
    assert page.index(alarm.reference) < page.index("À prendre en charge ·")
    assert alarm.reference not in read(enter(stage.claire), "/coordination/")


def test_the_list_says_when_nobody_is_looked_for(
    stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    page = read(enter(stage.anne), "/coordination/levees-de-doute")
    assert "Aucune levée de doute ouverte" in page


def test_a_full_list_asks_as_much_of_the_database_as_a_short_one(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    asked: list[str] = []
    sa.event.listen(
        database.engine, "before_cursor_execute", lambda *seen: asked.append(str(seen[2]))
    )
    client = enter(stage.anne)

    def statements() -> int:
        asked.clear()
        read(client, "/coordination/levees-de-doute")
        return len(asked)

    opened(database, stage)
    few = statements()
    for _ in range(29):
        opened(database, stage, stage.person(PERONNE, last_name=LONG))
    assert statements() == few
    page = read(client, "/coordination/levees-de-doute")
    assert "Ouvertes · 30" in page
    assert page.count(LONG) == 29
    assert "30\u00a0levées de doute ouvertes" in read(client, "/coordination/")


def test_the_page_holds_the_contacts_in_order_and_its_opening_is_journaled(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    stage.paulette.notify_person = "Rose, sa fille, 06 39 98 11 11"
    stage.paulette.home_help = "ADMR de Péronne"
    alarm = opened(database, stage)
    client = enter(stage.anne)
    page = read(client, f"/coordination/levees-de-doute/{alarm.id}")
    places = [page.index(one) for one in ("Rose, sa fille", "ADMR de Péronne", "La mairie ou")]
    assert places == sorted(places)
    assert "12 rue du Canari" in page
    read(enter(stage.claire), f"/coordination/levees-de-doute/{alarm.id}", 404)


def test_a_regular_is_looked_for_step_by_step_then_found(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    alarm = opened(database, stage)
    client, address = enter(stage.anne), f"/coordination/levees-de-doute/{alarm.id}"
    assert send(client, f"{address}/prendre", version=alarm.version).status_code == 303
    tried = send(client, f"{address}/essayer", rung="contact", reached="y", say="Vue ce matin")
    assert tried.status_code == 303
    page = read(client, address)
    assert "Vue ce matin" in page
    with database.reading() as session:
        version = session.get_one(Alarm, alarm.id).version
    ended = send(client, f"{address}/clore", ending="found_well", note="Sa fille", version=version)
    assert ended.status_code == 303
    page = read(client, "/coordination/levees-de-doute")
    assert "1\u00a0close, dont 1\u00a0fausse alerte (100\u00a0%)" in page


def test_what_was_typed_comes_back_with_its_error(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    alarm = opened(database, stage)
    client, address = enter(stage.anne), f"/coordination/levees-de-doute/{alarm.id}"
    empty = send(client, f"{address}/essayer", rung="", say="sonne dans le vide")
    assert empty.status_code == 422
    assert "sonne dans le vide" in html.unescape(empty.text)
    away = send(client, f"{address}/clore", ending="away", note="Chez son fils", version=1)
    assert away.status_code == 422
    page = html.unescape(away.text)
    assert "jusqu’à quel jour" in page
    assert "Chez son fils" in page


def test_nothing_is_overwritten_when_a_colleague_was_faster(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    alarm = opened(database, stage)
    seen = alarm.version
    client, address = enter(stage.bob), f"/coordination/levees-de-doute/{alarm.id}"
    with database.unit() as session:
        found = session.get_one(Alarm, alarm.id)
        anne = session.get_one(User, stage.anne.id)
        alarms.take(session, found, by=anne, version=found.version, at=TUESDAY)
    late = send(client, f"{address}/clore", ending="found_well", note="Je sais", version=seen)
    assert late.status_code == 409
    page = html.unescape(late.text)
    assert "Anne s’en occupe" in page
    assert "Je sais" in page


def test_a_signal_is_looked_at_and_put_away(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    for _ in range(6):
        stage.raised("LOG_ENERGIE", whom=stage.person(PERONNE))
    signals.look(stage.session, stage.campaign, at=TUESDAY)
    stage.session.flush()
    (card,) = signals.cards(stage.session, stage.anne, stage.campaign, at=TUESDAY)
    keep(database, stage)
    client, address = enter(stage.anne), f"/coordination/signaux/{card.signal.id}"
    assert "6\u00a0besoins à Péronne" in read(client, "/coordination/")
    page = read(client, address)
    assert page.count("B-") >= 6
    many = "/coordination/?panier=a-prendre&categorie=LOG_ENERGIE&commune=80620&cocher=1"
    assert many in page
    assert read(client, many).count(" checked>") == 6
    read(enter(stage.claire), address, 404)
    assert send(client, f"{address}/ranger", note="").status_code == 422
    assert send(client, f"{address}/ranger", note="Chaufferie en panne").status_code == 303
    assert "besoins à Péronne" not in read(client, "/coordination/")


def test_the_week_says_what_the_answers_were_worth(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised()
    need.helped, need.helped_at = Helped.PARTLY.value, TUESDAY
    keep(database, stage)
    page = read(enter(stage.anne), "/coordination/bilan")
    assert "1\u00a0en partie" in page or "1 en partie" in page
    assert "0 sur 1" in page
    empty = read(enter(stage.claire), "/coordination/bilan")
    assert "personne n’a encore été interrogé" in empty


# The mairie -----------------------------------------------------------------------------------


def test_a_mairie_proposes_somebody_and_the_coordination_adds_them(
    database: Database, stage: Stage, app: Flask, enter: Callable[[User], FlaskClient]
) -> None:
    with database.reading() as session:
        office = session.scalars(
            sa.select(Office).where(Office.kind == "mairie", Office.insee == PERONNE)
        ).one()
        session.expunge(office)
    odile = enter(stage.odile)
    found = send(odile, "/coordination/propositions/chercher", cherche="Péronne")
    assert office.name in html.unescape(found.text)
    sent = send(odile, "/coordination/propositions/lien", office=office.id)
    assert sent.status_code == 303
    with database.reading() as session:
        mairie = session.get_one(Office, office.id)
        campaign = session.get_one(Campaign, stage.campaign.id)
        token = mairies.office_token(session, mairie, campaign)
    partner, address = app.test_client(), f"/partenaire/proposer/{token}"
    told = {
        "last_name": "Marchand",
        "first_name": "Odette",
        "phone": "01 99 00 44 12",
        "commune": PERONNE,
        "said_by": "Mme Roux, à l’accueil",
        "agreed_on": TUESDAY.date().isoformat(),
    }
    read(partner, address)
    refused = send(partner, address, **told)
    assert refused.status_code == 422
    assert "Sans son accord" in refused.text
    assert "Marchand" in refused.text
    assert send(partner, address, agreed="y", **told).status_code == 303
    assert "1\u00a0personne proposée" in read(odile, "/coordination/")
    assert "personne proposée" not in read(enter(stage.anne), "/coordination/")
    with database.reading() as session:
        campaign = session.get_one(Campaign, stage.campaign.id)
        (made,) = suggested.waiting(session, campaign)
        session.expunge(made)
    assert "Mme Roux" in read(odile, f"/coordination/propositions/{made.id}")
    accepted = send(odile, f"/coordination/propositions/{made.id}/accepter")
    assert accepted.status_code == 303
    with database.reading() as session:
        person = session.scalars(sa.select(Person).where(Person.last_name == "Marchand")).one()
        assert person.insee == PERONNE


def test_a_dead_link_says_how_to_get_another(app: Flask, stage: Stage) -> None:
    assert "Ce lien ne marche plus" in read(app.test_client(), "/partenaire/proposer/1-1-x", 410)


# The lead ---------------------------------------------------------------------------------------


def test_the_lead_sets_thresholds_and_a_heat_alert(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    lead = factories.user(stage.session, Role.LEAD)
    keep(database, stage)
    client = enter(lead)
    assert 'value="3"' in read(client, "/pilotage/regles/silence")
    told = {"tries": 4, "bands": 2, "days": 2, "answered": 2, "of_last": 3, "heat_tries": 3}
    told |= {"deadline_hours": 12, "urgent_hours": 2}
    assert send(client, "/pilotage/regles/silence", **told | {"tries": 99}).status_code == 422
    assert send(client, "/pilotage/regles/silence", **told).status_code == 303
    until = TUESDAY.date() + timedelta(days=4)
    past = TUESDAY.date() - timedelta(days=4)
    assert send(client, "/pilotage/regles/chaleur", until=past.isoformat()).status_code == 422
    assert send(client, "/pilotage/regles/chaleur", until=until.isoformat()).status_code == 303
    assert "samedi 28 novembre" in read(client, "/pilotage/regles/silence")
    with database.reading() as session:
        campaign = session.get_one(Campaign, stage.campaign.id)
        assert alarms.thresholds_of(campaign.thresholds).tries == 4
        assert campaign.rules["rhythm_days"] == 1
    assert send(client, "/pilotage/regles/chaleur/fin").status_code == 303
    with database.reading() as session:
        assert session.get_one(Campaign, stage.campaign.id).rules == {}


def test_the_program_tells_above_of_a_late_alarm_and_ends_an_alert_that_is_over(
    database: Database, stage: Stage, instance: Instance, clock: Clock
) -> None:
    alarm = opened(database, stage)
    alarms.heat.switch_on(stage.session, stage.campaign, TUESDAY.date(), by=stage.odile, at=TUESDAY)
    keep(database, stage)
    assert watching.look(instance) == 0
    clock.move(hours=25)
    assert watching.look(instance) == 2
    assert watching.look(instance) == 0
    with database.reading() as session:
        mail = session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.kind == "alarm_late")
        ).one()
        assert mail.about == {"alarm": alarm.id}
        assert session.get_one(Campaign, stage.campaign.id).heat_until is None


# The volunteer ------------------------------------------------------------------------------------


def test_a_volunteer_reads_the_result_tells_it_and_a_no_reopens_the_need(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    need = stage.raised("ALI_PORTAGE")
    say = "Pris en charge par le CCAS de Péronne le 4."
    needs.close(
        stage.session, need, Result.SOLVED, say=say, by=stage.bob, version=need.version, at=TUESDAY
    )
    nour = factories.volunteer(stage.session, stage.campaign, first_name="Nour")
    plan = factories.published(stage.session, stage.campaign)
    (line,) = factories.lines(stage.session, plan)
    keep(database, stage)
    client, address = enter(nour), f"/benevole/appels/{line.id}"
    page = read(client, address)
    assert say in page
    assert "Est-ce que cela vous a aidé" in page
    told = {
        "key": "k" * 32,
        "person_id": stage.paulette.id,
        "spoke": "oui",
        "mood": "bien",
        "relire": "1",
        f"aide-{need.id}": "no",
    }
    refused = send(client, address, **told)
    assert refused.status_code == 422
    assert "ce qui manque encore" in html.unescape(refused.text)
    words = {f"aide-{need.id}-mots": "Personne n’est venu."}
    assert send(client, address, **told, **words).status_code == 303
    with database.reading() as session:
        found = session.get_one(Need, need.id)
        assert (found.state, found.helped) == (NeedState.NEW, "no")
    assert "Personne n’est venu." in read(enter(stage.anne), "/coordination/")


def test_a_doubt_ticked_on_the_call_page_reaches_the_coordinator(
    database: Database, stage: Stage, enter: Callable[[User], FlaskClient]
) -> None:
    nour = factories.volunteer(stage.session, stage.campaign, first_name="Nour")
    plan = factories.published(stage.session, stage.campaign)
    (line,) = factories.lines(stage.session, plan)
    keep(database, stage)
    client, address = enter(nour), f"/benevole/appels/{line.id}"
    told = {"key": "k" * 32, "person_id": stage.paulette.id, "spoke": "sonne", "relire": "1"}
    told["doute"] = "doute"
    assert send(client, address, **told).status_code == 303
    page = read(enter(stage.anne), "/coordination/")
    assert "Nour a un doute" in page
    with database.unit() as session:
        alarm = session.scalars(sa.select(Alarm)).one()
        alarms.close(
            session,
            alarm,
            AlarmEnding.FOUND_WELL,
            note="Sa fille",
            by=session.get_one(User, stage.anne.id),
            version=alarm.version,
            at=TUESDAY,
        )
    sheet = read(client, "/benevole/")
    assert "Retrouvée, va bien" in sheet
    assert "Sa fille" not in sheet
