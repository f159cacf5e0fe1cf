"""Before a weekend the inbox says whom to ring, or that nobody is; a field goes back to lists."""

from __future__ import annotations

import html
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.instance import Instance
from campaigns.models import Office, Organisation, Role
from tests import factories, needs_stage
from tests.conftest import Clock
from tests.needs_stage import Stage


@pytest.fixture
def stage(instance: Instance, somme: None) -> Stage:
    with instance.database.unit() as session:
        return needs_stage.set_up(session)


def _lead(app: Flask, instance: Instance, stage: Stage) -> FlaskClient:
    """A lead of the campaign, signed in."""
    client = app.test_client()
    with instance.database.unit() as session:
        lead = factories.user(session, Role.LEAD, stage.campaign)
        factories.sign_in(session, client, lead, at=instance.clock())
    return client


def plain(text: str) -> str:
    bare = html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", bare)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_before_a_weekend_the_inbox_says_who_is_on_call_or_that_nobody_is(
    app: Flask, instance: Instance, stage: Stage, clock: Clock
) -> None:
    client = app.test_client()

    def inbox() -> str:
        with instance.database.unit() as session:
            factories.sign_in(session, client, stage.anne, at=clock())
        return plain(client.get("/coordination/").text)

    assert "astreinte" not in inbox()
    clock.move(days=3, hours=5)  # Friday, three in the afternoon
    assert "Personne n’est d’astreinte ce week-end." in inbox()
    with instance.database.unit() as session:
        session.get_one(Organisation, 1).on_call_phone = "+33199004455"
    told = inbox()
    assert "Personne n’est d’astreinte" not in told
    assert "01 99 00 44 55" in told


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_field_corrected_by_hand_is_given_back_to_lists_by_a_tick(
    app: Flask, instance: Instance, stage: Stage
) -> None:
    client = _lead(app, instance, stage)
    with instance.database.unit() as session:
        cpam = session.scalars(sa.select(Office).where(Office.code == "CPAM")).one()
        cpam.by_hand, number = "hours phone", cpam.id
    path = f"/pilotage/annuaire/{number}"
    page = client.get(path).text
    assert "Corrigé à la main" in plain(page)
    typed = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    chosen = dict(
        re.findall(r'<select[^>]* name="(\w+)".*?<option selected value="(\w*)"', page, re.S)
    )
    saved = client.post(path, data={**typed, **chosen, "given_back": ["hours", "name"]})
    assert saved.status_code == 303
    with instance.database.reading() as session:
        kept = session.get_one(Office, number).by_hand.split()
    assert "hours" not in kept
    assert "phone" in kept


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_lead_who_reads_that_nobody_is_on_call_is_led_to_where_it_is_written(
    app: Flask, instance: Instance, stage: Stage
) -> None:
    client = _lead(app, instance, stage)
    page = client.get("/pilotage/urgences").text
    link = re.search(r'href="([^"#]+)#([^"]+)">En indiquer une', page)
    assert link is not None
    target = client.get(link[1]).text
    assert f'id="{link[2]}"' in target
    assert "Enregistrer l’astreinte" in target
