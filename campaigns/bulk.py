"""Thousands of rows at once: COPY on PostgreSQL, statements of a thousand elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Base

_Value = TypeVar("_Value")
_CHUNK = 1_000
_ONE_LIST = 7202  # PostgreSQL advisory lock: lists enter one after the other


def one_list_at_a_time(session: Session) -> None:
    """Wait until no other list is entering; held until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_LIST)))
    # Elsewhere whoever writes holds the whole database.


def in_thousands(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Some values at a time: a statement takes only so many parameters."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


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


def insert(
    session: Session,
    model: type[Base],
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    **same: Any,
) -> None:
    """Add rows given as tuples, their columns in the order of ``names``.

    Values are plain: a day as ISO text, an enum as its value. ``same`` holds columns that are the
    same in every row, of any type; a column named nowhere takes the default of its model.
    """
    if not rows:
        return
    table = cast("sa.Table", model.__table__)
    given = {**_defaults(table, {*names, *same}), **same}
    dialect = session.get_bind().dialect
    constant = tuple(plain(session, model, name)(value) for name, value in given.items())
    columns = ", ".join(f'"{name}"' for name in (*names, *given))
    # Names come from our own models, never from a file.
    if dialect.name == "postgresql":
        _copy(session, f'COPY "{table.name}" ({columns}) FROM STDIN', rows, constant)
        return
    marks = ", ".join("?" * (len(names) + len(given)))
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608  # nosec B608  our names
    connection = session.connection()
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        connection.exec_driver_sql(statement, [(*row, *constant) for row in chunk])


def _defaults(table: sa.Table, given: set[str]) -> dict[str, Any]:
    return {
        column.name: column.default.arg
        for column in table.columns
        if column.name not in given and isinstance(column.default, sa.ColumnDefault)
        and column.default.is_scalar
    }  # fmt: skip


def plain(session: Session, model: type[Base], name: str) -> Callable[[Any], Any]:
    """How a value of this column is handed to the driver: what the rows of ``insert`` hold."""
    table, dialect = cast("sa.Table", model.__table__), session.get_bind().dialect
    process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    return process or _as_it_is


def _as_it_is(value: Any) -> Any:  # Any: whatever a column holds
    return value


def _copy(
    session: Session, statement: str, rows: Sequence[tuple[Any, ...]], constant: tuple[Any, ...]
) -> None:
    """PostgreSQL’s own bulk door; the connection and transaction are the session’s."""
    cursor = session.connection().connection.cursor()
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *constant))
    cursor.close()
