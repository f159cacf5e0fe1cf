"""« Appel en cours par Paul »: who has a household open now. A lock warns, it never blocks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from campaigns import rows
from campaigns.models import SoftLock, User

LIFE = timedelta(minutes=15)  # renewed while the page lives (decisions.md)
_LOCKS = cast("sa.Table", SoftLock.__table__)
_OWN = (
    _LOCKS.c.household_id == sa.bindparam("household"),
    _LOCKS.c.user_id == sa.bindparam("user"),
)
MINE = sa.select(_LOCKS.c.household_id).where(*_OWN)
_LEAVE = sa.delete(_LOCKS).where(*_OWN)
_HELD = (
    sa.select(SoftLock.household_id, User.first_name, SoftLock.since)
    .join(User, User.id == SoftLock.user_id)
    .where(
        SoftLock.household_id.in_(sa.bindparam("households", expanding=True)),
        SoftLock.user_id != sa.bindparam("user"),
        SoftLock.until > sa.bindparam("at"),
    )
)


@dataclass(frozen=True, slots=True)
class Held:
    """A household somebody has open: their first name, no more, and since when."""

    household_id: int
    first_name: str
    since: datetime

    def span(self, now: datetime) -> str:
        """How long the call has lasted: « 4 min »."""
        minutes = int((now - self.since).total_seconds() // 60)
        return f"{minutes}\u00a0min" if minutes else "un instant"


def take(session: Session, household_id: int, *, by: User, at: datetime) -> Held | None:
    """Say that a volunteer has the household open, or renew it; None when nobody else has.

    One statement. When a colleague has it already theirs stays, and is told: one more.
    """
    values = {"household_id": household_id, "user_id": by.id, "since": at, "until": at + LIFE}
    done = session.execute(_taking(session.get_bind().dialect.name), values)
    if done.first() is not None:
        return None
    return held(session, [household_id], but=by, at=at).get(household_id)


@cache
def _taking(dialect: str) -> sa.Executable:
    """The statement of ``take`` for an engine, with the values of the row as its parameters."""
    table = _LOCKS
    written = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    new = written.excluded
    mine, is_over = table.c.user_id == new.user_id, table.c.until <= new.since
    return written.on_conflict_do_update(
        index_elements=[table.c.household_id],
        set_={
            "user_id": new.user_id,
            "since": sa.case((sa.and_(mine, ~is_over), table.c.since), else_=new.since),
            "until": new.until,
        },
        where=sa.or_(mine, is_over),
    ).returning(table.c.household_id)


def leave(
    session: Session, household_id: int, *, by: User, renewed_at: datetime | None = None
) -> None:
    """The volunteer left the page or saved: the household is free again.

    ``renewed_at`` is when the page that was left had last renewed it: a page of the same household
    opened since keeps it, whichever request comes first.
    """
    mine = _LEAVE
    if renewed_at is not None:
        mine = mine.where(_LOCKS.c.until <= renewed_at + LIFE)
    rows.run(session, mine, {"household": household_id, "user": by.id})


def leave_all(session: Session, *, by: User) -> None:
    """The volunteer is calling nobody any more."""
    session.execute(sa.delete(SoftLock).where(SoftLock.user_id == by.id))


def held(
    session: Session, households: Collection[int], *, but: User, at: datetime
) -> dict[int, Held]:
    """Which of these households a colleague has open now."""
    asked = {"households": list(households), "user": but.id, "at": at}
    return {row[0]: Held(*row) for row in rows.read(session, _HELD, asked)}


def open_now(session: Session, *, at: datetime) -> set[tuple[int, int]]:
    """Every household open now, with who has it: (household, volunteer). They do not move."""
    found = session.execute(
        sa.select(SoftLock.household_id, SoftLock.user_id).where(SoftLock.until > at)
    )
    return {(row.household_id, row.user_id) for row in found}
