"""Saving a report, opening one’s sheet or a person: few statements, none that walks a campaign."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from appel_solidaire import fragments
from appel_solidaire.db import Database
from campaigns.models import Campaign
from tests import factories
from tests.web.test_volunteer import Desk

SAVE, SHEET, PERSON = 14, 4, 13  # statements: more is slower for everybody
GROWING = ("person", "enrolment", "phone")  # those the stage below fills
Run = tuple[str, Any]  # a statement and its parameters, as the driver gets them


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    found = Desk(app, database)
    with database.unit() as session:  # enough people for an index to be worth it
        campaign = session.get_one(Campaign, found.campaign_id)
        for _ in range(300):
            factories.person(session, campaign)
    with database.writer.begin() as connection:
        connection.execute(sa.text("ANALYZE"))
    return found


@contextmanager
def heard(engine: sa.Engine) -> Iterator[list[Run]]:
    """The statements an engine runs meanwhile."""
    found: list[Run] = []

    def note(*told: Any) -> None:
        found.append((told[2], told[3]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _save(desk: Desk) -> Callable[[], object]:
    fields = desk.hidden() | {"action": "enregistrer", "spoke": "sonne"}
    told = fields | {"situation_sonne": "NON_REPONSE", "vu": "0"}
    return lambda: desk.client.post(desk.url(), data=told)


def _open(desk: Desk) -> Callable[[], object]:
    return lambda: desk.client.get("/benevole/")


def _read(desk: Desk) -> Callable[[], object]:
    return lambda: desk.client.get(desk.url())


@pytest.mark.parametrize(("prepare", "most"), [(_save, SAVE), (_open, SHEET), (_read, PERSON)])
def test_a_click_costs_few_statements_and_walks_through_no_campaign(
    desk: Desk, database: Database, prepare: Callable[[Desk], Callable[[], object]], most: int
) -> None:
    act = prepare(desk)
    with heard(database.engine) as runs:
        act()
    asked = [run for run in runs if not run[0].startswith(("PRAGMA", "BEGIN"))]
    assert 3 < len(asked) <= most, "\n".join(run[0] for run in asked)
    if database.engine.dialect.name == "sqlite":  # the other plans a small table as it likes
        with database.engine.connect() as connection:
            assert [step for run in asked for step in _walks(connection, run)] == []


def test_what_is_kept_of_a_page_names_nobody(desk: Desk) -> None:
    pages = [desk.client.get("/benevole/").text, desk.client.get(desk.url()).text]
    assert all(desk.caller.first_name in page and "Dupont" in page for page in pages)
    for name in (desk.caller.first_name, "Dupont", "csrf"):
        assert [part for part in fragments.known.values() if name in part] == []


def _walks(connection: sa.Connection, run: Run) -> list[str]:
    """Steps of a statement’s plan that read all of a table that grows."""
    said, values = run
    plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values)]
    found = (re.match(r"SCAN (\w+)", step) for step in plan)
    return [f"{one[0]} — {said}" for one in found if one and one[1].removesuffix("_1") in GROWING]
