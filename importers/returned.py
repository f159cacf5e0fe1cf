"""A filled workbook comes back: its rows, read by the killable child, as somebody wrote them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from campaigns.printing import workbooks as issued
from campaigns.refusal import Refusal
from campaigns.returns import Written
from importers import workbook
from importers.caps import Caps
from importers.workbook import Cell

# A sheet holds some dozens of rows: what is larger is not one of ours.
CAPS: Final = Caps(
    rows=1_000, columns=60, megabytes=2, opened_mb=30, memory_mb=500, cpu_seconds=5, wall_seconds=10
)
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet


@dataclass(frozen=True, slots=True)
class Returned:
    """The number of the sheet, and its rows in order, the blank ones too."""

    number: str
    rows: tuple[Written, ...]


def read(content: bytes, *, name: str) -> Returned:
    """Read a returned workbook: « Unreadable » when it cannot be opened at all.

    Refusal when it is not one of the sheets we issue, or holds the rows of several.
    """
    table = workbook.read(content, name=name, caps=CAPS, sheet=_sheet_of(name))
    places = {title: at for at, title in enumerate(table.headers)}
    missing = [
        title for title in (issued.NUMBER, issued.CODE, issued.OUTCOME) if title not in places
    ]
    if missing:
        raise Refusal(
            "Ce classeur n’est pas une feuille d’appels sortie d’ici : il manque la colonne "
            f"« {missing[0]} ».",
            field="classeur",
        )
    rows = [_Row(places, cells) for _, cells in table.rows]
    # A row added below those of the sheet has no code: it is told, not lost.
    rows = [row for row in rows if row.text(issued.CODE) or not row.written().is_blank]
    numbers = {number for row in rows if (number := row.text(issued.NUMBER))}
    if len(numbers) != 1:
        raise Refusal(
            "Ce classeur mêle les lignes de plusieurs feuilles, ou n’en a aucune. Déposez chaque "
            "classeur tel qu’il est sorti.",
            field="classeur",
        )
    return Returned(numbers.pop(), tuple(row.written() for row in rows))


def _sheet_of(name: str) -> str | None:
    """A csv file has no sheets to choose from."""
    return None if name.lower().endswith(".csv") else issued.CALLS


@dataclass(frozen=True, slots=True)
class _Row:
    places: dict[str, int]
    cells: list[Cell]

    def text(self, title: str) -> str:
        at = self.places.get(title)
        cell = self.cells[at] if at is not None and at < len(self.cells) else None
        if cell is None:
            return ""
        if isinstance(cell, date):
            return cell.isoformat()[:10]
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        return str(cell).strip()

    def day(self, title: str) -> str:
        """A day, even in a cell that lost its format: then a count of days since 1900."""
        text = self.text(title)
        # « ² » is a digit, and no number; a thousand figures are no day.
        is_count = len(text) == 5 and text.isascii() and text.isdecimal()
        if is_count and 40_000 < int(text) < 80_000:
            return (_EPOCH + timedelta(days=int(text))).isoformat()
        return text

    def choice(self, title: str) -> str:
        """A code picked from a list, « 5 – Sonne, ne répond pas », without its label."""
        return self.text(title).split(" – ")[0]

    def written(self) -> Written:
        needs = (self.choice(issued.NEED), self.choice(issued.OTHER_NEED))
        return Written(
            code=self.text(issued.CODE),
            outcome=self.choice(issued.OUTCOME),
            called_on=self.day(issued.CALLED_ON),
            called_at=self.text(issued.CALLED_AT),
            asked_on=self.day(issued.ASKED_ON),
            asked_at=self.text(issued.ASKED_AT),
            wish=self.choice(issued.WISH),
            needs=" ".join(code for code in needs if code),
            agreement=self.choice(issued.AGREEMENT),
            note=self.text(issued.NOTE),
        )
