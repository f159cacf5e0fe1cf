"""From a table to people: every line read, nothing lost in silence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from importers.cleaning import Cleaner, CleanRow
from importers.columns import Column
from importers.places import PlaceIndex
from importers.report import Problem
from importers.workbook import Table

__all__ = ["CleanRow", "Cleaned", "clean"]

_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """People read, lines refused or dropped, and all that should be looked at."""

    people: list[CleanRow] = field(repr=False)
    problems: list[Problem] = field(repr=False)
    read: int
    refused: int


def clean(
    table: Table, columns: Sequence[Column], places: PlaceIndex, *, today: date, region: str = "FR"
) -> Cleaned:
    """Read every line into a person; only a line without any name is refused.

    ``columns`` are those of the table, in its order; ``region`` is the telephone region.
    """
    cleaner = Cleaner(columns, places, today, region)
    people = [person for line, row in table.rows if (person := cleaner.person(line, row))]
    problems = cleaner.problems
    problems += _about_columns(columns)
    problems += _about_errors(table, columns)
    if table.hidden_rows:
        say = (
            f"{table.hidden_rows} lignes étaient masquées dans le fichier : elles sont lues aussi."
        )
        problems.append(Problem(0, "", "hidden_rows", say))
    return Cleaned(people, problems, cleaner.read, cleaner.refused)


def _about_columns(columns: Sequence[Column]) -> Iterator[Problem]:
    """What must be said of the whole list before anybody confirms it."""
    for column in columns:
        header = column.header.replace("\n", " ")
        if column.field == "nir":
            say = "Numéro de sécurité sociale : la colonne est écartée, rien n’en est gardé."
            yield Problem(0, header, "nir_dropped", say)
        elif column.field == "bank":
            say = "Coordonnées bancaires : la colonne est écartée, rien n’en est gardé."
            yield Problem(0, header, "bank_dropped", say)
    if not any(column.field == "phone" for column in columns):
        say = "Aucune colonne de téléphone : tous les numéros sont à trouver."
        yield Problem(0, "", "no_phone_column", say)


def _about_errors(table: Table, columns: Sequence[Column]) -> Iterator[Problem]:
    """Cells the spreadsheet shows as #REF! or #DIV/0! come in empty, and are named."""
    for reference in table.errors:
        found = _CELL.fullmatch(reference)
        if found is None or int(found[2]) <= table.header_line:
            continue
        at = 0
        for letter in found[1]:
            at = at * 26 + ord(letter) - 64
        header = columns[at - 1].header if at <= len(columns) else found[1]
        yield Problem(int(found[2]), header, "cell_error", "Case en erreur : lue comme vide.")
