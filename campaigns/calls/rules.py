"""The retry settings in force: the handbook's, what the campaign changed, the days off."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import object_session

from campaigns import directory, retry
from campaigns.models import Campaign
from campaigns.retry import Rules, settings, slots


def of(campaign: Campaign, year: int) -> Rules:
    """The rules for calls a campaign makes in a year, with the next one's days off too.

    ``campaign.rules`` holds what differs from the defaults, as ``validated`` gave it.
    """
    session = object_session(campaign)
    plain = _plain(directory.days_off(session, year)) if session else rules_of(year)
    return settings.merged(campaign.rules, holidays=plain.holidays) if campaign.rules else plain


def rules_of(year: int) -> Rules:
    """The rules nobody changed, with the mainland's holidays of the year and the next."""
    return _plain(directory.public_holidays(directory.Region.MAINLAND, year))


@lru_cache(maxsize=32)  # asked by every page of a call
def _plain(days_off: frozenset[date]) -> Rules:
    return Rules(holidays=days_off)


def validated(changes: Mapping[str, object]) -> dict[str, Any]:  # Any: plain JSON values
    """Check what a campaign wants to change and keep what differs from the defaults.

    What it gives is what ``Campaign.rules`` holds; ``retry.settings.validated`` names the keys.
    Refusal, with the key as ``field``, in a sentence that says what to write.
    """
    return settings.validated(changes)


def describe(rules: Rules) -> list[str]:
    """Say the rules in French, one sentence a setting, as they will be applied."""
    return retry.describe(rules)


def out_of_hours(campaign: Campaign, *, at: datetime) -> str:
    """What to tell who is about to call outside the campaign's hours; empty within them.

    Told, never refused: a person may have asked for that very hour.
    """
    rules = of(campaign, at.year)
    if (
        rules.works_on(at.astimezone(rules.timezone).date())
        and slots.band_of(at, rules) is not None
    ):
        return ""
    hours = retry.describe(rules)[0]
    promised = "Un rappel promis à cette heure-là se fait quand même."
    return f"Ce n’est pas le moment d’appeler. {hours} {promised}"
