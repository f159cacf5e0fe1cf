"""What the lead decides about hard calls, breaks and reports read again, and what follows it."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns import care
from campaigns.models import Campaign, JournalEntry, Role
from tests import factories
from tests.factories import TUESDAY
from tests.web.signing import csrf

PAGE = "/pilotage/regles/soin"
FORM = {
    "heavy_run": "2",
    "break_after": "60",
    "break_is": "5",
    "shared_days": "14",
    "first": "10",
    "percent": "15",
    "experienced_after": "50",
    "experienced_percent": "2",
}


@pytest.fixture
def lead(app: Flask, database: Database) -> FlaskClient:
    client = app.test_client()
    with database.unit() as session:
        factories.campaign(session, thresholds={"silence": {"tries": 4}})
        factories.sign_in(session, client, factories.user(session, Role.LEAD), at=TUESDAY)
    return client


def send(client: FlaskClient, **changed: str) -> tuple[int, str]:
    answer = client.post(PAGE, data={"csrf_token": csrf(client), **FORM, **changed})
    return answer.status_code, html.unescape(answer.text)


def kept(database: Database) -> dict[str, object]:
    with database.reading() as session:
        found: dict[str, object] = session.scalars(sa.select(Campaign.thresholds)).one()
        return found


def noted(database: Database) -> list[object]:
    with database.reading() as session:
        acts = sa.select(JournalEntry.detail).where(JournalEntry.action == "care_settled")
        return list(session.scalars(acts))


def test_the_page_says_what_is_in_force_and_is_reached_from_the_rules(lead: FlaskClient) -> None:
    page = html.unescape(lead.get(PAGE).text)
    for name, value in FORM.items():
        field = page.partition(f'id="{name}"')[2].partition(">")[0]
        assert f'value="{value}"' in field, name
    assert PAGE in lead.get("/pilotage/regles").text


def test_only_what_differs_is_kept_beside_what_other_rooms_keep(
    lead: FlaskClient, database: Database
) -> None:
    assert send(lead, heavy_run="3", percent="30")[0] == 303
    assert kept(database) == {
        "silence": {"tries": 4},
        "care": {"heavy_run": 3},
        "reviews": {"percent": 30},
    }
    with database.reading() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        assert care.settings.of(campaign).heavy_run == 3
        assert care.Sampling.of(campaign.thresholds).percent == 30


def test_a_change_is_journaled_and_nothing_changed_is_not(
    lead: FlaskClient, database: Database
) -> None:
    assert send(lead)[0] == 303
    assert noted(database) == []
    assert send(lead, first="5")[0] == 303
    assert noted(database) == [{"names": ["first"]}]
    assert "réglages du soin" in html.unescape(lead.get("/pilotage/journal").text)


def test_the_defaults_come_back(lead: FlaskClient, database: Database) -> None:
    send(lead, first="5", break_after="90")
    assert send(lead)[0] == 303
    assert kept(database) == {"silence": {"tries": 4}, "care": {}, "reviews": {}}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("heavy_run", "0", "entre 1 et 10"),
        ("break_after", "dix", "entre 15 et 240"),
        ("break_is", "", "Indiquez un nombre"),
        ("break_is", "60", "plus courte"),
        ("shared_days", "-3", "entre 1 et 90"),
        ("first", "101", "entre 0 et 100"),
        ("percent", "12,5", "entre 0 et 100"),
        ("experienced_after", "9", "au moins 10"),
        ("experienced_percent", "16", "au plus 15"),
        ("percent", "9" * 400, "entre 0 et 100"),
    ],
)
def test_a_number_nobody_could_keep_is_refused_and_stays_on_the_page(
    lead: FlaskClient, database: Database, field: str, typed: str, said: str
) -> None:
    status, page = send(lead, **{field: typed})
    assert status == 422
    assert said in page.replace("\u00a0", " ")
    assert f'value="{typed}"' in page
    assert kept(database) == {"silence": {"tries": 4}}
    assert noted(database) == []
