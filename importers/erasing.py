"""The numbers a list must not bring in, taken out of it before anything of it is shown or kept."""

from collections.abc import Sequence
from typing import Any  # a cell is of any type before it is cleaned

from campaigns import values
from importers.columns import Column
from importers.report import Problem
from importers.workbook import Table

_SHORTEST, _LEAST = 13, 10**12  # characters of a text; a number of thirteen figures
_SAY = "Numéro interdit dans cette liste (sécurité sociale ou banque) : effacé."


def erase(table: Table, columns: Sequence[Column]) -> list[Problem]:
    """Take social-security and bank numbers out of every cell of a table, whatever its column.

    The rows change in place. What a column the law forbids held is not said cell by cell.
    """
    found = []
    # A column of such numbers goes unread: to check the key of each would only take time.
    numbers = [at for at, column in enumerate(columns) if column.field in ("nir", "bank")]
    for line, row in table.rows:
        for at in numbers:
            if at < len(row) and row[at] not in ("", None):
                row[at] = values.MASK
        for at, cell in enumerate(row):
            if cell.__class__ is str:
                if len(cell) < _SHORTEST:
                    continue
            elif cell.__class__ is bool or not isinstance(cell, (int, float)) or cell < _LEAST:
                continue
            shown = bare(cell)
            if shown is cell:
                continue
            row[at] = shown
            if at < len(columns) and not columns[at].is_refused:
                found.append(Problem(line, columns[at].header, "forbidden", _SAY))
    return found


def bare(cell: Any) -> Any:
    """A cell without the forbidden numbers it holds; the very same cell when there is none."""
    if isinstance(cell, str):
        return values.masked(cell)
    if isinstance(cell, int | float) and values.holds_nir(cell):
        return ""
    return cell
