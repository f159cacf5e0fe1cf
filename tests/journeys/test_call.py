"""One call, the hard ways: keyboard only on a phone, without JavaScript, sent twice, sent back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from campaigns.models import Call, Need, Referral
from tests.journeys import town as towns
from tests.journeys.keyboard import choose, go, reach
from tests.journeys.town import Town, look

ON_SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
MOST_PRESSES = 15
# A key that bounces: Enter reaches the button that has the focus twice, before the page is left.
_TWICE = "() => { for (let once = 0; once < 2; once++) document.activeElement.click(); }"
pytestmark = ON_SQLITE


@pytest.fixture
def entrance(town: Town) -> str:
    """The path of the volunteer's mailed link; their sheet is published."""
    return towns.people_to_call(town)


@pytest.fixture
def bare_page(browser: Browser) -> Iterator[Page]:
    """A page whose browser runs no script."""
    context = browser.new_context(
        java_script_enabled=False, locale="fr-FR", viewport={"width": 390, "height": 844}
    )
    yield context.new_page()
    context.close()


def test_nobody_answers_is_saved_from_the_keyboard_on_a_phone(
    phone: Page, entrance: str, site: str, town: Town
) -> None:
    _open_sheet(phone, site, entrance)
    presses = _tab_to(phone, re.compile(r"^Commencer avec"))
    presses += _press(phone, "Enter")
    phone.wait_for_url("**/appels/*")
    look(phone)
    presses += _press(phone, "2")
    expect(phone.get_by_label("Non, pas de réponse")).to_be_checked()
    presses += _press(phone, "Enter")
    expect(phone.get_by_text("C’est enregistré")).to_be_visible()
    look(phone)
    assert presses <= MOST_PRESSES
    assert _outcomes(town) == ["NON_REPONSE"]


def test_a_call_with_a_need_is_saved_without_javascript(
    bare_page: Page, entrance: str, site: str, town: Town
) -> None:
    page = bare_page
    _open_sheet(page, site, entrance)
    page.get_by_role("link", name=re.compile("^Commencer avec")).click()
    page.get_by_label("Oui, nous avons parlé").check(force=True)
    page.get_by_label("Bien", exact=True).check(force=True)
    page.get_by_role("button", name="Ajouter un besoin").click()
    page.get_by_label("De quoi s’agit-il").select_option("ALI_COURSES")
    page.get_by_label("Ce qu’il faut savoir").fill("Ne peut plus porter ses courses.")
    agreement = page.get_by_role("group", name=re.compile("d’accord"))
    agreement.get_by_label("Oui", exact=True).check(force=True)
    page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    # Nothing is kept before where it goes was shown: the same page, with the destination.
    expect(page.get_by_role("alert")).to_contain_text("vérifiez où partent ces besoins")
    expect(page.locator(".route")).to_contain_text("Abbeville")
    assert _outcomes(town) == []
    page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert _outcomes(town) == ["JOINT_BESOIN"]
    with town.instance.database.reading() as session:
        need = session.scalars(sa.select(Need)).one()
        assert need.category == "ALI_COURSES"
        assert session.scalars(sa.select(Referral.need_id)).all() == [need.id]


def test_a_report_sent_twice_is_one_call_and_the_page_before_says_it_is_saved(
    phone: Page, entrance: str, site: str, town: Town
) -> None:
    page = phone
    _open_sheet(page, site, entrance)
    go(page, "^Commencer avec")
    page.wait_for_url("**/appels/*")
    choose(page, "spoke", "Non, pas de réponse")
    reach(page, "^Enregistrer et passer au suivant")
    page.evaluate(_TWICE)
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    look(page)
    assert _outcomes(town) == ["NON_REPONSE"]
    page.go_back()
    expect(page.get_by_role("heading", name="Cet appel est déjà enregistré")).to_be_visible()
    look(page)
    assert _outcomes(town) == ["NON_REPONSE"]


def _open_sheet(page: Page, site: str, entrance: str) -> None:
    page.goto(site + entrance)
    page.get_by_role("button", name="Ouvrir ma feuille d’appels").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes appels")


def _press(page: Page, key: str) -> int:
    page.keyboard.press(key)
    return 1


def _tab_to(page: Page, words: re.Pattern[str]) -> int:
    """Press Tab until the focus is on these words; give how many presses it took."""
    for presses in range(1, MOST_PRESSES + 1):
        page.keyboard.press("Tab")
        on = page.evaluate("document.activeElement.innerText.trim()")
        assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"
        if words.search(on):
            return presses
    raise AssertionError(f"not reached in {MOST_PRESSES} presses: {words.pattern}")


def _outcomes(town: Town) -> list[str]:
    with town.instance.database.reading() as session:
        return list(session.scalars(sa.select(Call.outcome).order_by(Call.id)))
