"""The whole week, as its people live it: a list comes in, calls are made, a need is answered."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from appel_solidaire.config import Config
from campaigns import launch, sheets, weeks
from tests import browser as browsers
from tests.journeys.town import Town, enrol, look, write_list
from tests.servers import SmtpSink

Visitor = Callable[[], Page]


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Opens the browser of one more person; at the end, none of their pages complained."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def another() -> Page:
            page, heard = stack.enter_context(browsers.watched_page(browser, size=browsers.DESK))
            stack.callback(lambda: complaints.extend(heard))
            return page

        yield another
    assert complaints == []


def test_a_list_becomes_calls_a_call_a_need_a_need_an_answer_and_monday_tells(
    visitor: Visitor,
    site: str,
    town: Town,
    config: Config,
    site_settings: dict[str, str],
    smtp_sink: SmtpSink,
    tmp_path: Path,
) -> None:
    lead = visitor()
    enrol(lead, site + town.lead_path)
    _import(lead, site, write_list(tmp_path / "liste.xlsx"))
    _invite_volunteer(lead, site)
    _invite_coordinator(lead, site)
    _publish(lead, site, town)
    if not sheets.is_running(town.week, town.instance.clock()):
        # Before Monday at eight the links wait for that hour: they are asked for now.
        _send_summaries(config, site, site_settings, town.week)
    coordinator = visitor()
    enrol(coordinator, _link(smtp_sink, to="yves@example.org"))

    volunteer = visitor()
    _open_link(volunteer, _link(smtp_sink, to="claire@example.org", about="semaine"))
    who, page_of_call = _call_with_a_need(volunteer)
    _answer_need(coordinator, site, who)
    _read_answer(volunteer, page_of_call, who)

    before = len(smtp_sink.journal())
    _send_summaries(config, site, site_settings, weeks.after(town.week))
    told = smtp_sink.wait_for(before + 3)[before:]
    assert {mail["To"] for mail in told} == {
        "lead@example.org",
        "claire@example.org",
        "yves@example.org",
    }
    for mail in smtp_sink.messages():
        assert not re.search(r"Dupont|Paulette|01 ?99|\+331|repas|Abbeville", _words(mail))


def _import(page: Page, site: str, file: Path) -> None:
    page.goto(f"{site}/pilotage/listes")
    look(page)
    page.get_by_role("button", name="Fichier").set_input_files(file)
    page.get_by_label("D’où vient cette liste").fill("IODAS")
    page.get_by_role("button", name="Déposer et faire lire la liste").click()
    confirm = page.get_by_role("button", name=re.compile("Confirmer"))
    confirm.wait_for(timeout=30_000)
    look(page)
    expect(page.locator("main")).to_contain_text("6 lignes lues")
    expect(confirm).to_contain_text("5 personnes entrent")
    # The row without a name is refused, the day that does not exist is left empty: both are said.
    expect(page.locator("main")).to_contain_text("30/02/1940")
    confirm.click()
    page.get_by_text("La liste est importée").wait_for(timeout=30_000)
    look(page)


def _invite_volunteer(page: Page, site: str) -> None:
    page.goto(f"{site}/pilotage/equipe")
    look(page)
    form = page.locator("form", has=page.get_by_role("button", name="Ajouter ce volontaire"))
    form.get_by_label("Prénom").fill("Claire")
    form.get_by_label("Nom", exact=True).or_(form.get_by_label("Nom (facultatif)")).fill("Martin")
    form.get_by_label("Adresse électronique").fill("claire@example.org")
    for half_day in form.get_by_role("checkbox").all():
        half_day.check()
    form.get_by_role("button", name="Ajouter ce volontaire").click()
    page.get_by_role("button", name="Envoyer l’invitation").click()
    expect(page.locator("main .notice[role=status]")).to_contain_text("1 invitation")


def _invite_coordinator(page: Page, site: str) -> None:
    page.get_by_text("Ajouter quelqu’un").click()
    form = page.locator("form", has=page.get_by_role("button", name="Ajouter et inviter"))
    form.get_by_label("Prénom").fill("Yves")
    form.get_by_label("Adresse électronique").fill("yves@example.org")
    form.get_by_label("Rôle").select_option("coordinator")
    for territory in form.get_by_role("checkbox").all()[:5]:
        territory.check()
    form.get_by_role("button", name="Ajouter et inviter").click()
    expect(page.locator("main .notice[role=status]")).to_contain_text("fait partie de l’équipe")
    look(page)


def _publish(page: Page, site: str, town: Town) -> None:
    page.goto(f"{site}/pilotage/feuilles/{town.week}")
    look(page)
    # As of Monday: on a Sunday no half-day of the week would be left.
    with town.instance.database.unit() as session:
        monday = weeks.at(weeks.monday(town.week), 7)
        sheets.propose(session, launch.all_campaigns(session)[0], town.week, at=monday)
    page.reload()
    page.get_by_role("button", name=re.compile("Publier")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Feuilles publiées")
    look(page)


def _open_link(page: Page, link: str) -> None:
    page.goto(link)
    look(page)
    page.get_by_role("button", name="Ouvrir ma feuille d’appels").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes appels")
    look(page)


def _call_with_a_need(page: Page) -> tuple[str, str]:
    """Call the first household; give the name of who was called, and the address of their page."""
    page.get_by_role("link", name=re.compile("Commencer avec")).click()
    who, address = page.get_by_role("heading", level=1).inner_text(), page.url
    look(page)
    page.get_by_role("button", name=re.compile("Afficher le numéro")).first.click()
    expect(page.locator("a[href^='tel:+3319900']").first).to_be_visible()
    page.get_by_text("Oui, nous avons parlé").click()
    page.get_by_text("Fragile", exact=True).click()
    page.get_by_role("button", name="Ajouter un besoin").click()
    page.get_by_label("De quoi s’agit-il").select_option("ALI_PORTAGE")
    route = page.locator(".route")
    expect(route).to_contain_text("Sera transmis")
    expect(route).to_contain_text("Abbeville")
    page.get_by_label("Ce qu’il faut savoir").fill("Aimerait des repas trois jours par semaine.")
    page.get_by_role("group", name=re.compile("d’accord")).get_by_text("Oui", exact=True).click()
    look(page)
    page.get_by_text("Chaque semaine", exact=True).click()
    page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(page.get_by_text("C’est enregistré")).to_be_visible()
    assert page.get_by_role("heading", level=1).inner_text() != who
    look(page)
    return who, address


def _answer_need(page: Page, site: str, who: str) -> None:
    page.goto(f"{site}/coordination/")
    look(page)
    expect(page.locator("main")).to_contain_text(who)
    page.get_by_role("link", name="Portage de repas").click()
    page.get_by_role("button", name="Je m’en occupe").click()
    look(page)
    page.get_by_text("Clore ce besoin").click()
    page.get_by_label("Résultat").select_option("solved")
    page.get_by_label("Ce qui a été fait").fill("Le CCAS apporte les repas dès lundi.")
    page.get_by_role("button", name="Clore le besoin").click()
    expect(page.get_by_text("Ce besoin est clos")).to_be_visible()
    look(page)


def _read_answer(page: Page, address: str, who: str) -> None:
    """Before calling the same person again, the volunteer reads what became of it."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(who)
    expect(page.locator("main")).to_contain_text("Le CCAS apporte les repas dès lundi.")
    look(page)


def _send_summaries(config: Config, site: str, settings: dict[str, str], week: str) -> None:
    command = [sys.executable, "-m", "appel_solidaire.cli", "send-summaries", "--week", week]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APPEL_")}
    subprocess.run(
        [*command, "--instance", str(config.instance)],
        env={**kept, **settings, "APPEL_PUBLIC_URL": site},
        check=True,
    )


def _link(sink: SmtpSink, *, to: str, about: str = "") -> str:
    """The link mailed to somebody, once it has arrived."""
    for count in range(1, 20):
        for mail in sink.wait_for(count):
            if mail["To"] == to and about in mail["Subject"]:
                found = re.search(r"http://\S+/(?:entrer|premiere-connexion)/\S+", _words(mail))
                assert found, _words(mail)
                assert urlsplit(found[0]).hostname == "127.0.0.1"
                return found[0]
    raise AssertionError(f"no link for {to}")


def _words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return f"{mail['Subject']}\n{body.get_content()}"
