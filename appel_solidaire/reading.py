"""Lists the lead drops, read and entered by a worker.

Both take seconds, so a worker does them, one list at a time under a lease. Killed anywhere, it
leaves the list as it was, and the next one takes it up once the lease is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any  # a report is JSON

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased, undefer

from appel_solidaire.db import Busy
from appel_solidaire.instance import Instance
from campaigns import mails, sealing, weeks
from campaigns.models import ImportBatch, ImportState, User
from campaigns.refusal import Refusal
from importers import batches, load, register
from importers.caps import Caps
from importers.load import Examined
from importers.unreadable import Unreadable

LEASE = timedelta(minutes=2)
_OUR_FAULT = (
    "Une erreur qui n’est pas de votre fait a tout arrêté : rien n’est entré. Recommencez ; "
    "si cela se reproduit, prévenez la personne qui s’occupe du logiciel."
)


@dataclass(frozen=True, slots=True)
class _Claim:
    """One list this worker holds, to be read or, once somebody confirmed it, to enter."""

    id: int
    token: str
    is_confirmed: bool
    by_id: int | None


class _Lost(Exception):  # noqa: N818  a state of affairs: another worker has it, or it was abandoned
    """The list is not ours any more: what was read of it is dropped."""


def read_due(instance: Instance, *, caps: Caps | None = None) -> int:
    """Read, or let in, the oldest list that waits; give how many were done (0 or 1)."""
    claim = _claim(instance)
    if claim is None:
        return 0
    try:
        if claim.is_confirmed:
            _enter(instance, claim)
        else:
            _read(instance, claim, caps)
    except _Lost:
        return 1
    except (Busy, OperationalError):
        raise  # tried again once the lease is over
    except Exception:
        _give_up(instance, claim)  # and the worker logs it
        raise
    return 1


def _claim(instance: Instance) -> _Claim | None:
    now = instance.clock()
    with instance.database.reading() as session:
        if session.execute(_due(now)).first() is None:
            return None  # the usual answer, every second: it must not take the one pen
    with instance.database.unit() as session:
        due = session.execute(_due(now).with_for_update(skip_locked=True)).first()
        if due is None:
            return None
        token = sealing.fresh_nonce()[:32]
        session.execute(
            sa.update(ImportBatch)
            .where(ImportBatch.id == due.id)
            .values(lease_until=now + LEASE, lease_token=token)
        )
    return _Claim(due.id, token, due.state is ImportState.READY, due.asked_by_id)


def _due(now: datetime) -> sa.Select[int, ImportState, int | None]:
    """The oldest list that waits; of one person’s, one at a time, the others queue."""
    held = aliased(ImportBatch)
    at_work = (
        sa.select(sa.literal(1))
        .where(held.created_by_id == ImportBatch.created_by_id, held.lease_until > now)
        .exists()
    )
    return (
        sa.select(ImportBatch.id, ImportBatch.state, ImportBatch.asked_by_id)
        .where(
            sa.or_(
                ImportBatch.state == ImportState.RECEIVED,
                sa.and_(ImportBatch.state == ImportState.READY, ImportBatch.asked_at.is_not(None)),
            ),
            sa.or_(ImportBatch.lease_until.is_(None), ImportBatch.lease_until <= now),
            ~at_work,
        )
        .order_by(ImportBatch.id)
        .limit(1)
    )


def _read(instance: Instance, claim: _Claim, caps: Caps | None) -> None:
    try:
        found = _examine(instance, claim, caps)
    except Unreadable as refusal:
        _refuse(instance, claim, refusal)
        return
    with instance.database.unit() as session:
        batch = _held(session, claim)
        load.keep(session, batch, found)
        batch.report = {**batch.report, **_entering(session, batch, found)}
        _release(batch)
        _tell(session, batch, at=instance.clock())


def _examine(instance: Instance, claim: _Claim, caps: Caps | None) -> Examined:
    with instance.database.reading() as session:
        batch = session.get_one(ImportBatch, claim.id, options=[undefer(ImportBatch.content)])
        session.expunge(batch)
        session.rollback()  # no transaction stays open while the file is opened
        return load.examine(
            session,
            batch,
            today=weeks.local_day(instance.clock()),
            caps=caps,
            progress=lambda step: _note(instance, claim, step),
            asks=True,
        )


def _note(instance: Instance, claim: _Claim, step: str) -> None:
    """Show where the reading is, and hold the list for another while."""
    with instance.database.unit() as session:
        batch = _held(session, claim)
        batch.report, batch.lease_until = {"step": step}, instance.clock() + LEASE


def _held(session: Session, claim: _Claim) -> ImportBatch:
    batch = session.scalar(
        sa.select(ImportBatch)
        .where(
            ImportBatch.id == claim.id,
            ImportBatch.lease_token == claim.token,
            ImportBatch.state.in_((ImportState.RECEIVED, ImportState.READY)),
        )
        .with_for_update()
    )
    if batch is None:
        raise _Lost
    return batch


def _release(batch: ImportBatch) -> None:
    batch.lease_until = batch.lease_token = None


def _entering(session: Session, batch: ImportBatch, found: Examined) -> dict[str, Any]:
    """How many people of a list are not in its campaign yet, known elsewhere or not; and whether
    those its doubts are about will be in it anyhow."""
    if found.comparison is None:
        return {"entering": 0}
    inside = register.inside(session, batch.campaign_id)
    intake = found.comparison.intake
    sure = inside.union(intake.known)
    return {
        "entering": len(intake.newcomers) + len(sure - inside),
        "doubts": [
            {**doubt, "is_inside": doubt["person_id"] is None or doubt["person_id"] in sure}
            for doubt in found.report.get("doubts", ())
        ],
    }


def _refuse(instance: Instance, claim: _Claim, refusal: Unreadable) -> None:
    with instance.database.unit() as session:
        batch = _held(session, claim)
        if batch.choices:
            # The file was readable before somebody chose: it is read again as it was proposed.
            batch.choices, batch.error = {}, refusal.say[:300]
            batches.ring(session)
        else:
            load.refuse(batch, refusal)
        _release(batch)


def _tell(session: Session, batch: ImportBatch, *, at: datetime) -> None:
    """Write to whoever dropped the list, once: they may have left the page."""
    user = session.get(User, batch.created_by_id) if batch.created_by_id else None
    if user is not None and user.disabled_at is None:
        about = {"batch": batch.id, "rows": batch.report["rows"]}
        mails.post(session, "import_ready", to=user, key=f"import:{batch.id}", about=about, at=at)


def _enter(instance: Instance, claim: _Claim) -> None:
    try:
        with instance.database.unit() as session:
            batch = _held(session, claim)
            by = session.get(User, claim.by_id) if claim.by_id else None
            load.confirm(session, batch, by=by, at=instance.clock())
            _release(batch)
    except Refusal as refusal:
        _ask_again(instance, claim, refusal)
        return
    instance.database.study()  # thousands of people more than a minute ago


def _ask_again(instance: Instance, claim: _Claim, refusal: Refusal) -> None:
    """What was confirmed waits for a word more: the register changed in between."""
    with instance.database.unit() as session:
        batch = _held(session, claim)
        batch.error = refusal.say[:300]
        batch.asked_at = batch.asked_by_id = None
        if refusal.field == "same":  # what was asked is no more what is to be asked: read again
            batch.state, batch.report = ImportState.RECEIVED, {}
            batches.ring(session)
        _release(batch)


def _give_up(instance: Instance, claim: _Claim) -> None:
    """After a fault of ours: say it on the page, and leave nothing half done."""
    with instance.database.unit() as session:
        batch = _held(session, claim)
        batch.error = _OUR_FAULT
        if claim.is_confirmed:
            batch.asked_at = batch.asked_by_id = None
        else:
            batch.state, batch.content, batch.report = ImportState.REFUSED, None, {}
            batch.choices = {}  # they name people as the file did
        _release(batch)
