"""The lead changes where needs go, tries it, publishes it; corrects, closes and confirms offices."""

from __future__ import annotations

import html
import re
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire import mailer, schedule
from appel_solidaire.instance import Instance
from campaigns import routes
from campaigns.directory import confirming
from campaigns.models import (
    Campaign,
    Coverage,
    Need,
    Office,
    OutgoingMail,
    ReferralState,
    Role,
    RouteTable,
    TableState,
    User,
)
from tests import factories, needs_stage
from tests.factories import EVE
from tests.needs_stage import PERONNE, Stage

DRAFT = "/pilotage/orientation/brouillon"
LINE = {"destination": "caf", "mode": "mail", "condition": "toujours", "rank": "1"}


@pytest.fixture
def stage(instance: Instance, somme: None) -> Stage:
    with instance.database.unit() as session:
        stage = needs_stage.set_up(session)
        stage.raised(at=EVE)
        stage.raised("PRO_VIOLENCES", at=EVE)
    return stage


@pytest.fixture
def lead(app: Flask, instance: Instance, stage: Stage) -> FlaskClient:
    client = app.test_client()
    with instance.database.unit() as session:
        someone = factories.user(session, Role.LEAD, stage.campaign)
        factories.sign_in(session, client, someone, at=instance.clock())
    return client


def plain(text: str) -> str:
    """What is read on a page, with ordinary spaces."""
    bare = html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", bare)


def post(client: FlaskClient, path: str, **form):
    found = re.search(
        r'name="csrf_token" value="([^"]+)"', client.get("/pilotage/orientation").text
    )
    assert found
    return client.post(path, data={"csrf_token": found[1], **form})


def seen_in(page: str) -> str:
    """The print of what the form of a page showed: the last one of the page."""
    return re.findall(r'name="seen"[^>]* value="([^"]*)"', page)[-1]


def leave(client: FlaskClient, path: str, page: str, **form):
    """Post what a page about the whole draft posts."""
    return post(client, path, seen=seen_in(client.get(page).text), **form)


def test_a_change_is_drafted_tried_published_and_taken_back(lead, instance):
    assert lead.get(DRAFT).status_code == 303
    assert post(lead, f"{DRAFT}/commencer").status_code == 303
    assert post(lead, f"{DRAFT}/ALI_COURSES", **LINE, insee=PERONNE).status_code == 303
    assert "1 besoin changé" in plain(lead.get(DRAFT).text)
    tried = plain(lead.get(f"{DRAFT}/essai").text)
    assert "2 besoins rejoués : 1 irait ailleurs, 1 garderait son destinataire" in tried
    assert "CCAS de Péronne" in tried
    assert "CAF de la Somme" in tried
    assert (
        leave(lead, f"{DRAFT}/publier", f"{DRAFT}/essai", note="La CAF essaie").status_code == 303
    )
    shown = plain(lead.get("/pilotage/orientation").text)
    assert "Table n° 1, en vigueur" in shown
    assert "La CAF essaie" in shown
    assert post(lead, "/pilotage/orientation/retour/0").status_code == 303
    with instance.database.reading() as session:
        states = session.scalars(sa.select(RouteTable.state).order_by(RouteTable.number)).all()
    assert states == [TableState.REPLACED, TableState.PUBLISHED]


def test_a_sensitive_need_is_counted_on_the_trial_and_never_shown(lead, stage):
    post(lead, f"{DRAFT}/commencer")
    post(lead, f"{DRAFT}/PRO_VIOLENCES", **LINE, insee=PERONNE)
    tried = plain(lead.get(f"{DRAFT}/essai").text)
    assert "1 besoin sensible change aussi de destinataire" in tried
    assert "Violences" not in tried
    assert "B-2" not in tried


@pytest.mark.parametrize(
    ("typed", "say"),
    [
        ({"destination": ""}, "Indiquez le code d’un destinataire."),
        ({"destination": "RIEN"}, "Destinataire inconnu : « RIEN »."),
        ({"rank": "0"}, "Indiquez un rang entre 1 et 9."),
        ({"rank": "un"}, "Indiquez un nombre entier"),
        ({"condition": "lune"}, "Condition inconnue : « lune »."),
        ({"insee": "99999"}, "n’est pas le code INSEE d’une commune d’ici."),
        ({"audience": "TOUS"}, "Public inconnu : « TOUS »."),
        ({"territory_code": "RIEN"}, "Territoire inconnu : « RIEN »."),
    ],
)
def test_what_a_row_cannot_say_is_refused_in_french_and_what_was_typed_stays(lead, typed, say):
    post(lead, f"{DRAFT}/commencer")
    answer = post(lead, f"{DRAFT}/ALI_COURSES", **{**LINE, "insee": "80021", **typed})
    assert answer.status_code == 422
    assert say in plain(answer.text)
    assert 'value="80021"' in answer.text or "insee" in typed


def test_a_row_is_changed_and_taken_away(lead, instance):
    post(lead, f"{DRAFT}/commencer")
    post(lead, f"{DRAFT}/ALI_COURSES", **LINE, insee=PERONNE)
    with instance.database.reading() as session:
        (row,) = [
            one
            for table in session.scalars(sa.select(RouteTable))
            for one in table.rows
            if one.insee == PERONNE
        ]
        number = row.id
    page = lead.get(f"{DRAFT}/ALI_COURSES?ligne={number}").text
    assert "Changer cette ligne" in page
    changed = {**LINE, "destination": "MSA", "row": str(number), "seen": seen_in(page)}
    assert post(lead, f"{DRAFT}/ALI_COURSES", **changed).status_code == 303
    page = lead.get(f"{DRAFT}/ALI_COURSES?ligne={number}").text
    assert "MSA Picardie" in plain(page)
    gone = post(lead, f"{DRAFT}/ALI_COURSES/{number}/retirer", seen=seen_in(page))
    assert gone.status_code == 303
    assert "MSA Picardie" not in plain(
        lead.get(f"{DRAFT}/ALI_COURSES").text.split("<form class")[0]
    )
    assert leave(lead, f"{DRAFT}/abandonner", DRAFT).status_code == 303
    assert lead.get(DRAFT).status_code == 303  # there is none any more


def test_the_table_leaves_as_a_workbook_and_comes_back_as_a_draft(lead, instance, stage):
    content = lead.get("/pilotage/orientation.xlsx").data
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', lead.get("/pilotage/tableaux/orientation").text
    )
    assert token
    answer = lead.post(
        "/pilotage/tableaux/orientation",
        data={"csrf_token": token[1], "file": (BytesIO(content), "orientation.xlsx")},
    )
    assert answer.status_code == 200
    assert f"{len(routes.house_rules())} lignes lues" in plain(answer.text)


def test_an_office_is_added_corrected_and_closed_with_its_needs_listed(lead, instance):
    form = {"name": "CIAS du Coquelicot", "kind": "ccas", "scope": "epci", "channel": "mail"}
    refused = post(lead, "/pilotage/annuaire/nouveau", **form, email="pas une adresse")
    assert refused.status_code == 422
    assert 'value="CIAS du Coquelicot"' in refused.text
    made = post(lead, "/pilotage/annuaire/nouveau", **form, communes="80003, 80016")
    assert made.status_code == 303
    assert "Acheux-en-Amiénois, Albert" in plain(lead.get(made.location).text)
    changed = post(lead, made.location, **form, hours="9 h – 12 h")
    assert changed.status_code == 303
    with instance.database.reading() as session:
        ccas = session.scalars(sa.select(Office.id).where(Office.code == "CCAS_80620")).one()
    closing = plain(lead.get(f"/pilotage/annuaire/{ccas}/fermer").text)
    assert "B-1" in closing
    assert post(lead, f"/pilotage/annuaire/{ccas}/fermer").status_code == 303
    assert "plus aucun besoin n’y part" in plain(lead.get(f"/pilotage/annuaire/{ccas}").text)
    found = plain(lead.get("/pilotage/annuaire?fermes=1").text)
    assert "CCAS de Péronne" in found
    assert post(lead, f"/pilotage/annuaire/{ccas}/rouvrir").status_code == 303


def test_a_search_without_answer_and_a_wrong_page_say_so(lead):
    assert "Aucun service ne répond" in plain(lead.get("/pilotage/annuaire?cherche=xyzxyz").text)
    assert lead.get("/pilotage/annuaire?page=²").status_code == 200
    assert "Page 1 sur" in plain(lead.get("/pilotage/annuaire").text)


def test_the_on_call_number_is_noted_and_a_wrong_one_is_refused(lead, instance):
    answer = post(lead, "/pilotage/annuaire/astreinte", phone="01 99", hours="nuits")
    assert answer.status_code == 422
    assert 'value="nuits"' in answer.text
    saved = post(lead, "/pilotage/annuaire/astreinte", phone="01 99 00 44 55", hours="nuits")
    assert saved.status_code == 303
    assert "01 99 00 44 55, nuits." in plain(lead.get("/pilotage/annuaire/territoires").text)


def test_the_lead_names_who_reads_sensitive_needs(lead, instance, stage):
    path = f"/pilotage/equipe/{stage.bob.id}/territoires"
    here = str(stage.here.id)
    assert post(lead, path, territories=[here], sensitive=[here]).status_code == 303
    with instance.database.reading() as session:
        (held,) = session.scalars(sa.select(Coverage).where(Coverage.user_id == stage.bob.id))
        assert held.reads_sensitive
    refused = post(lead, path, sensitive=[here])
    assert refused.status_code == 422
    assert "Choisissez au moins un territoire" in plain(refused.text)
    assert lead.get(f"/pilotage/equipe/{stage.karim.id}/territoires").status_code == 404


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_an_office_is_asked_by_mail_and_answers_by_its_link(lead, app, instance, stage, clock):
    assert post(lead, "/pilotage/annuaire/confirmation", asks="y", days="182").status_code == 303
    with instance.database.unit() as session:
        session.execute(sa.update(Office).where(Office.code != "CCAS_80620").values(email=""))
    schedule.run_due(instance)
    schedule.run_due(instance)
    with instance.database.reading() as session:
        (mail,) = session.scalars(
            sa.select(OutgoingMail).where(OutgoingMail.kind == "office_confirm")
        )
        letter = mailer.compose(session, mail, config=instance.config, at=clock())
        subject, body = str(letter["Subject"]), letter.get_body(("plain",)).get_content()
        office = session.scalars(sa.select(Office).where(Office.code == "CCAS_80620")).one()
        token, number = confirming.token(session, office), office.id
    assert f"F-{number}" in subject
    assert f"/partenaire/annuaire/{token}" in body
    assert "CCAS" not in body
    visitor = app.test_client()
    page = visitor.get(f"/partenaire/annuaire/{token}")
    assert "CCAS de Péronne" in plain(page.text)
    key = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert key
    wrong = visitor.post(
        f"/partenaire/annuaire/{token}/corriger", data={"csrf_token": key[1], "phone": "01 99"}
    )
    assert wrong.status_code == 422
    done = visitor.post(
        f"/partenaire/annuaire/{token}/corriger",
        data={"csrf_token": key[1], "phone": "01 99 00 44 55", "topics": ["ALI_PORTAGE", "RIEN"]},
    )
    assert done.status_code == 303
    assert visitor.get(f"/partenaire/annuaire/{token}").status_code == 410
    with instance.database.reading() as session:
        office = session.get_one(Office, number)
        assert (office.phone, office.topics) == ("01 99 00 44 55", "ALI_PORTAGE")
        assert session.scalars(sa.select(User.id)).first()


def test_what_answers_suggest_goes_into_the_draft_or_is_set_aside_with_a_reason(
    lead, instance, stage
):
    with instance.database.unit() as session:
        for need in session.scalars(sa.select(Need).where(Need.category == "ALI_COURSES")):
            need.referrals[0].state = ReferralState.NOT_OURS
            need.referrals[0].moved_at = instance.clock()
        session.get_one(Campaign, stage.campaign.id).thresholds = {"routes": {"refusals": 1}}
    page = lead.get("/pilotage/orientation").text
    assert "a répondu 1 fois « hors compétence »" in plain(page)
    (key,) = set(re.findall(r'name="proposition" value="([^"]+)"', page))
    aside = "/pilotage/orientation/propositions/ecarter"
    answer = post(lead, aside, proposition=key, raison="parce que")
    assert (answer.status_code, "Choisissez pourquoi" in plain(answer.text)) == (422, True)
    assert post(lead, "/pilotage/orientation/propositions", proposition=key).status_code == 303
    with instance.database.reading() as session:
        tables = session.scalars(sa.select(RouteTable)).all()
        assert [one.state for one in tables] == [TableState.DRAFT]  # nothing is published
        assert any(row.insee == PERONNE for row in tables[0].rows)
    assert post(lead, aside, proposition=key, raison="accord").status_code == 303
    assert "hors compétence" not in plain(lead.get("/pilotage/orientation").text)
    assert post(lead, "/pilotage/orientation/propositions", proposition=key).status_code == 422
