"""Needs: raised with agreement, routed with a reason, answered, never nowhere."""

from campaigns.needs.care import (
    MOVES,
    Changed,
    close,
    hand_over,
    move,
    refer_again,
    say_to_volunteer,
    take,
)
from campaigns.needs.figures import WeekFigures, of_week
from campaigns.needs.inbox import Basket, counts, inbox, of_person, with_story
from campaigns.needs.partners import (
    PartnerAnswer,
    PartnerView,
    answer,
    find_referral,
    for_partner,
    open_by_partner,
    partner_token,
    wants_address,
)
from campaigns.needs.raising import Draft, Preview, preview, raise_, raise_alert, sound_alarm
from campaigns.needs.referring import colleagues, is_internal

__all__ = [
    "MOVES",
    "Basket",
    "Changed",
    "Draft",
    "PartnerAnswer",
    "PartnerView",
    "Preview",
    "WeekFigures",
    "answer",
    "close",
    "colleagues",
    "counts",
    "find_referral",
    "for_partner",
    "hand_over",
    "inbox",
    "is_internal",
    "move",
    "of_person",
    "of_week",
    "open_by_partner",
    "partner_token",
    "preview",
    "raise_",
    "raise_alert",
    "refer_again",
    "say_to_volunteer",
    "sound_alarm",
    "take",
    "wants_address",
    "with_story",
]
