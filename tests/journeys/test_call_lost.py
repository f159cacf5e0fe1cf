"""Nothing is lost: a tab that closes, a session that ends, a telephone without a network."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from appel_solidaire.instance import Instance
from campaigns.models import Call, ReportDraft
from tests.conftest import Clock
from tests.journeys import served
from tests.journeys.keyboard import press, write
from tests.journeys.town import look

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
NOTE = "Ses volets ferment mal, elle en rit."
SAVE = "Enregistrer et passer au suivant"


def _calls(instance: Instance) -> list[tuple[str, str]]:
    with instance.database.reading() as session:
        rows = session.execute(sa.select(Call.outcome, Call.note).order_by(Call.id))
        return [(row.outcome, row.note) for row in rows]


def _answer(page: Page) -> None:
    """Three answers and a note, by the keyboard alone."""
    page.keyboard.press("1")
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(page.get_by_label("Chaque semaine", exact=True)).to_be_checked()
    write(page, "note", NOTE)


def test_what_was_typed_comes_back_when_the_page_is_opened_again(
    phone_page: Page, claires_site: str, instance: Instance
) -> None:
    page = phone_page
    served.enter(page, claires_site, instance)
    served.open_somebody(page, "Exemple1")
    _answer(page)
    expect(page.locator("#brouillon")).to_contain_text("Brouillon gardé à 10 h")
    look(page)
    address = page.url
    page.close()
    page = phone_page.context.new_page()
    page.goto(address)
    expect(page.get_by_text("Vous aviez commencé ce compte rendu")).to_be_visible()
    expect(page.get_by_label("Ce qu’il est utile de savoir")).to_have_value(NOTE)
    expect(page.get_by_label("Bien", exact=True)).to_be_checked()
    look(page)
    page.get_by_role("button", name="Repartir de zéro").click()
    expect(page.get_by_label("Ce qu’il est utile de savoir")).to_have_value("")
    with instance.database.reading() as session:
        assert session.scalars(sa.select(ReportDraft)).all() == []
    assert _calls(instance) == []


def test_a_report_saved_without_a_network_leaves_when_it_returns(
    phone_page: Page, claires_site: str, instance: Instance, clock: Clock
) -> None:
    page = phone_page
    served.enter(page, claires_site, instance)
    served.open_somebody(page, "Exemple1")
    served.is_ready_offline(page)
    address = page.url
    page.context.set_offline(True)
    expect(page.get_by_text("Vous êtes hors ligne")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Exemple1")
    _answer(page)
    expect(page.locator("#brouillon")).to_contain_text("Gardé sur cet appareil")
    look(page)
    press(page, SAVE)
    expect(page.get_by_text("1 compte rendu attend le réseau")).to_be_visible()
    look(page)
    assert _calls(instance) == []
    clock.move(minutes=10)
    page.context.set_offline(False)
    expect(page.get_by_text("vient d’être enregistré")).to_be_visible()
    look(page)
    assert _calls(instance) == [("JOINT_OK", NOTE)]
    page.goto(address)
    expect(page.get_by_role("heading", name="Cet appel est déjà enregistré")).to_be_visible()


def test_a_session_that_ends_in_mid_report_loses_nothing(
    phone_page: Page, claires_site: str, instance: Instance, clock: Clock
) -> None:
    page = phone_page
    served.enter(page, claires_site, instance)
    served.open_somebody(page, "Exemple1")
    served.is_ready_offline(page)
    clock.move(minutes=61)
    _answer(page)
    expect(page.locator("#brouillon")).to_contain_text("Gardé sur cet appareil")
    press(page, SAVE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre session est terminée")
    expect(page.get_by_text("à l’abri sur cet appareil")).to_be_visible()
    look(page)
    assert _calls(instance) == []
    served.enter(page, claires_site, instance)
    expect(page.get_by_text("vient d’être enregistré")).to_be_visible()
    assert _calls(instance) == [("JOINT_OK", NOTE)]


def test_the_end_of_the_session_is_said_before_and_put_off_by_one_key(
    phone_page: Page, claires_site: str, instance: Instance, clock: Clock
) -> None:
    page = phone_page
    page.clock.install()
    served.enter(page, claires_site, instance)
    served.open_somebody(page, "Exemple1")
    served.is_ready_offline(page)  # what it still asks for would put the end off by itself
    clock.move(minutes=56)
    page.clock.fast_forward("56:00")
    warning = page.get_by_role("complementary", name="Fin de la session").get_by_role("status")
    expect(warning).to_contain_text("moins de 5 minutes")
    look(page)
    page.keyboard.press("Escape")
    expect(warning).to_have_text("")
    clock.move(minutes=50)
    page.clock.fast_forward("50:00")
    expect(warning).to_have_text("")  # an hour and three quarters, and still there
    clock.move(minutes=6)
    page.clock.fast_forward("06:00")
    expect(warning).to_contain_text("moins de 5 minutes")
    page.get_by_role("button", name="Rester connecté").click()
    expect(warning).to_have_text("")


def test_a_report_that_differs_from_the_one_kept_is_shown_beside_it(
    phone_page: Page, claires_site: str, instance: Instance
) -> None:
    page = phone_page
    served.enter(page, claires_site, instance)
    served.open_somebody(page, "Exemple1")
    served.is_ready_offline(page)
    key = page.locator("[name=key]").get_attribute("value")
    page.get_by_text("Non, pas de réponse").click()
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    # The same sending, answered otherwise on a page that had stayed behind without a network.
    served.open_somebody_again(page, "Exemple2", key=key or "")
    page.context.set_offline(True)
    _answer(page)
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("1 compte rendu attend le réseau")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Voir les deux").click()
    expect(page.get_by_role("heading", name="Ce qui est enregistré")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text(NOTE)
    look(page)
    page.get_by_role("button", name="Garder celui qui est enregistré").click()
    expect(page.get_by_role("button", name="Voir les deux")).to_have_count(0)
    assert [outcome for outcome, _ in _calls(instance)] == ["NON_REPONSE"]


def test_a_need_noted_without_a_network_waits_to_be_read_again(
    phone_page: Page, claires_site: str, instance: Instance
) -> None:
    page = phone_page
    served.enter(page, claires_site, instance)
    served.open_somebody(page, "Exemple1")
    served.is_ready_offline(page)
    page.context.set_offline(True)
    _answer(page)
    page.get_by_role("button", name="Ajouter un besoin").click()
    page.get_by_label("De quoi s’agit-il").select_option("ALI_COURSES")
    page.get_by_label("Ce qu’il faut savoir").fill("Ne peut plus porter ses courses.")
    page.get_by_role("group", name="d’accord").get_by_text("Oui", exact=True).click()
    look(page)
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("1 compte rendu attend le réseau")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Le relire").click()
    expect(page.get_by_role("alert")).to_contain_text("vérifiez où partent ces besoins")
    expect(page.locator(".route")).to_contain_text("Sera transmis")
    assert _calls(instance) == []
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert _calls(instance) == [("JOINT_BESOIN", NOTE)]
