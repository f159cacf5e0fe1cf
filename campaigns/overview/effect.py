"""What the calls were worth (L26), over any stretch of days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.models import Campaign, Need, Referral, ReferralState
from campaigns.needs.figures import CLOSED_WITHIN, NOT_COUNTED
from campaigns.overview import periods
from campaigns.overview.area import EVERYWHERE, Area

_HALVES = ("am", "pm")


@dataclass(frozen=True, slots=True)
class Effect:
    """The measures of a stretch of days, beside its ``counts`` of what happened in them.

    ``raised`` are its needs but duplicates, those withdrawn and those the person refused;
    ``closed_in_time`` of them were closed within seven days, ``ripe`` are old enough to be
    judged on it. ``rerouted`` had a service answer that it was not theirs.
    """

    counts: periods.Counts
    raised: int
    ripe: int
    closed_in_time: int
    rerouted: int

    @property
    def per_hundred(self) -> float | None:
        """Needs for a hundred conversations; None without a conversation."""
        talks = self.counts.conversations
        return round(100 * self.raised / talks, 1) if talks else None

    def reach(self, weekday: int, half: str) -> tuple[int, int]:
        """Calls tried and answered on a half-day, 0 being Monday, « am » or « pm »."""
        key = f"{weekday}-{half}"
        return self.counts.tried.get(key, 0), self.counts.talked.get(key, 0)

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The days somebody called, Monday first."""
        return tuple(day for day in range(7) if any(self.reach(day, half)[0] for half in _HALVES))

    @property
    def helped(self) -> Mapping[str, int]:
        """Answers to « Est-ce que cela vous a aidé ? »."""
        return self.counts.helped


def effect(
    session: Session,
    campaign: Campaign,
    first_day: date,
    last_day: date,
    *,
    at: datetime,
    area: Area = EVERYWHERE,
) -> Effect:
    """Measure what came of a stretch of days, both included, local time, in an ``area``."""
    start, end = weeks.at(first_day, 0), weeks.at(last_day + timedelta(days=1), 0)
    not_ours = (
        sa.select(Referral.id)
        .where(Referral.need_id == Need.id, Referral.state == ReferralState.NOT_OURS)
        .exists()
    )
    rows = session.execute(
        sa.select(Need.raised_at, Need.closed_at, not_ours).where(
            Need.campaign_id == campaign.id,
            Need.raised_at >= start,
            Need.raised_at < end,
            sa.or_(Need.result.is_(None), Need.result.not_in(NOT_COUNTED)),
            *area.needs,
        )
    ).all()
    ripe = [
        closed_at is not None and closed_at - raised_at <= CLOSED_WITHIN
        for raised_at, closed_at, _ in rows
        if raised_at + CLOSED_WITHIN <= min(end, at)
    ]
    return Effect(
        counts=periods.within_days(session, campaign, first_day, last_day, area=area),
        raised=len(rows),
        ripe=len(ripe),
        closed_in_time=sum(ripe),
        rerouted=sum(bool(away) for *_, away in rows),
    )
