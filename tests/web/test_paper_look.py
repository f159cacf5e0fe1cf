"""The pages of paper, on a desk and on a phone: no fault of axe, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from appel_solidaire.db import Database
from campaigns import people, printing, returns
from campaigns.models import Campaign, Line, Membership, Role, StopReason, User
from campaigns.returns import Written
from tests import factories
from tests.factories import TUESDAY, WEEK
from tests.needs_stage import faults_of_look, serving
from tests.web.signing import cookie
from tests.web.visiting import Visitor

SENT = TUESDAY - timedelta(hours=1)


@pytest.fixture
def visitor(client: FlaskClient, database: Database) -> Visitor:
    """The coordination, one sheet out for a person with the longest of names and a couple."""
    made = Visitor(client, database, role=Role.COORDINATION, prefix="/coordination")

    def published(session: Any) -> None:
        campaign = session.get_one(Campaign, made.campaign.id)
        campaign.paper_allowed = True
        session.add(Membership(campaign_id=campaign.id, user_id=made.me.id))
        factories.volunteer(session, campaign, first_name="Marie-Antoinette", last_name="N" * 40)
        factories.person(session, campaign, last_name="De La Rochefoucauld-" * 4)
        first = factories.person(session, campaign)
        factories.person(session, campaign, household=first.household)
        factories.person(session, campaign)
        factories.published(session, campaign)
        by = session.get_one(User, made.me.id)
        asked: dict[str, Any] = {"week": WEEK, "kind": "pdf", "volunteers": None}
        (issued,) = printing.issue(session, campaign, by=by, at=SENT, **asked)
        line = session.get_one(Line, issued.lines[-1][0])
        people.stop(
            session,
            line.household.people[0],
            reason=StopReason.OBJECTED,
            by=None,
            at=TUESDAY - timedelta(minutes=30),
        )

    made.keep(published)
    return made


@pytest.fixture
def back(visitor: Visitor) -> int:
    """A sheet that came back twice: one row disagrees, one cannot be read."""

    def seats(session: Any) -> tuple[int, list[str]]:
        campaign = session.get_one(Campaign, visitor.campaign.id)
        (sheet,) = returns.out(session, campaign, WEEK)
        found = printing.seats(session, campaign, [sheet.issued], week=WEEK)[sheet.issued.id]
        return sheet.issued.id, [seat.code for seat in found]

    issued_id, codes = visitor.keep(seats)

    def receive(*rows: Written) -> int:
        by = visitor.me.id
        unit = visitor.database.unit
        return returns.receive(unit, issued_id, rows, day=None, by_id=by, at=TUESDAY)

    receive(Written(codes[0], "5"))
    return receive(Written(codes[0], "1", wish="H"), Written(codes[1], "88", note="Toux"))


@pytest.fixture
def signed_in(app: Flask, visitor: Visitor, page: Page) -> Iterator[tuple[Page, str]]:
    """The visitor's session in a browser, and the address of the application."""
    with serving(app) as site:
        page.context.add_cookies(
            [{"name": "appel", "value": cookie(visitor.client) or "", "url": site}]
        )
        yield page, f"{site}/coordination/papier"


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_every_page_of_paper_is_without_fault_on_a_desk_and_on_a_phone(
    signed_in: tuple[Page, str], back: int
) -> None:
    page, address = signed_in
    for path in ("", "/saisie?numero=12", "/saisie/1", f"/retours/{back}"):
        page.goto(address + path)
        assert page.locator("h1").count() == 1, path
        assert faults_of_look(page) == [], path
