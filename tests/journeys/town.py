"""A small département for the journeys: its offices, a campaign, a list as a clerk writes it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyotp
import xlsxwriter
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from appel_solidaire.instance import Instance
from campaigns import accounts, directory, launch, once, sheets, team, weeks
from campaigns.models import (
    Campaign,
    CampaignState,
    LinkKind,
    Occurrence,
    Organisation,
    Role,
    User,
)
from importers import load
from tests import browser

HEADERS = ("Nom", "Prénom", "Né(e) le", "Téléphone", "Adresse", "CP", "Commune", "Prestation")
PEOPLE = (
    ("DUPONT", "Paulette", "12/03/1941", "01 99 00 10 01", "4 rue du Moulin", 80100, "Abbeville", "APA"),
    ("PETIT", "Raymonde", "02/07/1938", "0199001002", "9 rue Pasteur", 80100, "ABBEVILLE", "APA"),
    ("LEROY", "Marcel", "30/02/1940", "01.99.00.10.03", "1 place du Marché", 80100, "Abbeville", "APA"),
    ("MOREL", "Simone", "21/11/1944", "+33 1 99 00 10 04", "7 chemin Vert", 80100, "abbeville", "PCH"),
    ("", "", "01/01/1950", "01 99 00 10 05", "2 rue Jules-Ferry", 80100, "Abbeville", "APA"),
    ("GIRARD", "Odette", "14/05/1939", "01 99 00 10 06", "3 rue de Verdun", 80100, "Abbeville", "RSA"),
)  # fmt: skip
EVERY_HALF_DAY = tuple((day, half) for day in range(7) for half in ("am", "pm"))


def write_list(path: Path) -> Path:
    """Write the list: a row without a name, a day that does not exist, phones in every shape."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Extraction")
    for at, row in enumerate((HEADERS, *PEOPLE)):
        sheet.write_row(at, 0, row)
    book.close()
    return path


@dataclass(frozen=True)
class Town:
    """The instance, with the link of the lead's first sign-in."""

    instance: Instance
    lead_path: str

    @property
    def week(self) -> str:
        """The week of the real clock: the site has no other."""
        return weeks.current(self.instance.clock())


def found(instance: Instance) -> Town:
    """The Somme with its places and offices, an open campaign, a lead who never signed in."""
    now = instance.clock()
    with instance.database.unit() as session:
        launch.found_organisation(session, departement="80", at=now)
        organisation = session.get_one(Organisation, 1)
        organisation.of_name = "du Département de la Somme"
        organisation.switchboard_phone = "+33353010080"
        campaign = launch.create_campaign(session, name="Essai", by=None, at=now)
        launch.move(session, campaign, CampaignState.OPEN, by=None, at=now)
        # Whatever day these tests run: after Friday the schedule takes unfinished rows back.
        campaign.rules = {"working_days": list(range(7))}
        # And on a Sunday from seven in the evening on, when no half-day of the week is left.
        tonight = f"{campaign.slug}:{weeks.local_day(now)}-pm"
        once.add(session, Occurrence, kind="rows_taken_back", period=tonight, at=now, produced=0)
        lead = accounts.add(
            session,
            email="lead@example.org",
            first_name="Nadia",
            last_name="Roux",
            role=Role.LEAD,
            by=None,
            at=now,
        )
        token = accounts.invite(session, lead, by=None, at=now)
    return Town(instance, f"/premiere-connexion/{token}")


def people_to_call(town: Town) -> str:
    """A published week for one volunteer; give the path of their mailed link."""
    now = town.instance.clock()
    with town.instance.database.unit() as session:
        campaign = launch.all_campaigns(session)[0]
        _take_in(session, campaign, town)
        volunteer = _volunteer(session, campaign, town)
        _coordinator(session, campaign, town)
        # As of Monday: on a Sunday no half-day of the week would be left.
        monday = weeks.at(weeks.monday(town.week), 7)
        plan = sheets.propose(session, campaign, town.week, at=monday)
        sheets.publish(session, plan, by=None, at=monday)
        link = accounts.make_link(
            session,
            volunteer,
            kind=LinkKind.WEEKLY,
            at=now,
            expires_at=now + timedelta(days=1),
        )
        return f"/entrer/{accounts.token_of(session, link)}"


def _take_in(session: Session, campaign: Campaign, town: Town) -> None:
    file = write_list(town.instance.config.instance / "liste.xlsx")
    now = town.instance.clock()
    batch = load.receive(
        session,
        campaign,
        content=file.read_bytes(),
        filename=file.name,
        source="IODAS",
        by=None,
        at=now,
    )
    load.take_in(session, batch, today=weeks.local_day(now), by=None, at=now)


def _volunteer(session: Session, campaign: Campaign, town: Town) -> User:
    return team.add_volunteer(
        session,
        campaign,
        team.Profile("Claire", "Martin", half_days=EVERY_HALF_DAY),
        email="claire@example.org",
        by=None,
        at=town.instance.clock(),
    )


def _coordinator(session: Session, campaign: Campaign, town: Town) -> User:
    return team.enlist(
        session,
        campaign,
        email="yves@example.org",
        first_name="Yves",
        last_name="Caron",
        role=Role.COORDINATOR,
        territories=directory.territories(session),
        by=None,
        at=town.instance.clock(),
    )


def enrol(page: Page, address: str) -> None:
    """First sign-in of a member of staff: a password, then the code of the application."""
    page.goto(address)
    look(page)
    seed = page.locator(".user-key").inner_text().replace(" ", "")
    page.get_by_label("Choisissez un mot de passe").fill("quatre mots sans aucun lien")
    page.get_by_label("Code à 6 chiffres").fill(_code(seed))
    page.get_by_role("button", name="Terminer et entrer").click()
    page.wait_for_url(lambda url: "/premiere-connexion/" not in url)


def _code(seed: str) -> str:
    totp = pyotp.TOTP(seed)
    # Near the end of its 30 seconds a code could die between the typing and the check.
    if totp.interval - time.time() % totp.interval < 2:
        time.sleep(2)
    return totp.now()


def look(page: Page) -> None:
    """Every page a journey goes through is free of faults."""
    found = browser.violations(page)
    assert found == [], f"{page.url}: {found}"
    expect(page.locator("h1")).to_have_count(1)
