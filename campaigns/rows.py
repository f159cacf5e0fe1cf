"""Rows read and written past the session's bookkeeping, which costs more than the work itself.

For the paths everybody takes all day long: a sheet opened, a report kept (docs/adr/0031). The
transaction is the session's own, and what it has not written yet is written first, as ever.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar, TypeVarTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from campaigns.models import Base

_Row = TypeVar("_Row", bound=Base)
_Columns = TypeVarTuple("_Columns")


def read(
    session: Session,
    statement: sa.Select[*_Columns],
    asked: Mapping[str, object] | None = None,
) -> sa.CursorResult[*_Columns]:
    """The columns a statement asks for, never entities."""
    return run(session, statement, asked)


def add(session: Session, model: type[_Row], **values: Any) -> _Row:  # Any: a value a column
    """Insert one row at once and give it. Columns that are not told are read when asked."""
    row_id = run(session, _adding(model), values).scalar_one()
    return persistent(session, model, row_id, values)


def write(session: Session, row: Base, **values: Any) -> None:  # Any: a value a column
    """Change a row at once; nothing is written when it says so already."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    row_id = cast("Any", row).id  # every table has one
    run(session, _changing(type(row)), {**changed, "row_id": row_id})
    for name, value in changed.items():
        set_committed_value(row, name, value)


def run(session: Session, statement: sa.Executable, asked: Any = None) -> sa.CursorResult[Any]:
    """Any statement on tables, with its parameters (or a list of them)."""
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, asked)


def persistent(session: Session, model: type[_Row], row_id: int, values: Mapping[str, Any]) -> _Row:
    """A row that a statement has just inserted, as if the session had read it."""
    return _known(session, model, {"id": row_id, **values})


class Part(NamedTuple):
    """The columns of one table within a wider statement, and their attributes."""

    model: type[Base]
    names: tuple[str, ...]
    columns: tuple[sa.ColumnElement[Any], ...]


def part(model: type[Base], *, without: Collection[str] = ()) -> Part:
    """All the columns of a table but those that are only read when asked."""
    found = {
        one.key: one.columns[0]
        for one in sa.inspect(model).column_attrs
        if not one.deferred and one.key not in without
    }
    return Part(model, tuple(found), tuple(found.values()))


def entities(
    session: Session, row: Sequence[Any], parts: Sequence[Part], *, start: int = 0
) -> list[Any]:  # Any: an entity a part, None where an outer join found nothing
    """The entities of a row that holds the columns of these parts, one after the other.

    One the session holds already takes these columns, which are newer.
    """
    found = []
    for model, names, _ in parts:
        values = dict(zip(names, row[start : start + len(names)], strict=True))
        start += len(names)
        found.append(None if values["id"] is None else _entity(session, model, values))
    return found


def _entity(session: Session, model: type[Base], values: Mapping[str, Any]) -> Base:
    mapper = sa.inspect(model)
    held = session.identity_map.get(mapper.identity_key_from_primary_key((values["id"],)))
    if held is None:
        return _known(session, model, values)
    for name, value in values.items():
        set_committed_value(held, name, value)
    return held


def _known(session: Session, model: type[_Row], values: Mapping[str, Any]) -> _Row:
    """An entity in the session, with these columns; those that are not told are read when asked.

    What a constructor does for a new row (defaults, events) was done when it was written.
    """
    row = sa.inspect(model).class_manager.new_instance()
    row.__dict__.update(values)
    make_transient_to_detached(row)  # it is in the database: not to be written a second time
    session.add(row)
    return cast("_Row", row)


@cache
def _adding(model: type[Base]) -> sa.Executable:
    table = cast("sa.Table", model.__table__)
    return sa.insert(table).returning(table.c.id)


@cache
def _changing(model: type[Base]) -> sa.Executable:
    table = cast("sa.Table", model.__table__)
    return sa.update(table).where(table.c.id == sa.bindparam("row_id"))
