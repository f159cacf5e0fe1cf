"""A coordinator loses neither her tab, her filters nor her line by acting on a need."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns import needs
from campaigns.models import Need, Result, User
from tests.factories import TUESDAY
from tests.needs_stage import Stage
from tests.web.visiting import keep, read, send

Enter = Callable[[User], FlaskClient]
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def three(database: Database, stage: Stage) -> list[Need]:
    """Three needs nobody has taken, the oldest first: the list shows them in this order."""
    raised = stage.three("DRO_RETRAITE", apart=timedelta(hours=1))
    keep(database, stage)
    return raised


def links(page: str) -> list[str]:
    """Where « the list » and « the next need » lead."""
    around = page.partition('class="need-around')[2].partition("</nav>")[0]
    return re.findall(r'<a href="([^"]+)"', around)


def test_a_need_opened_from_a_list_leads_back_to_its_line_and_on_to_the_next(
    stage: Stage, enter: Enter, three: list[Need]
) -> None:
    client = enter(stage.anne)
    listed = read(client, "/coordination/?panier=a-prendre&tri=anciens")
    here = f"/coordination/besoins/{three[1].id}?panier=a-prendre&tri=anciens&rang=2"
    assert f'href="{here}"' in listed
    assert 'id="rang-2"' in listed
    page = read(client, here)
    assert links(page) == [
        "/coordination/?panier=a-prendre&tri=anciens#rang-2",
        f"/coordination/besoins/{three[2].id}?panier=a-prendre&tri=anciens&rang=3",
    ]
    last = read(client, links(page)[1])
    assert links(last) == ["/coordination/?panier=a-prendre&tri=anciens#rang-3"]


def test_the_place_is_kept_through_an_act_and_the_next_need_takes_the_line_left(
    stage: Stage, enter: Enter, three: list[Need]
) -> None:
    client = enter(stage.anne)
    place = "panier=a-prendre&rang=1"
    read(client, f"/coordination/besoins/{three[0].id}?{place}")
    answer = send(
        client, f"/coordination/besoins/{three[0].id}/prendre?{place}", version=three[0].version
    )
    assert answer.status_code == 303
    assert answer.location == f"/coordination/besoins/{three[0].id}?{place}"
    page = read(client, answer.location)
    assert links(page) == [
        "/coordination/?panier=a-prendre#rang-1",
        f"/coordination/besoins/{three[1].id}?panier=a-prendre&rang=1",
    ]
    for act in ("avancer", "clore", "orienter", "note"):
        assert f"/besoins/{three[0].id}/{act}?{place}" in page, act


def test_a_refused_act_and_one_that_came_too_late_keep_the_place(
    stage: Stage, enter: Enter, three: list[Need]
) -> None:
    client = enter(stage.anne)
    address = f"/coordination/besoins/{three[0].id}/clore?panier=a-prendre&rang=1"
    for version, status in ((three[0].version, 422), (999, 409)):
        fields = {"result": Result.SOLVED.value, "note": "" if status == 422 else "Fait"}
        answer = send(client, address, version=version, **fields)
        assert answer.status_code == status
        assert f"{three[0].id}?panier=a-prendre&rang=1" in html.unescape(answer.text) or (
            "#rang-1" in answer.text
        )


def test_a_need_sent_out_of_sight_leads_back_to_its_line(
    stage: Stage, enter: Enter, three: list[Need]
) -> None:
    client = enter(stage.anne)
    answer = send(
        client,
        f"/coordination/besoins/{three[1].id}/orienter?panier=a-prendre&rang=2",
        version=three[1].version,
        destination=f"TERRITOIRE_{stage.elsewhere.code}",
        reason="A déménagé",
    )
    assert answer.location == "/coordination/?panier=a-prendre#rang-2"


def test_an_act_on_several_needs_leads_back_to_the_page_they_were_ticked_on(
    stage: Stage, enter: Enter, three: list[Need]
) -> None:
    client = enter(stage.anne)
    ticked = {
        "choix": [f"{one.id}:{one.version}" for one in three[:2]],
        "panier": "a-prendre",
        "tri": "anciens",
        "rang": "51",
    }
    chosen = send(client, "/coordination/plusieurs", **ticked)
    back = "/coordination/?panier=a-prendre&tri=anciens&page=2#rang-51"
    assert f'href="{back}"' in html.unescape(chosen.text)
    assert 'name="rang" value="51"' in chosen.text
    done = send(client, "/coordination/plusieurs/faire", acte="prendre", **ticked)
    assert f'href="{back}"' in html.unescape(done.text)


@pytest.mark.parametrize("rang", ["", "zut", "-3", "9999999999", "²"])
def test_an_address_without_a_line_leads_to_the_whole_list(
    stage: Stage, enter: Enter, three: list[Need], rang: str
) -> None:
    page = read(
        enter(stage.anne), f"/coordination/besoins/{three[0].id}?panier=a-prendre&rang={rang}"
    )
    assert links(page) == ["/coordination/"]


def test_what_is_late_is_one_click_away_and_counted_as_shown(
    database: Database, stage: Stage, enter: Enter
) -> None:
    late = stage.raised(
        "DRO_RETRAITE", text="En retard depuis lundi", at=TUESDAY - timedelta(days=30)
    )
    stage.raised("DRO_CAF", text="Toute fraîche")
    taken = stage.raised("AUT_APA", text="Prise à temps", at=TUESDAY - timedelta(days=30))
    needs.take(stage.session, taken, by=stage.anne, version=taken.version, at=taken.raised_at)
    keep(database, stage)
    client = enter(stage.anne)
    assert "En retard · 1" in read(client, "/coordination/")
    page = read(client, "/coordination/?panier=a-prendre&retard=1")
    assert late.text in page
    assert "Toute fraîche" not in page
    assert "Suivis par moi · 1" in read(client, "/coordination/?panier=en-cours")
