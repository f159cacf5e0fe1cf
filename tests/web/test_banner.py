"""The banner of emergencies: one in full, the others folded, each taken from there, said once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from appel_solidaire.db import Database
from campaigns import needs
from campaigns.models import Need, NeedState, User
from tests.browser import PHONE
from tests.factories import TUESDAY
from tests.needs_stage import PERONNE, Stage, faults_of_look, serving
from tests.web.signing import cookie
from tests.web.visiting import keep, need_now, read, send

Enter = Callable[[User], FlaskClient]
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)

# What the page does by itself every half minute.
ASK_AGAIN = """() => {
  document.querySelector(".urgence").dataset.old = "1";
  const banner = document.querySelector("[hx-get$='/alertes']");
  htmx.ajax("GET", banner.getAttribute("hx-get"), { target: banner, swap: "innerHTML" });
}"""


@pytest.fixture
def three(database: Database, stage: Stage) -> list[Need]:
    """Three vital emergencies, the oldest first."""
    raised = stage.three("SAN_VITAL", apart=timedelta(minutes=3))
    keep(database, stage)
    return raised


def test_the_oldest_stands_in_full_and_the_others_are_folded_on_every_page(
    stage: Stage, enter: Enter, three: list[Need]
) -> None:
    client = enter(stage.anne)
    for address in ("/coordination/", "/coordination/rappels"):
        shown, _, folded = read(client, address).partition('<details class="urgence-others"')
        assert f"Urgence vitale\u00a0: {three[0].reference}" in shown
        assert three[1].reference not in shown
        others = folded.partition("</details>")[0]
        assert "et 2\u00a0autres urgences vitales" in others
        for one in three[1:]:
            assert f"/coordination/besoins/{one.id}/prendre" in others


def test_a_folded_emergency_is_taken_from_the_banner(
    database: Database, stage: Stage, enter: Enter, three: list[Need]
) -> None:
    client, last = enter(stage.anne), three[2]
    answer = send(client, f"/coordination/besoins/{last.id}/prendre", version=last.version)
    assert answer.status_code == 303
    assert need_now(database, last.id).state is NeedState.TAKEN
    assert "et 1\u00a0autre urgence vitale<" in read(client, "/coordination/")


def test_a_vital_emergency_comes_before_an_older_alert_that_is_not(
    database: Database, stage: Stage, three: list[Need], enter: Enter
) -> None:
    heard = needs.danger("repas")
    assert heard is not None
    older = needs.sound_alarm(
        stage.session, stage.person(PERONNE), heard, campaign=stage.campaign,
        by=stage.karim, at=TUESDAY - timedelta(hours=1),
    )  # fmt: skip
    keep(database, stage)
    shown = needs.alert.unseen(stage.session, stage.anne, stage.campaign, at=TUESDAY)
    assert [one.id for one in shown] == [*(one.id for one in three), older.id]


def test_what_the_page_has_said_is_not_announced_again(
    stage: Stage, enter: Enter, three: list[Need]
) -> None:
    client = enter(stage.anne)
    ids = [str(one.id) for one in three]
    first = read(client, "/coordination/")
    assert f'name="dites" value="{"-".join(ids)}"' in first
    assert first.count('role="alert"') == 1
    assert 'role="alert"' not in read(client, f"/coordination/alertes?dites={'-'.join(ids)}")
    fresh = read(client, f"/coordination/alertes?dites={'-'.join(ids[:2])}")
    (said,) = fresh.split('role="alert"')[1:]
    assert three[2].reference in said.partition("</p>")[0]


def test_on_a_telephone_the_banner_leaves_the_page_to_be_seen_and_unfolds_by_the_keyboard(
    app: Flask, stage: Stage, enter: Enter, three: list[Need], page: Page
) -> None:
    with serving(app) as address:
        page.context.add_cookies(
            [{"name": "appel", "value": cookie(enter(stage.anne)), "url": address}]
        )
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # playwright's own TypedDict
        page.goto(f"{address}/coordination/rappels")
        box = page.get_by_role("heading", level=1).bounding_box()
        assert box is not None
        assert box["y"] < PHONE["height"] / 2
        page.locator("#autres-alarmes-voir").press("Enter")
        last = page.get_by_role("link", name=f"Voir le besoin {three[2].reference}")
        expect(last).to_be_visible()
        page.evaluate(ASK_AGAIN)
        expect(page.locator("[data-old]")).to_have_count(0)
        expect(last).to_be_visible()  # what was unfolded stays so
        assert faults_of_look(page) == []
