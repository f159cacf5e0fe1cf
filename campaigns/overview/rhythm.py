"""The calls of the last weeks: how many a week, which half-days answer, whether voices stay."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from campaigns import weeks
from campaigns.models import Call, Campaign
from campaigns.overview import area

WEEKS = 8  # what the lead's page shows, the week under way included
_SLOT = 1800  # seconds: local hours and days begin on one, in every time zone of the country


@dataclass(frozen=True, slots=True)
class WeekCalls:
    """One week: attempts, and those that became a conversation."""

    week: str
    calls: int
    conversations: int


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A half-day of the week (0 is Monday, "am" or "pm") over all the weeks: attempts that
    volunteers made, and those that became a conversation."""

    weekday: int
    half: str
    attempts: int
    conversations: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The weeks in order, the one under way last; the half-days with attempts, from Monday on."""

    weeks: tuple[WeekCalls, ...]
    half_days: tuple[HalfDay, ...]


@dataclass(frozen=True, slots=True)
class Continuity:
    """Conversations with somebody who had had one before, and those the same voice had."""

    again: int
    same_voice: int


def rhythm(
    session: Session, campaign: Campaign, *, at: datetime, within: Collection[int] | None = None
) -> Rhythm:
    """The last ``WEEKS`` weeks, the one under way included; ``within`` these territories.

    A person who rings back says nothing about when people answer: their call counts in the week,
    not in the half-day. One statement.
    """
    last = weeks.current(at)
    names = [weeks.after(last, -back) for back in range(WEEKS - 1, -1, -1)]
    calls, talks = Counter[str](), Counter[str]()
    tried, answered = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    start, end = weeks.starts_at(names[0]), weeks.ends_at(last)
    for slot, rang_back, attempts, conversations in _slots(session, campaign, start, end, within):
        local = datetime.fromtimestamp(int(slot) * _SLOT, UTC).astimezone(weeks.PARIS)
        week, half_day = weeks.of(local.date()), (local.weekday(), weeks.half_of(local))
        calls[week] += attempts
        talks[week] += conversations
        if not rang_back:
            tried[half_day] += attempts
            answered[half_day] += conversations
    return Rhythm(
        tuple(WeekCalls(one, calls[one], talks[one]) for one in names),
        tuple(HalfDay(*one, tried[one], answered[one]) for one in sorted(tried)),
    )


def _slots(
    session: Session,
    campaign: Campaign,
    start: datetime,
    end: datetime,
    within: Collection[int] | None,
) -> Iterable[sa.Row[int, bool, int, int]]:
    """Attempts and conversations by half-hour since 1970: both engines count those, and neither
    knows our summer time."""
    slot = (sa.cast(sa.extract("epoch", Call.at), sa.BigInteger()) // _SLOT).label("slot")
    return session.execute(
        sa.select(
            slot,
            Call.rang_back,
            sa.func.count(),
            sa.func.count().filter(Call.is_conversation.is_(True)),
        )
        .where(
            Call.campaign_id == campaign.id,
            Call.at >= start,
            Call.at < end,
            *area.was_called(within),
        )
        .group_by(sa.text("slot"), Call.rang_back)
    ).all()


def continuity(
    session: Session, campaign: Campaign, *, at: datetime, within: Collection[int] | None = None
) -> Continuity:
    """Of the conversations of this week and the last that were not a person's first, how many
    were had by the volunteer of the one before."""
    since = weeks.starts_at(weeks.after(weeks.current(at), -1))
    earlier = aliased(Call)
    voice_before = (
        sa.select(earlier.volunteer_id)
        .where(
            earlier.enrolment_id == Call.enrolment_id,
            earlier.is_conversation.is_(True),
            earlier.at < Call.at,
        )
        .order_by(earlier.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    talks = (
        sa.select(Call.volunteer_id, voice_before.label("before"))
        .where(
            Call.campaign_id == campaign.id,
            Call.at >= since,
            Call.at < at,
            Call.is_conversation.is_(True),
            *area.was_called(within),
        )
        .subquery()
    )
    same = sa.func.count().filter(talks.c.before == talks.c.volunteer_id)
    row = session.execute(sa.select(sa.func.count(talks.c.before), same)).one()
    return Continuity(row[0], row[1])


def best_and_worst(half_days: Sequence[HalfDay], *, enough: int) -> tuple[HalfDay, HalfDay] | None:
    """The half-day that answers most and the one that answers least, among those with ``enough``
    attempts; None when fewer than two have."""
    known = [one for one in half_days if one.attempts >= enough]
    if len(known) < 2:
        return None
    by_share = sorted(known, key=lambda one: one.conversations / one.attempts)
    return by_share[-1], by_share[0]
