"""The chain of the journal: what is changed behind its back is found; many writers make one."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any  # a statement of whatever kind

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import journal, weeks
from campaigns.journal import Fault, FaultKind, Head, Verdict
from campaigns.models import JournalEntry, JournalMark, User
from tests.conftest import Clock

ENTRIES = 8
WRITERS = 40


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


def verified(database: Database, *kept: Head) -> Verdict:
    """What a verification says, heads kept elsewhere being compared."""
    with database.reading() as session:
        return journal.verify(session, kept=kept)


def broken(database: Database) -> list[int]:
    """The lines something is wrong with."""
    return list(dict.fromkeys(fault.entry_id for fault in verified(database).faults))


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
    assert [fault.kind for fault in verified(written).faults] == [FaultKind.KEY]


def test_lines_added_with_another_key_are_found(written: Database) -> None:
    ours = written.keys
    written.keys = dataclasses.replace(ours, journal=b"k" * 32)
    with written.unit() as session:
        journal.record(session, "need_closed", about=User, by=None, at=entries(written)[-1].at)
    written.keys = ours
    last = entries(written)[-1].id
    assert verified(written).faults == (Fault(FaultKind.EDITED, last),)


def test_a_cut_tail_shows_against_the_head_the_database_noted(
    written: Database, clock: Clock
) -> None:
    """The chain alone cannot tell: what is left of it is whole. Its head, noted before, does."""
    noted = _note_head(written, clock)
    _tamper(written, lambda session: _cut(session, noted.entry_id))
    assert verified(written).faults == (Fault(FaultKind.CUT, noted.entry_id),)


def test_a_cut_tail_shows_against_the_head_kept_elsewhere(written: Database, clock: Clock) -> None:
    """Who cuts the end may take the noted heads away with it: not those in a second place."""
    noted = _note_head(written, clock)
    _tamper(written, lambda session: _cut(session, noted.entry_id))
    _tamper(written, lambda session: session.execute(sa.delete(JournalMark)))
    assert verified(written).is_whole
    assert verified(written, noted).faults == (Fault(FaultKind.CUT, noted.entry_id),)
    with written.unit() as session:  # whoever goes on writing hides nothing
        journal.record(session, "call_logged", about=User, by=None, at=clock())
    assert verified(written, noted).faults == (Fault(FaultKind.CUT, noted.entry_id),)


def test_an_emptied_journal_shows_against_the_head_kept_elsewhere(
    written: Database, clock: Clock
) -> None:
    noted = _note_head(written, clock)
    _tamper(written, lambda session: session.execute(sa.delete(JournalEntry)))
    _tamper(written, lambda session: session.execute(sa.delete(JournalMark)))
    assert verified(written, noted).faults == (Fault(FaultKind.CUT, noted.entry_id),)


def test_an_end_replaced_by_a_backup_is_told_and_is_no_fault(
    written: Database, clock: Clock
) -> None:
    noted = _note_head(written, clock)
    _tamper(written, lambda session: _cut(session, noted.entry_id - 2))
    _tamper(written, lambda session: session.execute(sa.delete(JournalMark)))
    clock.move(hours=1)
    with written.unit() as session:
        journal.record(session, "backup_restored", about=User, by=None, at=clock())
    verdict = verified(written, noted)
    assert (verdict.is_whole, verdict.restored) == (True, 1)


def test_a_head_signed_with_another_key_is_found(written: Database, clock: Clock) -> None:
    noted = _note_head(written, clock)
    forged = dataclasses.replace(noted, entry_mac="f" * 64)
    assert Fault(FaultKind.MARK, noted.entry_id) in verified(written, forged).faults


def test_a_head_is_noted_once_until_the_journal_moves(written: Database, clock: Clock) -> None:
    first = _note_head(written, clock)
    assert first.length == ENTRIES
    with written.unit() as session:
        assert journal.note_head(session, at=clock()) is None
        journal.record(session, "call_logged", about=User, by=None, at=clock())
    assert _note_head(written, clock).length == ENTRIES + 1
    assert verified(written).is_whole
    assert Head.read(first.plain()) == first


@pytest.mark.parametrize(("past", "gone"), [(0, 3), (1, 4)], ids=["at the day", "a moment after"])
def test_old_lines_expire_and_the_rest_still_verifies(
    written: Database, clock: Clock, past: int, gone: int
) -> None:
    """Strictly older than the instant; the lines that are left say how many there were."""
    noted = _note_head(written, clock)
    before = entries(written)[3].at + timedelta(microseconds=past)
    with written.unit() as session:
        assert journal.expire(session, before=before, at=clock()) == gone
    verdict = verified(written, noted)
    assert (verdict.count, verdict.expired, verdict.faults) == (ENTRIES - gone, gone, ())
    with written.unit() as session:
        assert journal.expire(session, before=before, at=clock()) == 0


def test_lines_that_expire_twice_leave_one_signed_start(written: Database, clock: Clock) -> None:
    for number in (2, 5):
        with written.unit() as session:
            before = entries(written)[0].at + timedelta(minutes=number)
            journal.expire(session, before=before, at=clock())
    assert _note_head(written, clock).length == ENTRIES
    assert verified(written).is_whole
    with written.reading() as session:
        assert len(list(session.scalars(sa.select(JournalMark)))) == 2  # a start, a head


def test_the_newest_line_never_expires(written: Database, clock: Clock) -> None:
    with written.unit() as session:
        far = clock() + timedelta(days=900)
        assert journal.expire(session, before=far, at=clock()) == ENTRIES - 1
    with written.unit() as session:
        journal.record(session, "call_logged", about=User, by=None, at=clock())
    assert verified(written).is_whole


def test_a_beginning_cut_without_its_mark_is_found(written: Database, clock: Clock) -> None:
    first = entries(written)[0].id

    def cut(session: Session) -> None:
        session.execute(sa.delete(JournalEntry).where(JournalEntry.id <= first))

    _tamper(written, cut)
    assert verified(written).faults == (Fault(FaultKind.UNLINKED, first + 1),)


def test_an_empty_journal_has_no_head(instance: Instance) -> None:
    with instance.database.reading() as session:
        assert journal.latest_head(session) is None
        assert journal.verify(session).is_whole
    with instance.database.unit() as session:
        assert journal.note_head(session, at=instance.clock()) is None


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


# The database's own guard --------------------------------------------------------------------


@pytest.fixture
def guarded(written: Database) -> Database:
    """The journal with its triggers; put twice, as each night does."""
    for _ in range(2):
        with written.unit() as session:
            journal.guard(session)
    return written


@pytest.mark.parametrize(
    "act",
    [
        sa.update(JournalEntry).values(action="need_closed"),
        sa.delete(JournalEntry),
        sa.delete(JournalEntry).where(JournalEntry.object_id == 0),
    ],
    ids=["update", "delete all", "delete the oldest"],
)
def test_the_database_refuses_to_change_the_journal(guarded: Database, act: Any) -> None:
    with guarded.session(writes=True) as session, pytest.raises(DBAPIError, match="only added to"):
        session.execute(act)
    assert verified(guarded).is_whole
    assert len(entries(guarded)) == ENTRIES


def test_the_guard_lets_lines_be_added_and_old_ones_expire(guarded: Database, clock: Clock) -> None:
    with guarded.unit() as session:
        journal.record(session, "call_logged", about=User, by=None, at=clock())
    with guarded.unit() as session:
        assert journal.expire(session, before=entries(guarded)[3].at, at=clock()) == 3
    assert verified(guarded).is_whole


def test_two_hundred_writes_at_once_make_one_unbroken_chain(instance: Instance) -> None:
    together = threading.Barrier(WRITERS)
    faults: list[BaseException] = []

    def write(writer: int) -> None:
        together.wait()
        try:
            for number in range(writer, 200, WRITERS):
                _note(instance, number)
        except BaseException as fault:  # a thread's failure is the test's
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(entry.object_id or 0 for entry in entries(instance.database)) == list(range(200))
    assert verified(instance.database).is_whole


def _note_head(database: Database, clock: Clock) -> Head:
    with database.unit() as session:
        head = journal.note_head(session, at=clock())
    assert head is not None
    return head


def _cut(session: Session, first: int) -> None:
    session.execute(sa.delete(JournalEntry).where(JournalEntry.id >= first))


def _edit(session: Session, entry_id: int, change: dict[str, object]) -> None:
    session.execute(sa.update(JournalEntry).where(JournalEntry.id == entry_id).values(**change))


def _tamper(database: Database, act: Callable[[Session], object]) -> None:
    """Change rows as somebody who holds the database, and not the keys."""
    with database.unit() as session:
        act(session)
