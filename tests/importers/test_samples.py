"""Every sample list is read as its golden outcome says; every file that hurts has its sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from importers import columns, rows, workbook
from importers.choices import Choices
from importers.places import PlaceIndex
from importers.unreadable import SAYS, Unreadable
from tests.importers import samples

GOLDEN: dict[str, Any] = json.loads(samples.GOLDEN.read_text(encoding="utf-8"))
HOSTILE = "tests/importers/test_hostile_files.py::test_"
WITHOUT_TITLES = "tests/importers/test_untitled.py::test_"
ENTERING = "tests/importers/test_load.py::test_"

# The cases of reliability.md b2: samples by name, tests by address, and the sentence of each.
CASES: dict[str, tuple[str, tuple[str, ...]]] = {
    "F1": (SAYS["empty"], ("empty.csv", "blank_lines_only.csv")),
    "F2": (SAYS["not_a_spreadsheet"],
           ("picture_named_xlsx.xlsx", "pdf_named_xls.xls", "program_named_ods.ods",
            "zip_of_something_else.xlsx")),
    "F3": (SAYS["format"], (f"{HOSTILE}a_name_that_is_not_accepted",)),
    "F4": ("Le fichier dépasse 20 Mo.", (f"{HOSTILE}a_file_over_the_limit",)),
    "F5": (SAYS["damaged"], ("truncated.xlsx",)),
    "F6": (SAYS["protected"], ("password.xlsx", "password.xls", "password.ods")),
    "F7": (SAYS["swollen"], (f"{HOSTILE}an_archive_that_swells",)),
    "F8": (SAYS["swollen"], ("archive_in_the_archive.xlsx", f"{HOSTILE}too_many_entries")),
    "F9": (SAYS["swollen"], ("size_that_lies.xlsx",)),
    "F10": (SAYS["too_wide"], ("cell_too_far.xlsx",)),
    "F11": (SAYS["too_wide"], ("row_repeated_to_the_end.ods",)),
    "F12": (SAYS["too_wide"], ("row_repeated_900000_times.ods",)),
    "F13": ("", ("libreoffice_with_blank_repeats.ods",)),
    "F14": (SAYS["too_wide"], (f"{HOSTILE}millions_of_empty_cells",)),
    "F15": (SAYS["forbidden"], ("billion_laughs.xlsx", "entities_in_a_web_page.xls")),
    "F16": (SAYS["forbidden"], ("quadratic_entities.xlsx",)),
    "F17": (SAYS["forbidden"], ("entity_of_a_local_file.xlsx",)),
    "F18": (SAYS["forbidden"], ("definition_fetched_from_outside.xlsx",)),
    "F19": (SAYS["damaged"],
            ("way_out_of_the_archive.xlsx", "absolute_path.xlsx", "symbolic_link.xlsx")),
    "F20": (SAYS["damaged"],
            ("two_entries_of_one_name.xlsx", "two_directories_that_disagree.xlsx")),
    "F21": (SAYS["macros"], ("macros_named_xlsx.xlsx", "embedded_object.xlsx")),
    "F22": (SAYS["damaged"],
            ("old_excel_of_12_bytes.xls", "old_excel_damaged.xls", "old_excel_that_loops.xls")),
    "F23": (SAYS["no_sheet"], ("no_data.xlsx", "chart_sheet_alone.xlsx")),
    "F24": (SAYS["no_name"],
            ("no_name_column.csv", f"{WITHOUT_TITLES}who_asks_nobody_is_told_where_to_say_it")),
    "F25": ("", ("merged_title_and_blank_columns.xlsx", "titles_above_the_header.xlsx",
                 "header_on_two_lines.xlsx", "doubled_headers.csv", "no_phone_column.csv")),
    "F26": (SAYS["encoding"],
            ("csv_utf8_with_broken_bytes.csv", "csv_accents_saved_twice_in_part.csv")),
    "F27": (SAYS["open_quote"],
            ("csv_unclosed_quote.csv", f"{HOSTILE}a_line_of_five_megabytes")),
    "F28": ("", ("text_that_looks_like_formulas.csv",)),
    "F29": ("", ("phones.csv", "phones_as_numbers.xlsx")),
    "F30": ("", ("dates.xlsx", "epoch_of_1904.xlsx")),
    "F31": ("", ("postal_codes_as_numbers.xlsx",)),
    "F32": ("", ("same_people_on_several_lines.csv",)),
    "F33": ("", ("names_that_hide_things.csv",)),
    "F34": ("", ("formulas_and_errors.xlsx",)),
    "F35": (SAYS["too_wide"], ("201_columns.csv", f"{HOSTILE}one_row_or_one_column_too_many")),
    "F36": ("", ("strict_open_xml.xlsx", "chart_sheet_first.xlsx", "old_excel.xls",
                 "web_page_named_xls.xls", "csv_windows_1252.csv", "csv_utf16.csv")),
}  # fmt: skip
# F37 and F38, the same file twice and several at once, are the doors’ and the worker’s.


@pytest.fixture(scope="module")
def index() -> PlaceIndex:
    return samples.places()


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_sample_is_read_as_its_golden_outcome_says(name: str, index: PlaceIndex) -> None:
    content = (samples.FOLDER / name).read_bytes()
    assert samples.outcome(name, content, index) == GOLDEN[name]


def test_every_sample_has_its_outcome_and_its_maker() -> None:
    kept = {path.name for path in samples.FOLDER.iterdir()} - {samples.GOLDEN.name}
    assert kept == set(GOLDEN) == set(samples.MADE)
    assert sum(path.stat().st_size for path in samples.FOLDER.iterdir()) < 1_500_000


@pytest.mark.parametrize("name", sorted(samples.MADE))
def test_a_sample_made_again_holds_the_same(name: str) -> None:
    kept = (samples.FOLDER / name).read_bytes()
    assert samples.contents(samples.MADE[name]()) == samples.contents(kept)


@pytest.mark.parametrize("case", sorted(CASES, key=lambda case: int(case[1:])))
def test_a_file_that_hurts_gets_its_sentence(case: str) -> None:
    say, proofs = CASES[case]
    told = say.partition("{")[0]  # what follows is the line, the figures or the columns
    for proof in proofs:
        if "::" in proof:
            file, _, function = proof.partition("::")
            assert f"def {function}(" in (samples.FOLDER.parents[1] / file).read_text()
        elif say:
            assert GOLDEN[proof]["refused"].startswith(told)
        else:
            assert GOLDEN[proof]["people"]


def test_no_outcome_and_no_sentence_holds_a_forbidden_number() -> None:
    kept = samples.GOLDEN.read_text(encoding="utf-8").replace(" ", "")
    for number in ("241039912345644", "2410399123456", "FR7630006000011234567890189"):
        assert number not in kept


def test_the_secret_of_a_local_file_appears_nowhere() -> None:
    host = Path("/etc/hostname").read_text(encoding="utf-8").strip()
    with pytest.raises(Unreadable) as refusal:
        workbook.read((samples.FOLDER / "entity_of_a_local_file.xlsx").read_bytes(), name="l.xlsx")
    assert host not in refusal.value.say


# What a person chose ----------------------------------------------------------------------


def read(name: str, index: PlaceIndex, choices: Choices) -> rows.Cleaned:
    """A sample read with somebody’s choices."""
    content = (samples.FOLDER / name).read_bytes()
    table = workbook.read(content, name=name, header_line=choices.header_line)
    found = columns.propose(table.headers, [cells for _, cells in table.rows])
    return rows.clean(table, found, index, today=samples.TODAY, choices=choices)


def test_a_couple_is_two_people_once_somebody_said_so(index: PlaceIndex) -> None:
    found = read("couples.csv", index, Choices(split=frozenset({2, 3, 5})))
    names = [(each.row, each.title, each.first_name, each.last_name) for each in found.people]
    assert names[:4] == [
        (2, "", "Jean", "DUPONT"), (2, "", "Marie", "DUPONT"),
        (3, "M", "Paul", "MARTIN"), (3, "MME", "", "MARTIN"),
    ]  # fmt: skip
    assert [each.last_name for each in found.people if each.row == 5] == ["ROUX", "BLANC"]
    births = [each.birth_date for each in found.people if each.row == 2]
    assert [str(birth) for birth in births] == ["1941-03-07", "1943-05-12"]
    assert not any(each.couple for each in found.people if each.row in (2, 3, 5))
    assert found.read == 6


def test_a_fix_typed_in_the_page_replaces_the_cell(index: PlaceIndex) -> None:
    fixes = {12: {"Date de naissance": "08/03/1941"}, 13: {"Date de naissance": "28/02/1951"}}
    found = read("dates.xlsx", index, Choices(fixes=fixes))
    births = {each.row: str(each.birth_date) for each in found.people}
    assert (births[12], births[13]) == ("1941-03-08", "1951-02-28")
    assert not any(problem.row == 13 for problem in found.problems)


def test_a_fixed_line_is_a_person_even_when_it_looked_like_a_title(index: PlaceIndex) -> None:
    name = "group_titles_and_repeated_header.xlsx"
    found = read(name, index, Choices(fixes={2: {"Prénom": ""}}))
    assert [each.last_name for each in found.people] == ["AMIENS NORD", "DUPONT", "MARTIN"]


def test_a_line_left_out_is_not_read_and_it_is_said(index: PlaceIndex) -> None:
    found = read("names.csv", index, Choices(left_out=frozenset({2})))
    assert 2 not in {each.row for each in found.people}
    assert (2, "left_out") in {(each.row, each.code) for each in found.problems}


def test_another_header_line_can_be_chosen(index: PlaceIndex) -> None:
    content = (samples.FOLDER / "titles_above_the_header.xlsx").read_bytes()
    table = workbook.read(content, name="l.xlsx", header_line=3)
    assert (table.header_line, table.headers[0], len(table.rows)) == (3, "Extraction du", 3)
    with pytest.raises(Unreadable, match="aucun titre de colonne"):
        workbook.read(content, name="l.xlsx", header_line=2)
