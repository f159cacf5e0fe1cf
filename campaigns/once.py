"""Insert a row unless its unique key is already there, on both engines, in one statement."""

from functools import cache
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from campaigns import rows
from campaigns.models import Base, Occurrence

_Row = TypeVar("_Row", bound=Base)


def add(session: Session, model: type[Base], **values: Any) -> bool:
    """Add the row; False when one with the same unique key exists already."""
    return _written(session, model, values) is not None


def added(session: Session, model: type[_Row], **values: Any) -> _Row | None:
    """Add the row and give it; None when one with the same unique key exists already.

    Columns that are not told are read when they are asked.
    """
    row_id = _written(session, model, values)
    if row_id is None:
        return None
    return rows.persistent(session, model, row_id, values)


def _written(session: Session, model: type[Base], values: dict[str, Any]) -> int | None:
    found = rows.run(session, _adding(model, session.get_bind().dialect.name), values).first()
    return None if found is None else cast("int", found[0])


@cache
def _adding(model: type[Base], dialect: str) -> sa.Executable:
    """The statement for a table and an engine; the values are its parameters."""
    table = cast("sa.Table", model.__table__)
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    return insert.on_conflict_do_nothing().returning(table.c.id)


def exists(session: Session, *, kind: str, period: str) -> bool:
    """Whether a periodic act took place for its period."""
    return (
        session.scalar(
            sa.select(Occurrence.id).where(Occurrence.kind == kind, Occurrence.period == period)
        )
        is not None
    )


def note_produced(session: Session, *, kind: str, period: str, count: int) -> None:
    """Write beside a periodic act how many things it produced (zero is recorded too)."""
    session.execute(
        sa.update(Occurrence)
        .where(Occurrence.kind == kind, Occurrence.period == period)
        .values(produced=count)
    )
