"""The ways from a table to a person, by its keys."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.holdings.about_people import ABOUT_PEOPLE
from campaigns.holdings.kinds import Nature, Whose
from campaigns.holdings.others import OTHERS
from campaigns.models import Base, Person

_ALL = ABOUT_PEOPLE | OTHERS
_OURS = (Whose.PERSON, Whose.HOUSEHOLD)


def table(name: str) -> sa.Table:
    """One table of the instance by its name; KeyError when there is none."""
    return Base.metadata.tables[name]


def about_people() -> list[str]:
    """Names of the tables whose rows are about somebody we call, those they hang on last.

    In the order in which rows may be deleted.
    """
    ordered = [each.name for each in reversed(Base.metadata.sorted_tables)]
    return [name for name in ordered if _ALL[name].whose in _OURS]


def nature(name: str, column: str) -> Nature:
    """What a column holds; KeyError when the register does not say.

    Keys that lead to other rows say so themselves, and so do the numbers of rows.
    """
    found = _ALL[name].columns.get(column)
    if found is not None:
        return found
    one = table(name).columns[column]
    if one.primary_key or one.foreign_keys:
        return Nature.ID
    raise KeyError(f"{name}.{column} is not in the register of holdings")


def columns(name: str, *natures: Nature) -> list[str]:
    """The columns of a table that are of these natures, in the table's order."""
    return [each.name for each in table(name).columns if nature(name, each.name) in natures]


def same_person(session: Session, person_id: int) -> list[int]:
    """The ids of every record of one person: theirs, and the doubles joined to it."""
    found = {person_id}
    known = 0
    while len(found) > known:
        known = len(found)
        rows = session.execute(
            sa.select(Person.id, Person.merged_into_id).where(
                sa.or_(Person.id.in_(found), Person.merged_into_id.in_(found))
            )
        )
        found.update(one for row in rows for one in row if one is not None)
    return sorted(found)


def homes_of(session: Session, people: Sequence[int]) -> list[int]:
    """The ids of their households."""
    rows = session.scalars(sa.select(Person.household_id).where(Person.id.in_(people)).distinct())
    return sorted(rows)


def rows_about(
    name: str, people: Sequence[int], homes: Sequence[int]
) -> sa.ColumnElement[bool] | None:
    """The rows of a table that are about these people, or the homes they answer for.

    None when no key ties the table to anybody (see ``LOOSE``), or it is about nobody we call.
    """
    holding = _ALL[name]
    if holding.whose not in _OURS or not holding.by:
        return None
    one = table(name)
    ways = [_way(one.columns[column], people, homes) for column in holding.by]
    return sa.or_(*ways)


def _way(
    column: sa.Column[Any], people: Sequence[int], homes: Sequence[int]
) -> sa.ColumnElement[bool]:
    if column.primary_key and not column.foreign_keys:
        return column.in_(homes if column.table.name == "household" else people)
    target = next(iter(column.foreign_keys)).column
    if target.table.name == "person":
        return column.in_(people)
    if target.table.name == "household":
        return column.in_(homes)
    there = rows_about(target.table.name, people, homes)
    if there is None:
        raise ValueError(f"{column} leads to {target.table.name}, which leads to nobody")
    return column.in_(sa.select(target).where(there))
