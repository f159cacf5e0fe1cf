"""The chain of the journal: what is changed behind its back is found; many writers make one."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import journal, overview, weeks
from campaigns.models import JournalEntry, User

ENTRIES = 8


@pytest.fixture
def written(instance: Instance) -> Database:
    """A journal of a few acts, one a transaction."""
    for number in range(ENTRIES):
        _note(instance, number)
    return instance.database


def _note(instance: Instance, number: int) -> None:
    at = instance.clock() + timedelta(minutes=number)
    with instance.database.unit() as session:
        journal.record(
            session, "call_logged", about=("call", number), by=None, at=at, outcome="JOINTE"
        )


def broken(database: Database) -> list[int]:
    """The entries that do not follow the one before."""
    with database.reading() as session:
        return list(journal.broken_links(session))


def entries(database: Database) -> list[JournalEntry]:
    """The journal in order."""
    with database.session() as session:
        return list(session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id)))


def test_an_untouched_journal_is_one_chain(written: Database) -> None:
    found = entries(written)
    assert [entry.object_id for entry in found] == list(range(ENTRIES))
    assert [entry.previous_mac for entry in found[1:]] == [entry.mac for entry in found[:-1]]
    assert broken(written) == []


@pytest.mark.parametrize(
    "change",
    [
        {"action": "need_closed"},
        {"object_id": 99},
        {"object_kind": "need"},
        {"actor_role": "lead"},
        {"detail": {"outcome": "REFUS"}},
        {"at": datetime.fromisoformat("2026-11-01T00:00:00+00:00")},
        {"previous_mac": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_entry_is_found(written: Database, change: dict[str, object]) -> None:
    target = entries(written)[3].id
    _tamper(written, lambda session: _edit(session, target, change))
    assert target in broken(written)


def test_a_deleted_entry_is_found(written: Database) -> None:
    found = entries(written)
    _tamper(
        written,
        lambda session: session.execute(
            sa.delete(JournalEntry).where(JournalEntry.id == found[3].id)
        ),
    )
    assert broken(written) == [found[4].id]


def test_an_inserted_entry_is_found(written: Database) -> None:
    last = entries(written)[-1]

    def insert(session: Session) -> None:
        session.add(
            JournalEntry(
                at=last.at,
                actor_role="lead",
                action="need_closed",
                object_kind="need",
                object_id=1,
                detail={},
                previous_mac=last.mac,
                mac="f" * 64,
            )
        )

    _tamper(written, insert)
    assert broken(written) == [last.id + 1]


def test_two_entries_that_changed_places_are_found(written: Database) -> None:
    found = entries(written)
    one, other = found[2], found[5]

    def swap(session: Session) -> None:
        kept = {name: getattr(one, name) for name in ("object_id", "at", "detail", "mac")}
        given = {name: getattr(other, name) for name in ("object_id", "at", "detail", "mac")}
        _edit(session, one.id, {**given, "mac": "x" * 64})
        _edit(session, other.id, kept)
        _edit(session, one.id, given)

    _tamper(written, swap)
    assert {one.id, other.id} <= set(broken(written))


def test_a_journal_chained_with_another_key_is_found(written: Database) -> None:
    written.keys = dataclasses.replace(written.keys, journal=b"k" * 32)
    assert len(broken(written)) == ENTRIES


def test_a_cut_tail_shows_against_the_head_kept_elsewhere(written: Database) -> None:
    """The chain alone cannot tell: what is left of it is whole. Its head, noted apart, does."""
    with written.reading() as session:
        noted = overview.head(session)
    assert noted is not None
    _tamper(
        written,
        lambda session: session.execute(sa.delete(JournalEntry).where(JournalEntry.id == noted[0])),
    )
    assert broken(written) == []
    with written.reading() as session:
        assert overview.head(session) != noted


def test_an_empty_journal_has_no_head(instance: Instance) -> None:
    with instance.database.reading() as session:
        assert overview.head(session) is None


def test_an_act_that_is_rolled_back_leaves_no_entry(instance: Instance) -> None:
    def refused() -> None:
        with instance.database.unit() as session:
            journal.record(session, "call_logged", about=User, by=None, at=instance.clock())
            raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        refused()
    assert entries(instance.database) == []


def test_several_acts_of_one_transaction_are_chained_in_their_order(instance: Instance) -> None:
    with instance.database.unit() as session:
        for number in range(30):
            journal.record(
                session, "call_logged", about=("call", number), by=None, at=instance.clock()
            )
    assert [entry.object_id for entry in entries(instance.database)] == list(range(30))
    assert broken(instance.database) == []


def test_an_instant_told_in_paris_time_is_the_same_instant(instance: Instance) -> None:
    with instance.database.unit() as session:
        paris = instance.clock().astimezone(weeks.PARIS)
        journal.record(session, "call_logged", about=("call", 1), by=None, at=paris)
    assert broken(instance.database) == []


def test_forty_writers_at_once_make_one_unbroken_chain(instance: Instance) -> None:
    together = threading.Barrier(40)
    faults: list[BaseException] = []

    def write(number: int) -> None:
        together.wait()
        try:
            _note(instance, number)
        except BaseException as fault:  # a thread's failure is the test's
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(entry.object_id or 0 for entry in entries(instance.database)) == list(range(40))
    assert broken(instance.database) == []


def _edit(session: Session, entry_id: int, change: dict[str, object]) -> None:
    session.execute(sa.update(JournalEntry).where(JournalEntry.id == entry_id).values(**change))


def _tamper(database: Database, act: Callable[[Session], object]) -> None:
    """Change rows as somebody who holds the database, and not the keys."""
    with database.unit() as session:
        act(session)
