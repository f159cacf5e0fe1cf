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
DPO, LEAD = (Role.DPO, "/donnees/"), (Role.LEAD, "/pilotage/")


@pytest.fixture(scope="module")
def stage() -> preview.Preview:
    """One stage for all these tests: making it takes seconds."""
    return preview.Preview(create_app, clock=lambda: TUESDAY)


@pytest.fixture
def reader(
    app: Flask,
    client: FlaskClient,
    database: Database,
    stage: preview.Preview,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Visitor:
    """The DPO, unless the test asks for the lead."""
    role, prefix = getattr(request, "param", DPO)
    monkeypatch.setattr(preview, "SIZE", Size(people=30, volunteers=2, weeks=0))
    app.extensions["appel_preview"] = stage
    visitor = Visitor(client, database, role=role, prefix=prefix)
    visitor.keep(
        lambda session: factories.person(session, visitor.campaign, last_name="Quetzalcoa")
    )
    return visitor


@pytest.mark.parametrize("reader", [DPO, LEAD], indirect=True, ids=["dpo", "lead"])
def test_each_role_is_seen_on_invented_people_without_anything_that_acts(reader: Visitor) -> None:
    assert "Ce que voit un volontaire" in reader.get("apercu")
    before = rows_of(reader)
    for slug, seat in preview.SEATS.items():
        page = reader.get(f"apercu/{slug}/")
        assert "Aperçu sur des données fictives" in page
        assert seat.words in page
        assert "Quetzalcoa" not in page
        assert "<script" not in page
        assert not re.search(r"<form[^>]*(action|method|hx-)", page)
        assert not re.search(r"<(button|input|select|textarea)(?![^>]*disabled)", page)
        links = set(re.findall(r'<a[^>]*href="([^"]*)"', page))
        assert {
            link for link in links if not link.startswith(("#", f"{reader.prefix}apercu/{slug}"))
        } == {f"{reader.prefix}apercu"}
    people = reader.get("apercu/pilotage/personnes")
    assert "Aperçu sur des données fictives" in people
    assert rows_of(reader) == before


def rows_of(reader: Visitor) -> dict[str, int]:
    """How many rows each table of the real database holds."""
    with reader.database.session() as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


@pytest.mark.parametrize(
    "path",
    [
        "autre/",
        "volontaire/nulle-part",
        "volontaire/../pilotage/",
        "territoire/relectures",
        "pilotage/apercu",
        "donnees/apercu/volontaire/",
    ],
)
def test_a_page_that_role_has_not_is_not_found(reader: Visitor, path: str) -> None:
    assert reader.client.get(f"{reader.prefix}apercu/{path}").status_code == 404


def test_nothing_can_be_sent_to_the_preview(reader: Visitor) -> None:
    assert reader.client.post(f"{reader.prefix}apercu/volontaire/").status_code in {400, 405}
