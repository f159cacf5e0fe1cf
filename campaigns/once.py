"""Insert a row unless its unique key is already there, on both engines, in one statement."""

from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from campaigns.models import Base, Occurrence

_Row = TypeVar("_Row", bound=Base)


def add(session: Session, model: type[Base], **values: Any) -> bool:
    """Add the row; False when one with the same unique key exists already."""
    table = cast("sa.Table", model.__table__)
    if session.get_bind().dialect.name == "postgresql":
        written = session.execute(
            postgresql.insert(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
        )
    else:
        written = session.execute(
            sqlite.insert(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
        )
    return written.first() is not None


def added(session: Session, model: type[_Row], **values: Any) -> _Row | None:
    """Add the row and give it; None when one with the same unique key exists already."""
    if session.get_bind().dialect.name == "postgresql":
        return session.scalar(
            postgresql.insert(model).values(**values).on_conflict_do_nothing().returning(model)
        )
    return session.scalar(
        sqlite.insert(model).values(**values).on_conflict_do_nothing().returning(model)
    )


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
