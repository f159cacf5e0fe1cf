"""Noting acts, and chaining them just before their transaction is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import rows
from campaigns.journal import codes
from campaigns.models import JournalEntry, User
from campaigns.sealing import Keys

_LOCK = sa.select(sa.func.pg_advisory_xact_lock(7201))  # PostgreSQL's, of the chain's head
_HEAD = sa.select(JournalEntry.mac).order_by(JournalEntry.id.desc()).limit(sa.literal_column("1"))
_ADD = sa.insert(cast("sa.Table", JournalEntry.__table__)).inline()
_NOTED = (
    sa.select(JournalEntry.id)
    .where(
        JournalEntry.object_kind == sa.bindparam("kind"),
        JournalEntry.object_id == sa.bindparam("object_id"),
        JournalEntry.action == sa.bindparam("action"),
        JournalEntry.actor_id == sa.bindparam("actor_id"),
        JournalEntry.at >= sa.bindparam("since"),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class _Pending:
    at: datetime
    actor_id: int | None
    actor_role: str
    action: str
    about: Any
    detail: dict[str, Any]


def record(
    session: Session, action: str, *, about: Any, by: User | None, at: datetime, **detail: Any
) -> None:
    """Note an act. It is written, chained, when the transaction is settled.

    ``about`` is a row, a class (for acts on the whole), or a ``(kind, id)`` pair. ``detail`` takes
    ids, counts and codes only.
    """
    pending: list[_Pending] = session.info.setdefault("journal", [])
    role = by.role.value if by else "system"
    pending.append(_Pending(at, by.id if by else None, role, action, about, detail))


def write_pending(session: Session) -> None:
    """Chain and add what ``record`` noted; called once, just before commit.

    Late on purpose: the head of the chain is locked for the shortest time.
    """
    pending: list[_Pending] = session.info.pop("journal", [])
    if not pending:
        return
    session.flush()  # rows just added get the ids the entries name
    if session.get_bind().dialect.name == "postgresql":
        rows.run(session, _LOCK)
    keys: Keys = session.info["keys"]
    previous = rows.read(session, _HEAD).scalar()
    entries: list[dict[str, Any]] = []
    for note in pending:
        kind, object_id = _named(note.about)
        entry = {
            "at": note.at,
            "actor_id": note.actor_id,
            "actor_role": note.actor_role,
            "action": note.action,
            "object_kind": kind,
            "object_id": object_id,
            "detail": note.detail,
            "previous_mac": previous or codes.FIRST,
        }
        entry["mac"] = previous = codes.of_entry(keys.journal, entry)
        entries.append(entry)
    rows.run(session, _ADD, entries)  # one after the other: the ids follow the chain


def was_noted(
    session: Session, action: str, *, about: tuple[str, int], by: User, since: datetime
) -> bool:
    """Whether this act by this person about this row was noted since an instant."""
    asked = {"kind": about[0], "object_id": about[1], "action": action}
    return session.scalar(_NOTED, {**asked, "actor_id": by.id, "since": since}) is not None


def forget_pending(session: Session) -> None:
    """Drop what was noted in a transaction that is rolled back."""
    session.info.pop("journal", None)


def _named(about: Any) -> tuple[str, int | None]:
    if isinstance(about, tuple):
        return str(about[0]), about[1]
    if isinstance(about, type):
        return about.__name__.lower(), None
    return type(about).__name__.lower(), about.id
