"""Needs: raised with agreement, routed with a reason, answered, never nowhere."""

from campaigns.needs import alert, withdrawing
from campaigns.needs.agreeing import agreement_words, goes_anyway
from campaigns.needs.alert import sound_alarm
from campaigns.needs.care import (
    MOVES,
    close,
    hand_over,
    move,
    refer_again,
    say_to_volunteer,
    take,
)
from campaigns.needs.dangers import ANY, DANGERS, Danger, danger, danger_lines
from campaigns.needs.escalating import Unseen, escalate, follow, unseen
from campaigns.needs.figures import Effects, WeekFigures, effects_of_week, of_week
from campaigns.needs.holding import Changed
from campaigns.needs.inbox import Basket, counts, inbox, of_person, with_story
from campaigns.needs.links import (
    LINK_LIFE,
    asks_code,
    code_of,
    find_asleep,
    find_referral,
    opens_with,
    partner_token,
    renew,
)
from campaigns.needs.partners import (
    PartnerAnswer,
    PartnerView,
    answer,
    for_partner,
    open_by_partner,
    wants_address,
)
from campaigns.needs.raising import Draft, Preview, preview, raise_, raise_alert
from campaigns.needs.referring import OVER, address_of, colleagues, is_internal
from campaigns.needs.reminding import remind_partners
from campaigns.needs.replying import (
    answer_codes,
    follow_proposal,
    proposal_of,
    record_code,
    replies,
    reply,
)
from campaigns.needs.settling import Settled, settle, to_ask, to_ask_of
from campaigns.needs.telling import Rhythm, set_rhythm

__all__ = [
    "ANY",
    "DANGERS",
    "LINK_LIFE",
    "MOVES",
    "OVER",
    "Basket",
    "Changed",
    "Danger",
    "Draft",
    "Effects",
    "PartnerAnswer",
    "PartnerView",
    "Preview",
    "Rhythm",
    "Settled",
    "Unseen",
    "WeekFigures",
    "address_of",
    "agreement_words",
    "alert",
    "answer",
    "answer_codes",
    "asks_code",
    "close",
    "code_of",
    "colleagues",
    "counts",
    "danger",
    "danger_lines",
    "effects_of_week",
    "escalate",
    "find_asleep",
    "find_referral",
    "follow",
    "follow_proposal",
    "for_partner",
    "goes_anyway",
    "hand_over",
    "inbox",
    "is_internal",
    "move",
    "of_person",
    "of_week",
    "open_by_partner",
    "opens_with",
    "partner_token",
    "preview",
    "proposal_of",
    "raise_",
    "raise_alert",
    "record_code",
    "refer_again",
    "remind_partners",
    "renew",
    "replies",
    "reply",
    "say_to_volunteer",
    "set_rhythm",
    "settle",
    "sound_alarm",
    "take",
    "to_ask",
    "to_ask_of",
    "unseen",
    "wants_address",
    "with_story",
    "withdrawing",
]
