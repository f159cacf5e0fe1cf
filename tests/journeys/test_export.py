"""A list leaves: asked with a reason, seen being written, fetched, and gone after 48 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from appel_solidaire import db
from appel_solidaire.config import Config
from campaigns.models import Export
from tests.journeys.town import Town, enrol, look


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_list_is_asked_written_fetched_and_gone_in_time(
    page: Page, site: str, town: Town, config: Config, tmp_path: Path
) -> None:
    enrol(page, site + town.lead_path)
    page.goto(f"{site}/pilotage/exports")
    expect(page.get_by_text("Aucun export pour l’instant")).to_be_visible()
    look(page)
    page.get_by_text("Le détail, avec les noms").click()
    page.get_by_role("button", name="Préparer l’export").click()
    expect(page.get_by_role("alert")).to_contain_text("dix lettres au moins")
    look(page)
    page.get_by_label("Pourquoi ces noms sortent").fill("Suivi demandé par le comité")
    page.get_by_role("button", name="Préparer l’export").click()
    expect(page.get_by_role("button", name="Télécharger")).to_be_visible(timeout=30_000)
    look(page)
    with page.expect_download() as started:
        page.get_by_role("button", name="Télécharger").click()
    assert started.value.suggested_filename.startswith("E-1-personnes.")
    target = tmp_path / "export"
    started.value.save_as(target)
    assert target.read_bytes().startswith(b"PK")

    _two_days_pass(config)
    page.goto(f"{site}/pilotage/exports")
    expect(page.get_by_text("effacé", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Télécharger")).to_have_count(0)
    look(page)


def _two_days_pass(config: Config) -> None:
    """The program runs by the real clock: what it wrote is made two days older."""
    database = db.Database.of(config)
    with database.unit() as session:
        over = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(sa.update(Export).values(expires_at=over))
    database.engine.dispose()
