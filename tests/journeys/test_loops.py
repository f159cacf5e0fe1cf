"""Loops that close: a regular falls silent and is found; help that did not help comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from appel_solidaire.instance import Instance
from campaigns import needs
from campaigns.models import Line, Person, Result, User, Wish
from campaigns.retry import Spoke
from tests import browser as browsers
from tests import factories as make
from tests.factories import TUESDAY
from tests.journeys import served
from tests.journeys.town import look
from tests.needs_stage import set_up

MONDAY = TUESDAY - timedelta(days=1)
DONE = "Le CCAS de Péronne apporte les repas depuis le 4."


@dataclass(frozen=True)
class Scene:
    """The site at ten on a Tuesday; Nour's sheet holds Paulette, whom Anne coordinates."""

    site: str
    nour: Page
    anne: Page
    call: str  # the address of Paulette's call page


@pytest.fixture
def pages(browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Nour on a telephone, Anne at a desk; at the end no page complained."""
    with (
        browsers.watched_page(browser, size=browsers.PHONE) as (phone, of_phone),
        browsers.watched_page(browser, size=browsers.DESK) as (desk, of_desk),
    ):
        yield phone, desk
    assert [*of_phone, *of_desk] == []


@pytest.fixture
def scene(app: Flask, instance: Instance, pages: tuple[Page, Page]) -> Iterator[Scene]:
    """Paulette asked for a weekly call; the CCAS was asked to bring her meals."""
    with instance.database.unit() as session:
        stage = set_up(session)
        make.enrolment(session, stage.paulette).wish = Wish.WEEKLY
        stage.paulette.notify_person = "Rose, sa fille, 06 39 98 11 11"
        need = stage.raised("ALI_PORTAGE", at=MONDAY)
        needs.close(
            session, need, Result.SOLVED, say=DONE, by=stage.bob, version=need.version, at=MONDAY
        )
        nour = "nour@example.org"
        make.volunteer(session, stage.campaign, first_name="Nour", email=nour)
        plan = make.published(session, stage.campaign)
        (line,) = make.lines(session, plan)
        line_id, anne = line.id, stage.anne.email
    with served.serving(app) as site:
        served.sign_in(pages[0], app, instance, nour, site=site)
        served.sign_in(pages[1], app, instance, anne, site=site)
        yield Scene(site, *pages, f"{site}/benevole/appels/{line_id}")


def _unanswered(instance: Instance, scene: Scene) -> None:
    """Nour rang twice on Monday, morning and afternoon."""
    line_id = int(scene.call.rsplit("/", 1)[1])
    with instance.database.unit() as session:
        line = session.get_one(Line, line_id)
        nour = session.scalars(sa.select(User).where(User.first_name == "Nour")).one()
        paulette = session.scalars(sa.select(Person)).one()
        for hours in (0, 5):
            at = MONDAY + timedelta(hours=hours)
            make.call(session, line, paulette, by=nour, at=at, spoke=Spoke.NO_ANSWER)


def test_a_regular_falls_silent_is_found_through_the_ladder_and_her_caller_reads_it(
    scene: Scene, instance: Instance
) -> None:
    _unanswered(instance, scene)
    nour, anne = scene.nour, scene.anne
    nour.goto(scene.call)
    nour.get_by_text("Non, pas de réponse").click()
    nour.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(nour.get_by_text("C’est enregistré")).to_be_visible()

    anne.goto(f"{scene.site}/coordination/")
    expect(anne.locator("main")).to_contain_text("trois appels sans réponse")
    look(anne)
    anne.get_by_role("link", name="Toutes les levées de doute").click()
    look(anne)
    anne.get_by_role("link", name="Paulette Dupont").click()
    expect(anne.locator("main")).to_contain_text("Rose, sa fille")
    look(anne)
    anne.get_by_role("button", name="Je m’en occupe").click()
    _try(anne, "un autre numéro", "Sonne dans le vide.")
    look(anne)
    anne.get_by_label("Quelqu’un a répondu").check()
    _try(anne, "la personne à prévenir", "Sa fille l’a eue hier soir.")
    anne.get_by_text("Clore : on sait").or_(anne.get_by_text("Clore\u00a0: on sait")).click()
    look(anne)
    anne.get_by_label("Comment cela finit").select_option("found_well")
    anne.get_by_role("button", name="Clore la levée de doute").click()
    expect(anne.locator("main")).to_contain_text("est close")
    look(anne)

    nour.goto(f"{scene.site}/benevole/")
    expect(nour.locator("main")).to_contain_text("Retrouvée, va bien")
    expect(nour.locator("main")).not_to_contain_text("Sa fille")
    look(nour)


def test_a_result_is_told_to_the_person_whose_no_opens_the_need_again(scene: Scene) -> None:
    nour, anne = scene.nour, scene.anne
    nour.goto(scene.call)
    nour.get_by_text("Oui, nous avons parlé").click()
    expect(nour.locator("#helped")).to_contain_text(DONE)
    nour.get_by_text("Bien", exact=True).click()
    nour.locator("#helped select").select_option("no")
    nour.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(nour.get_by_role("alert").first).to_contain_text("ce qui manque encore")
    look(nour)
    nour.get_by_label("Ce qui manque encore").fill("Personne n’est venu depuis lundi.")
    look(nour)
    nour.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(nour.get_by_text("C’est enregistré")).to_be_visible()

    anne.goto(f"{scene.site}/coordination/")
    expect(anne.locator("main")).to_contain_text("Personne n’est venu depuis lundi.")
    look(anne)
    anne.get_by_role("link", name="Portage de repas").click()
    expect(anne.locator("main")).to_contain_text("non, rien n’a changé")
    look(anne)
    anne.get_by_role("button", name="Je m’en occupe").click()
    look(anne)


def _try(page: Page, whom: str, said: str) -> None:
    """Note one try; the page proposes the rung."""
    chosen = page.get_by_label("Qui avez-vous essayé").locator("option:checked")
    assert whom in chosen.inner_text().lower()
    page.get_by_label("Ce que cela a donné").fill(said)
    page.get_by_role("button", name="Noter cet essai").click()
    expect(page.get_by_text("L’essai est noté")).to_be_visible()
