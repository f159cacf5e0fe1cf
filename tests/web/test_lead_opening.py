"""The page of opening hours: what is in force, what is refused, what is kept and said elsewhere."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns.models import Organisation
from tests.web.visiting import read, send

PAGE = "/pilotage/reglages/ouverture"
CLOSE, OPEN = f"{PAGE}/fermer", f"{PAGE}/rouvrir"
USUAL = {f"day_{day}": "8:30 – 12:00, 13:30 – 17:30" if day < 5 else "" for day in range(7)}
USUAL |= {"region": "FR"}


def kept(database: Database) -> tuple[object, ...]:
    with database.reading() as session:
        one = session.scalars(sa.select(Organisation)).one()
        return one.holidays_region, one.opening_hours, one.closed_days


def test_the_hours_in_force_are_shown_and_reached_from_the_settings_and_the_delays(
    lead: FlaskClient,
) -> None:
    page = read(lead, PAGE)
    assert "du lundi au vendredi, de 8\u00a0h\u00a030 à 12\u00a0h" in page
    assert 'value="08:30 – 12:00, 13:30 – 17:30"' in page
    assert "vendredi 25 décembre" in page
    for address in ("/pilotage/reglages", "/pilotage/regles/besoins"):
        assert PAGE in lead.get(address).text


def test_hours_and_region_are_changed_and_said_where_the_delays_are(
    lead: FlaskClient, database: Database
) -> None:
    answer = send(lead, PAGE, **USUAL | {"day_4": "9:00 – 12:00", "region": "AM"})
    assert answer.status_code == 303
    assert kept(database) == ("AM", {"4": [["09:00", "12:00"]]}, [])
    told = read(lead, "/pilotage/regles/besoins")
    assert "le vendredi, de 9\u00a0h à 12\u00a0h" in told
    assert "Alsace-Moselle" in told
    assert "samedi 26 décembre" in read(lead, PAGE)


def test_an_overseas_region_is_told_that_the_clock_is_that_of_paris(lead: FlaskClient) -> None:
    assert "heure de Paris" not in read(lead, PAGE)
    assert send(lead, PAGE, **USUAL | {"region": "974"}).status_code == 303
    assert "heure de Paris" in read(lead, PAGE)


@pytest.mark.parametrize(
    ("field", "typed", "say"),
    [
        ("day_2", "matin", "Écrivez l’heure comme"),
        ("day_2", "9" * 200, "80 caractères au plus"),
        ("region", "Zone B", "Choisissez une région"),
    ],
)
def test_what_cannot_be_read_is_said_on_its_field_and_stays_typed(
    lead: FlaskClient, database: Database, field: str, typed: str, say: str
) -> None:
    answer = send(lead, PAGE, **USUAL | {"day_0": "10:00 – 11:00", field: typed})
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert f'href="#{field}"' in page
    assert say in page
    assert 'value="10:00 – 11:00"' in page
    assert kept(database) == ("", {}, [])


def test_days_are_closed_once_listed_and_taken_back(lead: FlaskClient, database: Database) -> None:
    days = {"first_on": "2026-12-24", "last_on": "2026-12-31", "why": "Fêtes <b>"}
    assert send(lead, CLOSE, **days).status_code == 303
    assert kept(database)[2] == [["2026-12-24", "2026-12-31", "Fêtes <b>"]]
    page = lead.get(PAGE).text
    assert "Du 24/12/2026 au 31/12/2026, Fêtes &lt;b&gt;" in page
    again = send(lead, CLOSE, **days | {"first_on": "2026-12-31"})
    assert again.status_code == 422
    assert "touchent une fermeture" in again.text
    assert send(lead, OPEN, premier="2026-12-24").status_code == 303
    assert kept(database)[2] == []
    assert send(lead, OPEN, premier="hier").status_code == 404


def test_a_closure_without_its_days_is_refused_in_french(lead: FlaskClient) -> None:
    answer = send(lead, CLOSE, first_on="demain", last_on="")
    assert answer.status_code == 422
    assert "Écrivez un jour comme" in html.unescape(answer.text)
