"""The worker's hold on an export: one at a time, under a lease, let go when it is lost.

Killed anywhere, a worker leaves the export waiting; the next one takes it up once the lease is
over, and what the first one still writes is refused: it does not know the new token.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, sealing
from campaigns.exports.asking import LIVES, place
from campaigns.models import Export, ExportState
from campaigns.sealing import Keys

LEASE = timedelta(minutes=2)
TRIES = 3
STOPPED = (
    "La préparation s’est arrêtée plusieurs fois sans finir. Recommencez ; si cela se reproduit, "
    "prévenez la personne qui s’occupe du logiciel."
)


@dataclass(frozen=True, slots=True)
class Claim:
    """An export one worker holds."""

    id: int
    token: str


class Lost(Exception):  # noqa: N818  a state of affairs: erased meanwhile, or another worker has it
    """The export is not ours any more: what was written of it is dropped."""


def any_waiting(session: Session, *, at: datetime) -> bool:
    """Whether an export waits for a worker; asked every second."""
    return session.scalar(_due(at)) is not None


def claim(session: Session, *, at: datetime) -> Claim | None:
    """Hold the oldest export that waits; None when there is none, or when it failed too often."""
    found = session.scalar(_due(at).with_for_update(skip_locked=True))
    if found is None:
        return None
    export = session.get_one(Export, found, populate_existing=True)
    tries = int(export.chosen.get("tries", 0)) + 1
    export.chosen = {**export.chosen, "tries": tries}
    if tries > TRIES:
        _stop(session, export, say=STOPPED, at=at)
        return None
    export.lease_until, export.lease_token = at + LEASE, sealing.fresh_nonce()[:32]
    export.done = 0
    return Claim(export.id, export.lease_token)


def progress(
    session: Session, held: Claim, *, done: int, total: int | None, at: datetime
) -> Export:
    """Show how far the writing is, and hold the export for another while. Raises ``Lost``."""
    export = _held(session, held)
    export.done, export.total, export.lease_until = done, total, at + LEASE
    return export


def keep(
    session: Session,
    held: Claim,
    content: bytes,
    *,
    count: int,
    territories: list[int] | None,
    at: datetime,
) -> Export:
    """Keep the file, sealed, until it expires. Raises ``Lost``."""
    export = _held(session, held)
    keys: Keys = session.info["keys"]
    export.content = sealing.seal_file(keys.seal, content, place=place(export.id))
    chosen = {name: each for name, each in export.chosen.items() if name != "tries"}
    export.chosen = {**chosen, "territories": territories}
    export.state, export.ready_at, export.expires_at = ExportState.READY, at, at + LIVES
    export.done = export.total = count
    export.lease_until = export.lease_token = None
    journal.record(session, "export_written", about=export, by=None, at=at, count=count)
    return export


def fail(session: Session, held: Claim, *, say: str, at: datetime) -> None:
    """Say why an export was not written; it can be asked again. Raises ``Lost``."""
    _stop(session, _held(session, held), say=say, at=at)


def _stop(session: Session, export: Export, *, say: str, at: datetime) -> None:
    export.state, export.error = ExportState.FAILED, say[:200]
    export.lease_until = export.lease_token = None
    journal.record(session, "export_failed", about=export, by=None, at=at)


def _held(session: Session, held: Claim) -> Export:
    export = session.scalar(
        sa.select(Export)
        .where(
            Export.id == held.id,
            Export.lease_token == held.token,
            Export.state == ExportState.WAITING,
        )
        .with_for_update()
    )
    if export is None:
        raise Lost
    return export


def _due(at: datetime) -> sa.Select[int]:
    return (
        sa.select(Export.id)
        .where(
            Export.state == ExportState.WAITING,
            sa.or_(Export.lease_until.is_(None), Export.lease_until <= at),
        )
        .order_by(Export.id)
        .limit(1)
    )
