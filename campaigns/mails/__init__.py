"""Which mail leaves on which event. The domain posts a row; the shell renders and sends it.

No mail holds a name, a number, an address, a benefit or free text: references, counts and links.
"""

from campaigns.mails.failing import (
    Standing,
    counts,
    handle,
    in_trouble,
    retry,
    standing,
    trouble_count,
    troubled,
)
from campaigns.mails.leaving import (
    GIVE_UP_AFTER,
    LEASE,
    claim,
    is_any_due,
    stamp_failed,
    stamp_sent,
    still_mine,
)
from campaigns.mails.posting import KINDS, is_new, post, slot_of, withdraw

__all__ = [
    "GIVE_UP_AFTER",
    "KINDS",
    "LEASE",
    "Standing",
    "claim",
    "counts",
    "handle",
    "in_trouble",
    "is_any_due",
    "is_new",
    "post",
    "retry",
    "slot_of",
    "stamp_failed",
    "stamp_sent",
    "standing",
    "still_mine",
    "trouble_count",
    "troubled",
    "withdraw",
]
