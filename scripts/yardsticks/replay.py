"""What one split asked of the database, asked again by the libraries alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bulk, planner
from campaigns.models import Base, Sheet


class Copied(NamedTuple):
    """Rows that go through COPY."""

    statement: str
    rows: Sequence[tuple[Any, ...]]


Act = tuple[sa.Executable | Copied, Any]  # a statement and its parameters
_CHUNK = 5_000


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[list[Act]]:
    """Note what is handed to SQLAlchemy Core and to the bulk door, in its order."""
    acts: list[Act] = []
    insert = bulk.insert  # the one door that Core does not see

    def note(
        _connection: object, statement: sa.Executable, many: Any, one: Any, _options: object
    ) -> None:
        acts.append((statement, many or one or None))

    def note_many(
        session: Session, model: type[Base], names: Sequence[str], rows: Any, **same: Any
    ) -> None:
        acts.extend(_many(engine, model, (*names, *same), [(*row, *same.values()) for row in rows]))
        insert(session, model, names, rows, **same)

    sa.event.listen(engine, "before_execute", note)
    try:
        with mock.patch.object(bulk, "insert", note_many):
            yield acts
    finally:
        sa.event.remove(engine, "before_execute", note)


def _many(
    engine: sa.Engine, model: type[Base], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> Iterator[Act]:
    """The same rows as the libraries take them: COPY where it exists, else Core's executemany."""
    table = model.__tablename__
    if "moved_why" in model.__table__.columns:  # what a line's default would add
        names, rows = (*names, "moved_why"), [(*row, "") for row in rows]
    columns = ", ".join(f'"{name}"' for name in names)
    if engine.dialect.name == "postgresql":
        yield Copied(f'COPY "{table}" ({columns}) FROM STDIN', rows), None
        return
    marks = ", ".join(f":{name}" for name in names)
    statement = sa.text(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})')
    for start in range(0, len(rows), _CHUNK):
        values = [dict(zip(names, row, strict=True)) for row in rows[start : start + _CHUNK]]
        yield statement, values


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
