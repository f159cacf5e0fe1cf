"""The timeline of a need, the instant somebody has seen it, and its lock."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Need, NeedStep, User


def note(
    need: Need, kind: str, say: str, *, by: User | None, at: datetime, is_internal: bool = False
) -> None:
    """Add a dated step to a need's timeline."""
    need.steps.append(
        NeedStep(
            need_id=need.id,
            at=at,
            by_id=by.id if by else None,
            kind=kind,
            say=say[:600],
            is_internal=is_internal,
        )
    )


def acknowledge(need: Need, *, at: datetime) -> None:
    """Somebody has seen it: the first instant counts."""
    if need.acknowledged_at is None:
        need.acknowledged_at = at


def lock(session: Session, need: Need) -> None:
    """Keep everybody else from changing a need until this transaction ends, and see it as it is.

    On SQLite the writing transaction is lock enough.
    """
    held = sa.select(Need.version).where(Need.id == need.id).with_for_update()
    if session.scalar(held) != need.version:
        session.expire(need)  # somebody changed it since it was read
