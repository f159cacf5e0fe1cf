"""Cells merged down several rows: what is written once is read on each line it stands for."""

from __future__ import annotations

from typing import Any

import pytest

from importers import merged, spans, workbook
from importers.columns import Column
from tests.importers import samples
from tests.importers.test_samples import GOLDEN

FILES = ("merged_down_several_rows.xlsx", "merged_down_several_rows.ods")
COLUMNS = [
    Column(title, field, 1.0, "")
    for title, field in (
        ("Nom", "last_name"), ("Prénom", "first_name"), ("Tél", "phone"), ("Commune", "town")
    )
]  # fmt: skip


def gathered(*rows: list[Any], covered: set[int]) -> list[list[Any]]:
    """The rows left of lines 2, 3… of which every one but the first is covered so."""
    lines = list(enumerate(rows, start=2))
    merged.gather(lines, {line: frozenset(covered) for line, _ in lines[1:]}, COLUMNS)
    return [row for _, row in lines]


@pytest.mark.parametrize("name", FILES)
def test_a_name_merged_down_the_lines_of_two_telephones_is_one_person(name: str) -> None:
    first, *others = GOLDEN[name]["people"]
    assert (first["last_name"], first["phones"]) == ("DUPONT", ["+33639980012", "+33353010015"])
    assert "DUPONT" not in {each["last_name"] for each in others}
    assert GOLDEN[name]["counts"]["refused"] == 0


@pytest.mark.parametrize("name", FILES)
def test_a_name_and_an_address_merged_down_a_couple_are_those_of_both(name: str) -> None:
    couple = [each for each in GOLDEN[name]["people"] if each["last_name"] == "MARTIN"]
    assert [(each["first_name"], each["town"]) for each in couple] == [
        ("Paul", "Abbeville"), ("Lucie", "Abbeville"),
    ]  # fmt: skip


def test_every_line_of_a_merged_cell_shows_its_text_and_a_plain_one_none() -> None:
    content = (samples.FOLDER / FILES[0]).read_bytes()
    table = workbook.read(content, name="l.xlsx")
    assert table.covered == {3: {0, 1, 3, 4}, 5: {0, 3, 4}}
    assert [row[0] for _, row in table.rows] == ["DUPONT", "DUPONT", "MARTIN", "MARTIN", "PETIT"]


def test_an_empty_line_under_a_merged_name_makes_nobody() -> None:
    rows = [(2, ["DUPONT", "01"]), (5, ["MARTIN", "02"])]
    assert spans.fill(rows, [(2, 0, 4)]) == {}
    assert rows == [(2, ["DUPONT", "01"]), (5, ["MARTIN", "02"])]


def test_lines_that_do_not_agree_on_the_place_stay_apart() -> None:
    one, other = ["DUPONT", "Renée", "01", "Amiens"], ["DUPONT", "Renée", "02", "Abbeville"]
    assert gathered(one, other, covered={0, 1}) == [one, other]


def test_a_line_with_a_first_name_of_its_own_is_somebody_else() -> None:
    one, other = ["DUPONT", "Renée", "01", "Amiens"], ["DUPONT", "Luc", "02", "Amiens"]
    assert gathered(one, other, covered={0, 3}) == [one, other]


def test_three_lines_of_one_name_are_one_person_with_three_numbers() -> None:
    lines = (["DUPONT", "Renée", "01", "Amiens"], ["DUPONT", "", 2.0, ""], ["DUPONT", "", "03", ""])
    assert gathered(*lines, covered={0}) == [["DUPONT", "Renée", "01; 2; 03", "Amiens"]]


def test_a_file_of_merges_without_end_is_not_followed() -> None:
    whole = [(1, column, 10**9) for column in range(10**3)]
    kept = spans.bounded(whole, lines=50_100)
    assert sum(last - first for first, _, last in kept) <= spans.MOST_COVERED
    assert all(last <= 50_100 for _, _, last in kept)
