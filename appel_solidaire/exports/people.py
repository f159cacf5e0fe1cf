"""The people of a campaign in a file of this machine, for the command line."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path

from appel_solidaire.exports.writing import WRITERS as _WRITERS
from campaigns.exports import About, Kind, PersonRow, describing

_COLUMNS = describing.NAMED[Kind.PEOPLE]
_cells = attrgetter(*(column.name for column in _COLUMNS))
_BARE = About(reference="", title="Personnes", mark="", facts=(), columns=_COLUMNS)
Write = Callable[[Path, Iterable[PersonRow]], int]


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
    return _write("jsonl", target, rows)


def delimited(target: Path, rows: Iterable[PersonRow]) -> int:
    """CSV as French spreadsheets open it; give how many lines."""
    return _write("csv", target, rows)


def workbook(target: Path, rows: Iterable[PersonRow]) -> int:
    """An xlsx whose cells are all text; give how many lines."""
    return _write("xlsx", target, rows)


def _write(form: str, target: Path, rows: Iterable[PersonRow]) -> int:
    with target.open("wb") as file:
        return _WRITERS[form](file, _BARE, map(_cells, rows))


WRITERS: dict[str, Write] = {".jsonl": json_lines, ".csv": delimited, ".xlsx": workbook}
