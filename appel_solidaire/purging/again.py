"""A restored backup, forgotten in again before it opens."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from appel_solidaire import config as settings
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from appel_solidaire.purging import disk, stones
from campaigns import journal
from campaigns.models import Organisation
from campaigns.retention import passes, returning, tombstones
from campaigns.retention.tombstones import Stone

_MARK = "restauration-en-cours"


@dataclass(frozen=True, slots=True)
class Again:
    """What was forgotten again; ``rows`` counts what the last purge had taken, by its rules."""

    people: int
    accounts: int
    objections: int
    rows: int
    spoilt: int  # lines of the file that are none of ours


def mark_file(folder: Path) -> Path:
    """The file that stands as long as a restoration is not finished: nothing opens meanwhile."""
    return folder / "reperes" / _MARK


def of_replaced(
    folder: Path, *, database_url: str | None = None, at: datetime
) -> tuple[list[Stone], bool]:
    """The stones of the instance a backup replaces, and whether its database could be read.

    Its file, then its database, embedded or at ``database_url`` (PostgreSQL): what it holds may be
    newer, objections among it. Nothing of it is changed. ``Misconfigured`` for another kind of URL.
    """
    config = settings.load(folder, env={"APPEL_DATABASE_URL": database_url or ""})
    found = list(stones.read(stones.stones_file(config), config.keys.journal).stones)
    if config.database_url is None and not config.database_file.is_file():
        return found, False
    database = Database.of(config)
    try:
        with database.session() as session:
            found += tombstones.since(session, 0)
            # Read back, then dropped: the old database stays as it is.
            found += tombstones.objections_changed(session, at=at)
            session.rollback()
    except sa.exc.DBAPIError:
        return found, False
    finally:
        database.engine.dispose()
    return found, True


def forget_again(instance: Instance, others: list[Stone], *, at: datetime) -> Again:
    """Apply every purge, erasure and objection made since the backup; harmless when done twice.

    The stones of this instance's file and ``others`` (of the instance it replaces) are obeyed.
    """
    kept = stones.read(stones.stones_file(instance.config), instance.config.keys.journal)
    wanted = returning.the_last([*kept.stones, *others])
    known = {(one.what, one.at) for one in kept.stones}
    with instance.database.unit() as session:
        returning.lay(session, wanted)
        objections = returning.objections_again(session, wanted)
        people = returning.people_again(session, wanted, at=at)
        accounts = returning.accounts_again(session, wanted, at=at)
    rows = _purge_again(instance, wanted)
    counts = {"people": people, "accounts": accounts, "objections": objections, "rows": rows}
    if any(counts.values()):
        with instance.database.unit() as session:
            journal.record(
                session, "backup_forgotten", about=Organisation, by=None, at=at, **counts
            )
    with instance.database.reading() as session:
        laid = [one for one in tombstones.since(session, 0) if (one.what, one.at) not in known]
    stones.note(instance, laid)
    disk.wipe(instance)
    return Again(**counts, spoilt=kept.spoilt)


def _purge_again(instance: Instance, wanted: list[Stone]) -> int:
    """The rules of the last purge, as of its instant: it takes what it had taken."""
    cuts = returning.last_purge(wanted)
    if cuts is None:
        return 0
    rows = 0
    for rule in returning.AGAIN:
        after: int | None = 0
        while after is not None:
            with instance.database.unit() as session:
                passed = passes.run(session, rule, cuts, after=after)
            rows += passed.tables.total()
            after = passed.cursor
    return rows
