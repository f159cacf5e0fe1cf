"""Counting a period from the rows, or from what was kept before they were forgotten."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any  # what JSON holds

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.models import Call, Campaign, Need
from campaigns.overview.area import EVERYWHERE, Area
from campaigns.overview.periods.called import called, standing
from campaigns.overview.periods.counts import Counts, counts_of
from campaigns.overview.periods.needed import needed
from campaigns.overview.periods.worried import worried


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a campaign held from its first day to its last, kept when people were forgotten."""

    first_day: date
    last_day: date
    counts: Counts


def of_days(session: Session, campaign: Campaign, first_day: date, last_day: date) -> Counts:
    """Count the campaign from a day to another, both included, local time."""
    end = weeks.at(last_day + timedelta(days=1), 0)
    happened = within_days(session, campaign, first_day, last_day)
    return replace(happened, **standing(session, campaign, end))


def within_days(
    session: Session,
    campaign: Campaign,
    first_day: date,
    last_day: date,
    *,
    area: Area = EVERYWHERE,
) -> Counts:
    """The same without who is on the list and who was spoken to since the beginning, which cost
    most: what happened from a day to another in an ``area``."""
    start, end = weeks.at(first_day, 0), weeks.at(last_day + timedelta(days=1), 0)
    within = area.territories
    return Counts(
        **called(session, campaign, start, end, within=within),
        **needed(session, campaign, start, end, on=last_day, those=area.needs),
        **worried(session, campaign, start, end, within=within),
    )


def final_counts(session: Session, campaign: Campaign) -> dict[str, Any]:
    """The whole campaign in counts, ready to be kept as JSON before anybody is forgotten.

    Counts kept already are given back as they are: those made later would lack the people
    forgotten since. ``frozen`` reads them.
    """
    if campaign.final_counts:
        return dict(campaign.final_counts)
    first_day, last_day = _days(session, campaign)
    return {
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "counts": of_days(session, campaign, first_day, last_day).told(),
    }


def frozen(campaign: Campaign) -> Frozen | None:
    """The counts kept when people of this campaign were forgotten; None when nobody was."""
    kept = campaign.final_counts
    if not kept:
        return None
    return Frozen(
        date.fromisoformat(kept["first_day"]),
        date.fromisoformat(kept["last_day"]),
        counts_of(kept["counts"]),
    )


def _days(session: Session, campaign: Campaign) -> tuple[date, date]:
    """From the day it was made to the last thing that happened in it."""
    last_call = session.scalar(
        sa.select(sa.func.max(Call.at)).where(Call.campaign_id == campaign.id)
    )
    last_need = session.execute(
        sa.select(sa.func.max(Need.raised_at), sa.func.max(Need.closed_at)).where(
            Need.campaign_id == campaign.id
        )
    ).one()
    known = (campaign.created_at, campaign.closed_at, last_call, *last_need)
    instants = [one for one in known if isinstance(one, datetime)]
    return weeks.local_day(campaign.created_at), weeks.local_day(max(instants))
