"""Forgetting again what an older backup brought back, before anybody opens it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any  # what a stone holds

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import once
from campaigns.models import (
    Objection,
    Person,
    StopReason,
    Tombstone,
    TombstoneKind,
    User,
)
from campaigns.retention import erasing, idle, passes, rules
from campaigns.retention.passes import Cutoffs
from campaigns.retention.tombstones import Stone

_GONE = (TombstoneKind.PURGED, TombstoneKind.ERASED)


def the_last(stones: Iterable[Stone]) -> list[Stone]:
    """Of several stones about the same, the last one; in the order of their ranks."""
    found: dict[tuple[str, str, int], Stone] = {}
    for stone in stones:
        found[stone.what] = stone
    return sorted(found.values(), key=lambda one: one.rank)


def lay(session: Session, stones: Sequence[Stone]) -> None:
    """Put the stones back into the database, each at its rank when it is free."""
    for stone in stones:
        told = {
            "kind": stone.kind,
            "object_kind": stone.object_kind,
            "object_id": stone.object_id,
        }
        known = session.scalar(sa.select(Tombstone).filter_by(**told))
        if known is not None:
            known.fingerprints, known.at = list(stone.fingerprints), stone.at
            continue
        free = session.get(Tombstone, stone.rank) is None
        row = Tombstone(**told, fingerprints=list(stone.fingerprints), at=stone.at)
        if free:
            row.id = stone.rank
        session.add(row)
        session.flush()  # the next rank is free or not
    if session.get_bind().dialect.name == "postgresql":
        # Ranks were given by hand: the next one must come after them.
        session.execute(
            sa.text(
                "SELECT setval(pg_get_serial_sequence('tombstone', 'id'), "
                "GREATEST((SELECT COALESCE(MAX(id), 0) FROM tombstone), 1))"
            )
        )


def people_again(session: Session, stones: Sequence[Stone], *, at: datetime) -> int:
    """Empty the records of who was purged or erased since; give how many.

    A record made after its stone is somebody else, who was given the same number.
    """
    wanted = {
        one.object_id: one.at for one in stones if one.kind in _GONE and one.object_kind == "person"
    }
    back = [
        one.id
        for one in _rows(session, sorted(wanted))
        if one.forgotten_at is None and one.created_at <= wanted[one.id]
    ]
    if back:
        erasing.erase(session, back, at=at)
        session.expire_all()
    return len(back)


def accounts_again(session: Session, stones: Sequence[Stone], *, at: datetime) -> int:
    """Empty the accounts that were emptied since; give how many."""
    wanted = {
        one.object_id: one.at for one in stones if one.kind in _GONE and one.object_kind == "user"
    }
    users = session.scalars(
        sa.select(User).where(User.id.in_(wanted), User.forgotten_at.is_(None)).order_by(User.id)
    )
    back = [one.id for one in users if one.created_at <= wanted[one.id]]
    if back:
        idle.forget(session, back, at=at)
    return len(back)


def objections_again(session: Session, stones: Sequence[Stone]) -> int:
    """Stop again whoever objected since, and keep their fingerprints; give how many people."""
    wanted = {
        one.object_id: one
        for one in stones
        if one.kind is TombstoneKind.OBJECTED and one.fingerprints
    }
    for stone in wanted.values():
        for mark in stone.fingerprints:
            once.add(session, Objection, fingerprint=mark, made_at=stone.at)
    stopped = 0
    for person in _rows(session, sorted(wanted)):
        stone = wanted[person.id]
        if person.stop is None and person.created_at <= stone.at:
            person.stop, person.stopped_at = StopReason.OBJECTED, stone.at
            person.updated_at = max(person.updated_at, stone.at)
            stopped += 1
    return stopped


def last_purge(stones: Iterable[Stone]) -> Cutoffs | None:
    """The rules of the last purge that began since, as of its instant; None when there is none."""
    found = [one for one in stones if one.object_kind == "purge_run"]
    if not found:
        return None
    told: dict[str, Any] = max(found, key=lambda one: one.at).fingerprints[0]
    days = {rule.key: rule.most for rule in rules.RULES} | told["days"]
    return Cutoffs(days, datetime.fromisoformat(told["at"]))


# Mails that warn are not sent a second time; who was emptied has a stone.
AGAIN = tuple(rule for rule in (*passes.ORDER, passes.LAST) if rule != "accounts")


def _rows(session: Session, ids: Sequence[int]) -> Iterable[Person]:
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        query = sa.select(Person).where(Person.id.in_(some)).order_by(Person.id)
        yield from session.scalars(query)
