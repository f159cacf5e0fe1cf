"""Files whose shape is what is special: encodings, programs, sheets, headers, lines beside."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.importers import files
from tests.importers.sample_values import A, B, csv, of_text

HEADERS, PEOPLE = files.HEADERS, files.PEOPLE
LIST = (HEADERS, *PEOPLE)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _book(*rows: Any) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def _hidden_rows(*lines: int) -> bytes:
    book = _book(*LIST)
    for line in lines:
        book.active.row_dimensions[line].hidden = True
    return saved(book)


def _comments_and_colours() -> bytes:
    book = _book(*LIST)
    book.active["A2"].comment = Comment("ne plus appeler", "Accueil")
    for cell, colour in (("A1", "DDEBF7"), ("A3", "FFC000")):
        book.active[cell].fill = PatternFill("solid", fgColor=colour)
    return saved(book)


def _epoch_of_1904() -> bytes:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["Nom", "Date de naissance", "Tél"])
    book.active.append(["DUPONT", date(1941, 3, 7), A])
    return saved(book)


def _hidden_sheet() -> bytes:
    book = _book(("Prestation",), ("APA",), ("RSA",))
    people = book.create_sheet("Bénéficiaires")
    for row in LIST:
        people.append(row)
    hidden = book.create_sheet("Cachée")
    hidden.append([*HEADERS, "Mail", "Date de naissance"])
    hidden.append(["SECRET", "Luc"])
    hidden.sheet_state = "hidden"
    empty = book.create_sheet("Modèle")
    empty.append([*HEADERS, "Mail", "Date de naissance", "Prestation"])
    book.create_sheet("Feuil3")
    return saved(book)


def _phantom_size() -> bytes:
    book = _book(*LIST)
    rule = openpyxl.worksheet.datavalidation.DataValidation(type="list", formula1='"Oui,Non"')
    rule.add("A1:F1048576")
    book.active.add_data_validation(rule)
    for line in range(4, 1_200):
        book.active.cell(line, 1).font = openpyxl.styles.Font(bold=True)
    return saved(book)


def _chart_sheet(*, with_data: bool) -> bytes:
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Feuil1!$A$1:$A$2"})
    book.add_chartsheet("Graphique").set_chart(chart)
    sheet = book.add_worksheet("Feuil1")
    for at, row in enumerate(LIST if with_data else ()):
        sheet.write_row(at, 0, row)
    book.close()
    return kept.getvalue()


def _formulas() -> bytes:
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet("Feuil1")
    sheet.write_row(0, 0, HEADERS)
    sheet.write_row(1, 0, ("", "Renée", A, "80000", "Amiens"))
    sheet.write_formula(1, 0, '=UPPER("dupont")', None, "DUPONT")
    sheet.write_row(2, 0, ("MARTIN", "Paul", "", "80100", "Abbeville"))
    sheet.write_formula(2, 2, "=#REF!", None, "#REF!")
    book.close()
    return kept.getvalue()


def _merged_titles() -> bytes:
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet("Liste")
    sheet.merge_range("A1:H1", "Liste des bénéficiaires de l’APA")
    sheet.write(1, 0, "Extraction du 24/11/2026")
    for at, row in enumerate(LIST, start=3):
        for column, value in enumerate(row):
            sheet.write(at, column * 2, value)  # a blank column between two
    book.close()
    return kept.getvalue()


MERGED_DOWN = (
    HEADERS,
    ("DUPONT", "Renée", A, "80000", "Amiens"),
    ("", "", B, "", ""),  # her other telephone
    ("MARTIN", "Paul", B, "80100", "Abbeville"),
    ("", "Lucie", "", "", ""),  # one name, one home, two people
    ("PETIT", "Zoé", "", "80000", "Amiens"),
)
# Where the text of a cell is that of the line above: first line and column, from 0.
MERGES = ((1, 0), (1, 1), (1, 3), (1, 4), (3, 0), (3, 3), (3, 4))


def _merged_down() -> bytes:
    book = openpyxl.load_workbook(BytesIO(files.xlsx(MERGED_DOWN)))
    for line, column in MERGES:
        book.active.merge_cells(None, line + 1, column + 1, line + 2, column + 1)
    return saved(book)


def _merged_down_ods() -> bytes:
    rows = []
    for line, row in enumerate(MERGED_DOWN):
        cells = "".join(files.ods_row(cell) for cell in row).split("</table:table-row>")[:-1]
        for column, cell in enumerate(cells):
            cells[column] = cell.removeprefix("<table:table-row>")
            if (line, column) in MERGES:
                cells[column] = cells[column].replace(
                    "-cell ", '-cell table:number-rows-spanned="2" ', 1
                )
            elif (line - 1, column) in MERGES:
                cells[column] = "<table:covered-table-cell/>"
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return files.ods("".join(rows))


def _strict() -> bytes:
    """What Excel writes as « Strict Open XML »: other names for everything."""
    old = "http://schemas.openxmlformats.org/"
    content = files.xlsx(LIST)
    entries = {}
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels",
                 "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"):  # fmt: skip
        text = files.entry(content, name)
        text = text.replace(
            f"{old}spreadsheetml/2006/main".encode(),
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ).replace(
            f"{old}officeDocument/2006/relationships".encode(),
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        entries[name] = text
    return files.replaced(content, entries)


def _html(*, split_cells: bool = False) -> bytes:
    def row(*cells: str, tag: str = "td") -> str:
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"

    title = '<tr><td colspan="5">Liste des b&eacute;n&eacute;ficiaires</td></tr>'
    body = title + row(*HEADERS, tag="th") + "".join(row(*each) for each in PEOPLE)
    if split_cells:
        body += (
            f'<tr><td rowspan="2">PETIT</td><td>Louise<br>Anne</td><td>{A}</td><td>80000</td>'
            '<td>Amiens</td></tr><tr style="display: none"><td>Luc</td><td></td><td></td><td></td></tr>'
        )
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">'
        "<style>td { color: red }</style></head>"
        f"<body><script>var x = '<td>rien</td>'</script><table>{body}</table></body></html>"
    )
    return page.encode("cp1252")


def _iodas() -> bytes:
    return of_text(
        "ID IODAS\t;nom individu;prénom individu;compadre1 individu;adre1 individu;"
        "code postal individu;commune individu;téléphone individu;mail individu;âge\n"
        f"1042;DUPONT;Renée;Bât B;3 rue des Lilas;80000;Amiens;{A};renee@example.org;84\n"
        f"1043;MARTIN;Paul;;4 place du Marché;80100;Abbeville;{B};;91\n",
        "cp1252",
    )


def _caf() -> bytes:
    return of_text(
        "MATRICULE;ROLE PERSONNE;TYPE PERSONNE;NIR;NUMERO DEMANDE RSA;DATE DEBUT DROITS - DEVOIRS;"
        "NOM RESPONSABLE DOSSIER;PRENOM RESPONSABLE DOSSIER;NUMERO TELEPHONE DOSSIER;"
        "NUMERO TELEPHONE 2 DOSSIER;ADRESSE ELECTRONIQUE DOSSIER\n"
        "1234567;DEM;MONSIEUR;241039912345644;77;01/10/2022;MARTIN;PAUL;639980012;353010015;\n"
        "1234568;CJT;MADAME;;78;01/10/2022;DUPONT;RENEE;;;RENEE@EXAMPLE.ORG\n",
        "ascii",
    )


def _france_travail() -> bytes:
    return of_text(
        "identifiant_unique_de;civilite;nom;prenom;date_naissance;adresse_ligne2;adresse_ligne4;"
        "adresse_ligne6;telephone\n"
        "77001;M.;MARTIN;PAUL;1961-03-07 00:00:00.0;NULL;4 PLACE DU MARCHE;80100 ABBEVILLE;0639980012\n"
        "77002;MME;DUPONT;RENEE;1958-05-12 00:00:00.0;BAT B;3 RUE DES LILAS;80000 AMIENS;NULL\n"
    )


def _shelter() -> bytes:
    return files.xlsx(
        [
            ("Nom usuel*\n(obligatoire)", "Nom de naissance", "Prénom(s)*",
             "Date de\nNaissance", "Téléphone 1\nSeulement si la personne en a un", "Téléphone 2",
             "N'a pas de téléphone", "Mesures de protection", "Commentaires (1000 caractères maximum)"),
            ("DUPONT", "MARTIN", "Renée", "07/03/1941", A, B, "", "", "laisser sonner longtemps"),
        ],
        Valeurs=[("Civilité",), ("Monsieur",), ("Madame",)],
    )  # fmt: skip


def _heat_register() -> bytes:
    return files.xlsx(
        [
            ("COMMUNE DE PÉRONNE",), ("Registre des personnes vulnérables",), (),
            ("Nom", "Prénom", "Né(e) le", "Adresse", "N° Téléphones", "Personne à prévenir",
             "Service d'aide à domicile", "Médecin traitant", "Clés", ""),
            ("DUPONT", "Renée", "07/03/1941", "3 rue X 80200 PERONNE", A, "Colette 01 99 00 00 01",
             "ADMR", "Dr Y", "voisine", "chien méchant, ne pas appeler le matin"),
            ("", "", "", "", "", "", "", "", "", ""),
            ("TOTAL", 1, "", "", "", "", "", "", "", ""),
            ("Fait à Péronne, le maire", "", "", "", "", "", "", "", "", ""),
        ]
    )  # fmt: skip


BLANKS = (
    '<table:table-row table:number-rows-repeated="1048573"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row>'
)
CASES: dict[str, Any] = {
    "two_lists_side_by_side.xlsx": lambda: files.xlsx(
        [("Nom", "Prénom", "Tél", "", "Nom", "Prénom", "Tél"),
         ("DUPONT", "Renée", A, "", "MARTIN", "Paul", B)]
    ),
    "two_tables_one_under_the_other.xlsx": lambda: files.xlsx(
        [("Nom", "Prénom", "Tél", "Né(e) le"), ("DUPONT", "Renée", A, "07/03/1941"), (),
         ("Prénom", "Nom", "Date naissance", "Tél"), ("Paul", "MARTIN", "01/02/1939", B)]
    ),
    "csv_utf8_with_mark.csv": lambda: csv(*LIST),
    "csv_windows_1252.csv": lambda: csv(*LIST, encoding="cp1252"),
    "csv_mac_roman.csv": lambda: csv(*LIST, encoding="mac_roman"),
    "csv_dos.csv": lambda: csv(*LIST, encoding="cp850"),
    "csv_utf16.csv": lambda: csv(*LIST, encoding="utf-16"),
    "csv_comma.csv": lambda: csv(*LIST, separator=",", encoding="utf-8"),
    "csv_tab.csv": lambda: csv(*LIST, separator="\t", encoding="utf-8"),
    "csv_bar.csv": lambda: csv(*LIST, separator="|", encoding="utf-8"),
    "csv_accents_saved_twice.csv": lambda: csv(*LIST, encoding="utf-8").decode("cp1252").encode(),
    "csv_quotes_inside.csv": lambda: of_text(
        f'Nom;Adresse;Tél\nDUPONT;"Lieu-dit ""Les Marais"";\nBât. B";{A}\nMARTIN;;{B}\n'
    ),
    "csv_named_xls.xls": lambda: csv(*LIST, separator="\t", encoding="cp1252"),
    "xlsx_named_xls.xls": lambda: files.xlsx(LIST),
    "web_page_named_xls.xls": _html,
    "web_page_with_merged_cells.xls": lambda: _html(split_cells=True),
    "old_excel.xls": lambda: files.xls(
        [HEADERS, ("DUPONT", "Renée", 639980012.0, 80000.0, "Amiens")]
    ),
    "old_excel_hidden_row.xls": lambda: files.xls([files.HEADERS, *files.PEOPLE], hidden=[1]),
    "libreoffice_with_blank_repeats.ods": lambda: files.ods(
        "".join(files.ods_row(*row, blank_after=16_379) for row in LIST) + BLANKS
    ),
    "libreoffice_hidden_row.ods": lambda: files.ods(
        "".join(files.ods_row(*row) for row in LIST[:2])
        + files.ods_row(*LIST[2]).replace(
            "<table:table-row", '<table:table-row table:visibility="filter"'
        )
    ),
    "strict_open_xml.xlsx": _strict,
    "epoch_of_1904.xlsx": _epoch_of_1904,
    "several_sheets.xlsx": _hidden_sheet,
    "chart_sheet_first.xlsx": lambda: _chart_sheet(with_data=True),
    "titles_above_the_header.xlsx": lambda: files.xlsx(
        [("Liste des bénéficiaires",), (), ("Extraction du", "24/11/2026"), *LIST]
    ),
    "merged_title_and_blank_columns.xlsx": _merged_titles,
    "merged_down_several_rows.xlsx": _merged_down,
    "merged_down_several_rows.ods": _merged_down_ods,
    "header_on_two_lines.xlsx": lambda: files.xlsx(
        [
            ("Nom", "Prénom", "Téléphone", "", "Adresse", "", ""),
            ("", "", "Fixe", "Portable", "Rue", "CP", "Ville"),
            ("DUPONT", "Renée", B, A, "3 rue X", "80000", "Amiens"),
        ]
    ),
    "table_that_starts_further_on.xlsx": lambda: files.xlsx(
        [(), (), *((None, None, *row) for row in LIST)]
    ),
    "totals_and_signatures.xlsx": lambda: files.xlsx(
        [*LIST, (), ("TOTAL", "", "2", "", ""), ("Nombre : 2",),
         ("Fait à Amiens, le 24/11/2026",), ("* : suivis par le CCAS",)]
    ),
    "group_titles_and_repeated_header.xlsx": lambda: files.xlsx(
        [HEADERS, ("AMIENS NORD",), PEOPLE[0], (), ("AMIENS SUD",), HEADERS, PEOPLE[1]]
    ),
    "comments_and_colours.xlsx": _comments_and_colours,
    "hidden_rows.xlsx": lambda: _hidden_rows(3),
    "hidden_rows_only.xlsx": lambda: _hidden_rows(1, 2, 3),
    "doubled_headers.csv": lambda: csv(
        ("NOM", "Prénom", "Téléphone", "Téléphone", "Nom"), ("DUPONT", "Renée", A, B, "MARTIN")
    ),
    "column_without_title.csv": lambda: csv(
        ("NOM", "Prénom", "Téléphone", ""), ("DUPONT", "Renée", A, "entend mal, ne pas appeler"),
        ("MARTIN", "Paul", B, "vit avec son fils"),
    ),
    "phantom_size.xlsx": _phantom_size,
    "formulas_and_errors.xlsx": _formulas,
    "export_iodas.csv": _iodas,
    "export_caf.csv": _caf,
    "export_france_travail.csv": _france_travail,
    "export_shelter_template.xlsx": _shelter,
    "export_heat_register.xlsx": _heat_register,
}  # fmt: skip
REFUSED: dict[str, Any] = {
    "csv_accents_saved_twice_in_part.csv": lambda: (
        csv(*LIST, encoding="utf-8").decode("cp1252") + "LEFÈVRE;Zoé→;;;\r\n"
    ).encode(),
    "csv_utf8_with_broken_bytes.csv": lambda: (
        csv(*LIST, encoding="utf-8") + "LEFÈVRE;Zoé;;;\r\n".encode("cp1252")
    ),
    "csv_unclosed_quote.csv": lambda: b'Nom;CP\r\nDUPONT;80000\r\nMARTIN;"80100\r\n',
    "chart_sheet_alone.xlsx": lambda: _chart_sheet(with_data=False),
    "web_page_without_table.xls": lambda: (
        b"<!DOCTYPE html><html><body><p>Bonjour</p></body></html>"
    ),
    "excel_2003_xml.xls": lambda: (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    ),
}
