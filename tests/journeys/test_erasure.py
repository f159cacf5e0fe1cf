"""Somebody asks to be forgotten, by letter: found, erased, certified, and on nobody's sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from appel_solidaire.instance import Instance
from campaigns.models import Person, Role
from tests import browser as browsers
from tests import factories as make
from tests import pdf_text
from tests.journeys import pictured, served
from tests.journeys.keyboard import go, tab_to, write
from tests.journeys.town import look

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def desk(browser: Browser, app: Flask, claires_site: str, instance: Instance) -> Iterator[Page]:
    """The DPO, on their first page."""
    with instance.database.unit() as session:
        make.user(session, Role.DPO, first_name="Inès", email="ines@example.org")
    with browsers.watched_page(browser, size=browsers.DESK) as (page, complaints):
        served.sign_in(page, app, instance, "ines@example.org", site=claires_site)
        page.goto(f"{claires_site}/donnees/demandes")
        yield page
    assert complaints == []


def test_who_asks_to_be_forgotten_is_found_erased_certified_and_on_no_sheet(
    desk: Page, phone: Page, claires_site: str, instance: Instance, tmp_path: Path
) -> None:
    served.enter(phone, claires_site, instance)
    served.open_somebody(phone, "Exemple1")
    call = phone.url
    go(phone, "Quitter sans rien noter")

    look(desk)
    _note_the_letter(desk)
    _erase(desk)
    words = _certificate(desk, tmp_path)
    assert "Exemple1" not in words
    assert re.search(r"D-\d+", words)

    phone.goto(f"{claires_site}/benevole/")
    expect(phone.locator("main")).to_contain_text("Exemple2")
    expect(phone.locator("main")).not_to_contain_text("Exemple1")
    look(phone)
    phone.goto(call)
    expect(phone.locator("body")).not_to_contain_text("Exemple1")
    look(phone)
    with instance.database.reading() as session:
        assert "Exemple1" not in session.scalars(sa.select(Person.last_name)).all()


def _note_the_letter(page: Page) -> None:
    """Found by name, which stands in no address."""
    write(page, "cherche", "exemple1")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "xemple1" not in page.url
    look(page)
    go(page, "Paulette Exemple1")
    look(page)
    page.get_by_label("Que demande-t-elle").select_option("erasure")
    go(page, "^Noter la demande")
    expect(page.get_by_text("La demande est notée")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("effacement")
    look(page)


def _erase(page: Page) -> None:
    """Refused until the box is ticked."""
    go(page, "^Effacer définitivement")
    expect(page.get_by_role("alert")).to_contain_text("Cochez la case")
    look(page)
    tab_to(page, "() => document.activeElement.name === 'erase-sure'")
    page.keyboard.press("Space")
    go(page, "^Effacer définitivement")
    expect(page.get_by_role("heading", level=1)).to_have_text("Attestation d’effacement")
    expect(page.get_by_text("Le sceau ne correspond plus")).to_have_count(0)
    look(page)


def _certificate(page: Page, folder: Path) -> str:
    """The certificate as it is handed over: one page that is not blank. Give its words."""
    with page.expect_download() as taken:
        page.get_by_role("button", name="Télécharger pour la remettre").click()
    target = folder / "attestation.pdf"
    taken.value.save_as(target)
    (drawn,) = pictured.pages(target.read_bytes(), count=1, folder=folder)
    assert pictured.ink(page.context.new_page(), drawn) > 0.01
    return pdf_text.words(target.read_bytes())
