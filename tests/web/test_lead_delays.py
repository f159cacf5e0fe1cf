"""The lead's page of delays: what is in force, what is refused, what is kept and journaled."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns.models import Campaign, JournalEntry
from campaigns.needs import delays
from tests.web.visiting import read, send

PAGE, TABLE = "/pilotage/regles/besoins", "/pilotage/regles/orientation"
USUAL = {name: str(getattr(delays.Delays(), name)) for name in delays.NAMES}


def kept(database: Database) -> dict[str, object]:
    with database.reading() as session:
        found: dict[str, object] = session.scalars(sa.select(Campaign.thresholds)).one()
        return found


def test_every_delay_has_its_field_with_what_is_in_force_and_is_reached_from_the_settings(
    lead: FlaskClient,
) -> None:
    page = read(lead, PAGE)
    for name, value in USUAL.items():
        field = page.partition(f'id="{name}"')[2].partition(">")[0]
        assert f'value="{value}"' in field, name
    for address in ("/pilotage/reglages", "/pilotage/regles"):
        assert PAGE in lead.get(address).text


def test_a_delay_is_changed_and_the_journal_says_which(
    lead: FlaskClient, database: Database
) -> None:
    assert send(lead, PAGE, **USUAL | {"vital_minutes": "20", "still_4": "25"}).status_code == 303
    assert kept(database) == {"delays": {"vital_minutes": 20, "still_4": 25}}
    with database.reading() as session:
        acts = sa.select(JournalEntry.detail).where(JournalEntry.action == "delays_settled")
        assert [one["names"] for one in session.scalars(acts)] == [["vital_minutes", "still_4"]]


@pytest.mark.parametrize("typed", ["", "0", "vite", "9" * 40])
def test_a_delay_nobody_could_keep_is_said_on_its_field_and_stays_typed(
    lead: FlaskClient, database: Database, typed: str
) -> None:
    answer = send(lead, PAGE, **USUAL | {"urgent_hours": typed, "normal_days": "9"})
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert 'href="#urgent_hours"' in page
    assert 'value="9"' in page
    assert kept(database) == {}


def test_from_how_many_answers_a_change_of_the_table_is_proposed_is_the_leads_choice(
    lead: FlaskClient, database: Database
) -> None:
    fields = {"table-refusals": "2", "table-days": "30"}
    assert send(lead, TABLE, **fields).status_code == 303
    assert kept(database) == {"routes": {"refusals": 2, "days": 30}}
    refused = send(lead, TABLE, **fields | {"table-refusals": "1"})
    assert refused.status_code == 422
    assert "Choisissez entre 2 et 50" in html.unescape(refused.text)
    assert kept(database) == {"routes": {"refusals": 2, "days": 30}}
