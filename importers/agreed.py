"""Tables whose columns are agreed beforehand: volunteers, territories, offices."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any  # a JSON object

from importers import cells, report, workbook
from importers.caps import Caps
from importers.report import Counts, Problem
from importers.unreadable import Unreadable
from importers.vocabulary import normal

_SURE, _LONGEST_TITLE = 0.95, 60  # a sentence above the table is no title
Row = tuple[int, dict[str, str]]  # line in the file, field → text


@dataclass(frozen=True, slots=True)
class Agreed:
    """A table read: its rows by field, and what became of each column."""

    rows: list[Row] = field(repr=False)
    columns: dict[str, str]  # header → field
    dropped: list[str]

    def header(self, wanted: str) -> str:
        """The title over a field, empty when the table has none."""
        return next((title for title, field in self.columns.items() if field == wanted), "")

    def problem(self, row: int, wanted: str, code: str, say: str) -> Problem:
        """Something to look at in one cell."""
        return Problem(row, self.header(wanted), code, say)

    def report(
        self, counts: Counts, problems: Sequence[Problem], *, seconds: float
    ) -> dict[str, Any]:
        """The stable shape that every import gives."""
        built = report.build(counts, columns=(), problems=problems, seconds=seconds)
        return {**built, "columns": self.columns, "dropped_columns": self.dropped}


def read(
    content: bytes,
    *,
    name: str,
    fields: Mapping[str, str],
    needed: Mapping[str, str],
    caps: Caps | None = None,
) -> Agreed:
    """Read a file into rows by field.

    ``fields``: field → pattern its header meets, the first one that does wins; ``needed``: field →
    the name its column is asked for by. Raises ``Unreadable``.
    """
    patterns = [(field, re.compile(pattern)) for field, pattern in fields.items()]

    def knows(title: str) -> tuple[str | None, float]:
        text = normal(title)
        found = next((name for name, pattern in patterns if pattern.search(text)), None)
        return found, 0.0 if found is None or len(text) > _LONGEST_TITLE else _SURE

    table = workbook.read(content, name=name, caps=caps, knows=knows)
    at: dict[str, int] = {}
    for position, title in enumerate(table.headers):
        found, _ = knows(title)
        if found is not None:
            at.setdefault(found, position)
    for wanted, column in needed.items():
        if wanted not in at:
            raise Unreadable("no_column", column=column, read=", ".join(table.headers[:30]))
    taken = {table.headers[position]: name for name, position in at.items()}
    rows = [
        (line, {
            name: cells.text(row[position]) if position < len(row) else ""
            for name, position in at.items()
        })
        for line, row in table.rows
    ]  # fmt: skip
    return Agreed(rows, taken, [title for title in table.headers if title not in taken])
