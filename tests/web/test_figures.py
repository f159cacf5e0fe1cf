"""The pages of figures: pictures a page may show, small counts nobody reads, outlines brought."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire import schedule
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns.models import Campaign, Organisation, Provenance, Role
from campaigns.overview import best_time
from tests import factories as make
from tests.conftest import Clock
from tests.factories import EVE, WEEK
from tests.web.signing import csrf

PAGES = ["/pilotage/chiffres", "/pilotage/chiffres/carte", "/pilotage/chiffres/equite"]
AMIENS, PERONNE, ALBERT = "80021", "80620", "80016"
SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def lead(app: Flask, client: FlaskClient, database: Database, clock: Clock) -> FlaskClient:
    """A lead who is signed in, in a campaign without anybody yet."""
    with database.unit() as session:
        essai = make.campaign(session)
        make.sign_in(session, client, make.user(session, Role.LEAD, essai), at=clock())
    return client


def people(database: Database, counts: dict[str, int], *, reached: int = 0) -> None:
    """So many people in each commune, all of one territory; the first of each were reached."""
    with database.unit() as session:
        essai = session.scalars(sa.select(Campaign)).one()
        first = None
        for insee, count in counts.items():
            town = make.commune(
                session, insee, {AMIENS: "Amiens", PERONNE: "Péronne"}.get(insee, "Albert")
            )
            first = first or town.territory_id
            town.territory_id = first
            for number in range(count):
                spoken = {"last_conversation_at": EVE} if number < reached else {}
                make.person(session, essai, insee=insee, enrolled=spoken)


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.text).replace("\u00a0", " ")


@pytest.mark.parametrize("address", PAGES)
def test_an_empty_campaign_has_its_pages_of_figures(lead: FlaskClient, address: str) -> None:
    page = read(lead, address)
    assert "<style" not in page
    assert not re.search(r"<svg[^>]* style=|<svg.*?<script", page, re.DOTALL)


@SQLITE
def test_each_picture_has_its_sentence_and_its_table(lead: FlaskClient, database: Database) -> None:
    people(database, {AMIENS: 7})
    page = read(lead, PAGES[0])
    assert "7 personnes attendent un premier appel" in page
    assert page.count("<svg") >= 4
    assert page.count("Les mêmes chiffres en tableau") >= 3


@pytest.mark.parametrize(("small", "is_told"), [(4, False), (5, True)])
def test_a_commune_of_four_is_masked_on_the_map_and_in_its_table(
    lead: FlaskClient, database: Database, small: int, is_told: bool
) -> None:
    people(database, {AMIENS: 30, PERONNE: small, ALBERT: 9})
    page = read(lead, PAGES[1])
    assert ("Péronne" in page) is is_told
    # Albert alone beside Péronne would give it away: thirty-nine less thirty.
    assert ("Albert : 9" in page) is is_told
    assert "Amiens : 30" in page
    assert "IGN, Admin Express" in page


@SQLITE
def test_the_map_counts_what_is_asked_for(lead: FlaskClient, database: Database) -> None:
    people(database, {AMIENS: 30, PERONNE: 12}, reached=6)
    assert "Amiens : 24" in read(lead, f"{PAGES[1]}?compte=jamais")
    assert "Nulle part" in read(lead, f"{PAGES[1]}?compte=besoins")
    assert "Amiens : 30" in read(lead, f"{PAGES[1]}?compte=inconnu")


@SQLITE
def test_a_map_that_may_show_nothing_does_not_say_there_is_nothing(
    lead: FlaskClient, database: Database
) -> None:
    people(database, {AMIENS: 7, PERONNE: 2})
    page = read(lead, PAGES[1])
    assert "Trop peu de personnes pour montrer où sans désigner quelqu’un." in page
    assert "Amiens : 7" not in page


@pytest.mark.parametrize(("reached", "is_told"), [(4, False), (5, True), (0, True)])
@SQLITE
def test_who_was_never_reached_is_masked_where_either_side_is_small(
    lead: FlaskClient, database: Database, reached: int, is_told: bool
) -> None:
    people(database, {AMIENS: 40, PERONNE: 40}, reached=reached)
    page = read(lead, PAGES[2])
    assert (f"{40 - reached} (" in page) is is_told


@SQLITE
def test_a_difference_beyond_chance_is_said_in_a_sentence(
    lead: FlaskClient, database: Database
) -> None:
    people(database, {AMIENS: 60}, reached=50)
    people(database, {PERONNE: 60}, reached=10)
    page = re.sub(r"<[^>]+>", "", read(lead, PAGES[2]))
    assert "Péronne : 83 % jamais jointes, contre 17 % des autres." in page
    assert "Yates" in page
    assert "Amiens :" not in page


def square(insee: str) -> bytes:
    ring = [[2, 49], [3, 49], [3, 50], [2, 50], [2, 49]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return json.dumps(
        {"features": [{"geometry": shape, "properties": {"code": insee, "nom": "Amiens"}}]}
    ).encode()


@SQLITE
def test_another_departement_brings_its_outlines(lead: FlaskClient, database: Database) -> None:
    people(database, {AMIENS: 6})
    with database.unit() as session:
        session.get_one(Organisation, 1).departement = "01"
    assert "Pas encore de carte" in read(lead, PAGES[1])
    token = csrf(lead)
    post = "/pilotage/chiffres/contours"

    def bring(content: bytes, licence: str = "IGN 2026") -> tuple[int, str]:
        answer = lead.post(
            post,
            data={
                "csrf_token": token,
                "licence": licence,
                "file": (io.BytesIO(content), "contours.geojson"),
            },
        )
        return answer.status_code, html.unescape(answer.text)

    status, page = bring(square("99999"))
    assert status == 422
    assert "aucune commune connue" in page
    assert "IGN 2026" in page  # what was typed stays
    assert bring(square(AMIENS), licence="")[0] == 422
    assert bring(square(AMIENS))[0] == 303
    page = read(lead, PAGES[1])
    assert "Amiens : 6" in page
    assert "IGN 2026" in page
    assert lead.post(f"{post}/oublier", data={"csrf_token": token}).status_code == 303
    assert "Pas encore de carte" in read(lead, PAGES[1])


@SQLITE
def test_a_coordinator_sees_the_pictures_of_their_own_territory(
    app: Flask, database: Database, clock: Clock
) -> None:
    client = app.test_client()
    with database.unit() as session:
        essai = make.campaign(session)
        towns = make.commune(session, AMIENS, "Amiens"), make.commune(session, PERONNE, "Péronne")
        for town, count in zip(towns, (8, 9), strict=True):
            for _ in range(count):
                make.person(session, essai, insee=town.insee)
        claire = make.user(
            session, Role.COORDINATOR, essai, territories=[towns[0].territory_id or 0]
        )
        make.sign_in(session, client, claire, at=clock())
    assert "8 personnes attendent un premier appel" in read(client, "/coordination/chiffres")
    assert "Amiens : 8" in read(client, "/coordination/chiffres/carte")
    assert "sur 8 que l’on peut appeler" in read(client, "/coordination/chiffres/equite")
    assert "0 personne a déjà été jointe sur 8" in re.sub(
        r"<[^>]+>", "", read(client, "/coordination/chiffres/situation")
    )
    with database.unit() as session:
        essai = session.scalars(sa.select(Campaign)).one()
        make.volunteer(session, essai)
        make.published(session, essai, WEEK)
    assert "par 1 volontaire" in read(client, "/coordination/chiffres/situation")
    for address in ("", "/situation", "/carte?compte=jamais", "/equite"):
        assert "Péronne" not in read(client, f"/coordination/chiffres{address}")
    assert "/coordination/chiffres" in read(client, "/coordination/bilan")


@SQLITE
def test_the_figures_of_a_territory_without_anybody_say_so(
    app: Flask, database: Database, clock: Clock
) -> None:
    client = app.test_client()
    with database.unit() as session:
        essai = make.campaign(session)
        town = make.commune(session, AMIENS, "Amiens")
        territories = [town.territory_id or 0]
        claire = make.user(session, Role.COORDINATOR, essai, territories=territories)
        make.sign_in(session, client, claire, at=clock())
    said = {
        "": "Aucun foyer de votre territoire n’est sur une feuille cette semaine.",
        "/situation": "Personne n’est encore inscrit ici.",
        "/carte": "Nulle part il n’y a 5 personnes ou plus.",
        "/equite": "il n’y a encore personne à comparer",
    }
    for address, words in said.items():
        page = read(client, f"/coordination/chiffres{address}")
        assert words in page
        assert "Votre territoire : Territoire de Amiens" in page


@SQLITE
def test_a_small_commune_is_masked_to_its_coordinator_too(
    app: Flask, database: Database, clock: Clock
) -> None:
    client = app.test_client()
    with database.unit() as session:
        make.campaign(session)
    people(database, {AMIENS: 30, PERONNE: 4, ALBERT: 9})
    with database.unit() as session:
        essai = session.scalars(sa.select(Campaign)).one()
        territory = make.commune(session, AMIENS).territory_id or 0
        claire = make.user(session, Role.COORDINATOR, essai, territories=[territory])
        make.sign_in(session, client, claire, at=clock())
    page = read(client, "/coordination/chiffres/carte")
    assert "Amiens : 30" in page
    assert "Péronne" not in page
    assert "Albert : 9" not in page
    assert "43" in read(client, "/coordination/chiffres/situation")  # their own total is whole


@SQLITE
def test_a_list_page_says_which_source_gives_wrong_numbers(
    lead: FlaskClient, database: Database, clock: Clock
) -> None:
    with database.unit() as session:
        essai = session.scalars(sa.select(Campaign)).one()
        for number in range(40):
            whom = make.person(session, essai)
            source = "IODAS" if number % 2 else "CCAS"
            session.add(Provenance(person_id=whom.id, source=source))
            whom.phones[0].invalid_at = clock() if number % 2 and number < 30 else None
    page = re.sub(r"<[^>]+>", "", read(lead, "/pilotage/listes"))
    assert "75 % des numéros de la source « IODAS » ne marchent pas" in page
    assert "des numéros de la source « CCAS »" not in page


@SQLITE
def test_the_lead_reads_the_best_half_on_a_record_and_on_a_sheet(
    lead: FlaskClient, database: Database
) -> None:
    with database.unit() as session:
        essai = session.scalars(sa.select(Campaign)).one()
        essai.thresholds = {best_time.KEY: {"unknown|APA|0": "am"}}
        whom = make.person(session, essai, schemes="APA").id
        karim = make.volunteer(session, essai).id
        make.published(session, essai, WEEK)
    assert "plutôt le matin" in read(lead, f"/pilotage/personnes/{whom}")
    assert "Plutôt le matin" in read(lead, f"/pilotage/feuilles/{WEEK}/{karim}")


@SQLITE
def test_a_volunteer_reads_the_best_half_only_where_the_person_said_nothing(
    app: Flask, database: Database, clock: Clock
) -> None:
    client = app.test_client()
    with database.unit() as session:
        essai = make.campaign(session)
        essai.thresholds = {best_time.KEY: {"unknown|APA|0": "am"}}
        make.person(session, essai, schemes="APA", last_name="Sansavis")
        make.person(session, essai, schemes="APA", last_name="Avecavis", best_half="pm")
        karim = make.volunteer(session, essai, half_days=((1, "am"), (1, "pm"), (2, "am")))
        make.published(session, essai, WEEK)
        make.sign_in(session, client, karim, at=clock())
    page = read(client, "/benevole/")
    assert "Sansavis" in page
    assert "Avecavis" in page
    assert page.count("Plutôt le matin :") == 1
    # The hint stands in the row of the one who said nothing.
    row = next(one for one in page.split("<li") if "Plutôt le matin :" in one)
    assert "Sansavis" in row


@SQLITE
def test_what_was_learnt_is_forgotten_when_calls_no_longer_say_it(
    instance: Instance, clock: Clock
) -> None:
    with instance.database.unit() as session:
        make.campaign(session, thresholds={best_time.KEY: {"80|APA|2": "am"}, "silence": {}})
    clock.at = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # Monday, nine in Paris
    schedule.run_due(instance)
    with instance.database.session() as session:
        essai = session.scalars(sa.select(Campaign)).one()
        assert essai.thresholds == {best_time.KEY: {}, "silence": {}}
