"""Files offices really send are read, whatever program wrote them."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from importers import workbook
from importers.unreadable import Unreadable
from tests.importers import files

ROWS = [[str(cell) for cell in person] for person in files.PEOPLE]


def csv_of(separator: str = ";", *, end: str = "\r\n") -> str:
    return end.join(separator.join(row) for row in (files.HEADERS, *files.PEOPLE)) + end


def cells(table: workbook.Table) -> list[list[workbook.Cell]]:
    return [row for _, row in table.rows]


def test_a_plain_workbook_gives_its_headers_and_rows_with_their_lines():
    table = workbook.read(files.xlsx(), name="liste.xlsx")
    assert (table.kind, table.sheet, table.header_line) == ("xlsx", "Feuil1", 1)
    assert table.headers == files.HEADERS
    assert table.rows == [(2, ROWS[0]), (3, ROWS[1])]


def test_an_old_xls_is_read():
    table = workbook.read(
        files.xls([files.HEADERS, ("DUPONT", "Renée", 639980012.0, 80000.0, "Amiens")]),
        name="l.xls",
    )
    assert table.kind == "xls"
    assert cells(table) == [["DUPONT", "Renée", 639980012.0, 80000.0, "Amiens"]]


def test_an_ods_with_the_blank_repeats_of_libreoffice_is_read():
    body = files.ods_row(*files.HEADERS, blank_after=16_379)
    body += "".join(files.ods_row(*row, blank_after=16_379) for row in files.PEOPLE)
    body += '<table:table-row table:number-rows-repeated="1048573"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    table = workbook.read(files.ods(body), name="l.ods")
    assert (table.kind, cells(table)) == ("ods", ROWS)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_csv_is_read_with_any_separator(separator):
    table = workbook.read(csv_of(separator).encode(), name="l.csv")
    assert (table.kind, table.headers, cells(table)) == ("csv", files.HEADERS, ROWS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "mac_roman"])
def test_accents_survive_every_usual_encoding(encoding):
    table = workbook.read(csv_of().encode(encoding), name="l.csv")
    assert table.headers == files.HEADERS
    assert cells(table) == ROWS


def test_utf8_once_read_as_windows_text_is_mended():
    table = workbook.read(csv_of().encode("utf-8").decode("cp1252").encode("utf-8"), name="l.csv")
    assert cells(table) == ROWS


def test_broken_accents_are_asked_about_and_a_choice_is_followed():
    mixed = csv_of().encode("utf-8") + "LEFÈVRE;Zoé;;;\r\n".encode("cp1252")
    with pytest.raises(Unreadable) as refusal:
        workbook.read(mixed, name="l.csv")
    assert refusal.value.say == "Les accents sont illisibles. Choisissez l’encodage."
    assert workbook.read(mixed, name="l.csv", encoding="cp1252").encoding == "cp1252"


def test_quotes_separators_and_line_breaks_inside_a_value_are_text():
    text = 'Nom;Adresse;CP\r\nDUPONT;"Lieu-dit ""Les Marais"";\nBât. B";80000\r\nMARTIN;;80100\r\n'
    table = workbook.read(text.encode(), name="l.csv")
    assert table.rows == [
        (2, ["DUPONT", 'Lieu-dit "Les Marais";\nBât. B', "80000"]),
        (4, ["MARTIN", "", "80100"]),
    ]


def test_a_csv_named_xls_is_read_by_its_content():
    assert workbook.read(csv_of("\t").encode(), name="export.xls").kind == "csv"


def test_the_header_is_found_under_titles_and_blank_lines():
    rows = [
        ("Liste des bénéficiaires",),
        (),
        ("Extraction du", "24/11/2026"),
        files.HEADERS,
        *files.PEOPLE,
    ]
    table = workbook.read(files.xlsx(rows), name="l.xlsx")
    assert (table.header_line, table.headers, [line for line, _ in table.rows]) == (
        4,
        files.HEADERS,
        [5, 6],
    )


def test_a_header_on_two_lines_is_joined():
    rows = [
        ("Identité", "", "Téléphone", ""),
        ("Nom", "Prénom", "Fixe", "Portable"),
        ("DUPONT", "Renée", "0353010015", ""),
    ]
    table = workbook.read(files.xlsx(rows), name="l.xlsx")
    assert table.headers == ("Nom", "Prénom", "Fixe", "Portable")
    assert [line for line, _ in table.rows] == [3]


def test_columns_and_lines_keep_their_place_when_the_table_starts_further_on():
    rows = [(), (), (None, None, *files.HEADERS), *((None, None, *row) for row in files.PEOPLE)]
    table = workbook.read(files.xlsx(rows), name="l.xlsx")
    assert table.headers[2:] == files.HEADERS
    assert table.rows[0] == (4, ["", "", *ROWS[0]])


def test_doubled_and_missing_headers_are_numbered():
    rows = [("NOM", "Téléphone", "Téléphone", ""), ("DUPONT", "1", "2", "DCD")]
    assert workbook.read(files.xlsx(rows), name="l.xlsx").headers == (
        "NOM", "Téléphone", "Téléphone (2)", "Colonne 4",
    )  # fmt: skip


def test_the_sheet_of_people_is_chosen_among_others_and_can_be_changed():
    values = [("Prestation",), ("APA",), ("RSA",)]
    content = files.xlsx(values, Bénéficiaires=[files.HEADERS, *files.PEOPLE])
    table = workbook.read(content, name="l.xlsx")
    assert (table.sheet, table.sheets) == ("Bénéficiaires", ("Feuil1", "Bénéficiaires"))
    assert workbook.read(content, name="l.xlsx", sheet="Feuil1").headers == ("Prestation",)
    with pytest.raises(Unreadable, match="n’existe pas"):
        workbook.read(content, name="l.xlsx", sheet="Autre")


def test_real_dates_and_1904_workbooks_give_the_same_day():
    for epoch in (openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.CALENDAR_MAC_1904):
        book = openpyxl.Workbook()
        book.epoch = epoch
        book.active.append(["Nom", "Date de naissance"])
        book.active.append(["DUPONT", date(1941, 3, 7)])
        kept = BytesIO()
        book.save(kept)
        assert cells(workbook.read(kept.getvalue(), name="l.xlsx")) == [
            ["DUPONT", date(1941, 3, 7)]
        ]


def test_hidden_rows_are_read_and_counted_and_hidden_sheets_are_not():
    book = openpyxl.Workbook()
    for row in (files.HEADERS, *files.PEOPLE):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("Cachée").append(["NOM", "Prénom", "Téléphone", "CP", "Commune", "Mail"])
    book["Cachée"].sheet_state = "hidden"
    kept = BytesIO()
    book.save(kept)
    table = workbook.read(kept.getvalue(), name="l.xlsx")
    assert (table.sheets, table.hidden_rows, len(table.rows)) == (("Sheet",), 1, 2)


def test_comments_and_colours_are_announced_and_not_read():
    book = openpyxl.Workbook()
    for row in (files.HEADERS, *files.PEOPLE):
        book.active.append(row)
    for cell in book.active[1]:
        cell.fill = PatternFill("solid", fgColor="DDEBF7")
    plain = workbook.read(_kept(book), name="l.xlsx")
    assert (plain.comments, plain.is_marked) == (0, False)  # a header in colour says nothing
    book.active["A2"].comment = Comment("ne plus appeler", "Accueil")
    book.active["A3"].fill = PatternFill("solid", fgColor="FFC000")
    table = workbook.read(_kept(book), name="l.xlsx")
    assert (table.comments, table.is_marked) == (1, True)
    assert table.rows == plain.rows
    struck = openpyxl.Workbook()
    struck.active.append(files.HEADERS)
    struck.active.append(files.PEOPLE[0])
    struck.active["A2"].font = Font(strike=True)
    assert workbook.read(_kept(struck), name="l.xlsx").is_marked


def _kept(book: openpyxl.Workbook) -> bytes:
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_cells_in_error_are_empty_and_named():
    cell = '<c r="A1" t="str"><v>NOM</v></c><c r="B1" t="str"><v>Prénom</v></c>'
    bad = '<c r="A2" t="str"><v>DUPONT</v></c><c r="B2" t="e"><v>#REF!</v></c>'
    content = files.xlsx_of(f'<row r="1">{cell}</row><row r="2">{bad}</row>')
    table = workbook.read(content, name="l.xlsx")
    assert (cells(table), table.errors) == ([["DUPONT", ""]], ("B2",))


def test_styled_blank_cells_far_away_do_not_count():
    row = files.xlsx_cell("A1", "NOM", 1) + files.xlsx_cell("A2", "DUPONT", 2)
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert cells(workbook.read(files.xlsx_of(row + far), name="l.xlsx")) == [["DUPONT"]]


def test_groups_of_columns_about_somebody_else_keep_their_group():
    rows = [
        ("Bénéficiaire", "", "Aidant", "", ""),
        ("Nom", "Prénom", "Nom", "Prénom", "Téléphone"),
        ("DUPONT", "Renée", "DUPONT", "Colette", "0353010015"),
    ]
    table = workbook.read(files.xlsx(rows), name="l.xlsx")
    assert table.headers == ("Nom", "Prénom", "Aidant Nom", "Aidant Prénom", "Aidant Téléphone")


def test_hidden_rows_of_another_sheet_do_not_count():
    book = openpyxl.Workbook()
    for row in (files.HEADERS, *files.PEOPLE):
        book.active.append(row)
    other = book.create_sheet("Valeurs")
    other.append(["APA"])
    other.append(["PCH"])
    other.row_dimensions[2].hidden = True
    kept = BytesIO()
    book.save(kept)
    table = workbook.read(kept.getvalue(), name="l.xlsx")
    assert (table.sheet, table.hidden_rows) == ("Sheet", 0)


def test_a_doubled_header_never_takes_the_name_of_another():
    rows = [("NOM", "Tél", "Tél (2)", "Tél"), ("DUPONT", "1", "2", "3")]
    headers = workbook.read(files.xlsx(rows), name="l.xlsx").headers
    assert headers == ("NOM", "Tél", "Tél (2)", "Tél (3)")
