"""Thousands of rows at once: COPY on PostgreSQL, statements of a thousand elsewhere."""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Base

_CHUNK = 1_000


def reserve(session: Session, model: type[Base], count: int) -> range | list[int]:
    """So many ids for new rows of a table, that nobody else will be given."""
    if not count:
        return range(0)
    table = cast("sa.Table", model.__table__)
    if session.get_bind().dialect.name == "postgresql":
        sequence = sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
        series = sa.func.generate_series(1, count).table_valued("n")
        return list(session.scalars(sa.select(sequence).select_from(series)))
    # Only one writer at a time here: whoever writes holds the whole database.
    last = session.scalar(sa.select(sa.func.max(table.c.id))) or 0
    return range(last + 1, last + 1 + count)


def insert(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Add rows that all have the same columns; values are plain (an enum gives its value)."""
    if not rows:
        return
    table = cast("sa.Table", model.__table__)
    if session.get_bind().dialect.name == "postgresql":
        _copy(session, table, rows)
        return
    statement = sa.insert(table)
    for start in range(0, len(rows), _CHUNK):
        session.execute(statement, rows[start : start + _CHUNK])


def _copy(session: Session, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """PostgreSQL’s own bulk door; the connection and transaction are the session’s."""
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    cursor = session.connection().connection.cursor()
    # Names come from our own models, never from a file.
    with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])
    cursor.close()
