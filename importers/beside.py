"""Lines of a list that are nobody: totals, titles of groups, signatures, the header once more."""

import re
from collections.abc import Sequence
from typing import Any  # a cell is of any type before it is cleaned

from campaigns import values
from importers import vocabulary
from importers.report import Problem
from importers.workbook import Table

_FOOTING = re.compile(
    r"(?:total|nombre|effectif|fait a|signature|edite le|extrait le|extraction|page \d+|source|"
    r"sous-total|nb de|le president|legende)\b",
)  # fmt: skip
_LONGEST = 60
_FEWEST_TITLES, _SURE = 3, 0.9
_NAMES = frozenset({"last_name", "full_name"})


def is_beside(row: Sequence[Any], filled: Sequence[str], headers: Sequence[str]) -> bool:
    """Whether a line without any number is a total, a signature, a title or the header again."""
    if len(filled) == 1 and len(headers) > 2:
        return True
    if len(filled) <= 3 and _FOOTING.match(values.fold(filled[0])):
        return True
    alike = sum(cell == title for cell, title in zip(row, headers, strict=False))
    return bool(alike > 1 and alike * 2 >= len(filled))


def cut_below(table: Table) -> list[Problem]:
    """Take a second table out of the rows, under titles in another order; what is said of each.

    Read under the titles of the first, its people would have the cells of one another.
    """
    for position, (line, row) in enumerate(table.rows):
        if not _is_other_header(row, table.headers):
            continue
        below = table.rows[position + 1 :]
        del table.rows[position:]
        titles = f"Un deuxième tableau commence ligne {line}, avec d’autres titres."
        return [
            Problem(line, "", "dropped_row", f"{titles} Déposez-le à part."),
            *(
                Problem(number, "", "other_table", f"Ligne refusée. {titles} Déposez-le à part.")
                for number, cells in below
                if any(cell not in ("", None) for cell in cells)
            ),
        ]
    return []


def _is_other_header(row: Sequence[Any], headers: Sequence[str]) -> bool:
    """Are these titles, most of them sure, in another order than those of the table?"""
    if not any(cell.__class__ is str and cell[:3].lower() == "nom" for cell in row):
        return False  # at a glance: nearly every line stops here
    filled = [(at, cell) for at, cell in enumerate(row) if cell not in ("", None)]
    if len(filled) < _FEWEST_TITLES or not all(cell.__class__ is str for _, cell in filled):
        return False
    fields = [(at, vocabulary.recognise(cell.strip())) for at, cell in filled]
    sure = {at: field for at, (field, trust) in fields if field and trust > _SURE}
    if len(sure) * 3 < len(filled) * 2 or not _NAMES & {*sure.values()}:
        return False
    return any(
        at >= len(headers) or vocabulary.recognise(headers[at])[0] != field
        for at, field in sure.items()
    )


def said_of(filled: Sequence[str]) -> str:
    """Why a line was left out. The title of a group is no territory: the commune tells it."""
    shown = f"« {filled[0][:_LONGEST]} »"
    if len(filled) == 1 and not _FOOTING.match(values.fold(filled[0])):
        return (
            f"Titre ou note, laissé de côté : {shown}. "
            "Le territoire de chaque personne vient de sa commune."
        )
    return f"Ligne qui n’est pas une personne, laissée de côté : {shown}."
