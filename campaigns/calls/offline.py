"""The key that closes what a browser keeps while it has no network: one a volunteer and week."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from campaigns import sealing, weeks
from campaigns.models import User
from campaigns.refusal import Refusal
from campaigns.sealing import Keys


@dataclass(frozen=True, slots=True)
class OfflineKey:
    """32 bytes in URL-safe base64, the week they are for, and in how long they are forgotten."""

    secret: str
    week: str
    life: timedelta


def key_of(session: Session, user: User, week: str, *, at: datetime) -> OfflineKey:
    """Derive the key of this volunteer for a week; nothing is stored, the same week gives the same.

    For this week, and for the one before: a report written on Sunday evening leaves on Monday.
    Refusal for any other.
    """
    now = weeks.current(at)
    if week not in {now, weeks.after(now, -1)}:
        raise Refusal("Cette semaine est close.")
    keys: Keys = session.info["keys"]
    secret = sealing.token(keys.seal, "offline", user.id, week)
    return OfflineKey(secret, week, weeks.ends_at(now) - at)
