"""Each kind of call on a small screen, by the keyboard alone; then at 320 pixels and twice as big."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from appel_solidaire.instance import Instance
from campaigns.models import Call, Line, Person, User, Wish
from tests import browser as browsers
from tests import factories
from tests.factories import TUESDAY
from tests.journeys import served
from tests.journeys.keyboard import choose, press
from tests.journeys.town import look

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
MOST_PRESSES = 15


class Keys:
    """A keyboard that counts its presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, *keys: str) -> Keys:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1
        return self

    def to(self, words: str, *, most: int = 60) -> Keys:
        """Tab until the focus is on these words."""
        for _ in range(most):
            self.press("Tab")
            on = self.page.evaluate(
                "[document.activeElement, ...(document.activeElement.labels ?? [])]"
                ".map((one) => one.innerText ?? '').join(' ')"
            )
            if re.search(words, on):
                return self
        raise AssertionError(f"not reached in {most} presses: {words}")


@pytest.fixture
def keys(phone_page: Page, claires_site: str, instance: Instance) -> Keys:
    """On the first person of the sheet, one of a couple, with the presses it took."""
    served.enter(phone_page, claires_site, instance)
    keyboard = Keys(phone_page).to("^Commencer avec", most=MOST_PRESSES).press("Enter")
    phone_page.wait_for_url("**/appels/*")
    return keyboard


def _calls(instance: Instance) -> list[sa.Row[tuple[str, Wish | None]]]:
    with instance.database.reading() as session:
        return list(session.execute(sa.select(Call.outcome, Call.wish).order_by(Call.id)))


def _saved(page: Page) -> None:
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    look(page)


def test_a_voicemail_is_noted_in_a_few_presses(keys: Keys, instance: Instance) -> None:
    page = keys.page
    keys.press("3")
    expect(page.get_by_label("Non, la messagerie")).to_be_checked()
    keys.press("1")
    expect(page.get_by_label("Oui, un message")).to_be_checked()
    expect(page.locator("#effet")).not_to_be_empty()  # the effect, before it is saved
    look(page)
    keys.press("Enter")
    _saved(page)
    assert keys.presses <= MOST_PRESSES
    assert {call.outcome for call in _calls(instance)} == {"REPONDEUR_MSG"}


def test_no_answer_is_noted_in_a_few_presses(keys: Keys, instance: Instance) -> None:
    keys.press("2", "Enter")
    _saved(keys.page)
    assert keys.presses <= MOST_PRESSES
    assert {call.outcome for call in _calls(instance)} == {"NON_REPONSE"}


def test_a_good_call_is_three_answers_and_enter(keys: Keys, instance: Instance) -> None:
    keys.press("1", "1", "1")
    for words in ("Oui, nous avons parlé", "Bien", "Chaque semaine"):
        expect(keys.page.get_by_label(words, exact=True)).to_be_checked()
    look(keys.page)
    keys.press("Enter")
    _saved(keys.page)
    assert keys.presses <= MOST_PRESSES
    assert _calls(instance) == [("JOINT_OK", Wish.WEEKLY)]


def test_zero_goes_back_to_the_first_question(keys: Keys, instance: Instance) -> None:
    keys.press("1", "1", "0", "2")
    expect(keys.page.get_by_label("Non, pas de réponse")).to_be_checked()
    keys.press("Enter")
    _saved(keys.page)
    assert {call.outcome for call in _calls(instance)} == {"NON_REPONSE"}


def test_the_keys_can_be_switched_off(keys: Keys) -> None:
    page = keys.page
    keys.to("Couper ces raccourcis").press("Enter", "2")
    expect(page.get_by_label("Non, pas de réponse")).not_to_be_checked()
    keys.press("Enter", "2")
    expect(page.get_by_label("Non, pas de réponse")).to_be_checked()


def test_a_couple_on_one_telephone_is_two_reports_of_one_call(
    keys: Keys, instance: Instance
) -> None:
    page = keys.page
    first = page.get_by_role("heading", level=1).inner_text()
    keys.press("1", "1", "1", "Enter")
    _saved(page)
    second = page.get_by_role("heading", level=1).inner_text()
    assert second != first
    assert {first, second} == {"Paulette Dupont", "Marcel Dupont"}
    keys.press("1", "2", "1", "Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(second)
    _saved(page)
    with instance.database.reading() as session:
        who = sa.select(Person.first_name).join(Call, Call.person_id == Person.id)
        assert sorted(session.scalars(who)) == ["Marcel", "Paulette"]


def test_somebody_else_answers(keys: Keys, instance: Instance) -> None:
    page = keys.page
    keys.press("6")
    labels = page.locator("[data-when=autre] .btn-choice").all_inner_texts()
    number = next(
        at
        for at, words in enumerate(labels, 1)
        if re.search("tiers|autre personne|proche", words, re.I)
    )
    keys.press(str(number))
    look(page)
    keys.press("Enter")
    _saved(page)
    assert _calls(instance)[0].outcome == "TIERS_ABSENT"


def test_who_no_longer_wishes_to_be_called_never_is_again(keys: Keys, instance: Instance) -> None:
    page = keys.page
    keys.press("1", "1", "5")
    expect(page.get_by_label("Ne plus appeler", exact=True)).to_be_checked()
    expect(page.locator("#effet")).to_contain_text("plus")  # said before it is saved
    look(page)
    keys.press("Enter")
    _saved(page)
    assert keys.presses <= MOST_PRESSES
    assert [call.wish for call in _calls(instance)] == [Wish.NEVER]
    with instance.database.reading() as session:
        stopped = session.scalars(sa.select(Person).where(Person.stop.is_not(None))).all()
        assert len(stopped) == 1


def test_a_call_is_passed_on_and_the_rest_given_back(keys: Keys, instance: Instance) -> None:
    page = keys.page
    keys.to("Le confier à quelqu’un d’autre").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confier cet appel")
    look(page)
    keys.to("Je connais cette personne").press("Space").press("Enter")
    expect(page.get_by_text("C’est noté")).to_be_visible()
    look(page)
    keys.to("Rendre le reste").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rendre")
    look(page)
    keys.to("^Rendre").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes appels")
    look(page)
    assert _calls(instance) == []


# What a page has left on the narrowest screen, and on a desk of 1280 pixels read twice as big.
@pytest.mark.parametrize("width", [320, 640], ids=["320px", "1280px twice as big"])
def test_nothing_is_lost_on_a_narrow_screen_or_twice_as_big(
    browser: Browser, claires_site: str, instance: Instance, width: int
) -> None:
    with browsers.watched_page(browser, size={"width": width, "height": 450}) as (page, complaints):
        served.enter(page, claires_site, instance)
        _fits(page)
        served.open_somebody(page, "Exemple1")
        for first in ("Non, pas de réponse", "Non, la messagerie", "Autre situation", "Oui, nous"):
            choose(page, "spoke", first)
            _fits(page)
        press(page, "^Ajouter un besoin")
        page.get_by_label("De quoi s’agit-il").select_option("ALI_COURSES")
        expect(page.locator(".route")).to_be_visible()
        _fits(page)
        look(page)
        save = page.get_by_role("button", name="Enregistrer et passer au suivant")
        save.scroll_into_view_if_needed()
        expect(save).to_be_in_viewport()
        for address in _around(instance, call=page.url, site=claires_site):
            page.goto(address)
            expect(page.locator("h1")).to_have_count(1)
            _fits(page)
        assert complaints == []


def _around(instance: Instance, *, call: str, site: str) -> list[str]:
    """The pages a call leads to: passed on, a right, an alert, given back, corrected, rung back."""
    with instance.database.unit() as session:
        claire = session.scalars(sa.select(User).where(User.first_name == "Claire")).one()
        line = session.get_one(Line, int(call.rsplit("/", 1)[1]))
        made = factories.call(session, line, line.household.people[0], by=claire, at=TUESDAY)
        corrected = f"comptes-rendus/{made.calls[0].id}"
    own = ("rendre-le-reste", "aujourdhui", "rappels", "disponibilites", "alerte", corrected)
    of_call = ("passer", "demande", "alerte")
    return [
        *(f"{call}/{one}" for one in of_call),
        *(f"{site}/benevole/{one}" for one in own),
    ]


def _fits(page: Page) -> None:
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= seen, f"{wide} px in {seen}"
