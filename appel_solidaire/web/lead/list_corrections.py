"""The workbook of lines to correct: line number, reason, then the columns of the file dropped."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any  # a report is JSON

import xlsxwriter

from importers import vocabulary
from importers.workbook import Cell, Table

_TITLES = ("Ligne", "À corriger")


def workbook(table: Table | None, report: Mapping[str, Any]) -> tuple[bytes, int]:
    """Write the lines to correct as xlsx; give its bytes and how many lines it holds.

    ``table`` is the file as it stands, None once it is erased: then only numbers and reasons are
    left. Columns the law forbids are not written, and nothing of the file becomes a formula.
    """
    reasons = _reasons(report.get("problems", []))
    refused = {
        each["header"]
        for each in report.get("proposals", ())
        if each["field"] in vocabulary.REFUSED
    }
    headers = table.headers if table else ()
    kept = [at for at, header in enumerate(headers) if header not in refused]
    rows = dict(table.rows) if table else {}
    content = BytesIO()
    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("À corriger")
    sheet.write_row(
        0, 0, (*_TITLES, *(headers[at] for at in kept)), book.add_format({"bold": True})
    )
    sheet.freeze_panes(1, 0)
    sheet.set_column(1, 1, 60)
    for position, (line, says) in enumerate(sorted(reasons.items()), start=1):
        sheet.write_number(position, 0, line)
        sheet.write_string(position, 1, " · ".join(says))
        cells = rows.get(line, [])
        for column, at in enumerate(kept, start=len(_TITLES)):
            if at < len(cells):
                _write(sheet, position, column, cells[at])
    book.close()
    return content.getvalue(), len(reasons)


def _reasons(problems: list[Mapping[str, Any]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for problem in problems:
        if problem["row"]:
            column = problem["column"].replace("\n", " ").strip()
            say = f"{column} : {problem['say']}" if column else problem["say"]
            found.setdefault(problem["row"], []).append(say)
    return found


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:
    """Days as people type them, so that the sheet can be dropped back as it is."""
    if isinstance(cell, date):
        sheet.write_string(row, column, f"{cell:%d/%m/%Y}")
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    elif cell not in ("", None):
        sheet.write_string(row, column, str(cell))
