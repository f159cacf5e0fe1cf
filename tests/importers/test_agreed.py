"""Tables of volunteers, territories and offices are read like the lists of people."""

from __future__ import annotations

import pytest

from importers import agreed
from importers.unreadable import Unreadable
from tests.importers import files, sample_hostile
from tests.importers.sample_values import csv

FIELDS = {"insee": r"insee", "territory": r"territoire"}
NEEDED = {"insee": "code_insee", "territory": "territoire_code"}
ROWS = (("code_insee", "territoire_code"), ("80021", "AMI"), ("80001", "PIM"))
READ = [
    {"insee": "80021", "territory": "AMI"},
    {"insee": "80001", "territory": "PIM"},
]


def read(content: bytes, name: str = "t.xlsx") -> agreed.Agreed:
    """A table of communes and territories."""
    return agreed.read(content, name=name, fields=FIELDS, needed=NEEDED)


@pytest.mark.parametrize("above", [(), (("Territoires du département",), (), ("le 24/11/2026",))])
def test_the_header_is_found_under_the_titles_and_lines_keep_their_number(above):
    table = read(files.xlsx([*above, *ROWS]))
    assert [row for _, row in table.rows] == READ
    assert [line for line, _ in table.rows] == [len(above) + 2, len(above) + 3]


def test_the_sheet_with_the_columns_sought_is_chosen():
    table = read(files.xlsx([("Lisez-moi",), ("Bonjour",)], Communes=ROWS))
    assert [row for _, row in table.rows] == READ


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (csv(*ROWS), "t.csv"),
        (csv(*ROWS, separator="\t"), "t.xls"),
        (files.ods("".join(files.ods_row(*row) for row in ROWS)), "t.ods"),
        (files.xls([("code_insee", "territoire_code"), (80021.0, "AMI"), (80001.0, "PIM")]), "t.xls"),
        (b"<table><tr><th>code_insee<th>territoire_code<tr><td>80021<td>AMI<tr><td>80001<td>PIM</table>", "t.xls"),
    ],
)  # fmt: skip
def test_a_table_is_read_whatever_program_wrote_it(content, name):
    assert [row for _, row in read(content, name).rows] == READ


@pytest.mark.parametrize(
    ("content", "name", "say"),
    [
        (b"", "t.csv", "Le fichier est vide."),
        (files.xlsx(), "t.xlsm", "Format non accepté. Formats acceptés\u00a0: xlsx, xls, ods, csv."),
        (sample_hostile.REFUSED["password.ods"](), "t.ods",
         "Le fichier est protégé par un mot de passe. Retirez la protection."),
        (sample_hostile.REFUSED["billion_laughs.xlsx"](), "t.xlsx",
         "Le fichier contient des éléments interdits. Import refusé."),
        (csv(("code_insee", "nom"), ("80021", "Amiens")), "t.csv",
         "Colonne «\u00a0territoire_code\u00a0» introuvable. Colonnes lues\u00a0: code_insee, nom"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_the_same_sentence(content, name, say):
    with pytest.raises(Unreadable) as refusal:
        read(content, name)
    assert refusal.value.say == say


def test_a_problem_names_its_line_and_its_column():
    table = read(files.xlsx([("Titre",), *ROWS]))
    problem = table.problem(3, "territory", "no_territory", "Code absent.")
    assert (problem.row, problem.column) == (3, "territoire_code")
