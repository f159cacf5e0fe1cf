"""The cells of the lines somebody may put right, as the file has them, kept beside the list.

A file of 26,400 lines takes a second to open: its pages do not open it again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import values
from campaigns.models import ImportBatch, ImportChunk
from importers import corrections
from importers.choices import Choices
from importers.columns import Column
from importers.workbook import Table

_SIZE = 1_000
_FIRST = -2  # chunks from here down hold these lines; the rows of the list are above

Cells = Sequence[str]
_NOTHING: Mapping[tuple[int, str], object] = {}


def typed_over(table: Table, choices: Choices) -> dict[tuple[int, str], object]:
    """What the file says where somebody typed something else: line and header → cell.

    Taken before the typed text replaces it in the table.
    """
    if not choices.fixes:
        return {}
    at = {header: position for position, header in enumerate(table.headers)}
    return {
        (line, header): row[at[header]] if at[header] < len(row) else ""
        for line, row in table.rows
        for header in choices.fixes.get(line, {})
        if header in at
    }


def lines(
    table: Table,
    columns: Sequence[Column],
    wanted: Collection[int],
    *,
    typed_over: Mapping[tuple[int, str], object] = _NOTHING,
) -> dict[int, Cells]:
    """The lines wanted, with their cells as people type them.

    ``typed_over`` is what the file said there. Columns and numbers the law forbids are empty.
    """
    kept = [at for at, column in enumerate(columns) if not column.is_refused]
    found: dict[int, Cells] = {}
    for line, row in table.rows if wanted else ():
        if line not in wanted:
            continue
        cells = [""] * len(columns)
        for at in kept:
            if at < len(row):
                cells[at] = _bare(typed_over.get((line, columns[at].header), row[at]))
        found[line] = cells
    return found


def keep(session: Session, batch: ImportBatch, found: Mapping[int, Cells]) -> None:
    """Keep the lines beside the rows of a list; they go when these are forgotten."""
    blocks: dict[int, list[tuple[int, Cells]]] = {}
    for line, cells in found.items():
        blocks.setdefault(_number(line), []).append((line, cells))
    for number, rows in blocks.items():
        chunk = {"batch_id": batch.id, "number": number, "rows": rows}
        session.execute(sa.insert(ImportChunk), chunk)


def of(
    session: Session, batch: ImportBatch, wanted: Iterable[int] | None = None
) -> dict[int, Cells]:
    """The lines wanted (None: all that are kept) with their cells, in the order of the columns.

    Empty once the list was confirmed or abandoned.
    """
    lines = None if wanted is None else set(wanted)
    which = (
        ImportChunk.number <= _FIRST
        if lines is None
        else ImportChunk.number.in_(set(map(_number, lines)))
    )
    chunks = session.scalars(
        sa.select(ImportChunk.rows)
        .where(ImportChunk.batch_id == batch.id, which)
        .order_by(ImportChunk.number.desc())
    )
    return {
        line: cells for chunk in chunks for line, cells in chunk if lines is None or line in lines
    }


def _number(line: int) -> int:
    """The chunk a line is kept in."""
    return _FIRST - line // _SIZE


def _bare(cell: object) -> str:
    """A cell as people type it, without the numbers the law forbids."""
    if isinstance(cell, float) and values.holds_nir(cell):
        return ""
    return values.masked(corrections.written(cell))
