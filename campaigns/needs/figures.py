"""A coordinator's week in counts: their own needs, by kind."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access, reference, weeks
from campaigns.models import Campaign, NeedState, User


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One kind of need: raised and closed in the week, still open now."""

    category: str
    raised: int
    closed: int
    is_open: int


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The week of the needs one coordinator may read; the totals are those of the rows."""

    week: str
    kinds: tuple[KindFigures, ...]

    @property
    def raised(self) -> int:
        """Needs raised in the week."""
        return sum(kind.raised for kind in self.kinds)

    @property
    def closed(self) -> int:
        """Needs closed in the week."""
        return sum(kind.closed for kind in self.kinds)

    @property
    def is_open(self) -> int:
        """Needs that are open now."""
        return sum(kind.is_open for kind in self.kinds)


def of_week(session: Session, user: User, campaign: Campaign, week: str) -> WeekFigures:
    """Count one week of a coordinator's own needs, the most frequent kind first.

    ValueError when the week is not written ``2026-W48``. Small counts are not masked: these are
    the coordinator's own.
    """
    start, end = weeks.starts_at(week), weeks.ends_at(week)
    mine = access.visible_needs(session, user, campaign).subquery()
    raised = sa.func.count().filter(mine.c.raised_at >= start, mine.c.raised_at < end)
    closed = sa.func.count().filter(mine.c.closed_at >= start, mine.c.closed_at < end)
    still = sa.func.count().filter(mine.c.state != NeedState.CLOSED)
    rows = session.execute(
        sa.select(mine.c.category, raised, closed, still).group_by(mine.c.category)
    )
    labels = reference.categories()
    kinds = [
        KindFigures(labels[code].label, came, went, left)
        for code, came, went, left in rows
        if came or went or left
    ]
    kinds.sort(key=lambda kind: (-kind.raised, -kind.is_open, kind.category))
    return WeekFigures(week, tuple(kinds))
