"""What one split asked of the database, asked again by the libraries alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

import sqlalchemy as sa

from campaigns import planner
from campaigns.models import Sheet
from campaigns.sheets import writing


class Copied(NamedTuple):
    """Rows that went through COPY."""

    statement: str
    rows: Sequence[tuple[Any, ...]]


Act = tuple[sa.Executable | Copied, Any]  # a statement and its parameters


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[list[Act]]:
    """Note what is handed to SQLAlchemy Core and to COPY, in its order."""
    acts: list[Act] = []
    copy = writing._copy  # the one door that Core does not see

    def note(
        _connection: object, statement: sa.Executable, many: Any, one: Any, _options: object
    ) -> None:
        acts.append((statement, many or one or None))

    def note_copy(connection: sa.Connection, table: sa.Table, rows: Any) -> None:
        columns = ", ".join(f'"{name}"' for name in rows[0])
        statement = f'COPY "{table.name}" ({columns}) FROM STDIN'
        acts.append((Copied(statement, [tuple(row.values()) for row in rows]), None))
        copy(connection, table, rows)

    sa.event.listen(engine, "before_execute", note)
    try:
        with mock.patch.object(writing, "_copy", note_copy):
            yield acts
    finally:
        sa.event.remove(engine, "before_execute", note)


def replay(engine: sa.Engine, acts: Sequence[Act], network: planner.Network) -> None:
    """The same reads and writes in one transaction, and the solver before the first sheet."""
    solved = False
    with engine.begin() as connection:
        for statement, values in acts:
            if isinstance(statement, sa.Insert) and statement.table.name == Sheet.__tablename__:
                planner.solve(network)
                solved = True
            if isinstance(statement, Copied):
                _copy(connection, statement)
                continue
            done = connection.execute(statement, values)
            if done.returns_rows:
                done.all()
    if not solved:
        raise RuntimeError("the split wrote no sheet")


def _copy(connection: sa.Connection, copied: Copied) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(copied.statement) as copy:
        for row in copied.rows:
            copy.write_row(row)
    cursor.close()
