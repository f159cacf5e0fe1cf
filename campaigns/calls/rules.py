"""The retry settings in force: the handbook's, what the campaign changed, the public holidays."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import holidays

from campaigns import retry
from campaigns.models import Campaign
from campaigns.retry import Rules, settings


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
