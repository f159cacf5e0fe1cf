"""A coordinator's week in counts: their own needs, by kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access, reference, weeks
from campaigns.models import Call, Campaign, Commune, Helped, NeedState, Person, Result, User

CLOSED_WITHIN = timedelta(days=7)
# Not needs after all: they wait for nobody and are closed at once.
NOT_COUNTED = frozenset({Result.DUPLICATE, Result.WITHDRAWN, Result.REFUSED})


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


@dataclass(frozen=True, slots=True)
class Effects:
    """What the answers were worth (L26): the needs raised in a week, what people said in it.

    ``acknowledged`` is the median delay until somebody had seen a need, None when nobody has yet;
    ``closed_in_time`` counts those closed within ``CLOSED_WITHIN`` of being raised; ``talks`` are
    the week’s conversations in the same territories; ``helped`` counts answers to « Est-ce que
    cela vous a aidé ? ».
    """

    raised: int
    acknowledged: timedelta | None
    closed_in_time: int
    talks: int
    helped: Mapping[Helped, int]

    @property
    def asked(self) -> int:
        """How many needs people answered about."""
        return sum(self.helped.values())

    @property
    def per_hundred(self) -> float | None:
        """Needs raised for a hundred conversations; None without a conversation."""
        return round(100 * self.raised / self.talks, 1) if self.talks else None


def of_week(
    session: Session, user: User, campaign: Campaign, week: str, *, at: datetime
) -> WeekFigures:
    """Count one week of a coordinator's own needs, the most frequent kind first.

    ValueError when the week is not written ``2026-W48``. Small counts are not masked: these are
    the coordinator's own, with those they stand in for at that instant.
    """
    start, end = weeks.starts_at(week), weeks.ends_at(week)
    mine = access.visible_needs(session, user, campaign, at=at).subquery()
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


def effects_of_week(
    session: Session, user: User, campaign: Campaign, week: str, *, at: datetime
) -> Effects:
    """What became of one week of a coordinator's own needs; ValueError as ``of_week``."""
    start, end = weeks.starts_at(week), weeks.ends_at(week)
    mine = access.visible_needs(session, user, campaign, at=at).subquery()
    rows = session.execute(
        sa.select(mine.c.raised_at, mine.c.acknowledged_at, mine.c.closed_at).where(
            mine.c.raised_at >= start,
            mine.c.raised_at < end,
            sa.or_(mine.c.result.is_(None), mine.c.result.not_in(NOT_COUNTED)),
        )
    ).all()
    told = session.execute(
        sa.select(mine.c.helped, sa.func.count())
        .where(mine.c.helped_at >= start, mine.c.helped_at < end)
        .group_by(mine.c.helped)
    )
    answers = {str(said): int(count) for said, count in told}
    return Effects(
        raised=len(rows),
        acknowledged=_median([(row.raised_at, row.acknowledged_at) for row in rows]),
        closed_in_time=sum(
            row.closed_at is not None and row.closed_at - row.raised_at <= CLOSED_WITHIN
            for row in rows
        ),
        talks=_talks(session, user, campaign, start, end, at=at),
        helped={said: answers.get(said.value, 0) for said in Helped},
    )


def _median(spans: Sequence[tuple[datetime, datetime | None]]) -> timedelta | None:
    known = [end - start for start, end in spans if end is not None]
    if not known:
        return None
    return timedelta(seconds=median(one.total_seconds() for one in known))


def _talks(
    session: Session,
    user: User,
    campaign: Campaign,
    start: datetime,
    end: datetime,
    *,
    at: datetime,
) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(Call)
        .where(
            Call.campaign_id == campaign.id,
            Call.at >= start,
            Call.at < end,
            Call.is_conversation.is_(True),
        )
    )
    territories = access.territories_of(session, user, at=at)
    if territories is not None:
        query = (
            query.join(Person, Person.id == Call.person_id)
            .join(Commune, Commune.insee == Person.insee)
            .where(Commune.territory_id.in_(territories))
        )
    return session.scalar(query) or 0
