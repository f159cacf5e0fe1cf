"""Transactions: nothing lost, nothing locked, bounded waits; all kept or nothing."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2 as sqlite

from appel_solidaire import db
from appel_solidaire.config import Config, Misconfigured
from appel_solidaire.db import WAIT_SECONDS, Busy, Database
from appel_solidaire.instance import Instance
from campaigns import mails
from campaigns.models import Organisation, OutgoingMail

THREADS, ROUNDS = 8, 25
SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("config", ["postgresql"], indirect=True)


@pytest.fixture
def organisation(database: Database) -> Database:
    """A database with one row to fight over; its name holds a number."""
    with database.unit() as session:
        session.add(Organisation(id=1, name="0", of_name="x", departement="80"))
    return database


def name_of(database: Database) -> str:
    """The name as everybody reads it."""
    with database.reading() as session:
        return session.get_one(Organisation, 1).name


def driver_of(session: Session) -> object:
    """The connection of the driver a session works with now."""
    return session.connection().connection.driver_connection


def test_reading_then_writing_at_once_loses_no_update(organisation: Database) -> None:
    faults: list[BaseException] = []
    together = threading.Barrier(THREADS)

    def count_up() -> None:
        together.wait()
        try:
            for _ in range(ROUNDS):
                with organisation.unit() as session:
                    row = session.get_one(Organisation, 1, with_for_update=True)
                    row.name = str(int(row.name) + 1)
        except BaseException as fault:  # a thread's failure is the test's
            faults.append(fault)

    threads = [threading.Thread(target=count_up) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert name_of(organisation) == str(THREADS * ROUNDS)


def test_readers_never_wait_for_a_writer(organisation: Database) -> None:
    with organisation.session(writes=True) as writer:
        writer.execute(sa.update(Organisation).values(name="1"))
        writer.flush()
        assert name_of(organisation) == "0"
        writer.rollback()


@SQLITE
def test_a_write_that_waits_too_long_is_told_busy_and_changes_nothing(
    organisation: Database, config: Config
) -> None:
    hurried = Database(organisation.engine, config.keys, wait_seconds=0.2)
    with organisation.session(writes=True) as holder:
        holder.execute(sa.update(Organisation).values(name="1"))
        started = time.monotonic()
        with pytest.raises(Busy), hurried.unit() as session:
            session.execute(sa.update(Organisation).values(name="2"))
        assert 0.2 <= time.monotonic() - started < WAIT_SECONDS
        holder.rollback()
    assert name_of(organisation) == "0"
    with hurried.unit() as session:
        session.execute(sa.update(Organisation).values(name="3"))
    assert name_of(organisation) == "3"


@SQLITE
def test_a_write_waits_for_the_one_before(organisation: Database) -> None:
    holder = organisation.session(writes=True)
    holder.execute(sa.update(Organisation).values(name="1"))

    def release() -> None:
        time.sleep(0.3)
        organisation.settle(holder, done=True)
        holder.close()

    thread = threading.Thread(target=release)
    thread.start()
    with organisation.unit() as session:
        row = session.get_one(Organisation, 1)
        row.name += "1"
    thread.join()
    assert name_of(organisation) == "11"


def test_an_exception_keeps_nothing(organisation: Database) -> None:
    def fail() -> None:
        with organisation.unit() as session:
            session.execute(sa.update(Organisation).values(name="1"))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert name_of(organisation) == "0"


def test_the_doorbell_rings_after_the_commit_and_only_then(
    organisation: Database, instance: Instance
) -> None:
    rung: list[tuple[set[str], int]] = []

    def ring(kinds: set[str]) -> None:
        with organisation.reading() as session:
            count = len(session.scalars(sa.select(OutgoingMail)).all())
        rung.append((kinds, count))

    organisation.ring = ring

    def post(key: str) -> None:
        with organisation.unit() as session:
            mails.post(
                session,
                "import_ready",
                to="x@example.org",
                key=key,
                about={},
                at=instance.clock(),
            )
            if key == "dropped":
                raise ValueError(key)

    with pytest.raises(ValueError, match="dropped"):
        post("dropped")
    assert rung == []
    post("kept")
    assert rung == [({"mails"}, 1)]


def test_a_reading_session_keeps_nothing(organisation: Database) -> None:
    with organisation.reading() as session:
        session.get_one(Organisation, 1).name = "1"
    assert name_of(organisation) == "0"


# The embedded engine -------------------------------------------------------------------------


@SQLITE
def test_the_unit_of_a_request_is_written_by_the_connection_that_read_for_it(
    organisation: Database,
) -> None:
    # Another one's write makes a connection read again all it knew (docs/adr/0034).
    with organisation.session() as session:
        read_by = driver_of(session)
        session.get_one(Organisation, 1)
        with organisation.unit(beside=session) as unit:
            unit.get_one(Organisation, 1).name = "1"
            assert driver_of(unit) is read_by
        assert driver_of(session) is read_by
    assert name_of(organisation) == "1"


def test_what_a_request_shows_and_never_writes_is_not_written_by_a_unit_beside_it(
    organisation: Database,
) -> None:
    with organisation.session() as session:
        session.get_one(Organisation, 1).name = "montré"
        with organisation.unit(beside=session) as unit:
            unit.get_one(Organisation, 1).of_name = "écrit"
    with organisation.reading() as after:
        kept = after.get_one(Organisation, 1)
        assert (kept.name, kept.of_name) == ("0", "écrit")


@SQLITE
def test_the_file_is_unreadable_without_its_key(organisation: Database, config: Config) -> None:
    organisation.engine.dispose()
    raw = config.database_file.read_bytes()
    assert not raw.startswith(b"SQLite format 3")
    assert b"organisation" not in raw
    stranger = db.make_engine(None, file=config.database_file, key=b"k" * 32)
    with pytest.raises(sa.exc.DBAPIError), stranger.connect() as connection:
        connection.execute(sa.text("SELECT * FROM organisation"))


@SQLITE
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("temp_store", 2),
    ],
)
def test_every_connection_is_set_for_durability(
    database: Database, pragma: str, value: object
) -> None:
    with database.engine.connect() as connection:
        assert connection.scalar(sa.text(f"PRAGMA {pragma}")) == value


@SQLITE
def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError), database.unit() as session:
        session.execute(
            sa.text("INSERT INTO absence (user_id, first_on, last_on) VALUES (1, '1', '2')")
        )


def test_an_sqlite_that_damages_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version", "3.51.2")
    with pytest.raises(Misconfigured, match=r"3\.51\.3"):
        db.make_engine(None, file=tmp_path / "x.db", key=b"k" * 32)


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite:///x.db"])
def test_another_engine_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="PostgreSQL"):
        db.make_engine(url)


@POSTGRESQL
def test_a_lock_held_by_somebody_is_not_waited_for_ever(database: Database) -> None:
    with database.engine.connect() as connection:
        found = {
            name: connection.scalar(sa.text(f"SHOW {name}"))
            for name in ("lock_timeout", "statement_timeout", "TimeZone")
        }
    assert found == {"lock_timeout": "15s", "statement_timeout": "5min", "TimeZone": "UTC"}


# Versions of the tables -------------------------------------------------------------------------


def _set_version(database: Database, version: str | None) -> None:
    with database.writer.begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
        if version:
            connection.execute(
                sa.text("INSERT INTO alembic_version VALUES (:version)"), {"version": version}
            )


def test_tables_of_a_newer_program_are_refused(database: Database) -> None:
    _set_version(database, "9999")
    assert "plus récente" in (db.version_gap(database) or "")


def test_an_empty_database_is_said_empty(database: Database) -> None:
    _set_version(database, None)
    assert "vide" in (db.version_gap(database) or "")


def test_errors_of_the_database_do_not_hold_what_was_typed(organisation: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError) as told, organisation.unit() as session:
        session.execute(
            sa.insert(Organisation).values(id=2, name="Canari", of_name="x", departement="80")
        )
    said = str(told.value).split("DETAIL")[0]
    assert "Canari" not in said
