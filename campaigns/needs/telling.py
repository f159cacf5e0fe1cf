"""Telling people of a need by mail, each at the rhythm they chose; urgent ones always, at once."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns import clocks, journal, mails
from campaigns.directory import opening_of
from campaigns.models import Campaign, Labelled, Need, Urgency, User
from campaigns.needs import delays

URGENT = frozenset({Urgency.U0, Urgency.U1})


class Rhythm(Labelled):
    """How often somebody is written to about needs that are not urgent."""

    EACH = "each", "un courriel pour chaque besoin"
    DAY = "day", "un seul courriel par jour"
    URGENT = "urgent", "les besoins urgents seulement"


def tell(
    session: Session,
    user: User,
    kind: str,
    *,
    need: Need,
    key: str,
    at: datetime,
    **about: Any,  # ids and codes of the mail, as ``mails.post`` keeps them
) -> bool:
    """Write to somebody about a need; False when they asked not to be, or were already."""
    named: dict[str, Any] = {"need": need.id, **about}
    if need.urgency in URGENT or user.needs_rhythm == Rhythm.EACH.value:
        return mails.post(session, kind, to=user, key=key, about=named, at=at)
    if user.needs_rhythm != Rhythm.DAY.value:
        return False
    held = held_until(session, user.email, need, at=at)
    return mails.post(session, kind, to=user, key=key, about=named, at=at, not_before=held)


def held_until(session: Session, to_address: str, need: Need, *, at: datetime) -> datetime | None:
    """When the one mail of the day leaves to this address; None when the need cannot wait for it.

    Read in that mail, a need must leave a whole working day to be answered in time: one whose
    clock runs out sooner (sent elsewhere on its last day, a short delay) leaves at once. Past its
    hour nothing is lost by waiting: the rhythm somebody chose holds again.
    """
    opening = opening_of(session, at.year)
    digest = delays.of(session.get_one(Campaign, need.campaign_id)).digest
    slot = mails.slot_of(session, to_address, at=at, opening=opening, hour=digest)
    if need.acknowledged_at is None and at < need.due_at:
        return slot if clocks.working_days_after(slot, 1, opening) <= need.due_at else None
    return slot


def set_rhythm(session: Session, user: User, rhythm: Rhythm, *, at: datetime) -> None:
    """Change how often somebody is written to about needs, at their own asking."""
    user.needs_rhythm = rhythm.value
    journal.record(session, "needs_rhythm_set", about=user, by=user, at=at, rhythm=rhythm.value)
