"""Danger heard on the telephone, by the keyboard alone: told, taken, and the caller sees by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from appel_solidaire.instance import Instance
from campaigns import launch
from campaigns.models import CareRequest, Need, Person, Role, Urgency
from tests import browser as browsers
from tests import factories as make
from tests.journeys import served
from tests.journeys.keyboard import choose, go, reach, tab_to, write
from tests.journeys.town import look

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
POLL = 45_000  # the caller’s page asks every fifteen seconds


@pytest.fixture
def desk(browser: Browser, app: Flask, claires_site: str, instance: Instance) -> Iterator[Page]:
    """Anne coordinates the campaign, at her desk on the page of the people."""
    with instance.database.unit() as session:
        campaign = launch.all_campaigns(session)[0]
        make.user(session, Role.COORDINATION, campaign, first_name="Anne", email="a@example.org")
    with browsers.watched_page(browser, size=browsers.DESK) as (page, complaints):
        served.sign_in(page, app, instance, "a@example.org", site=claires_site)
        page.goto(f"{claires_site}/coordination/personnes")
        yield page
    assert complaints == []


def test_an_alert_is_seen_on_any_page_taken_and_the_caller_sees_by_whom(
    phone: Page, desk: Page, claires_site: str, instance: Instance
) -> None:
    served.enter(phone, claires_site, instance)
    go(phone, "^Commencer avec")
    phone.wait_for_url("**/appels/*")
    name = phone.get_by_role("heading", level=1).inner_text()
    reach(phone, "lancez l’alerte")
    with phone.context.expect_page() as opened:
        phone.keyboard.press("Enter")
    tab = opened.value  # the call stays open, half-written, behind it
    tab.wait_for_load_state()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("gardez la personne en ligne")
    expect(tab.get_by_label(name)).to_be_checked()
    look(tab)
    write(tab, "mots", "Je suis de trop.")
    reach(tab, "Je veux en finir")
    tab.keyboard.press("Enter")
    look(tab)
    go(tab, "^Alerter la coordination")
    expect(tab.get_by_text("Personne n’a encore répondu")).to_be_visible()
    expect(tab.locator("main")).to_contain_text("pensez à mourir")
    look(tab)

    desk.reload()  # its banner comes by itself too, every half-minute
    banner = desk.locator(".urgence").first
    expect(banner).to_contain_text("personne ne s’en occupe encore")
    expect(banner).to_contain_text("Claire")
    look(desk)
    go(desk, "Je m’en occupe maintenant")
    expect(desk.get_by_text("Vous vous occupez du besoin")).to_be_visible()
    expect(desk.locator(".urgence")).to_have_count(0)
    look(desk)

    expect(tab.get_by_text("Anne s’en occupe depuis 10 h")).to_be_visible(timeout=POLL)
    look(tab)
    go(tab, "Le débriefing")
    expect(tab.locator("main")).to_contain_text("Un débriefing vous est proposé")
    look(tab)
    with instance.database.reading() as session:
        need = session.scalars(sa.select(Need)).one()
        assert (need.urgency, need.owner.first_name if need.owner else "") == (Urgency.U0, "Anne")
        assert "Je suis de trop." in need.text
        assert session.scalars(sa.select(CareRequest.need_id)).all() == [need.id]


def test_what_is_missing_of_an_alert_is_said_and_nothing_typed_is_lost(
    phone: Page, claires_site: str, instance: Instance
) -> None:
    served.enter(phone, claires_site, instance)
    go(phone, "^Alerte$")  # from any page, on nobody in particular
    expect(phone.get_by_role("heading", level=1)).to_contain_text("gardez la personne en ligne")
    look(phone)
    write(phone, "mots", "Une odeur de gaz.")
    reach(phone, "Fumée, gaz, incendie")
    phone.keyboard.press("Enter")
    go(phone, "^Alerter la coordination")
    expect(phone.get_by_role("alert")).to_contain_text("L’alerte n’est pas encore partie")
    expect(phone.locator("#mots")).to_have_value("Une odeur de gaz.")
    look(phone)
    expect(phone.get_by_text("Sortez si vous le pouvez")).to_be_visible()  # what was heard stays
    tab_to(phone, "() => document.activeElement.id === 'person_id'")
    phone.keyboard.type("Paulette Exemple1")
    go(phone, "^Alerter la coordination")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("L’alerte est donnée")
    look(phone)


def test_who_says_no_more_calls_during_an_alert_is_heard_on_both(
    phone: Page, claires_site: str, instance: Instance
) -> None:
    served.enter(phone, claires_site, instance)
    served.open_somebody(phone, "Exemple1")
    name = phone.get_by_role("heading", level=1).inner_text()
    reach(phone, "lancez l’alerte")
    with phone.context.expect_page() as opened:
        phone.keyboard.press("Enter")
    tab = opened.value
    tab.wait_for_load_state()
    go(tab, "^Alerter maintenant")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("L’alerte est donnée")
    go(tab, "Écrire le compte rendu")
    expect(tab.get_by_role("heading", level=1)).to_have_text(name)
    choose(tab, "spoke", "Oui, nous avons parlé")
    choose(tab, "mood", "Inquiétant")
    choose(tab, "wish", "Ne plus appeler")
    expect(tab.locator("#effet")).to_contain_text("plus")  # said before it is saved
    look(tab)
    go(tab, "^Enregistrer et passer au suivant")
    expect(tab.get_by_text("C’est enregistré")).to_be_visible()
    look(tab)
    with instance.database.reading() as session:
        stopped = session.scalars(sa.select(Person).where(Person.stop.is_not(None))).one()
        need = session.scalars(sa.select(Need)).one()
        # The objection ends the calls; the alert keeps its clock and is the call’s own.
        assert (need.person_id, need.urgency, need.closed_at) == (stopped.id, Urgency.U0, None)
        assert need.call_id is not None
    assert re.search(r"/appels/\d+|/benevole/", tab.url)
