"""The process that opens a file: it holds no secret, writes nothing, and may be killed.

It reads one request and the file on its input, and answers in JSON lines on its output. Whatever
a hostile file does to the reading library, it does it here, under limits of memory and time.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any  # cells are of any type until they have been cleaned

from importers.archive import audit
from importers.caps import Caps
from importers.unreadable import Unreadable

_HEAD = 30
_MOST_CELL = 4_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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
    if content.startswith((b"PK\x03\x04", _OLE)):
        _answer_workbook(content, caps)
    else:
        _answer_text(content, request["encoding"], caps)


def _answer_text(content: bytes, encoding: str | None, caps: Caps) -> None:
    from importers import delimited

    text, encoding = delimited.decode(content, encoding)
    rows = [pair for pair in delimited.rows_of(text, caps) if any(pair[1])]
    sheet = {"name": "", "head": rows[:_HEAD], "rows": len(rows)}
    _say({"kind": "csv", "encoding": encoding, "hidden_rows": 0, "errors": [], "sheets": [sheet]})
    _choice()
    _send(iter(rows), caps)


def _answer_workbook(content: bytes, caps: Caps) -> None:
    # Loaded here: a text file, or an archive the audit refuses, never meets the library.
    hidden_rows, errors, kind = 0, {}, "xls"
    if not content.startswith(_OLE):
        seen = audit(content, caps)
        hidden_rows, errors, kind = seen.hidden_rows, seen.errors, seen.kind
    elif "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable("protected")
    elif not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise Unreadable("not_a_spreadsheet")
    sheets = _sheets(content)
    heads = []
    for name, sheet in sheets:
        rows = list(_rows(sheet, caps, most=_HEAD))
        heads.append({"name": name, "head": rows, "rows": (sheet.end or (0, 0))[0]})
    if not any(head["head"] for head in heads):
        raise Unreadable("no_sheet")
    flat = sorted({cell for cells in errors.values() for cell in cells}) if len(sheets) == 1 else []
    _say({"kind": kind, "encoding": None, "hidden_rows": hidden_rows, "errors": flat,
          "sheets": heads})  # fmt: skip
    _send(_rows(sheets[_choice()][1], caps), caps)


def _sheets(content: bytes) -> list[tuple[str, Any]]:
    """Visible sheets of data, by name; the library's own sheet objects."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == calamine.SheetVisibleEnum.Visible
            and meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        return [(name, book.get_sheet_by_name(name)) for name in visible]
    except calamine.PasswordError as fault:
        raise Unreadable("protected") from fault
    except (calamine.CalamineError, ValueError, OSError) as fault:
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
        if any(cell not in ("", None) for cell in row):
            yield line, indent + row
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
