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

from importers import header, spans, vocabulary
from importers.archive import COMPOUND
from importers.caps import Caps
from importers.header import Recogniser
from importers.unreadable import Unreadable

Cell = str | int | float | bool | date | None
Row = tuple[int, list[Cell]]

_ACCEPTED = {".xlsx", ".xls", ".ods", ".csv"}
_ROOT = str(Path(__file__).resolve().parent.parent)
_BROKEN = "damaged"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as it stands: headers as written (numbered when doubled), rows with their line.

    Lines count from 1 as a spreadsheet shows them. ``errors`` are the cells in error (« D7 »);
    ``comments`` and ``is_marked`` tell of comments, colours and struck-out text nobody reads;
    ``covered`` are the columns, by line, that a cell above covers and whose text is read again.
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
    comments: int = 0
    is_marked: bool = False
    covered: spans.Covered = field(default_factory=dict)

    @property
    def is_untitled(self) -> bool:
        """Has it no line of titles? Its columns are then « Colonne A », « Colonne B »…"""
        return self.header_line == 0


def read(
    content: bytes,
    *,
    name: str,
    caps: Caps | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    header_line: int | None = None,
    knows: Recogniser = vocabulary.recognise,
) -> Table:
    """Read a list somebody dropped: xlsx, xls, ods, csv or a page named so, by what it holds.

    ``name`` is the file's name; ``sheet``, ``encoding`` and ``header_line`` (from 1, 0: none) a
    person's choices where the proposal was wrong; ``knows`` recognises the titles that are
    sought. Raises ``Unreadable`` with its French sentence.
    """
    caps = caps or Caps()
    refuse_at_the_door(content, name, caps)
    asked = _Asked(sheet, encoding, header_line, knows)
    with _child(caps) as (child, late):
        try:
            return _dialogue(child, content, caps, asked)
        except (EOFError, BrokenPipeError, json.JSONDecodeError) as fault:
            child.kill()
            why = _why_it_died(child.wait(), content, is_late=late.is_set())
            raise Unreadable(why, **caps.wide) from fault


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a person chose of the reading, and the titles that are sought."""

    sheet: str | None
    encoding: str | None
    header_line: int | None
    knows: Recogniser


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
    asked: _Asked,
) -> Table:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the reading process has no pipes")
    request = {"size": len(content), "caps": asdict(caps), "encoding": asked.encoding}
    child.stdin.write(json.dumps(request).encode() + b"\n")
    child.stdin.write(content)
    child.stdin.flush()
    about = _heard(child.stdout.readline())
    sheets = about["sheets"]
    chosen = _chosen(sheets, asked)
    child.stdin.write(b"%d\n" % chosen)
    child.stdin.flush()
    head = header.find(sheets[chosen]["head"], at=asked.header_line, knows=asked.knows)
    rows = _rows_below(head.last_line, child.stdout)
    if len(rows) > caps.rows:
        raise Unreadable("too_wide", **caps.wide)
    below = [span for span in sheets[chosen]["spans"] if span[0] > head.last_line]
    covered = spans.fill(rows, below)
    width = max(max((len(cells) for _, cells in rows), default=0), len(head.titles))
    return Table(
        sheet=sheets[chosen]["name"],
        sheets=tuple(each["name"] for each in sheets),
        header_line=head.line,
        headers=header.numbered(head.titles, width) if head.line else header.lettered(width),
        rows=rows,
        kind=about["kind"],
        encoding=about["encoding"],
        hidden_rows=sheets[chosen]["hidden_rows"],
        errors=tuple(sheets[chosen]["errors"]),
        comments=about["comments"],
        is_marked=about["is_marked"],
        covered=covered,
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


def _chosen(sheets: Sequence[dict[str, Any]], asked: _Asked) -> int:
    """The sheet asked for, else the one that looks most like a list of people."""
    if asked.sheet is not None:
        for index, sheet in enumerate(sheets):
            if sheet["name"] == asked.sheet:
                return index
        raise Unreadable("unknown_sheet", sheet=asked.sheet)
    scores = [_likeness(each, asked.knows) for each in sheets]
    return scores.index(max(scores))


def _likeness(sheet: dict[str, Any], knows: Recogniser) -> tuple[float, int]:
    """How well the titles of a sheet are known, if lines stand below; then how long it is."""
    head = header.find(sheet["head"], knows=knows)
    is_empty = bool(sheet["head"]) and sheet["head"][-1][0] <= head.last_line
    return (0.0 if is_empty else head.score, sheet["rows"])


def _why_it_died(code: int, content: bytes, *, is_late: bool) -> str:
    """A process that ends without a word hit one of its limits, or a fault of the library."""
    if is_late or code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "swollen"
    # An old workbook has no room for a table too wide: its parts point at one another in a ring.
    return "too_wide" if code == -signal.SIGABRT and not content.startswith(COMPOUND) else _BROKEN
