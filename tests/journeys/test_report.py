"""Reporting upward: the bilan opened as a picture, and the front of a campaign that is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from appel_solidaire.instance import Instance
from campaigns.models import Campaign, CampaignState, Role
from tests import bilan_stage, factories, pdf_text
from tests import browser as browsers
from tests.factories import TUESDAY
from tests.journeys import pictured, served
from tests.journeys.town import look

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
PEOPLE = 30
LEAST_INK = 0.01  # a page with a title and three lines


@pytest.fixture
def site(app: Flask, instance: Instance) -> Iterator[str]:
    """A campaign with a week behind it: thirty conversations, nine needs."""
    with instance.database.unit() as session:
        stage = bilan_stage.empty(session, created_at=TUESDAY - timedelta(days=20))
        factories.user(session, Role.LEAD, stage.campaign, email="lea@example.org")
        factories.commune(session)
        for number in range(PEOPLE):
            whom = stage.person("80021", last_name="Quetzalcoa")
            at = TUESDAY - timedelta(days=7, hours=3 * (number % 2))
            stage.call(whom, at)
            if number < 9:
                stage.need(whom, at)
    with served.serving(app) as address:
        yield address


def test_the_bilan_of_a_week_is_read_taken_away_and_opened_as_a_picture(
    page: Page, site: str, app: Flask, instance: Instance, tmp_path: Path
) -> None:
    served.sign_in(page, app, instance, "lea@example.org", site=site)
    page.goto(f"{site}/pilotage/bilan")
    expect(page.get_by_role("heading", level=1)).to_contain_text("semaine du 16 novembre")
    expect(page.locator("main")).to_contain_text(re.compile(rf"{PEOPLE}\sconversations"))
    look(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Télécharger le PDF").click()
    target = tmp_path / "bilan.pdf"
    taken.value.save_as(target)
    pdf = target.read_bytes()

    words = pdf_text.words(pdf).replace("\u00a0", " ").replace("\u202f", " ")
    assert "semaine du 16 novembre 2026" in words
    assert f"{PEOPLE} conversations" in words
    assert "Quetzalcoa" not in words
    count = len(re.findall(rb"/Type\s*/Page\b", pdf))
    drawn = pictured.pages(pdf, count=count, folder=tmp_path)
    assert len(drawn) == count >= 1
    blank = page.context.new_page()  # no policy of content there: it reads what it is given
    shares = [pictured.ink(blank, one) for one in drawn]
    assert min(shares) > LEAST_INK, shares


def test_the_front_of_a_closed_campaign_is_without_fault_on_a_desk_and_on_a_phone(
    page: Page, site: str, app: Flask, instance: Instance
) -> None:
    with instance.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        campaign.state, campaign.closed_at = CampaignState.CLOSED, TUESDAY - timedelta(days=1)
    served.sign_in(page, app, instance, "lea@example.org", site=site)
    for size in (browsers.DESK, browsers.PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # playwright wants its own TypedDict
        page.goto(f"{site}/pilotage/")
        expect(page.locator("main")).to_contain_text("Plus personne n’est appelé")
        look(page)
        wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= seen
