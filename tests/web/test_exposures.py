"""What a lead shows to volunteers: on the page of the call, nowhere else, and only while it holds."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import exposures, weeks
from campaigns.exposures import Field
from campaigns.models import Campaign, CampaignState, Person, Role
from tests import factories
from tests.factories import TUESDAY
from tests.web import scene as scenes
from tests.web import signing
from tests.web.matrix import ROWS
from tests.web.rehearsed import keep_nothing
from tests.web.signing import csrf
from tests.web.test_hot_pages import heard
from tests.web.test_volunteer import Desk

PAGE = "/pilotage/regles/champs-montres"
TODAY = weeks.local_day(TUESDAY)
REASON = "Une visite à domicile est prévue."
# Words that stand on the records only; the first two may be shown.
STREET, BAND = "Quetzalville", "85 à 89 ans"
SECRET = {
    "birth_date": date(1941, 3, 5),
    "schemes": "ACTP",
    "address": f"3 rue de {STREET}",
    "notify_person": "Quetzalproche",
    "home_help": "Quetzalaide",
    "key_holder": "Quetzalcle",
}
NEVER = ("05/03/1941", "1941-03-05", "ACTP", "Quetzalproche", "Quetzalaide", "Quetzalcle")


@pytest.fixture
def lead(app: Flask, database: Database) -> FlaskClient:
    client = app.test_client()
    with database.unit() as session:
        factories.campaign(session)
        factories.sign_in(session, client, factories.user(session, Role.LEAD), at=TUESDAY)
    return client


def show(client: FlaskClient, field: str = "address", **changed: str) -> tuple[int, str]:
    typed = {"reason": REASON, "until": TODAY.isoformat()} | changed
    data = {f"{field}-{name}": value for name, value in typed.items()}
    answer = client.post(f"{PAGE}/{field}", data={"csrf_token": csrf(client), **data})
    return answer.status_code, html.unescape(answer.text)


def expose(database: Database, *fields: Field, until: date = TODAY) -> None:
    with database.unit() as session:
        by = factories.user(session, Role.LEAD)
        for campaign in session.scalars(
            sa.select(Campaign).where(Campaign.state == CampaignState.OPEN)
        ):
            for field in fields:
                exposures.show(
                    session, campaign, field, reason=REASON, until=until, by=by, at=TUESDAY
                )


def test_the_lead_shows_a_field_with_a_reason_and_takes_it_back(lead: FlaskClient) -> None:
    assert "non montrée" in html.unescape(lead.get(PAGE).text)
    assert show(lead)[0] == 303
    page = html.unescape(lead.get(PAGE).text)
    assert REASON in page
    assert "Ne plus montrer" in page
    assert lead.post(f"{PAGE}/address/fin", data={"csrf_token": csrf(lead)}).status_code == 303
    page = html.unescape(lead.get(PAGE).text)
    assert "Ne plus montrer" not in page
    assert "Ce qui a été montré avant · 1" in page
    assert PAGE in lead.get("/pilotage/reglages").text


@pytest.mark.parametrize(
    ("changed", "say"),
    [
        ({"reason": "Oui."}, "Écrivez pourquoi, en 10 lettres au moins"),
        ({"reason": ""}, "Écrivez pourquoi"),
        ({"until": ""}, "Choisissez le dernier jour"),
        ({"until": "demain"}, "Écrivez un jour comme"),
        ({"until": "2026-11-23"}, "Ce jour est passé"),
    ],
)
def test_a_field_without_reason_or_end_comes_back_with_what_was_typed(
    lead: FlaskClient, changed: dict[str, str], say: str
) -> None:
    status, page = show(lead, **changed)
    assert status == 422
    assert page.count(say) >= 2  # in the summary and by the field
    assert (changed.get("reason", REASON)) in page


def test_a_birth_date_or_a_scheme_can_not_be_asked_for(lead: FlaskClient) -> None:
    for field in ("birth_date", "schemes", "nir"):
        assert show(lead, field)[0] == 404


def test_the_person_in_charge_of_data_reads_who_showed_what_and_why(
    app: Flask, database: Database, lead: FlaskClient
) -> None:
    dpo = app.test_client()
    with database.unit() as session:
        factories.sign_in(session, dpo, factories.user(session, Role.DPO), at=TUESDAY)
    assert "Aucune campagne ne montre plus" in html.unescape(
        dpo.get("/donnees/champs-montres").text
    )
    assert show(lead)[0] == 303
    page = html.unescape(dpo.get("/donnees/champs-montres").text)
    assert REASON in page
    assert "par Michelle" in page
    assert "/donnees/champs-montres" in dpo.get("/donnees/").text
    told = html.unescape(dpo.get("/donnees/journal").text)
    assert ">Champs montrés</a>" in told  # the menu leads there from everywhere
    assert "a montré aux volontaires un champ des fiches" in told
    assert "l’adresse" in told


def test_the_call_page_shows_it_with_its_reason_up_to_its_day(
    app: Flask, database: Database
) -> None:
    desk = Desk(app, database)
    with database.unit() as session:
        session.get_one(Person, desk.person.id).birth_date = date(1941, 3, 5)
    expose(database, Field.AGE, Field.ADDRESS)
    page = html.unescape(desk.client.get(desk.url()).text)
    for words in ("Pour préparer l’appel", "1 rue des Lilas", BAND, f"Montré parce que : {REASON}"):
        assert words in page.replace("\u00a0", " "), words
    refused = html.unescape(desk.send(spoke="oui").text)  # a page given back says it too
    assert "1 rue des Lilas" in refused
    with database.unit() as session:
        campaign = session.get_one(Campaign, desk.campaign_id)
        kept = campaign.thresholds[exposures.KEY]
        gone = (TODAY - timedelta(days=1)).isoformat()
        campaign.thresholds = {exposures.KEY: [one | {"until": gone} for one in kept]}
    assert "Lilas" not in desk.client.get(desk.url()).text


def test_a_campaign_that_shows_nothing_asks_the_database_nothing_more(
    app: Flask, database: Database
) -> None:
    desk = Desk(app, database)
    desk.client.get(desk.url())
    with heard(database.engine) as plain:
        desk.client.get(desk.url())
    expose(database, Field.AGE, Field.ADDRESS)
    with heard(database.engine) as showing:
        desk.client.get(desk.url())
    assert len(showing) <= len(plain) + 1  # the commune of an address


@pytest.fixture
def scene(instance: Instance) -> scenes.Scene:
    """The scene of the matrix, whose people have something to hide."""
    built = scenes.build(instance)
    with instance.database.unit() as session:
        session.execute(sa.update(Person).values(**SECRET))
    return built


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_shown", [False, True])
def test_no_other_page_of_a_volunteer_tells_a_hidden_field(
    app: Flask, instance: Instance, scene: scenes.Scene, *, is_shown: bool
) -> None:
    if is_shown:
        expose(instance.database, *Field)
    client = app.test_client()
    signing.sign_in(client, instance, scene.people["volunteer_a"])
    keep_nothing(instance.database)
    token, told = csrf(client), {}
    for row in (one for one in ROWS if one.folder == "volunteer"):
        rule = next(one for one in app.url_map.iter_rules() if one.endpoint == row.endpoint)
        for thing in row.things:
            values = scene.things[thing] if thing else {}
            with app.test_request_context():
                asked = {key: values[key] for key in rule.arguments} | {"encore": 1}
                url = flask.url_for(row.endpoint, **asked)  # « encore »: made today already
            form = {name: text.format_map(values) for name, text in row.form.items()}
            answer = (
                client.get(url)
                if row.method == "GET"
                else client.post(url, data={"csrf_token": token, **form})
            )
            told[row.endpoint, thing] = html.unescape(answer.text).replace("\u00a0", " ")
    # What the program says to everybody of anybody: the guide.
    said = {
        key: re.sub(r'<div class="guide-text">.*?</div>', "", page, flags=re.S)
        for key, page in told.items()
    }
    assert {key: word for key, page in said.items() for word in NEVER if word in page} == {}
    shown = {key for key, page in said.items() if STREET in page or BAND in page}
    # The page of the call, opened, given back, or asked for its number without a script.
    calls = {(f"volunteer.{name}", "line_a") for name in ("call", "call_post", "number")}
    assert shown == (calls if is_shown else set())


def test_only_the_call_page_asks_what_is_shown_of_a_person() -> None:
    root = Path(exposures.__file__).parents[1]
    asking = {
        path.relative_to(root).as_posix()
        for package in ("appel_solidaire", "campaigns", "importers")
        for path in (root / package).rglob("*.py")
        if "exposures.of_person(" in path.read_text()
    }
    assert asking == {"appel_solidaire/web/volunteer/surroundings.py"}
