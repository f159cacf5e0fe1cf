"""Counts of the night's readings, for the monthly report: never a text."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.coach import Kind
from campaigns.models import Occurrence, TextFinding

READ = "texts_read"  # the occurrence of a night; what it produced is the texts it read


@dataclass(frozen=True, slots=True)
class Counts:
    """Between two instants: texts read, those found, what became of them; kinds, most first."""

    read: int
    found: int
    cleaned: int
    kept: int
    waiting: int
    kinds: tuple[tuple[Kind, int], ...]


def counts(session: Session, *, since: datetime, until: datetime) -> Counts:
    """Count what was read from an instant up to another, which is not included."""
    rows = session.execute(
        sa.select(TextFinding.kinds, TextFinding.settled_at, TextFinding.is_kept).where(
            TextFinding.found_at >= since, TextFinding.found_at < until
        )
    ).all()
    kinds = Counter(kind for row in rows for kind in row.kinds.split())
    return Counts(
        read=_read(session, since, until),
        found=len(rows),
        cleaned=sum(row.settled_at is not None and not row.is_kept for row in rows),
        kept=sum(row.is_kept for row in rows),
        waiting=sum(row.settled_at is None for row in rows),
        kinds=tuple((Kind(kind), count) for kind, count in kinds.most_common()),
    )


def note_read(session: Session, night: str, count: int) -> None:
    """Add to what a night has read so far."""
    session.execute(
        sa.update(Occurrence)
        .where(Occurrence.kind == READ, Occurrence.period == night)
        .values(produced=Occurrence.produced + count)
    )


def _read(session: Session, since: datetime, until: datetime) -> int:
    query = sa.select(sa.func.sum(Occurrence.produced)).where(
        Occurrence.kind == READ, Occurrence.at >= since, Occurrence.at < until
    )
    return session.scalar(query) or 0
