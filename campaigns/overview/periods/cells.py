"""Counting rows by one column."""

from typing import Any  # a column of any type

import sqlalchemy as sa
from sqlalchemy.orm import Session


def by(session: Session, column: Any, *those: sa.ColumnElement[bool]) -> dict[str, int]:
    """How many of those rows hold each value of a column, by value."""
    rows = session.execute(
        sa.select(column, sa.func.count()).where(*those).group_by(column).order_by(column)
    )
    return {str(row[0]): int(row[1]) for row in rows}


def rows_by(session: Session, query: sa.Select[str]) -> dict[str, int]:
    """The same of a query with one column."""
    made = query.subquery()
    (column,) = made.c
    return by(session, column)
