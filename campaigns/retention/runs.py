"""A purge as a row: how far it went, whose hands it is in, and its signed report.

What a pass did is noted in the transaction of the pass: killed anywhere, the next worker goes on
from there, and the counts of the report are exact.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # what a report holds

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings, journal, sealing
from campaigns.models import PurgeRun, TombstoneKind, User
from campaigns.refusal import Refusal
from campaigns.retention import passes, rules, tombstones
from campaigns.retention.passes import Cutoffs
from campaigns.sealing import Keys

LEASE = timedelta(minutes=10)
_ALL = (*passes.ORDER, passes.LAST)
STAGES = len(_ALL)  # of a run, for who watches it
# The journal has its own chain, and grows with the purge itself.
_NOT_SUMMED = {"journal_entry"}
Sums = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Hold:
    """A purge in our hands."""

    id: int
    token: str


class Lost(Exception):  # noqa: N818  a state of affairs: another worker took it up
    """The purge is not ours any more."""


def sums(session: Session) -> Sums:
    """By table about people, how many rows there are and a checksum of all they hold."""
    found: Sums = {}
    for name in sorted({*holdings.about_people(), "user_account"} - _NOT_SUMMED):
        table, code, rows = holdings.table(name), hashlib.sha256(), 0
        query = sa.select(table).order_by(*table.primary_key.columns)
        for row in session.execute(query, execution_options={"yield_per": 2000}):
            code.update(repr(tuple(row)).encode())
            rows += 1
        found[name] = [rows, code.hexdigest()[:32]]
    return found


def start(session: Session, *, before: Sums, by: User | None, at: datetime) -> PurgeRun:
    """Begin a purge with the rules in force; ``before`` is what ``sums`` gave just before.

    Refusal when one is not finished.
    """
    if unfinished(session) is not None:
        raise Refusal("Une purge est déjà en cours. Elle se termine toute seule.")
    days = dict(rules.in_force(session).days)
    run = PurgeRun(
        started_at=at,
        by_id=by.id if by else None,
        rules=days,
        done={"rule": 0, "after": 0, "tables": {}},
        report={"before": before},
    )
    session.add(run)
    session.flush()  # its stone and the journal need its id
    told = [{"at": at.isoformat(), "days": days}]
    tombstones.bury(session, TombstoneKind.PURGED, "purge_run", run.id, told, at=at)
    journal.record(session, "purge_started", about=run, by=by, at=at)
    return run


def unfinished(session: Session) -> PurgeRun | None:
    """The purge that is not over, if any."""
    return session.scalar(
        sa.select(PurgeRun).where(PurgeRun.finished_at.is_(None)).order_by(PurgeRun.id).limit(1)
    )


def take(session: Session, *, at: datetime) -> Hold | None:
    """Take in hand the purge nobody works at; None when there is none."""
    run = session.scalar(
        sa.select(PurgeRun)
        .where(
            PurgeRun.finished_at.is_(None),
            sa.or_(PurgeRun.lease_until.is_(None), PurgeRun.lease_until <= at),
        )
        .order_by(PurgeRun.id)
        .limit(1)
        .with_for_update()
    )
    if run is None:
        return None
    run.lease_until, run.lease_token = at + LEASE, sealing.fresh_nonce()[:32]
    return Hold(run.id, run.lease_token)


def step(session: Session, hold: Hold, *, at: datetime) -> bool:
    """Do one short pass; False when every rule is done. Raises ``Lost``."""
    run = _held(session, hold)
    done = dict(run.done)
    if done["rule"] >= len(_ALL):
        return False
    rule = _ALL[done["rule"]]
    passed = passes.run(session, rule, _cutoffs(run), after=done["after"])
    tables = dict(done["tables"])
    if passed.tables:
        tables[rule] = dict(Counter(tables.get(rule, {})) + passed.tables)
    is_over = passed.cursor is None
    run.done = {
        "rule": done["rule"] + is_over,
        "after": 0 if passed.cursor is None else passed.cursor,
        "tables": tables,
    }
    run.lease_until = at + LEASE
    return True


def finish(
    session: Session, hold: Hold, *, after: Sums, files: Mapping[str, int], at: datetime
) -> PurgeRun:
    """Sign the report and note its code in the journal. ``files`` counts what left the disk."""
    run = _held(session, hold)
    forgotten = passes.forgotten_numbers(session, at=run.started_at)
    run.report = {
        "started_at": run.started_at.isoformat(),
        "finished_at": at.isoformat(),
        "by": run.by_id,
        "days": run.rules,
        "tables": run.done["tables"],
        "files": dict(files),
        "forgotten": forgotten,
        "before": run.report["before"],
        "after": after,
    }
    run.mac, run.finished_at = _code(session, run), at
    run.lease_until = run.lease_token = None
    by = session.get(User, run.by_id) if run.by_id else None
    count = len(forgotten)
    journal.record(session, "purge_done", about=run, by=by, at=at, count=count, code=run.mac)
    return run


def is_sound(session: Session, run: PurgeRun) -> bool:
    """Whether a report is as it was signed."""
    return bool(run.mac) and sealing.same(run.mac, _code(session, run))


def latest(session: Session, *, limit: int = 12) -> list[PurgeRun]:
    """The last purges, the newest first."""
    return list(session.scalars(sa.select(PurgeRun).order_by(PurgeRun.id.desc()).limit(limit)))


def find(session: Session, run_id: int) -> PurgeRun | None:
    """One purge by its number."""
    return session.get(PurgeRun, run_id)


def _cutoffs(run: PurgeRun) -> Cutoffs:
    return Cutoffs(run.rules, run.started_at)


def _code(session: Session, run: PurgeRun) -> str:
    keys: Keys = session.info["keys"]
    told = json.dumps(run.report, sort_keys=True, ensure_ascii=False)
    return sealing.fingerprint(keys.journal, "purge", str(run.id), told)


def _held(session: Session, hold: Hold) -> PurgeRun:
    run = session.scalar(
        sa.select(PurgeRun)
        .where(PurgeRun.id == hold.id, PurgeRun.lease_token == hold.token)
        .with_for_update()
    )
    if run is None:
        raise Lost
    return run
