"""From the bytes of a file to one table, whatever program wrote them.

The file is opened by another process, under limits; this one only reads its answers.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import IO, Any  # what JSON holds

from importers import header
from importers.caps import Caps
from importers.unreadable import Unreadable

Cell = str | int | float | bool | date | None
Row = tuple[int, list[Cell]]

_ACCEPTED = {".xlsx", ".xls", ".ods", ".csv"}
_ROOT = str(Path(__file__).resolve().parent.parent)
_BROKEN = "damaged"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as it stands: headers as written (numbered when doubled), rows with their line.

    Lines count from 1 as a spreadsheet shows them. ``errors`` are the cells in error (« D7 »).
    """

    sheet: str
    sheets: tuple[str, ...]
    header_line: int
    headers: tuple[str, ...]
    rows: list[Row] = field(repr=False)
    kind: str = "xlsx"
    encoding: str | None = None
    hidden_rows: int = 0
    errors: tuple[str, ...] = ()


def read(
    content: bytes,
    *,
    name: str,
    caps: Caps | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Table:
    """Read a list somebody dropped: xlsx, xls, ods or csv, by what it really holds.

    ``name`` is the file's name, ``sheet`` and ``encoding`` a person's choice where the proposal
    was wrong. Raises ``Unreadable`` with its French sentence.
    """
    caps = caps or Caps()
    refuse_at_the_door(content, name, caps)
    with _child(caps) as (child, late):
        try:
            return _dialogue(child, content, caps, sheet, encoding)
        except (EOFError, BrokenPipeError, json.JSONDecodeError) as fault:
            child.kill()
            raise Unreadable(_why_it_died(child.wait(), late.is_set()), **caps.wide) from fault


def refuse_at_the_door(content: bytes, name: str, caps: Caps) -> None:
    """Refuse what needs no opening to be refused: its name, its size; raises ``Unreadable``."""
    if "\x00" in name or PurePath(name).suffix.lower() not in _ACCEPTED:
        raise Unreadable("format")
    if not content:
        raise Unreadable("empty")
    if len(content) > caps.size:
        raise Unreadable("too_heavy", megabytes=caps.megabytes)


@contextmanager
def _child(caps: Caps) -> Iterator[tuple["subprocess.Popen[bytes]", threading.Event]]:
    """The reading process, killed when its time is up or when we leave."""
    child = subprocess.Popen(  # our own module: no shell, no word from outside
        [sys.executable, "-m", "importers.reading_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PYTHONPATH": _ROOT, "PATH": os.defpath, "LANG": "C.UTF-8"},  # and no secret of ours
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        child.kill()

    clock = threading.Timer(caps.wall_seconds, end)
    clock.start()
    try:
        yield child, late
    finally:
        clock.cancel()
        child.kill()
        for pipe in (child.stdin, child.stdout):
            _close(pipe)
        child.wait()


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return  # the child left first: nothing is lost, we had what we wanted


def _dialogue(
    child: "subprocess.Popen[bytes]",
    content: bytes,
    caps: Caps,
    sheet: str | None,
    encoding: str | None,
) -> Table:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the reading process has no pipes")
    request = {"size": len(content), "caps": asdict(caps), "encoding": encoding}
    child.stdin.write(json.dumps(request).encode() + b"\n")
    child.stdin.write(content)
    child.stdin.flush()
    about = _heard(child.stdout.readline())
    sheets = about["sheets"]
    chosen = _chosen(sheets, sheet)
    child.stdin.write(b"%d\n" % chosen)
    child.stdin.flush()
    head = header.find(sheets[chosen]["head"])
    rows = _rows_below(head.last_line, child.stdout)
    if len(rows) > caps.rows:
        raise Unreadable("too_wide", **caps.wide)
    width = max(max((len(cells) for _, cells in rows), default=0), len(head.titles))
    return Table(
        sheet=sheets[chosen]["name"],
        sheets=tuple(each["name"] for each in sheets),
        header_line=head.line,
        headers=header.numbered(head.titles, width),
        rows=rows,
        kind=about["kind"],
        encoding=about["encoding"],
        hidden_rows=about["hidden_rows"],
        errors=tuple(about["errors"]),
    )


def _rows_below(header_line: int, answers: IO[bytes]) -> list[Row]:
    """Every row the process sends after the header; ``EOFError`` if it stops before its end."""
    rows: list[Row] = []
    for line in iter(answers.readline, b""):
        said = _heard(line)
        if said.get("end"):
            return rows
        rows += [(number, cells) for number, cells in said["rows"] if number > header_line]
    raise EOFError


def _heard(line: bytes) -> dict[str, Any]:
    if not line:
        raise EOFError
    said: dict[str, Any] = json.loads(line, object_hook=_dated)
    if "error" in said:
        raise Unreadable(said["error"], **said["details"])
    return said


def _dated(found: dict[str, Any]) -> object:
    return date.fromisoformat(found["date"]) if len(found) == 1 and "date" in found else found


def _chosen(sheets: Sequence[dict[str, Any]], wanted: str | None) -> int:
    """The sheet asked for, else the one that looks most like a list of people."""
    if wanted is not None:
        for index, sheet in enumerate(sheets):
            if sheet["name"] == wanted:
                return index
        raise Unreadable("unknown_sheet", sheet=wanted)
    scores = [(header.find(each["head"]).score, each["rows"]) for each in sheets]
    return scores.index(max(scores))


def _why_it_died(code: int, is_late: bool) -> str:
    """A process that ends without a word hit one of its limits, or a fault of the library."""
    if is_late or code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "swollen"
    return "too_wide" if code == -signal.SIGABRT else _BROKEN
