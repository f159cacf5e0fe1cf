"""The workbook of the lines to correct: their number, why, then the columns of the file dropped.

Put right in a spreadsheet, it is dropped back like any list: nothing reads its first two columns.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any  # a report is JSON, xlsxwriter has no types

import xlsxwriter

from importers import corrections, handed_back, vocabulary
from importers.choices import Choices

TITLES = ("Ligne", "Motif")
_SHEET = "À corriger"
_LONGEST = 32_767  # characters in a cell of a workbook
_TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def is_workbook(headers: Sequence[str], sheet: str) -> bool:
    """Is this the workbook of the lines to correct, dropped back? It is no whole list then."""
    return tuple(headers[:2]) == TITLES or sheet == _SHEET or headers[:1] == (_SHEET,)


def workbook(
    rows: Mapping[int, Sequence[str]],
    report: Mapping[str, Any],
    choices: Choices,
    tokens: Mapping[int, str],
) -> tuple[bytes, int]:
    """Write the lines to correct as xlsx; give its bytes and how many lines it holds.

    ``rows`` are their cells as the file has them, none once it is erased: then only numbers and
    reasons are left. ``tokens`` go into a hidden column, to know the lines again. Columns the law
    forbids are not written; every cell is text, none becomes a formula.
    """
    reasons = corrections.reasons(report)
    proposals = report.get("proposals", ()) if rows else ()
    headers = [each["header"] for each in proposals]
    kept = [at for at, each in enumerate(proposals) if each["field"] not in vocabulary.REFUSED]
    content = BytesIO()
    book = xlsxwriter.Workbook(content, _PLAIN)
    marks = [handed_back.TITLE] if tokens else []
    sheet = _Sheet(book, [*TITLES, *(headers[at] for at in kept), *marks])
    sheet.hide(len(TITLES) + len(kept))
    for position, (line, says) in enumerate(reasons.items(), start=1):
        fixed, cells = choices.fixes.get(line, {}), rows.get(line, [])
        texts = [fixed.get(headers[at], cells[at] if at < len(cells) else "") for at in kept]
        texts += [tokens.get(line, "") for _ in marks]
        sheet.write(position, line, [" · ".join(says), *texts])
    book.close()
    return content.getvalue(), len(reasons)


class _Sheet:
    """One sheet of text under its titles; a number stands for the line only."""

    def __init__(self, book: Any, titles: list[str]) -> None:
        self._text = book.add_format({"num_format": "@"})
        # Excel's own way to say « this is text »: it outlives a copy to csv.
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._sheet = book.add_worksheet(_SHEET)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(1, 1, 60)
        bold = book.add_format({"bold": True, "quote_prefix": True})
        for at, title in enumerate(titles):
            self._sheet.write_string(0, at, title, bold)

    def hide(self, at: int) -> None:
        """Keep a column out of sight; it is still there when the workbook comes back."""
        self._sheet.set_column(at, at, None, None, {"hidden": True})

    def write(self, position: int, line: int, texts: list[str]) -> None:
        """One line of the file, from its reason on."""
        self._sheet.write_number(position, 0, line)
        for at, text in enumerate(texts, start=1):
            if text:
                look = self._quoted if text.startswith(_TRIGGERS) else self._text
                self._sheet.write_string(position, at, text[:_LONGEST], look)
