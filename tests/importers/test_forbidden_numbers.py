"""One canary: a social-security number, however written and wherever, is kept nowhere."""

from __future__ import annotations

import json
import re
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Base, Campaign, ImportBatch, ImportChunk, Person
from importers import corrections, filed, load, refused
from importers.choices import Choices
from tests.importers import lists
from tests.importers.lists import AT, HEADERS

NIR = "241039912345644"
SPACED = "2 41 03 99 123 456 44"
DOTTED = "2.41.03.99.123.456.44"
IBAN = "FR7630006000011234567890189"
TITLES = (*HEADERS, "Divers", "NIR", "Santé")
PEOPLE = [
    (1, "DUPONT", "Renée", NIR, "06 39", "3 rue X", f"80000 {SPACED}", "AMIENS", f"NIR {NIR} voir",
     float(NIR), f"diabète {NIR}"),
    (2, f"MARTIN {NIR}", "Rose", "31/02/1941", "06 39 98 00 15", IBAN, DOTTED, "ABC", SPACED,
     int(NIR), SPACED),
    ("", "", "", float(NIR), NIR, SPACED, "80000", f"Total {NIR}", float(NIR), NIR, IBAN),
]  # fmt: skip


@pytest.fixture
def batch(session: Session, campaign: Campaign) -> ImportBatch:
    fill = [
        (100 + at, f"NOM{letter}", "Jean", f"0{1 + at % 9}/03/1950", f"06 39 98 10 {10 + at}",
         "4 rue Z", "80000", "AMIENS", "va bien", "", "note")
        for at, letter in enumerate("ABCDEFGHIJKLMNOP")
    ]  # fmt: skip
    typed = {
        "NOM": f"MARTIN {NIR}",
        "Obs.": SPACED,
        "Date de naissance": NIR,
        "Téléphone": "06 39 98 00 15",
    }
    return lists.read(
        session, campaign, *PEOPLE, *fill, headers=TITLES, choices=Choices(fixes={3: typed})
    )


def clean(kept: object) -> None:
    """Nothing of it is left, whatever stands between its figures."""
    text = kept if isinstance(kept, str) else json.dumps(kept, ensure_ascii=False, default=str)
    bare = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    assert NIR not in bare
    assert NIR[:13] not in bare
    assert IBAN not in bare


def test_no_page_of_a_list_holds_a_forbidden_number(session: Session, batch: ImportBatch) -> None:
    clean(batch.report)
    for chunk in session.scalars(sa.select(ImportChunk.rows)):
        clean(chunk)
    choices = Choices.of(batch.choices)
    rows = filed.of(session, batch)
    for line in corrections.lines(rows, batch.report, choices, wanted=rows):
        clean([cell.original for cell in line.cells])


def test_the_workbook_of_corrections_holds_no_forbidden_number(
    session: Session, batch: ImportBatch
) -> None:
    content, count = refused.workbook(filed.of(session, batch), batch.report, Choices(), {})
    assert count
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    clean([list(row) for row in sheet.iter_rows(values_only=True)])


def test_nobody_enters_with_a_forbidden_number(session: Session, batch: ImportBatch) -> None:
    load.confirm(session, batch, by=None, at=AT)
    session.expire_all()
    table: sa.FromClause = Base.metadata.tables[Person.__tablename__]
    clean([list(row) for row in session.execute(sa.select(table))])
    clean(batch.report)
    clean(batch.choices)


def test_a_number_typed_on_the_page_of_lines_is_masked_before_it_is_kept(
    session: Session, batch: ImportBatch
) -> None:
    rows = filed.of(session, batch)
    shown = corrections.lines(rows, batch.report, Choices(), wanted=[3])
    typed = {3: {cell.position: f"MARTIN {SPACED}" for cell in shown[0].cells}}
    kept = corrections.with_typed(Choices(), shown, typed, left_out=frozenset())
    assert kept.fixes[3]
    clean(kept.kept())


def test_each_number_erased_is_said_with_its_column(batch: ImportBatch) -> None:
    said = {(p["row"], p["column"]) for p in batch.report["problems"] if p["code"] == "forbidden"}
    assert {(2, "Date de naissance"), (2, "Obs."), (3, "CP")} <= said
