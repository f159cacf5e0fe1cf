"""Lists written as files: JSON lines, CSV, workbooks. A spreadsheet is also a program: nothing that
leaves here is ever a formula (reliability S7)."""

import csv
import json
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from io import BytesIO
from operator import attrgetter
from pathlib import Path

import xlsxwriter

from campaigns import values, weeks
from campaigns.exports import PersonRow
from campaigns.quality import Corrected

COLUMNS = tuple(field.name for field in fields(PersonRow))
_values = attrgetter(*COLUMNS)
Write = Callable[[Path, Iterable[PersonRow]], int]
# Control characters (but tab and new line, made spaces) and what no XML may hold.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile(r"[\t\r\n]+")
# A spreadsheet takes a cell that begins so for a formula; full-width twins included.
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_CORRECTED = ("Source", "N° de dossier", "Personne", "Née le", "Champ", "Avant", "Après",
              "Corrigé le")  # fmt: skip
_TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@contextmanager
def placed(target: Path) -> Iterator[Path]:
    """A draft beside the target, for this account's eyes only; it takes its place when complete."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    try:
        yield draft
        os.replace(draft, target)  # noqa: PTH105  both stand in one folder
    finally:
        draft.unlink(missing_ok=True)


def json_lines(target: Path, rows: Iterable[PersonRow]) -> int:
    """One JSON object a line, telephones as +33…; give how many."""
    count = 0
    with target.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        for row in rows:
            count += 1
            file.write(
                json.dumps(
                    dict(zip(COLUMNS, _values(row), strict=True)),
                    ensure_ascii=False,
                    default=date.isoformat,
                )
                + "\n"
            )
    return count


def delimited(target: Path, rows: Iterable[PersonRow]) -> int:
    """CSV as French spreadsheets open it: ``;``, byte order mark, formulas made harmless."""
    count = 0
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\r\n")
        out.writerow(COLUMNS)
        for row in rows:
            count += 1
            out.writerow([_harmless(text) for text in _texts(row)])
    return count


def workbook(target: Path, rows: Iterable[PersonRow]) -> int:
    """An xlsx whose cells are all text."""
    count = 0
    book = xlsxwriter.Workbook(str(target), _PLAIN)
    sheet = book.add_worksheet("Personnes")
    text = book.add_format({"num_format": "@", "quote_prefix": True})
    sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for count, row in enumerate(rows, 1):
        for column, value in enumerate(_texts(row)):
            if value:
                sheet.write_string(count, column, value, text)
    book.close()
    return count


def corrections(rows: Iterable[Corrected]) -> bytes:
    """What was corrected here, one line a field, as an xlsx whose cells are all text."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, _PLAIN)
    sheet = book.add_worksheet("À reporter")
    text = book.add_format({"num_format": "@", "quote_prefix": True})
    sheet.write_row(0, 0, _CORRECTED, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for place, row in enumerate(rows, 1):
        born = f"{row.birth_date:%d/%m/%Y}" if row.birth_date else ""
        cells = (row.source, row.file_number, row.name, born, row.field, row.before, row.after,
                 f"{weeks.local_day(row.at):%d/%m/%Y}")  # fmt: skip
        for column, value in enumerate(cells):
            sheet.write_string(place, column, _UNPRINTABLE.sub("", value), text)
    book.close()
    return content.getvalue()


WRITERS: dict[str, Write] = {".jsonl": json_lines, ".csv": delimited, ".xlsx": workbook}


def _texts(row: PersonRow) -> list[str]:
    return [_UNPRINTABLE.sub("", _BREAKS.sub(" ", _text(value))) for value in _values(row)]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        # National writing: « +33… » would look like a formula.
        return " / ".join(values.national(part) if part[:1] == "+" else part for part in value)
    return str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_TRIGGERS) else text
