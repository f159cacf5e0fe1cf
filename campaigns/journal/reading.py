"""The journal as rows, the newest first."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import JournalEntry


def latest(
    session: Session,
    *,
    before: int | None = None,
    limit: int = 50,
    where: Sequence[sa.ColumnElement[bool]] = (),
) -> list[JournalEntry]:
    """The newest acts first, those that meet every condition of ``where``."""
    query = sa.select(JournalEntry).where(*where).order_by(JournalEntry.id.desc()).limit(limit)
    if before is not None:
        query = query.where(JournalEntry.id < before)
    return list(session.scalars(query))
