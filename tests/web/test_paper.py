"""The pages of sheets off screen, for the coordination: out, back, beside what is recorded."""

from __future__ import annotations

import html
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns import overview, people, printing, returns
from campaigns.models import (
    Call,
    Campaign,
    IssuedSheet,
    JournalEntry,
    Line,
    Membership,
    Role,
    StopReason,
)
from tests import factories
from tests.conftest import Clock
from tests.factories import WEEK
from tests.web.visiting import Visitor, token_of

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
pytestmark = SQLITE  # the rules run on both engines in their own tests
PAPER = "/papier"


@pytest.fixture
def visitor(client: FlaskClient, database: Database) -> Visitor:
    """Somebody of the coordination, in a campaign that allows paper, two sheets published."""
    made = Visitor(client, database, role=Role.COORDINATION, prefix="/coordination")

    def published(session: Any) -> None:
        campaign = session.get_one(Campaign, made.campaign.id)
        campaign.paper_allowed = True
        session.add(Membership(campaign_id=campaign.id, user_id=made.me.id))
        for _ in range(2):
            factories.volunteer(session, campaign)
        for _ in range(4):
            factories.person(session, campaign)
        factories.published(session, campaign)

    made.keep(published)
    return made


def read(visitor: Visitor, path: str) -> str:
    return html.unescape(visitor.get(path))


def send(visitor: Visitor, path: str, **form: Any) -> Any:
    data = form | {"csrf_token": token_of(visitor.get(PAPER))}
    return visitor.client.post(f"/coordination{path}", data=data)


def issued(visitor: Visitor, kind: str = "xlsx") -> tuple[IssuedSheet, bytes]:
    """One volunteer's sheet, issued from the page; with its file."""
    callers = visitor.keep(
        lambda session: printing.callers(
            session, session.get_one(Campaign, visitor.campaign.id), WEEK
        )
    )
    answer = send(visitor, PAPER, kind=kind, volunteer=str(callers[0][0]), week=WEEK)
    assert answer.status_code == 200
    return visitor.read(sa.select(IssuedSheet))[-1], answer.data


def codes_of(visitor: Visitor, sheet: IssuedSheet) -> list[str]:
    def seats(session: Any) -> list[str]:
        campaign = session.get_one(Campaign, visitor.campaign.id)
        found = printing.seats(session, campaign, [sheet], week=WEEK)
        return [seat.code for seat in found[sheet.id]]

    codes: list[str] = visitor.keep(seats)
    return codes


def filled(content: bytes, *outcomes: object, **more: object) -> BytesIO:
    """The workbook, filled in as a volunteer does."""
    book = openpyxl.load_workbook(BytesIO(content))
    for line, outcome in enumerate(outcomes, 2):
        book["Appels"][f"H{line}"] = outcome
    for cell, value in more.items():
        book["Appels"][cell] = value
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def drop(visitor: Visitor, file: BytesIO, name: str = "feuille.xlsx") -> Any:
    return send(visitor, f"{PAPER}/classeurs", file=(file, name))


def test_a_campaign_that_keeps_to_the_screen_offers_no_sheet(visitor: Visitor) -> None:
    visitor.keep(
        lambda session: setattr(
            session.get_one(Campaign, visitor.campaign.id), "paper_allowed", False
        )
    )
    page = read(visitor, PAPER)
    assert "garde tout à l’écran" in page
    lead = visitor.keep(lambda session: factories.user(session, Role.LEAD).full_name)
    assert f"Le pilotage ({lead}) peut autoriser" in read(visitor, PAPER)
    assert "Sortir ces feuilles" not in page
    answer = send(visitor, PAPER, kind="pdf", volunteer="0", week=WEEK)
    assert answer.status_code == 422
    assert "n’utilise pas les feuilles hors écran" in html.unescape(answer.text)
    assert visitor.read(sa.select(IssuedSheet)) == []


def test_sheets_of_everybody_leave_in_one_pdf_or_one_archive_and_are_noted(
    visitor: Visitor,
) -> None:
    pdf = send(visitor, PAPER, kind="pdf", volunteer="0", week=WEEK)
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="feuilles-{WEEK}.pdf"'
    books = send(visitor, PAPER, kind="xlsx", volunteer="0", week=WEEK)
    assert len(ZipFile(BytesIO(books.data)).namelist()) == 2
    noted = visitor.read(sa.select(JournalEntry).where(JournalEntry.action == "sheet_issued"))
    assert len(noted) == len(visitor.read(sa.select(IssuedSheet))) == 4
    assert {entry.actor_id for entry in noted} == {visitor.me.id}
    page = read(visitor, PAPER)
    assert page.count("pas encore") == 4


def test_a_choice_that_is_not_offered_sends_nothing_out(visitor: Visitor) -> None:
    for told in ({"kind": "docx", "volunteer": "0"}, {"kind": "pdf", "volunteer": "zut"}):
        assert send(visitor, PAPER, week=WEEK, **told).status_code == 422
    assert visitor.read(sa.select(IssuedSheet)) == []
    assert visitor.client.get("/coordination/papier?semaine=zut").status_code == 404


def test_a_filled_workbook_becomes_calls_and_a_second_time_says_so(visitor: Visitor) -> None:
    sheet, content = issued(visitor)
    codes = codes_of(visitor, sheet)
    outcomes = [5] * len(codes)
    answer = drop(visitor, filled(content, *outcomes))
    assert answer.status_code == 303
    page = html.unescape(visitor.client.get(answer.location).text).replace("\u00a0", " ")
    assert f"{len(codes)} lignes enregistrées" in page
    assert len(visitor.read(sa.select(Call))) == len(codes)
    again = drop(visitor, filled(content, *outcomes))
    page = html.unescape(visitor.client.get(again.location).text).replace("\u00a0", " ")
    assert "Rien de nouveau n’est enregistré" in page
    assert f"{len(codes)} lignes étaient déjà enregistrées" in page
    assert len(visitor.read(sa.select(Call))) == len(codes)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "vide"),
        (b"%PDF-1.7", "a.pdf", "Format non accepté"),
        (b"PK\x03\x04zzz", "a.xlsx", "abîmé"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    visitor: Visitor, content: bytes, name: str, words: str
) -> None:
    answer = drop(visitor, BytesIO(content), name)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)


def test_a_workbook_nobody_filled_is_refused(visitor: Visitor) -> None:
    _, content = issued(visitor)
    answer = drop(visitor, BytesIO(content))
    assert answer.status_code == 422
    assert "Aucune ligne n’est remplie" in html.unescape(answer.text)


def test_the_number_of_a_paper_sheet_leads_to_its_rows_a_mistyped_one_to_a_sentence(
    visitor: Visitor,
) -> None:
    sheet, _ = issued(visitor, "pdf")
    answer = visitor.client.get(f"/coordination/papier/saisie?numero={sheet.number}")
    assert answer.status_code == 303
    page = html.unescape(visitor.client.get(answer.location).text)
    for code in codes_of(visitor, sheet):
        assert code in page
    wrong = sheet.number[:-1] + str((int(sheet.number[-1]) + 1) % 10)
    answer = visitor.client.get(f"/coordination/papier/saisie?numero={wrong}")
    assert answer.status_code == 422
    assert "contient une erreur" in html.unescape(answer.text)
    assert f'value="{wrong}"' in answer.text


def test_codes_typed_from_paper_become_calls_and_a_wrong_one_is_corrected_alone(
    visitor: Visitor, clock: Clock
) -> None:
    sheet, _ = issued(visitor, "pdf")
    path = f"{PAPER}/saisie/{sheet.id}"
    clock.move(minutes=20)
    answer = send(
        visitor,
        path,
        **{"1-0-outcome": "1", "1-0-called_at": "10h15", "2-0-outcome": "88", "2-0-note": "Toux"},
    )
    assert answer.status_code == 303
    page = html.unescape(visitor.client.get(answer.location).text).replace("\u00a0", " ")
    assert "1 ligne enregistrée." in page
    assert "n’est pas dans la liste" in page
    assert 'value="Toux"' in page
    assert len(visitor.read(sa.select(Call))) == 1
    back = answer.location.removeprefix("/coordination")
    fixed = send(visitor, back, **{"1-outcome": "5", "1-note": "Toux"})
    assert fixed.status_code == 303
    calls = visitor.read(sa.select(Call).order_by(Call.id))
    assert [call.outcome for call in calls] == ["JOINT_OK", "NON_REPONSE"]
    page = html.unescape(visitor.client.get(fixed.location).text)
    assert "attend votre décision" not in page
    assert "déjà enregistré" in html.unescape(visitor.get(path))


def test_an_empty_page_of_codes_is_asked_again_and_keeps_what_was_typed(visitor: Visitor) -> None:
    sheet, _ = issued(visitor, "pdf")
    path = f"{PAPER}/saisie/{sheet.id}"
    answer = send(visitor, path, **{"1-0-called_at": "9h45"})
    assert answer.status_code == 422
    assert 'value="9h45"' in answer.text
    assert send(visitor, path, day="zut", **{"1-0-outcome": "1"}).status_code == 422
    assert visitor.read(sa.select(Call)) == []


def test_what_disagrees_stands_side_by_side_until_somebody_chooses(
    visitor: Visitor, clock: Clock
) -> None:
    sheet, content = issued(visitor)
    drop(visitor, filled(content, 5))
    clock.move(minutes=20)
    answer = drop(visitor, filled(content, 1))
    back = answer.location.removeprefix("/coordination")
    page = html.unescape(visitor.get(back))
    assert page.index("Ce qui est enregistré") < page.index("Ce que dit la feuille")
    assert "Sonne, ne répond pas" in page
    send(visitor, back, **{"0-outcome": "1"})
    assert len(visitor.read(sa.select(Call))) == 1, "nobody chose"
    send(visitor, back, **{"0-outcome": "1", "0-choix": "deux"})
    assert len(visitor.read(sa.select(Call))) == 2
    assert returns.State.DONE.value == "done"
    assert sheet.number in visitor.get(back)


def test_a_last_minute_objection_is_to_be_struck_out(
    visitor: Visitor, struck: Callable[[IssuedSheet], None]
) -> None:
    sheet, _ = issued(visitor, "pdf")
    assert "À rayer" not in read(visitor, PAPER)
    struck(sheet)
    page = read(visitor, PAPER)
    assert "À rayer sur la feuille papier" in page
    assert codes_of(visitor, sheet)[0] in page
    typing = read(visitor, f"{PAPER}/saisie/{sheet.id}")
    assert "ne plus appeler" in typing
    assert 'name="1-0-outcome"' in typing  # a call made before is still told


@pytest.fixture
def struck(visitor: Visitor, clock: Clock) -> Callable[[IssuedSheet], None]:
    def stop(sheet: IssuedSheet) -> None:
        def write(session: Any) -> None:
            line = session.get_one(Line, sheet.lines[0][0])
            (person,) = line.household.people
            at = clock.move(minutes=5)
            people.stop(session, person, reason=StopReason.OBJECTED, by=None, at=at)

        visitor.keep(write)

    return stop


def test_a_coordinator_of_a_territory_has_no_such_page(
    client: FlaskClient, database: Database
) -> None:
    visitor = Visitor(client, database, role=Role.COORDINATOR, prefix="/coordination")
    member = Membership(campaign_id=visitor.campaign.id, user_id=visitor.me.id)
    visitor.keep(lambda session: session.add(member))
    assert "Hors écran" not in visitor.get("/")
    assert client.get("/coordination/papier").status_code == 403


def test_the_journal_tells_sheets_in_words(visitor: Visitor) -> None:
    _, content = issued(visitor)
    drop(visitor, filled(content, 88))
    (back,) = visitor.keep(
        lambda session: session.scalars(
            sa.select(JournalEntry.object_id).where(JournalEntry.action == "sheet_returned")
        ).all()
    )
    send(visitor, f"{PAPER}/retours/{back}", **{"0-choix": "ignorer"})
    said = visitor.keep(lambda session: [act.say for act in overview.acts(session)])
    assert "a sorti une feuille d’appels" in said
    assert "a rapporté une feuille d’appels" in said
    assert "a corrigé des lignes d’une feuille rapportée" in said
