"""What a purge does to files and to the room rows leave behind."""

import time
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from appel_solidaire import backup_files
from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger
from campaigns import holdings

_TRIES = 20


def old_files(instance: Instance, *, backups: datetime, mails: datetime) -> dict[str, list[Path]]:
    """Backups and mails written as files that are older than these instants."""
    written = instance.config.mail_folder
    letters = sorted(written.rglob("*.eml")) if written.is_dir() else []
    return {
        "backups": list(backup_files.older(instance.config.instance, backups)),
        "mails": [one for one in letters if one.stat().st_mtime <= mails.timestamp()],
    }


def remove(files: dict[str, list[Path]]) -> dict[str, int]:
    """Delete these files; give how many of each."""
    for paths in files.values():
        for path in paths:
            path.unlink(missing_ok=True)
    return {name: len(paths) for name, paths in files.items() if paths}


def wipe(instance: Instance) -> None:
    """Leave nothing of what was deleted in the free room of the database.

    SQLite overwrites what it deletes (``secure_delete``), but its log keeps older pages, and its
    statistics may hold values of columns; PostgreSQL keeps dead rows until VACUUM.
    """
    engine = instance.database.engine
    if engine.dialect.name == "postgresql":
        _vacuum(engine)
        return
    instance.database.study()
    for _ in range(_TRIES):
        raw = engine.raw_connection()
        try:
            asked = raw.cursor()
            asked.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = asked.fetchall()[0][0]
        finally:
            raw.close()
        if not busy:
            return
        time.sleep(0.1)  # somebody reads an older page: they are soon done
    logger().warning("wal_not_emptied")  # the next purge does


def _vacuum(engine: sa.Engine) -> None:
    names = [*holdings.TABLES]
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for name in sorted(names):
            try:
                connection.execute(sa.text(f'VACUUM (ANALYZE) "{name}"'))  # a name of ours
            except DBAPIError as fault:
                # Somebody uses the table: PostgreSQL's own vacuum comes later.
                logger().warning("not_vacuumed", table=name, kind=type(fault).__name__)
