"""Paper, as it is lived: a workbook comes back twice, a sheet is typed from the keyboard alone."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from campaigns import accounts, launch, sheets, weeks
from campaigns.models import (
    Call,
    Enrolment,
    Household,
    IssuedSheet,
    Organisation,
    Person,
    Phone,
    Role,
)
from campaigns.values import fold
from tests.factories import volunteer as add_volunteer
from tests.journeys.town import EVERY_HALF_DAY, Town, enrol, look

LINES = 16
# The number of the sheet, then a code and Enter a line: a press every two seconds is two minutes.
MOST_PRESSES = 2 * LINES + 10


@pytest.fixture
def entrance(town: Town) -> str:
    """Sixteen people on one published sheet, paper allowed; the first sign-in of the coordination."""
    now = town.instance.clock()
    with town.instance.database.unit() as session:
        campaign = launch.all_campaigns(session)[0]
        campaign.paper_allowed = True
        session.get_one(Organisation, 1).coordination_phone = "+33353010081"
        for number in range(LINES):
            household = Household()
            session.add(household)
            session.flush()
            person = Person(
                household_id=household.id,
                last_name=f"Personne{number:02d}",
                first_name="Odette",
                name_key=fold(f"Personne{number:02d} Odette"),
                created_at=now,
                updated_at=now,
            )
            session.add(person)
            session.flush()
            session.add(Phone(person_id=person.id, e164=f"+3363998{number:04d}"))
            session.add(Enrolment(campaign_id=campaign.id, person_id=person.id, created_at=now))
        add_volunteer(session, campaign, EVERY_HALF_DAY, last_name="Martin")
        monday = weeks.at(weeks.monday(town.week), 7)  # on a Sunday, no half-day would be left
        plan = sheets.propose(session, campaign, town.week, at=monday)
        sheets.publish(session, plan, by=None, at=now)
        someone = accounts.add(
            session,
            email="odile@example.org",
            first_name="Odile",
            last_name="Blanc",
            role=Role.COORDINATION,
            by=None,
            at=now,
        )
        accounts.join(session, someone, campaign)
        return f"/premiere-connexion/{accounts.invite(session, someone, by=None, at=now)}"


def test_a_filled_workbook_is_dropped_in_twice_and_the_second_changes_nothing(
    page: Page, site: str, town: Town, entrance: str, tmp_path: Path
) -> None:
    enrol(page, site + entrance)
    file = _filled(_downloaded(page, site, "xlsx"), tmp_path / "feuille.xlsx", town)
    _drop(page, site, file)
    expect(page.locator("main [role=status]")).to_contain_text(f"{LINES - 1} lignes enregistrées")
    # The last row notes a need although nobody answered: it is corrected here, alone.
    expect(page.locator("main")).to_contain_text("personne n’a été joint, et un besoin est noté")
    look(page)
    page.get_by_label("Code", exact=True).fill("2")
    page.get_by_role("button", name="Enregistrer ces lignes").click()
    expect(page.locator("main [role=status]")).to_contain_text(f"{LINES} lignes enregistrées")
    _drop(page, site, file)
    expect(page.locator("main [role=status]")).to_contain_text("Rien de nouveau n’est enregistré")
    assert len(_outcomes(town)) == LINES


def _downloaded(page: Page, site: str, kind: str) -> bytes:
    page.goto(f"{site}/coordination/papier")
    look(page)
    page.get_by_label("Sous quelle forme").select_option(kind)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Sortir ces feuilles").click()
    return Path(waiting.value.path()).read_bytes()


def _filled(content: bytes, target: Path, town: Town) -> Path:
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book["Appels"]
    for line in range(2, LINES + 2):
        sheet[f"H{line}"] = "5 – Sonne, ne répond pas"
        sheet[f"I{line}"] = weeks.local_day(town.instance.clock())
    sheet[f"N{LINES + 1}"], sheet[f"P{LINES + 1}"] = "N2 – Courses", "O – Oui"
    book.save(target)
    return target


def _drop(page: Page, site: str, file: Path) -> None:
    page.goto(f"{site}/coordination/papier")
    page.get_by_label("Classeur rempli").set_input_files(file)
    page.get_by_role("button", name="Déposer le classeur").click()
    page.wait_for_url("**/papier/retours/*")


def test_a_sheet_of_sixteen_is_typed_from_the_keyboard_in_few_presses(
    page: Page, site: str, town: Town, entrance: str
) -> None:
    enrol(page, site + entrance)
    assert _downloaded(page, site, "pdf").startswith(b"%PDF-")
    page.goto(f"{site}/coordination/papier")
    look(page)
    page.get_by_label("Numéro de la feuille de papier").focus()
    presses = sum(_press(page, figure) for figure in _number(town)) + _press(page, "Enter")
    page.wait_for_url("**/papier/saisie/*")
    look(page)
    expect(page.get_by_label("Code", exact=True).first).to_be_focused()
    for place in range(LINES):
        presses += _press(page, "1" if place % 2 else "5")
        presses += _press(page, "Enter")
    page.wait_for_url("**/papier/retours/*")
    expect(page.locator("main [role=status]")).to_contain_text(f"{LINES} lignes enregistrées")
    look(page)
    assert presses <= MOST_PRESSES
    assert sorted(set(_outcomes(town))) == ["JOINT_OK", "NON_REPONSE"]


def _number(town: Town) -> str:
    with town.instance.database.reading() as session:
        return session.scalars(sa.select(IssuedSheet.number)).one()


def _outcomes(town: Town) -> list[str]:
    with town.instance.database.reading() as session:
        return list(session.scalars(sa.select(Call.outcome)))


def _press(page: Page, key: str) -> int:
    page.keyboard.press(key)
    return 1
