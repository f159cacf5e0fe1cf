"""Absence on Tuesday, as two volunteers live it: one falls ill, the other reads it and calls.

The site is served at the time of a Tuesday: on a Sunday evening nobody has half-days left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from appel_solidaire.instance import Instance
from campaigns import accounts
from campaigns.models import Call, Line, LinkKind, SoftLock, User
from tests import browser as browsers
from tests import factories as make
from tests.conftest import Clock
from tests.factories import TUESDAY
from tests.journeys.town import look


@pytest.fixture
def links(instance: Instance) -> dict[str, str]:
    """A published week for Claire and Paul; the path of each one's mailed link."""
    with instance.database.unit() as session:
        campaign = make.campaign(session)
        two = [
            make.volunteer(session, campaign, first_name=name, half_days=((1, "am"), (3, "am")))
            for name in ("Claire", "Paul")
        ]
        for number in range(4):
            make.person(session, campaign, last_name=f"Exemple{number}")
        make.published(session, campaign)
        return {user.first_name: _link(session, user) for user in two}


def _link(session: Session, user: User) -> str:
    week = accounts.make_link(
        session, user, kind=LinkKind.WEEKLY, at=TUESDAY, expires_at=TUESDAY + timedelta(days=5)
    )
    return f"/entrer/{accounts.token_of(session, week)}"


@pytest.fixture
def tuesday(app: Flask, links: dict[str, str], clock: Clock) -> Iterator[str]:
    """The address of the site, at the time of the test's clock."""
    assert links
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def desks(browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Two people, each at their own browser; at the end no page complained."""
    complaints: list[str] = []
    with ExitStack() as stack:
        pages = []
        for size in (browsers.DESK, browsers.PHONE):
            page, heard = stack.enter_context(browsers.watched_page(browser, size=size))
            stack.callback(lambda heard=heard: complaints.extend(heard))
            pages.append(page)
        yield pages[0], pages[1]
    assert complaints == []


def test_one_falls_ill_the_other_reads_it_and_calls(
    desks: tuple[Page, Page], tuesday: str, links: dict[str, str], instance: Instance
) -> None:
    claire, paul = desks
    _enter(paul, tuesday, links["Paul"])
    expect(paul.locator("main")).to_contain_text("0 sur 2 faits")
    _enter(claire, tuesday, links["Claire"])
    _open_first(claire)
    assert _open_households(instance) == 1
    claire.get_by_role("button", name="Quitter sans rien noter").click()
    expect(claire.get_by_role("heading", level=1)).to_have_text("Mes appels")
    assert _open_households(instance) == 0

    claire.get_by_role("link", name="Noter une absence").click()
    look(claire)
    claire.get_by_label("Premier jour").fill("2026-11-24")
    claire.get_by_label("Dernier jour").fill("2026-11-27")
    claire.get_by_role("button", name="Ajouter une absence").click()
    expect(claire.locator("main .notice[role=status]")).to_contain_text("2 foyers changent de voix")

    paul.reload()
    expect(paul.locator("main")).to_contain_text("2 foyers rejoignent votre feuille")
    expect(paul.locator("main")).to_contain_text("Claire ne peut pas appeler ces jours-ci")
    expect(paul.locator("main")).to_contain_text("0 sur 4 faits")
    look(paul)
    paul.get_by_role("button", name="J’ai lu").click()
    expect(paul.get_by_role("button", name="J’ai lu")).to_have_count(0)
    paul.locator(".call-row", has_text="Nouveau").get_by_role("link").first.click()
    look(paul)
    paul.get_by_text("Non, pas de réponse").click()
    paul.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(paul.get_by_text("C’est enregistré")).to_be_visible()
    with instance.database.session() as session:
        (call,) = session.scalars(sa.select(Call)).all()
        assert session.get_one(User, call.volunteer_id).first_name == "Paul"
        assert session.get_one(Line, call.line_id).moved_at == TUESDAY


def test_a_household_is_passed_on_and_the_rest_given_back(
    desks: tuple[Page, Page], tuesday: str, links: dict[str, str]
) -> None:
    claire, paul = desks
    _enter(claire, tuesday, links["Claire"])
    _open_first(claire)
    claire.get_by_role("link", name="Le confier à quelqu’un d’autre").click()
    look(claire)
    claire.get_by_text("Je connais cette personne").click()
    claire.get_by_role("button", name="Confier cet appel").click()
    expect(claire.locator("main .notice[role=status]")).to_contain_text("déjà chez un collègue")
    claire.get_by_role("link", name="Rendre le reste").click()
    look(claire)
    claire.get_by_role("button", name=re.compile("Rendre 1")).click()
    expect(claire.locator("main")).to_contain_text("1 foyer change de voix")
    look(claire)
    _enter(paul, tuesday, links["Paul"])
    expect(paul.locator("main")).to_contain_text("0 sur 4 faits")
    paul.get_by_role("button", name="J’ai le temps pour cinq de plus").click()
    expect(paul.locator("main")).to_contain_text("Personne n’attend d’appel pour l’instant")


def test_a_page_left_frees_its_household(
    desks: tuple[Page, Page], tuesday: str, links: dict[str, str], instance: Instance
) -> None:
    claire, _ = desks
    _enter(claire, tuesday, links["Claire"])
    _open_first(claire)
    assert _open_households(instance) == 1
    claire.get_by_role("link", name="Voir ma liste").click()
    expect(claire.get_by_role("heading", level=1)).to_have_text("Mes appels")
    for _ in range(300):
        if not _open_households(instance):
            break
        claire.wait_for_timeout(100)
    assert _open_households(instance) == 0


def _enter(page: Page, site: str, link: str) -> None:
    page.goto(site + link)
    page.get_by_role("button", name="Ouvrir ma feuille d’appels").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes appels")


def _open_first(page: Page) -> None:
    page.get_by_role("link", name=re.compile("^Commencer avec")).click()
    page.wait_for_url("**/appels/*")


def _open_households(instance: Instance) -> int:
    with instance.database.session() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(SoftLock)) or 0
