"""« Voir comme »: real pages on invented people, read only, nothing of the real database."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire import preview
from appel_solidaire.app import create_app
from appel_solidaire.db import Database
from appel_solidaire.story import Size
from campaigns.models import Base, Role
from tests import factories
from tests.factories import TUESDAY
from tests.web.visiting import Visitor

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def stage() -> preview.Preview:
    """One stage for all these tests: making it takes seconds."""
    return preview.Preview(create_app, clock=lambda: TUESDAY)


@pytest.fixture
def dpo(
    app: Flask,
    client: FlaskClient,
    database: Database,
    stage: preview.Preview,
    monkeypatch: pytest.MonkeyPatch,
) -> Visitor:
    monkeypatch.setattr(preview, "SIZE", Size(people=30, volunteers=2, weeks=0))
    app.extensions["appel_preview"] = stage
    visitor = Visitor(client, database, role=Role.DPO, prefix="/donnees/")
    visitor.keep(
        lambda session: factories.person(session, visitor.campaign, last_name="Quetzalcoa")
    )
    return visitor


def test_each_role_is_seen_on_invented_people_without_anything_that_acts(dpo: Visitor) -> None:
    assert "Ce que voit un volontaire" in dpo.get("apercu")
    before = rows_of(dpo)
    for slug, seat in preview.SEATS.items():
        page = dpo.get(f"apercu/{slug}/")
        assert "Aperçu sur des données fictives" in page
        assert seat.words in page
        assert "Quetzalcoa" not in page
        assert "<script" not in page
        assert not re.search(r"<form[^>]*(action|method|hx-)", page)
        assert not re.search(r"<(button|input|select|textarea)(?![^>]*disabled)", page)
        links = set(re.findall(r'<a[^>]*href="([^"]*)"', page))
        assert {
            link for link in links if not link.startswith(("#", f"/donnees/apercu/{slug}"))
        } == {"/donnees/apercu"}
    people = dpo.get("apercu/pilotage/personnes")
    assert "Aperçu sur des données fictives" in people
    assert rows_of(dpo) == before


def rows_of(dpo: Visitor) -> dict[str, int]:
    """How many rows each table of the real database holds."""
    with dpo.database.session() as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


@pytest.mark.parametrize(
    "path", ["autre/", "volontaire/nulle-part", "volontaire/../pilotage/", "territoire/relectures"]
)
def test_a_page_that_role_has_not_is_not_found(dpo: Visitor, path: str) -> None:
    assert dpo.client.get(f"/donnees/apercu/{path}").status_code == 404


def test_nothing_can_be_sent_to_the_preview(dpo: Visitor) -> None:
    assert dpo.client.post("/donnees/apercu/volontaire/").status_code in {400, 405}
