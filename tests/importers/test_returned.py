"""A workbook of ours comes back filled in, from whatever program; another one is refused."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from campaigns import printing, returns
from campaigns.printing import Paper, Row, workbooks
from campaigns.refusal import Refusal
from campaigns.returns import Written
from importers import returned, workbook
from importers.unreadable import Unreadable
from tests.factories import EVE, TUESDAY, WEEK

COLUMNS = "ABCDEFGHIJKLMNOPQ"


def issued(count: int = 2, number: str = "104019") -> openpyxl.Workbook:
    """A workbook as it leaves, opened as a volunteer opens it."""
    rows = tuple(
        Row(f"{at:02d}-K", "M. D.", ("06 39 98 00 12",), "", "", "") for at in range(1, count + 1)
    )
    told = Paper(number, "Claire", WEEK, "Département", "", False, rows)
    return openpyxl.load_workbook(BytesIO(printing.workbook(told)))


def read(book: openpyxl.Workbook, name: str = "feuille.xlsx") -> returned.Returned:
    content = BytesIO()
    book.save(content)
    return returned.read(content.getvalue(), name=name)


def fill(book: openpyxl.Workbook, line: int, **cells: Any) -> None:
    for column, value in cells.items():
        book["Appels"][f"{column}{line}"] = value


def test_rows_are_read_as_they_were_picked_and_typed() -> None:
    book = issued()
    fill(
        book,
        2,
        H="5 – Sonne, ne répond pas",
        I=date(2026, 11, 24),
        J=time(14, 30),
        M="H – Chaque semaine",
        N="N2 – Courses alimentaires / livraison",
        O="A4",
        P="O – Oui",
        Q="Ne sort plus.",
    )
    found = read(book)
    assert found.number == "104019"
    assert found.rows == (
        Written(
            "01-K",
            "5",
            called_on="2026-11-24",
            called_at="14:30:00",
            wish="H",
            needs="N2 A4",
            agreement="O",
            note="Ne sort plus.",
        ),
        Written("02-K"),
    )


def test_a_code_typed_as_a_figure_and_a_day_that_lost_its_format_are_read() -> None:
    book = issued()
    fill(book, 2, H=5, I=46350, J=0.5)
    book["Appels"]["I2"].number_format = "General"
    book["Appels"]["J2"].number_format = "General"
    (first, _) = read(book).rows
    assert (first.outcome, first.called_on, first.called_at) == ("5", "2026-11-24", "0.5")


def test_a_row_added_below_the_sheet_is_told_and_an_empty_one_is_not() -> None:
    book = issued()
    fill(book, 4, C="M. Voisin", H=1, Q="A appelé lui-même.")
    fill(book, 5, I=date(2026, 11, 24))
    assert [row.code for row in read(book).rows] == ["01-K", "02-K", ""]


def test_another_workbook_is_refused_in_words() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Appels"
    book.active.append(["Nom", "Téléphone"])
    with pytest.raises(Refusal, match="n’est pas une feuille d’appels"):
        read(book)
    book.active.title = "Autre"
    with pytest.raises(Unreadable, match="n’existe pas"):
        read(book)


def test_rows_of_two_sheets_in_one_workbook_are_refused() -> None:
    book = issued()
    book["Appels"]["A3"] = "104028"
    with pytest.raises(Refusal, match="plusieurs feuilles"):
        read(book)


def test_what_is_no_workbook_is_refused() -> None:
    for content, name in ((b"", "a.xlsx"), (b"%PDF-1.7", "a.pdf"), (b"PK\x03\x04zzz", "a.xlsx")):
        with pytest.raises(Unreadable):
            returned.read(content, name=name)


HOSTILE = (
    "²²",
    "²²²²²",
    "٤٦٣٥٠",
    "46350",
    "9" * 32_767,
    "1e309",
    "inf",
    "nan",
    "x" * 32_767,
    1e300,
    -1,
    True,
    datetime.max.replace(microsecond=0),  # noqa: DTZ901  # cells know no time zone
    date(1900, 1, 1),
    time(23, 59, 59),
    "24/11/2026\n25/11",
    "5 – " * 5_000,
)


def reading(row: Written) -> str:
    """What is said of a row; empty when it can be read."""
    day = date(2026, 11, 24)
    try:
        returns.read(row, week=WEEK, issued_at=EVE, day=day, now=TUESDAY)
    except Refusal as refused:
        return refused.say
    return ""


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:12])
def test_whatever_a_cell_holds_its_row_is_read_or_refused_in_words(value: Any) -> None:
    book = issued()
    fill(book, 2, **dict.fromkeys("HIJKLMNOPQ", value))
    (first, *others) = read(book).rows
    assert (first.code, [row.code for row in others]) == ("01-K", ["02-K"])
    wrong = {
        field.name
        for field in fields(Written)
        if field.name not in {"code", "outcome", "number"}
        and reading(replace(Written("01-K", "1"), **{field.name: getattr(first, field.name)}))
    }
    assert "needs" in wrong  # no hostile cell is one of our needs
    assert "note" not in wrong  # a fact is a text, whatever it looks like


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 10**400])
def test_a_number_no_spreadsheet_should_hold_is_only_text(
    value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What other readers than openpyxl may hand over.
    titles = tuple(column.title for column in workbooks.COLUMNS)
    cells = ["104019", "01-K", *[None] * 5, *[value] * 10]
    table = workbook.Table("Appels", ("Appels",), 1, titles, [(2, cells)])
    monkeypatch.setattr(workbook, "read", lambda *_, **__: table)
    (row,) = returned.read(b"", name="feuille.xlsx").rows
    assert row.outcome == str(value)
    assert row.called_on == row.outcome
