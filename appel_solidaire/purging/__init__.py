"""Purges: begun by the DPO, by command or by night, done in short passes, ended by a report."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger
from appel_solidaire.purging import disk, stones
from appel_solidaire.purging.again import Again, forget_again, mark_file, of_replaced
from appel_solidaire.purging.stones import Kept, read, stones_file, sync
from campaigns import once, weeks
from campaigns.models import Occurrence, PurgeRun, User
from campaigns.retention import rules, runs, tombstones
from campaigns.retention.passes import Cutoffs

__all__ = [
    "Again",
    "Kept",
    "begin",
    "forget_again",
    "mark_file",
    "of_replaced",
    "old_files",
    "read",
    "run_due",
    "stones_file",
    "sync",
    "work",
]
_STARTS = timedelta(hours=2)  # two in the morning, Paris time
_OBJECTIONS, _NIGHT = "objections_noted", "purge_by_night"


def begin(instance: Instance, *, by_id: int | None) -> int:
    """Begin a purge with the rules in force; give its number. A worker, or ``work``, does it.

    Refusal when one is not finished.
    """
    with instance.database.reading() as session:
        before = runs.sums(session)
    at = instance.clock()
    with instance.database.unit() as session:
        by = session.get(User, by_id) if by_id is not None else None
        return runs.start(session, before=before, by=by, at=at).id


def work(instance: Instance, *, told: Callable[[PurgeRun], None] | None = None) -> int | None:
    """Do the purge nobody works at, to its end; give its number, None when there is none.

    ``told`` is called with the row after each pass.
    """
    with instance.database.unit() as session:
        hold = runs.take(session, at=instance.clock())
    if hold is None:
        return None
    while True:
        with instance.database.unit() as session:
            goes_on = runs.step(session, hold, at=instance.clock())
            run = session.get_one(PurgeRun, hold.id)
        sync(instance)
        if told is not None:
            told(run)
        if not goes_on:
            break
    gone = disk.remove(old_files(instance, Cutoffs(run.rules, run.started_at)))
    with instance.database.reading() as session:
        after = runs.sums(session)
    with instance.database.unit() as session:
        done = runs.finish(session, hold, after=after, files=gone, at=instance.clock())
        logger().info("purge_done", run=done.id, forgotten=len(done.report["forgotten"]))
    disk.wipe(instance)
    return hold.id


def old_files(instance: Instance, cuts: Cutoffs) -> dict[str, list[Path]]:
    """The files of the instance folder a purge with these rules removes, by kind."""
    return disk.old_files(instance, backups=cuts.before("backups"), mails=cuts.before("mails"))


def run_due(instance: Instance) -> int:
    """Note new tombstones; go on with a purge; begin one by night where the DPO wants it."""
    now = instance.clock()
    sync(instance)
    _note_objections(instance, now)
    if _is_wanted(instance, now):
        begin(instance, by_id=None)
    with instance.database.reading() as session:
        waits = runs.unfinished(session) is not None
    if waits:
        work(instance)
    return 0  # nothing more waits behind it


def _note_objections(instance: Instance, now: datetime) -> None:
    """Once an hour, whoever objected or changed their mind is noted outside the database."""
    hour = f"{now:%Y-%m-%dT%H}"
    with instance.database.reading() as session:
        if once.exists(session, kind=_OBJECTIONS, period=hour):
            return
    with instance.database.unit() as session:
        if not once.add(session, Occurrence, kind=_OBJECTIONS, period=hour, at=now, produced=0):
            return
        changed = tombstones.objections_changed(session, at=now)
    stones.note(instance, changed)


def _is_wanted(instance: Instance, now: datetime) -> bool:
    night = weeks.local_day(now - _STARTS).isoformat()
    with instance.database.reading() as session:
        if once.exists(session, kind=_NIGHT, period=night):
            return False
        is_on = rules.in_force(session).by_night and runs.unfinished(session) is None
    if not is_on:
        return False
    with instance.database.unit() as session:
        return once.add(session, Occurrence, kind=_NIGHT, period=night, at=now, produced=0)
