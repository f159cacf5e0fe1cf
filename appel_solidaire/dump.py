"""Copies of a database made by the engine itself, while others write: SQLCipher's ``VACUUM INTO``,
which keeps the key, or PostgreSQL's own client."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlite

from appel_solidaire import db
from appel_solidaire.config import Config
from campaigns.refusal import Refusal

_NOT_SOUND = (
    "La copie de la base n’est pas saine : rien n’a été gardé. Lancez « appel-solidaire doctor » "
    "et gardez les sauvegardes précédentes."
)


def write(engine: sa.Engine, config: Config, target: Path) -> dict[str, int]:
    """Copy the whole database into a file; give how many rows each table has in the copy.

    Refusal when the copy is not sound, or when PostgreSQL's client is missing.
    """
    if engine.dialect.name == "postgresql":
        return _dump_postgresql(engine, target)
    quoted = str(target).replace("'", "''")
    connection = engine.raw_connection()
    try:
        connection.cursor().execute(f"VACUUM INTO '{quoted}'")  # it takes no parameter
    except sqlite.OperationalError as fault:
        raise Refusal(
            f"La copie n’a pas pu être écrite dans {target.parent.parent}. Vérifiez qu’il reste de "
            "la place sur ce disque, puis recommencez."
        ) from fault
    finally:
        connection.close()
    return _sound_rows(target, config)


def check(copied: Path, config: Config, *, engine: str, rows: dict[str, int]) -> None:
    """Refuse a copy that is damaged or lacks rows, before it goes anywhere.

    PostgreSQL's copies are checked while they are put back, in one transaction.
    """
    if engine == "sqlite" and _sound_rows(copied, config) != rows:
        raise Refusal(_NOT_SOUND)


def put_back(engine: sa.Engine, config: Config, copied: Path, *, rows: dict[str, int]) -> None:
    """Make a checked copy the database of this instance, whose own is empty."""
    if engine.dialect.name == "postgresql":
        _restore_postgresql(engine, copied, rows)
        return
    engine.dispose()
    for end in ("-wal", "-shm"):
        # The empty database's own: they would be taken for the restored one's last writes.
        config.database_file.with_name(config.database_file.name + end).unlink(missing_ok=True)
    with copied.open("rb") as file:
        settle_on_disk(file)
    copied.replace(config.database_file)


def settle_on_disk(file: BinaryIO) -> None:
    """Return once what was written is on the disk."""
    if file.writable():
        file.flush()
    os.fsync(file.fileno())


def _sound_rows(copied: Path, config: Config) -> dict[str, int]:
    """Check every page and reference of a SQLite copy; give its row counts."""
    engine = db.make_engine(None, file=copied, key=config.database_key)
    try:
        with engine.connect() as connection:
            faults = [
                *connection.execute(sa.text("PRAGMA cipher_integrity_check")).all(),
                *connection.execute(sa.text("PRAGMA foreign_key_check")).all(),
            ]
            if faults or connection.scalar(sa.text("PRAGMA integrity_check")) != "ok":
                raise Refusal(_NOT_SOUND)
            rows = _rows(connection)
            connection.rollback()
            # Back to one file: what is sealed or put back must not need its neighbours.
            connection.connection.driver_connection.execute("PRAGMA journal_mode = DELETE")  # type: ignore[union-attr]  # open: we just used it
    except sa.exc.DBAPIError as fault:
        raise Refusal(_NOT_SOUND) from fault
    finally:
        engine.dispose()
    return rows


def _rows(connection: sa.Connection) -> dict[str, int]:
    # Asked of the database, not of the models: an older one is saved before it is upgraded.
    names = sorted(sa.inspect(connection).get_table_names())
    return {
        name: int(connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0)
        for name in names
    }


def _dump_postgresql(engine: sa.Engine, target: Path) -> dict[str, int]:
    target.touch(mode=0o600)
    with engine.execution_options(isolation_level="REPEATABLE READ").connect() as connection:
        snapshot = str(connection.scalar(sa.text("SELECT pg_export_snapshot()")))
        rows = _rows(connection)  # counted in the very state the client copies
        command = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _run_client("pg_dump", engine, [*command, f"--file={target}"])
        connection.rollback()
    return rows


def _restore_postgresql(engine: sa.Engine, copied: Path, rows: dict[str, int]) -> None:
    name = engine.url.database or ""
    command = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run_client("pg_restore", engine, [*command, f"--dbname={name}", str(copied)])
    with engine.connect() as connection:
        if _rows(connection) != rows:
            raise Refusal(
                "Des lignes manquent après la restauration. Videz cette base PostgreSQL, puis "
                "essayez avec une autre sauvegarde."
            )


def _run_client(name: str, engine: sa.Engine, arguments: list[str]) -> None:
    client = shutil.which(name)
    if client is None:
        raise Refusal(
            f"Il manque le client de PostgreSQL ({name}). Installez-le dans la même version que le "
            "serveur (sous Debian : paquet postgresql-client), puis recommencez."
        )
    done = subprocess.run(  # noqa: S603  PostgreSQL's own client, arguments are ours
        [client, *arguments],
        env={**os.environ, **_environment(engine.url)},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode == 0:
        return
    if "version mismatch" in done.stderr or "unsupported version" in done.stderr:
        raise Refusal(
            f"Le client de PostgreSQL ({name}) est plus ancien que le serveur ou que la "
            "sauvegarde. Installez celui de la version du serveur, puis recommencez."
        )
    raise Refusal(
        f"{name} n’a pas réussi (code {done.returncode}). Vérifiez que le compte de "
        "APPEL_DATABASE_URL possède cette base, puis recommencez."
    )


def _environment(url: sa.URL) -> dict[str, str]:
    """Where and as whom: by the environment, since arguments are seen by the whole machine."""
    asked = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    return {name: str(value) for name, value in asked.items() if value}
