"""Rows written as files: JSON lines, CSV, workbooks, one file a commune."""

import csv
import json
from collections.abc import Callable, Iterable
from io import BytesIO, TextIOWrapper
from itertools import groupby
from typing import IO, Any  # xlsxwriter is not typed
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from appel_solidaire.exports.cells import PLAIN, TEXT, harmless, plain, text
from campaigns.exports import About, Cells

_Write = Callable[[IO[bytes], About, Iterable[Cells]], int]
_FOOTER = 250  # characters a workbook's footer holds


def written(form: str, about: About, rows: Iterable[Cells]) -> tuple[bytes, int]:
    """A file of these rows (``xlsx``, ``csv`` or ``jsonl``), each with its mark; and how many."""
    content = BytesIO()
    count = WRITERS[form](content, about, ((*row, about.mark) for row in rows))
    return content.getvalue(), count


def archive(form: str, about: About, rows: Iterable[Cells]) -> tuple[bytes, int]:
    """An archive of one file a commune, named by its INSEE code; and how many rows in all.

    The rows come commune by commune, its code first.
    """
    content, total = BytesIO(), 0
    with ZipFile(content, "w", ZIP_DEFLATED) as out:
        for insee, group in groupby(rows, key=lambda row: row[0]):
            one, count = written(form, about, group)
            out.writestr(f"{about.reference}-{insee}.{form}", one)
            total += count
        out.writestr("A-lire.txt", _read_me(about))
    return content.getvalue(), total


def write_json_lines(out: IO[bytes], about: About, rows: Iterable[Cells]) -> int:
    """One JSON object a line, telephones as +33…; give how many."""
    names, count = [column.name for column in about.columns], 0
    file = TextIOWrapper(out, encoding="utf-8", errors="replace", newline="\n")
    for row in rows:
        count += 1
        line = {name: plain(value) for name, value in zip(names, row, strict=True)}
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    file.flush()
    file.detach()
    return count


def write_delimited(out: IO[bytes], about: About, rows: Iterable[Cells]) -> int:
    """CSV as French spreadsheets open it: ``;``, byte order mark, formulas made harmless."""
    count = 0
    file = TextIOWrapper(out, encoding="utf-8-sig", newline="")
    lines = csv.writer(file, delimiter=";", lineterminator="\r\n")
    lines.writerow(column.name for column in about.columns)
    for row in rows:
        count += 1
        lines.writerow([harmless(text(value)) for value in row])
    file.flush()
    file.detach()
    return count


def write_workbook(out: IO[bytes], about: About, rows: Iterable[Cells]) -> int:
    """An xlsx: « À lire » first when there is something to say, then the rows. Counts are numbers,
    anything else is text."""
    count = 0
    book = xlsxwriter.Workbook(out, PLAIN)
    as_text, as_title = book.add_format(TEXT), book.add_format({**TEXT, "bold": True})
    if about.facts:
        book.set_properties({"title": about.reference, "comments": text(about.mark)})
        _explain(book, about)
    sheet = book.add_worksheet(about.title[:31])
    sheet.set_footer(_footer(about))
    sheet.set_column(0, len(about.columns) - 1, 16)
    for column, each in enumerate(about.columns):
        sheet.write_string(0, column, each.name, as_title)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for count, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(count, column, value)
            elif shown := text(value):
                sheet.write_string(count, column, shown, as_text)
    book.close()
    return count


def _explain(book: Any, about: About) -> None:  # Any: xlsxwriter is not typed
    wrapped = book.add_format({**TEXT, "text_wrap": True, "valign": "top"})
    strong = book.add_format({**TEXT, "bold": True, "valign": "top"})
    sheet = book.add_worksheet("À lire")
    sheet.set_footer(_footer(about))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for line, (name, says) in enumerate(_read(about)):
        sheet.write_string(line, 0, name, strong)
        sheet.write_string(line, 1, text(says), wrapped)


def _read(about: About) -> list[tuple[str, str]]:
    return [
        *about.facts,
        ("", ""),
        ("Colonne", "Ce qu’elle dit"),
        *((column.name, column.says) for column in about.columns),
    ]


def _read_me(about: About) -> str:
    return "".join(f"{name} : {text(says)}\r\n" if name else "\r\n" for name, says in _read(about))


def _footer(about: About) -> str:
    return f"&L{text(about.mark).replace('&', '&&')}"[:_FOOTER] + "&R&P / &N"


WRITERS: dict[str, _Write] = {
    "jsonl": write_json_lines,
    "csv": write_delimited,
    "xlsx": write_workbook,
}
