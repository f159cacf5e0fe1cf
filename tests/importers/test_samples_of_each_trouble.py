"""Each trouble that lists are known for has a small file of its own in tests/samples.

The troubles are the lines of « Value problems » and « File-shape problems » in what is known of the
lists of départements, in their order; what must be read in each file is its golden outcome.
"""

from __future__ import annotations

import pytest

from tests.importers import samples
from tests.importers.test_samples import GOLDEN

VALUES = {
    "phone as number, 0 lost": ("phones_as_numbers.xlsx",),
    "two numbers in a cell": ("phones.csv",),
    "other phone shapes": ("phones.csv", "phones_overseas.csv"),
    "premium or dead numbers": ("phones.csv", "phone_shared_by_many.csv"),
    "couple shares phone and email": ("phone_shared_by_many.csv", "couples.csv"),
    "bad number treated as empty": ("phones.csv", "same_people_on_several_lines.csv"),
    "date as text": ("dates.xlsx",),
    "other dates": ("dates.xlsx", "age_instead_of_birth_date.csv"),
    "Excel 1904 epoch": ("epoch_of_1904.xlsx", "old_excel_epoch_of_1904.xls"),
    "postal code as number": ("postal_codes_as_numbers.xlsx",),
    "postal code and town in one cell": ("postal_code_and_town_in_one_cell.csv",),
    "town spellings": ("places.csv",),
    "names": ("names.csv", "name_and_first_name_in_one_column.csv", "names_that_hide_things.csv"),
    "couple in one row": ("couples.csv", "couples_in_one_column.csv"),
    "dependants as column groups": ("dependants_in_columns.csv",),
    "emails": ("emails.csv", "emails_as_links_and_rich_text.xlsx", "formulas_and_errors.xlsx"),
    "fillers": ("fillers_are_empty.csv", "formulas_and_errors.xlsx"),
    "NIR": ("nir_as_numbers.xlsx", "nir_by_title.csv", "nir_inside_a_kept_cell.csv",
            "insee_is_the_person.csv"),
    "words that hold": ("words_that_hold.csv",),
    "quotes and separators inside a value": ("csv_quotes_inside.csv",),
    "formula injection": ("text_that_looks_like_formulas.csv",),
}  # fmt: skip
SHAPES = {
    "UTF-8 with a mark": ("csv_utf8_with_mark.csv",),
    "other encodings": ("csv_windows_1252.csv", "csv_mac_roman.csv", "csv_dos.csv",
                        "csv_utf16.csv", "csv_accents_saved_twice.csv"),
    "separators": ("csv_comma.csv", "csv_tab.csv", "csv_bar.csv"),
    "kinds of file": ("old_excel.xls", "strict_open_xml.xlsx", "xlsx_named_xls.xls",
                      "libreoffice_with_blank_repeats.ods", "csv_named_xls.xls",
                      "web_page_named_xls.xls", "password.xlsx", "password.xls", "password.ods",
                      "excel_2003_xml.xls"),
    "several sheets": ("several_sheets.xlsx", "chart_sheet_first.xlsx"),
    "rows above the header": ("titles_above_the_header.xlsx", "header_on_two_lines.xlsx",
                              "merged_title_and_blank_columns.xlsx",
                              "table_that_starts_further_on.xlsx"),
    "header cells with line breaks and instructions": ("export_shelter_template.xlsx",
                                                       "export_iodas.csv"),
    "phantom size": ("phantom_size.xlsx", "row_repeated_to_the_end.ods"),
    "totals and signatures": ("totals_and_signatures.xlsx",),
    "blank rows and group titles": ("group_titles_and_repeated_header.xlsx",),
    "hidden rows": ("hidden_rows.xlsx", "hidden_rows_only.xlsx", "libreoffice_hidden_row.ods",
                    "old_excel_hidden_row.xls"),
    "doubled and missing headers": ("doubled_headers.csv", "column_without_title.csv"),
    "cells merged down several rows": ("merged_down_several_rows.xlsx",
                                       "merged_down_several_rows.ods",
                                       "web_page_with_merged_cells.xls"),
    "same person several times": ("same_people_on_several_lines.csv",),
}  # fmt: skip
# The last two lines, the size and the updated list, are the bench’s and test_again’s.


@pytest.mark.parametrize("trouble", [*VALUES, *SHAPES])
def test_a_known_trouble_has_a_file_of_its_own_and_its_outcome(trouble: str) -> None:
    files = {**VALUES, **SHAPES}[trouble]
    assert set(files) <= set(samples.MADE)
    assert all(GOLDEN[name] for name in files)


def test_an_old_workbook_says_that_its_hidden_rows_are_read() -> None:
    found = GOLDEN["old_excel_hidden_row.xls"]
    assert len(found["people"]) == 2
    assert "hidden_rows_unknown" in {code for _, _, code, _ in found["problems"]}


def test_days_of_an_old_macintosh_workbook_are_not_shifted() -> None:
    (person,) = GOLDEN["old_excel_epoch_of_1904.xls"]["people"]
    assert person["birth_date"] == "1941-03-07"


def test_an_address_under_a_link_is_read_as_it_is_shown() -> None:
    people = GOLDEN["emails_as_links_and_rich_text.xlsx"]["people"]
    assert [each["email"] for each in people] == ["renee@example.org", "paul@example.org"]
