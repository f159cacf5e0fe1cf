"""What survives Tuesday: each act moves the least it can, and tells those it concerns.

Nothing that moves loses an attempt, a report being written or a promised call-back.
"""

from campaigns.sheets.giving import unpublish
from campaigns.sheets.moving.apart import keep_apart
from campaigns.sheets.moving.balancing import Late, late, rebalance
from campaigns.sheets.moving.ending import close_account, suspend, take_back_unfinished
from campaigns.sheets.moving.filling import back_early, fill_again, join, more, resume, top_up
from campaigns.sheets.moving.leaving import absent, give_back, pass_on
from campaigns.sheets.moving.publishing import publish
from campaigns.sheets.moving.saying import Moved

__all__ = [
    "Late",
    "Moved",
    "absent",
    "back_early",
    "close_account",
    "fill_again",
    "give_back",
    "join",
    "keep_apart",
    "late",
    "more",
    "pass_on",
    "publish",
    "rebalance",
    "resume",
    "suspend",
    "take_back_unfinished",
    "top_up",
    "unpublish",
]
