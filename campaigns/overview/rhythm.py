"""The calls of the last weeks: how many a week, which half-days answer, whether voices stay."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from campaigns import weeks
from campaigns.models import Call, Campaign
from campaigns.overview import area, hours
from campaigns.sheets.measuring import LATELY

WEEKS = 8  # what the lead's page shows, the week under way included


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
class Answered:
    """Attempts, and those that became a conversation."""

    attempts: int
    conversations: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The weeks in order, the one under way last; the half-days with attempts, from Monday on;
    who answered during the ``LATELY`` before the instant."""

    weeks: tuple[WeekCalls, ...]
    half_days: tuple[HalfDay, ...]
    lately: Answered


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
    rows = _hours(session, campaign, (weeks.starts_at(names[0]), weeks.ends_at(last)), at, within)
    for hour, rang_back, _, attempts, conversations in rows:
        local = hour.astimezone(weeks.PARIS)
        week, half_day = weeks.of(local.date()), (local.weekday(), weeks.half_of(local))
        calls[week] += attempts
        talks[week] += conversations
        if not rang_back:
            tried[half_day] += attempts
            answered[half_day] += conversations
    return Rhythm(
        tuple(WeekCalls(one, calls[one], talks[one]) for one in names),
        tuple(HalfDay(*one, tried[one], answered[one]) for one in sorted(tried)),
        Answered(
            sum(attempts for _, _, is_recent, attempts, _ in rows if is_recent),
            sum(talks for _, _, is_recent, _, talks in rows if is_recent),
        ),
    )


def _hours(
    session: Session,
    campaign: Campaign,
    between: tuple[datetime, datetime],
    at: datetime,
    within: Collection[int] | None,
) -> Sequence[sa.Row[datetime, bool, bool, int, int]]:
    """Attempts and conversations by hour, those of ``LATELY`` apart."""
    return session.execute(
        sa.select(
            hours.of_call(session).label("hour"),
            Call.rang_back,
            (Call.at >= at - LATELY).label("is_recent"),
            sa.func.count(),
            sa.func.count().filter(Call.is_conversation.is_(True)),
        )
        .where(
            Call.campaign_id == campaign.id,
            Call.at >= between[0],
            Call.at < between[1],
            *area.was_called(within),
        )
        .group_by(sa.text("hour"), Call.rang_back, sa.text("is_recent"))
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
    same = (voice_before == Call.volunteer_id).label("same")
    rows = session.execute(
        sa.select(same, sa.func.count())
        .where(
            Call.campaign_id == campaign.id,
            Call.at >= since,
            Call.at < at,
            Call.is_conversation.is_(True),
            *area.was_called(within),
        )
        .group_by(sa.text("same"))
    )
    counts = {row[0]: row[1] for row in rows if row[0] is not None}
    return Continuity(sum(counts.values()), counts.get(True, 0))


def best_and_worst(half_days: Sequence[HalfDay], *, enough: int) -> tuple[HalfDay, HalfDay] | None:
    """The half-day that answers most and the one that answers least, among those with ``enough``
    attempts; None when fewer than two have."""
    known = [one for one in half_days if one.attempts >= enough]
    if len(known) < 2:
        return None
    by_share = sorted(known, key=lambda one: one.conversations / one.attempts)
    return by_share[-1], by_share[0]
