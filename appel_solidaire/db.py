"""The database: engines, and the unit of work. ``commit()`` stands in this file alone.

SQLite (through ``sqlcipher3``) for one machine, PostgreSQL beyond. Sessions that write begin
``IMMEDIATE`` on SQLite: a transaction that reads and then writes would otherwise fail on a stale
snapshot, whatever the busy timeout (docs/adr/0004).
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlite
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.orm import Session

from appel_solidaire.config import Config, Misconfigured
from campaigns import journal
from campaigns.sealing import Keys

WAIT_SECONDS = 15.0
OLDEST_SAFE_SQLITE = (3, 51, 3)  # older ones can corrupt a WAL file under two writers


_NO_POSTGRESQL = (
    "APPEL_DATABASE_URL doit désigner une base PostgreSQL "
    "(postgresql://utilisateur@machine/base) ; sans elle, une base intégrée est utilisée."
)
NEWER = (
    "La base vient d’une version plus récente du logiciel. Réinstallez cette version, "
    "ou restaurez une sauvegarde plus ancienne."
)
EMPTY = (
    "La base est vide. Lancez d’abord « appel-solidaire init » ; si vos données sont dans "
    "PostgreSQL, donnez plutôt son adresse (APPEL_DATABASE_URL)."
)


class Busy(Exception):  # noqa: N818  a state to tell the user, not a fault
    """Nobody could write for a while; nothing was changed, the person may try again."""


def make_engine(
    url: str | None, *, file: Path | None = None, key: bytes | None = None
) -> sa.Engine:
    """Open PostgreSQL by its URL, or the SQLite ``file``, encrypted with a 32-byte ``key``."""
    if url:
        return _postgresql(url)
    if file is None:
        raise ValueError("either a database URL or a file")
    return _sqlite(file, key)


def _postgresql(url: str) -> sa.Engine:
    try:
        made = sa.make_url(url)
    except sa.exc.ArgumentError as fault:
        raise Misconfigured(_NO_POSTGRESQL) from fault
    if made.get_backend_name() != "postgresql":
        raise Misconfigured(_NO_POSTGRESQL)
    return sa.create_engine(
        made.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        hide_parameters=True,  # an error message must not hold what somebody typed
        pool_size=8,
        max_overflow=8,
        pool_use_lifo=True,  # the statements a connection prepared serve again
        connect_args={
            "options": "-c timezone=UTC -c lock_timeout=15000 -c statement_timeout=300000"
            " -c idle_in_transaction_session_timeout=300000"
        },
    )


def _sqlite(file: Path, key: bytes | None) -> sa.Engine:
    if tuple(map(int, sqlite.sqlite_version.split("."))) < OLDEST_SAFE_SQLITE:
        raise Misconfigured(
            f"SQLite {sqlite.sqlite_version} peut abîmer la base. Il faut 3.51.3 ou plus : "
            "réinstallez les dépendances du projet."
        )

    def connect() -> Any:
        connection = sqlite.connect(
            str(file), timeout=0, isolation_level=None, check_same_thread=False
        )
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -32000")
        return connection

    engine = sa.create_engine(
        "sqlite://",
        module=sqlite,
        creator=connect,
        poolclass=sa.QueuePool,
        # A connection forgets every page it read and deciphered when another one writes: whoever
        # comes back takes the one just given back, which alone remembers (docs/adr/0034).
        pool_use_lifo=True,
        hide_parameters=True,  # an error message must not hold what somebody typed
    )
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(connection: sa.Connection) -> None:
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("no driver connection")
    if not connection.get_execution_options().get("writes"):
        driver.execute("BEGIN")
        return
    wait = float(connection.get_execution_options().get("wait_seconds", WAIT_SECONDS))
    # Our own short random naps: SQLite's handler sleeps longer each time, which triples the
    # slowest saves (performance.md, « retry »).
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        deadline = time.monotonic() + wait
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite.OperationalError as fault:
                if "locked" not in str(fault) and "busy" not in str(fault):
                    raise
                if time.monotonic() > deadline:
                    raise Busy from fault
                time.sleep(random.uniform(0.0002, 0.002))  # noqa: S311  a nap, not a secret
            else:
                return
    finally:
        driver.execute("PRAGMA busy_timeout = 5000")


class Database:
    """One instance's database. ``ring`` is called after each commit that left work waiting."""

    def __init__(
        self, engine: sa.Engine, keys: Keys, *, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self.engine = engine
        self.writer = engine.execution_options(writes=True, wait_seconds=wait_seconds)
        self.keys = keys
        self.ring: Callable[[set[str]], None] = lambda kinds: None

    @classmethod
    def of(cls, config: Config) -> "Database":
        """Open the database of an instance."""
        engine = make_engine(
            config.database_url, file=config.database_file, key=config.database_key
        )
        return cls(engine, config.keys)

    def session(self, *, writes: bool = False) -> Session:
        """A session for a caller that settles it itself (the web request)."""
        session = Session(self.writer if writes else self.engine, expire_on_commit=False)
        session.info["keys"] = self.keys
        return session

    def turn_to_writing(self, session: Session) -> None:
        """End the reads of a session; what follows is one writing transaction."""
        session.commit()
        session.bind = self.writer

    def settle(self, session: Session, *, done: bool) -> None:
        """Keep or drop everything the session did, then wake whoever has work waiting."""
        if not done:
            journal.forget_pending(session)
            session.info.pop("waiting", None)
            session.rollback()
            return
        journal.write_pending(session)
        session.commit()
        waiting: set[str] = session.info.pop("waiting", set())
        if waiting:
            self.ring(waiting)

    def study(self) -> None:
        """Let the database count its rows, so that it finds the short way to a sheet's people.

        Without these counts SQLite looks for them through the whole campaign instead of their
        households: a page then takes five times longer. PostgreSQL counts by itself, but only a
        minute after a long list came in.
        """
        with self.writer.begin() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.execute(sa.text("PRAGMA analysis_limit = 1000"))
            connection.execute(sa.text("ANALYZE"))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with self.session() as session:
            yield session
            session.rollback()

    @contextmanager
    def unit(self, *, beside: Session | None = None) -> Iterator[Session]:
        """One writing transaction: all of it is kept at the end, or nothing after an exception.

        What a session ``beside`` has read ends first, so that its connection serves this one too:
        on SQLite a page written by another would make it forget all it holds.
        """
        if beside is not None and not (beside.new or beside.dirty or beside.deleted):
            beside.commit()  # it only read: what it shows but never writes must not be written here
        with self.session(writes=True) as session:
            try:
                yield session
            except BaseException:
                self.settle(session, done=False)
                raise
            self.settle(session, done=True)


def upgrade(database: Database) -> None:
    """Bring the tables to the version of this code; ``Misconfigured`` when they are newer."""
    if version_gap(database) == NEWER:
        raise Misconfigured(NEWER)
    with database.writer.begin() as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def version_gap(database: Database) -> str | None:
    """None when tables and code agree, else a French sentence that says what to do."""
    script = ScriptDirectory.from_config(_alembic())
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = script.get_current_head()
    if current == head:
        return None
    if current is not None and current not in known_revisions():
        return NEWER
    if current is None:
        return EMPTY
    return "La base doit être mise à jour. Lancez « appel-solidaire upgrade »."


def known_revisions() -> set[str]:
    """Every version of the tables this code knows how to bring up to date."""
    script = ScriptDirectory.from_config(_alembic())
    return {revision.revision for revision in script.walk_revisions()}


def _alembic() -> AlembicConfig:
    import campaigns.migrations

    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(campaigns.migrations.__file__).parent))
    return config
