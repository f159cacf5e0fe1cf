"""One stroke of forgetting: rows of a table deleted, or some of their columns emptied.

The same stroke is counted (dry run) and done (run), so that what is announced is what happens.
Emptying finds only rows that still hold something: done twice, it does nothing.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast  # values of any column

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings
from campaigns.models import Base


@dataclass(frozen=True, slots=True)
class Step:
    """``values`` are what the columns become; None: the rows are deleted."""

    table: sa.Table
    where: sa.ColumnElement[bool]
    values: Mapping[str, Any] | None = None


def table_of(model: type[Base]) -> sa.Table:
    """The table behind a model."""
    return cast("sa.Table", model.__table__)


def deleting(table: sa.Table, *where: sa.ColumnElement[bool]) -> Step:
    """Rows that go altogether."""
    return Step(table, sa.and_(*where))


def emptying(table: sa.Table, columns: Sequence[str], *where: sa.ColumnElement[bool]) -> Step:
    """Columns that no longer say anything, in the rows where they still do."""
    values = {name: _nothing(table.columns[name]) for name in columns}
    return changing(table, values, *where)


def changing(table: sa.Table, values: Mapping[str, Any], *where: sa.ColumnElement[bool]) -> Step:
    """Columns that take these values, in the rows where they differ."""
    differs = [_differs(table.columns[name], value) for name, value in values.items()]
    return Step(table, sa.and_(sa.or_(*differs), *where), dict(values))


def count(session: Session, steps: Iterable[Step]) -> Counter[str]:
    """How many rows each table would lose or have emptied."""
    found: Counter[str] = Counter()
    for step in steps:
        query = sa.select(sa.func.count()).select_from(step.table).where(step.where)
        found[step.table.name] += session.scalar(query) or 0
    return +found


def do(session: Session, steps: Iterable[Step], *, limit: int | None = None) -> Counter[str]:
    """Do the steps in their order, ``limit`` rows of each at most; give the rows by table."""
    done: Counter[str] = Counter()
    for step in steps:
        done[step.table.name] += _do(session, step, limit)
    return +done


def _do(session: Session, step: Step, limit: int | None) -> int:
    where = step.where
    if limit is not None:
        key = next(iter(step.table.primary_key.columns))
        chosen = session.scalars(sa.select(key).where(where).order_by(key).limit(limit)).all()
        if not chosen:
            return 0
        where = key.in_(chosen)
    statement: sa.Delete | sa.Update = (
        sa.delete(step.table).where(where)
        if step.values is None
        else sa.update(step.table).where(where).values(dict(step.values))
    )
    options = {"synchronize_session": False}
    done = session.execute(statement, execution_options=options)
    return cast("sa.CursorResult[Any]", done).rowcount


def keyed(name: str, people: Sequence[int], homes: Sequence[int]) -> sa.ColumnElement[bool]:
    """The rows of a table that are about these people or homes; ValueError when no key tells."""
    where = holdings.rows_about(name, people, homes)
    if where is None:
        raise ValueError(f"no key of {name} leads to a person")
    return where


def _nothing(column: sa.Column[Any]) -> Any:
    if isinstance(column.type, sa.JSON):
        default = column.default
        made = default.arg if isinstance(default, sa.ColumnDefault) else None
        return made(None) if callable(made) else {}
    return None if column.nullable else ""


def _differs(column: sa.Column[Any], value: Any) -> sa.ColumnElement[bool]:
    if value is None:
        return column.is_not(None)
    if isinstance(column.type, sa.JSON):
        return sa.cast(column, sa.Text) != json.dumps(value)
    return column.is_distinct_from(value)
