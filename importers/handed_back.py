"""The lines to correct as they left in a workbook, known again when it comes back.

A hidden column, « Repère », holds for each line the seal of who it spoke of and one of each cell:
nothing of it can be read, and it tells what somebody put right outside as on the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns import sealing
from importers import corrections
from importers.workbook import Table

TITLE = "Repère"
_CELL = 6  # letters of the seal of a cell: enough to tell what changed on one line
_LINE = 63
# Letters alone: a run of figures would pass for a number the law forbids, and be erased.
_TO_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_TO_FIGURES = str.maketrans("abcdefghijklmnop", "0123456789abcdef")
_LETTERS = frozenset("abcdefghijklmnop")


@dataclass(frozen=True, slots=True)
class Left:
    """A line as it left: ``seal`` is that of who it spoke of, empty when it said too little."""

    seal: str
    cells: frozenset[str]


def token(key: bytes, seal: str, cells: Sequence[tuple[str, str]]) -> str:
    """What the hidden column says of a line: its seal (63 figures, or none), title and text of
    each of its cells."""
    shown = seal.translate(_TO_LETTERS) if seal else ""
    return ".".join((shown, "".join(dict.fromkeys(_short(key, *cell) for cell in cells))))


def taken_out(table: Table) -> tuple[Table, dict[int, Left]]:
    """A table without the hidden column, and what it said by line; nothing when there is none."""
    if TITLE not in table.headers:
        return table, {}
    at = table.headers.index(TITLE)
    left = {}
    for line, row in table.rows:
        if at < len(row):
            found = _read(row[at])
            if found is not None:
                left[line] = found
            del row[at]
    headers = (*table.headers[:at], *table.headers[at + 1 :])
    return replace(table, headers=headers), left


def changed(
    key: bytes, table: Table, left: Mapping[int, Left], *, but: Sequence[str]
) -> dict[int, list[str]]:
    """The titles of the cells that are not as they left, by line.

    ``but`` are titles of columns that are none of theirs.
    """
    places = [(at, title) for at, title in enumerate(table.headers) if title not in but]
    found = {}
    for line, row in table.rows if left else ():
        if line not in left:
            continue
        titles = [
            title
            for at, title in places
            if _short(key, title, corrections.written(row[at] if at < len(row) else ""))
            not in left[line].cells
        ]
        if titles:
            found[line] = titles
    return found


def _short(key: bytes, title: str, text: str) -> str:
    sealed = sealing.fingerprint(key, "cell", title, text.strip())
    return sealed[:_CELL].translate(_TO_LETTERS)


def _read(cell: object) -> Left | None:
    """What a cell of the hidden column says; None when somebody changed it."""
    seal, dot, cells = str(cell).partition(".")
    if (
        not dot
        or len(seal) not in (0, _LINE)
        or len(cells) % _CELL
        or not {*seal, *cells} <= _LETTERS
    ):
        return None
    pieces = (cells[at : at + _CELL] for at in range(0, len(cells), _CELL))
    return Left(seal.translate(_TO_FIGURES), frozenset(pieces))
