"""The process that opens a file: it holds no secret, writes nothing, and may be killed.

It reads one request and the file on its input, and answers in JSON lines on its output. Whatever
a hostile file does to the reading library, it does it here, under limits of memory and time.
"""

import json
import resource
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from itertools import chain, islice
from typing import Any  # cells are of any type until they have been cleaned

from importers import spans
from importers.archive import COMPOUND, Audit, audit
from importers.caps import Caps
from importers.unreadable import Unreadable

_HEAD = 30
_SHORTEST_OLE = 1_536  # its header, one sector of its table, one of its directory
_BIFF8_BEGINS = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_FILEPASS, _RECORDS_BEFORE_FILEPASS = 0x002F, 5


def main() -> None:
    """Read a request, then answer: a line about the sheets, a choice, then the rows."""
    request = json.loads(sys.stdin.buffer.readline())
    caps = Caps(**request["caps"])
    _limit(caps)
    content = sys.stdin.buffer.read(request["size"])
    try:
        _answer(content, request, caps)
    except Unreadable as refusal:
        _say({"error": refusal.code, "details": refusal.details})
    except MemoryError:
        _say({"error": "swollen", "details": {}})


def _limit(caps: Caps) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (caps.memory_mb << 20, caps.memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (caps.cpu_seconds, caps.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _answer(content: bytes, request: dict[str, Any], caps: Caps) -> None:
    if content.startswith((b"PK\x03\x04", COMPOUND)):
        _answer_workbook(content, caps)
    else:
        _answer_text(content, request["encoding"], caps)


def _answer_text(content: bytes, encoding: str | None, caps: Caps) -> None:
    from importers import delimited, tables_html  # slow to load, and a workbook needs neither

    text, encoding = delimited.decode(content, encoding)
    del content
    if tables_html.is_page(text):
        tables = tables_html.tables_of(text, caps)
        names = [""] if len(tables) == 1 else [f"Tableau {at + 1}" for at in range(len(tables))]
        _say_about("html", encoding, [
            _head(name, table.rows[:_HEAD], len(table.rows), table.hidden_rows, (),
                  spans.bounded(table.spans, lines=caps.lines))
            for name, table in zip(names, tables, strict=True)
        ])  # fmt: skip
        _send(iter(tables[_choice()].rows), caps)
        return
    rows = (pair for pair in delimited.rows_of(text, caps) if any(pair[1]))
    first = list(islice(rows, _HEAD))
    if not first:
        raise Unreadable("empty")
    _say_about("csv", encoding, [_head("", first, len(first))])
    _choice()
    _send(chain(first, rows), caps)


def _answer_workbook(content: bytes, caps: Caps) -> None:
    kind, seen = "xls", None
    if not content.startswith(COMPOUND):
        seen = audit(content, caps)
        kind = seen.kind
    elif "EncryptedPackage".encode("utf-16-le") in content or _is_sealed_xls(content):
        raise Unreadable("protected")
    elif len(content) < _SHORTEST_OLE:
        raise Unreadable("damaged")
    elif not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise Unreadable("not_a_spreadsheet")
    workbook = Sheets(content)
    heads = []
    for position, name in workbook.visible:
        sheet = workbook.sheet(position)
        hidden, errors = seen.of_sheet(name, position) if seen else (0, [])
        rows = list(_rows(sheet, caps, most=_HEAD))
        merges = spans.bounded(_spans(sheet, seen, position), lines=caps.lines)
        heads.append(_head(name, rows, (sheet.end or (0, 0))[0], hidden, errors, merges))
    if not any(head["head"] for head in heads):
        raise Unreadable("no_sheet")
    marks = (seen.comments, seen.is_marked) if seen else (0, False)
    _say_about(kind, None, heads, marks)
    del seen
    _send(_rows(workbook.sheet(workbook.visible[_choice()][0]), caps), caps)


def _is_sealed_xls(content: bytes) -> bool:
    """Does an old workbook begin by asking for a password (record FILEPASS of BIFF8)?"""
    at = content.find(_BIFF8_BEGINS)
    for _ in range(_RECORDS_BEFORE_FILEPASS):
        if at < 0 or at + 4 > len(content):
            return False
        kind, size = struct.unpack_from("<HH", content, at)
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _head(
    name: str,
    head: list[Any],
    rows: int,
    hidden_rows: int = 0,
    errors: Sequence[str] = (),
    merges: Sequence[spans.Span] = (),
) -> dict[str, Any]:
    """What the parent needs to choose a sheet, to read it, and to say of it."""
    return {
        "name": name, "head": head, "rows": rows, "hidden_rows": hidden_rows, "errors": errors,
        "spans": merges,
    }  # fmt: skip


def _spans(sheet: Any, seen: Audit | None, position: int) -> Sequence[spans.Span]:
    """The cells merged down several lines: the audit saw an ods's, the library the others'."""
    if seen is not None and seen.kind == "ods":
        return seen.spans.get(position, ())
    ranges = sheet.merged_cell_ranges or ()
    return [(top + 1, left, bottom + 1) for (top, left), (bottom, _) in ranges if bottom > top]


def _say_about(
    kind: str,
    encoding: str | None,
    sheets: list[dict[str, Any]],
    marks: tuple[int, bool] = (0, False),
) -> None:
    comments, is_marked = marks
    about = {"kind": kind, "encoding": encoding, "comments": comments, "is_marked": is_marked}
    _say({**about, "sheets": sheets})


class Sheets:
    """The visible sheets of data of a workbook; only the longest one seen stays in memory."""

    def __init__(self, content: bytes) -> None:
        # Loaded here: a text file, or an archive the audit refuses, never meets the library.
        import python_calamine as calamine

        self._library = calamine
        with self._faults():
            self._book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
            self.visible = [
                (position, meta.name)
                for position, meta in enumerate(self._book.sheets_metadata)
                if meta.visible == calamine.SheetVisibleEnum.Visible
                and meta.typ == calamine.SheetTypeEnum.WorkSheet
            ]
        self._kept: tuple[int, Any] | None = None

    def sheet(self, position: int) -> Any:
        """The library's own sheet."""
        if self._kept is not None and self._kept[0] == position:
            return self._kept[1]
        with self._faults():
            sheet = self._book.get_sheet_by_index(position)
        if self._kept is None or (sheet.end or (0,)) > (self._kept[1].end or (0,)):
            self._kept = (position, sheet)
        return sheet

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """The library's faults in our words."""
        try:
            yield
        except self._library.PasswordError as fault:
            raise Unreadable("protected") from fault
        except (self._library.CalamineError, ValueError, OSError) as fault:
            raise Unreadable("damaged") from fault


def _rows(sheet: Any, caps: Caps, most: int | None = None) -> Iterator[tuple[int, list[Any]]]:
    """The rows that hold something, with their line in the sheet, counted from 1."""
    if sheet.end is None:
        return
    if sheet.end[0] > caps.lines or sheet.width > caps.columns:
        raise Unreadable("too_wide", **caps.wide)
    indent = [""] * sheet.start[1]
    found = 0
    for line, row in enumerate(sheet.iter_rows(), start=1):
        if any(row) or any(cell not in ("", None) for cell in row):
            yield line, indent + row if indent else row
            found += 1
            if found == most:
                return


def _choice() -> int:
    return int(sys.stdin.buffer.readline())


def _send(rows: Iterator[tuple[int, list[Any]]], caps: Caps) -> None:
    """One JSON line a hundred rows: few enough lines to be quick, small enough to stream."""
    sent = 0
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 100:
            sent += _say({"rows": batch})
            batch = []
        if sent > caps.opened_size // 2:
            raise Unreadable("swollen")
    if batch:
        _say({"rows": batch})
    _say({"end": True})


def _say(message: dict[str, Any]) -> int:
    line = json.dumps(message, default=_plain)
    return sys.stdout.write(line + "\n") + (0 if "rows" in message else _flushed())


def _flushed() -> int:
    sys.stdout.flush()
    return 0


def _plain(value: object) -> object:
    """Dates keep their type; durations and times become their text."""
    if isinstance(value, (date, datetime)):
        return {"date": value.isoformat()[:10]}
    return str(value)


if __name__ == "__main__":
    main()
