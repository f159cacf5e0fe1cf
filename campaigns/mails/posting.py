"""Leaving a mail to be sent: at once, or held for the one mail of the day."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import clocks, once
from campaigns.models import MailState, OutgoingMail, User

KINDS = frozenset(
    {
        "invitation",
        "sign_in",
        "care_asked",
        "need_referred",
        "need_waiting",
        "needs_digest",
        "need_question",
        "need_reopened",
        "account_inactive",
        "alarm_opened",
        "alarm_late",
        "suggestion_link",
        "suggestion_made",
        "suggestion_answered",
        "import_ready",
        "mail_trial",
        "journal_head",
        "office_confirm",
        "reading_slowed",
        "rights_request",
        "week_volunteer",
        "week_coordinator",
        "week_lead",
    }
)
DIGEST_HOUR = time(17, 0)  # the day's needs, while somebody is still there to read them


def post(
    session: Session,
    kind: str,
    *,
    to: str | User,
    key: str,
    about: dict[str, Any],
    at: datetime,
    not_before: datetime | None = None,
) -> bool:
    """Leave a mail to be sent once this transaction is kept; False when ``key`` was posted before.

    ``about`` holds ids and counts only; the words are chosen when the mail leaves. With
    ``not_before`` (see ``slot_of``) it is held: what waits for one address by then is one mail.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown mail kind {kind!r}")
    user = to if isinstance(to, User) else None
    posted = once.add(
        session,
        OutgoingMail,
        dedup_key=key,
        kind=kind,
        to_address=user.email if user else to,
        user_id=user.id if user else None,
        about=about if not_before is None else {**about, "held": True},
        state=MailState.WAITING,
        posted_at=at,
        next_at=not_before or at,
        attempts=0,
        last_reply="",
    )
    if posted and not_before is None:
        session.info.setdefault("waiting", set()).add("mails")
    return posted


def is_new(session: Session, key: str) -> bool:
    """Whether no mail was posted under this key yet."""
    return session.scalar(sa.select(OutgoingMail.id).where(OutgoingMail.dedup_key == key)) is None


def withdraw(session: Session, key: str, *, at: datetime) -> None:
    """Take back what is still held under a key, to every recipient: something says it now."""
    session.execute(
        sa.delete(OutgoingMail).where(
            sa.or_(
                OutgoingMail.dedup_key == key,
                OutgoingMail.dedup_key.startswith(f"{key}:", autoescape=True),
            ),
            OutgoingMail.state == MailState.WAITING,
            OutgoingMail.attempts == 0,
            OutgoingMail.next_at > at,
        )
    )


def slot_of(
    session: Session,
    to_address: str,
    *,
    at: datetime,
    opening: clocks.Opening,
    hour: time = DIGEST_HOUR,
) -> datetime:
    """When the one mail of the day leaves to this address: at ``hour``, or at the next opening.

    What comes in while offices are closed leaves at the next opening. One mail a day holds however
    many campaigns write at their own hours: what is held for today is joined, and after a mail of
    the day has left there is no second one, what comes in leaves the next morning.
    """
    today = at.astimezone(opening.timezone).date()
    if not opening.works_on(today) or at < (morning := clocks.opens_at(today, opening)):
        return clocks.next_opening(at, opening)
    evening = clocks.within(today, hour, opening)  # a short day reads its mail before it closes
    slots = _slots(session, to_address, since=morning, until=morning + timedelta(hours=15))
    if any(slot <= at for slot in slots):
        return clocks.next_opening(at, opening)
    if slots:
        return min(slots)
    return evening if at < evening else clocks.next_opening(at, opening)


def _slots(
    session: Session, to_address: str, *, since: datetime, until: datetime
) -> Sequence[datetime]:
    """When held mails leave, or left, to this address between two instants."""
    was_held = sa.and_(OutgoingMail.next_at > OutgoingMail.posted_at, OutgoingMail.attempts == 0)
    return session.scalars(
        sa.select(OutgoingMail.next_at)
        .where(
            OutgoingMail.to_address == to_address,
            OutgoingMail.next_at.between(since, until),
            OutgoingMail.posted_at > since - timedelta(days=14),
            sa.or_(was_held, OutgoingMail.kind == "needs_digest"),
        )
        .distinct()
    ).all()
