"""The retry settings in force: the handbook's, what the campaign changed, the public holidays."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import holidays

from campaigns import retry
from campaigns.models import Campaign
from campaigns.retry import Rules, settings, slots


def of(campaign: Campaign, year: int) -> Rules:
    """The rules for calls a campaign makes in a year, with the next one's holidays too.

    ``campaign.rules`` holds what differs from the defaults, as ``validated`` gave it.
    """
    plain = rules_of(year)
    return settings.merged(campaign.rules, holidays=plain.holidays) if campaign.rules else plain


@cache
def rules_of(year: int) -> Rules:
    """The rules nobody changed, with the holidays of the year and the next: December looks far."""
    return Rules(holidays=frozenset(holidays.country_holidays("FR", years=(year, year + 1))))


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
