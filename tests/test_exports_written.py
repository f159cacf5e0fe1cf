"""Files that leave: whatever a cell holds, no format makes a formula of it (reliability S7)."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from appel_solidaire import exports as files
from campaigns.exports import About, Cells, Column

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = ("reference", "text", "phones", "at", "day", "yes", "count", "export")
hostile = st.one_of(
    st.text(max_size=30),
    st.builds(
        "".join,
        st.lists(
            st.sampled_from([*TRIGGERS, '"', ";", ",", "|", "'", " ", "\n", "1", "SUM(A1)", "&", "\x00"]),
            max_size=8,
        ),
    ),
)  # fmt: skip


def about(mark: str = "E-12 · Michelle Petit · 24/11/2026 à 10:00", why: str = "Suivi") -> About:
    columns = tuple(Column(name, f"ce que dit {name}") for name in NAMES)
    facts = (("Export", "E-12"), ("Demandé par", "Michelle Petit"), ("Pourquoi", why))
    return About("E-12", "Personnes", mark, facts, columns)


def row(text: str) -> Cells:
    return ("P-1", text, ("+33199001234", "+32470123456"), AT, date(1942, 3, 1), True, 7)


@given(text=hostile)
@example(text='a";=1+1')
@example(text='=HYPERLINK("http://x.example.org")')
@example(text="http://x.example.org")
@example(text="\ud800﷐\uffff")
@settings(max_examples=60, deadline=None)
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    content, count = files.written("xlsx", about(mark=text, why=text), [row(text)])
    assert count == 1
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["À lire", "Personnes"]
    for sheet in book:
        cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert all(cell.hyperlink is None for cell in cells)
        numbers = [cell for cell in cells if cell.data_type == "n"]
        assert [cell.value for cell in numbers] in ([], [7])
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Personnes")
    titles, values = read.to_python()[:2]
    assert tuple(titles) == NAMES
    assert str(values[2]).startswith("01")
    assert values[6] == 7


@given(text=hostile)
@example(text='a";=1+1')
@example(text="a,=1+1")
@example(text=" =1")
@settings(max_examples=200, deadline=None)
def test_no_field_of_a_csv_begins_as_a_formula(text: str) -> None:
    content, _ = files.written("csv", about(mark=text), [row(text)])
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert tuple(lines[0]) == NAMES
    assert [len(line) for line in lines] == [len(NAMES)] * 2
    assert [field for field in lines[1] if field.lstrip().startswith(TRIGGERS)] == []
    # Nor after another separator, or a quote, should it be opened with those.
    inside = re.compile(rf"[;,|\"]\s*(?={'|'.join(map(re.escape, TRIGGERS))})")
    assert [field for field in lines[1] if inside.search(field)] == []


@given(text=hostile)
@settings(max_examples=60, deadline=None)
def test_each_line_of_json_stands_alone(text: str) -> None:
    content, _ = files.written("jsonl", about(mark=text), [row(text), row("")])
    lines = content.decode("utf-8").splitlines()
    first, second = (json.loads(line) for line in content.decode("utf-8").split("\n")[:2])
    assert len(lines) >= 2
    assert tuple(first) == tuple(second) == NAMES
    assert first["phones"] == ["+33199001234", "+32470123456"]
    assert first["at"] == "2026-11-24T10:00:00+01:00"
    assert (first["day"], first["yes"], first["count"]) == ("1942-03-01", True, 7)


def test_every_page_and_row_of_a_workbook_says_who_asked_and_when() -> None:
    made = about(why="Comité & élus")
    content, _ = files.written("xlsx", made, [row("a"), row("b")])
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        assert made.mark in str(sheet.oddFooter.left.text)
    said = {str(line[0].value): line[1].value for line in book["À lire"].iter_rows()}
    assert said["Demandé par"] == "Michelle Petit"
    assert said["Pourquoi"] == "Comité & élus"
    assert said["phones"] == "ce que dit phones"
    marks = [line[-1].value for line in book["Personnes"].iter_rows()]
    assert marks == ["export", made.mark, made.mark]


@pytest.mark.parametrize("form", ["xlsx", "csv", "jsonl"])
def test_an_archive_holds_a_file_a_commune_and_what_to_know(form: str) -> None:
    rows: list[Cells] = [(insee, name, (), AT, None, True, 1) for insee, name in (
        ("80021", "a"), ("80021", "b"), ("80620", "c"),
    )]  # fmt: skip
    content, count = files.archive(form, about(), rows)
    assert count == 3
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [f"E-12-80021.{form}", f"E-12-80620.{form}", "A-lire.txt"]
        assert "Demandé par\xa0: Michelle Petit" in archive.read("A-lire.txt").decode()
        if form == "csv":
            assert len(archive.read("E-12-80021.csv").splitlines()) == 3


@pytest.mark.parametrize("form", ["xlsx", "csv", "jsonl"])
def test_an_empty_list_is_a_file_all_the_same(form: str) -> None:
    content, count = files.written(form, about(), [])
    assert count == 0
    assert content or form == "jsonl"
