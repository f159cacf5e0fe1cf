"""What an export is made of: columns whose names stay, rows of plain cells, and what to count."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access
from campaigns.models import Campaign, Role, User
from campaigns.refusal import Refusal

Cell = str | int | bool | date | datetime | tuple[str, ...] | None
Cells = tuple[Cell, ...]
PAGE = 1_000
Columns = TypeVarTuple("Columns")  # of a query, whatever it selects
_Territory = sa.SQLColumnExpression[int] | sa.SQLColumnExpression[int | None]
NOBODY = Refusal("Votre compte ne permet plus d’exporter. Voyez avec le pilotage.")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, which never changes, and what it says, in French."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows somebody may take away; no reader: those of all territories.

    What is sensitive leaves with its named readers and the coordination only, never by the lead.
    """

    reader: access.Reader | None = None

    def covers(self, territory: _Territory) -> sa.ColumnElement[bool]:
        """Whether a row’s territory is one of theirs."""
        return sa.true() if self.reader is None else self.reader.covers(territory)

    def opens_sensitive(self, territory: _Territory) -> sa.ColumnElement[bool]:
        """Whether what is sensitive in a row’s territory opens to them."""
        return sa.false() if self.reader is None else self.reader.opens_sensitive(territory)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the rows are taken from: a campaign, a scope, since when, one commune of it."""

    campaign: Campaign
    scope: Scope
    since: datetime | None = None
    insee: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A list that may leave: its columns, how many rows it has, and the rows, a page at a time."""

    columns: tuple[Column, ...]
    count: Callable[[Session, Asked], int]
    rows: Callable[[Session, Asked], Iterator[Cells]]


def scope_of(user: User, campaign: Campaign, *, at: datetime) -> Scope:
    """What somebody may take away at an instant. Refusal: nothing (reliability.md, c1)."""
    if user.disabled_at is not None or user.suspended_at is not None:
        raise NOBODY
    if user.role is Role.LEAD:
        return Scope()
    if user.role not in {Role.COORDINATOR, Role.COORDINATION}:
        raise NOBODY
    return Scope(access.reader_of(user, campaign, at=at))


def pages(session: Session, query: sa.Select[*Columns]) -> Iterator[Sequence[sa.Row[*Columns]]]:
    """The rows of a query a page at a time: one statement, never all of them in memory."""
    yield from session.execute(query.execution_options(yield_per=PAGE)).partitions()
