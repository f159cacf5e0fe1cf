"""Which mail leaves on which event. The domain posts a row; the shell renders and sends it.

No mail holds a name, a number, an address, a benefit or free text: references, counts and links.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import once, sealing
from campaigns.models import MailState, OutgoingMail, User

KINDS = frozenset(
    {
        "invitation",
        "sign_in",
        "need_referred",
        "import_ready",
        "week_volunteer",
        "week_coordinator",
        "week_lead",
    }
)
LEASE = timedelta(seconds=120)
GIVE_UP_AFTER = timedelta(hours=72)
_BACK_OFF_MINUTES = (1, 2, 5, 10, 15)


def post(
    session: Session,
    kind: str,
    *,
    to: str | User,
    key: str,
    about: dict[str, Any],
    at: datetime,
) -> bool:
    """Leave a mail to be sent once this transaction is kept; False when ``key`` was posted before.

    ``about`` holds ids and counts only; the words are chosen when the mail leaves.
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
        about=about,
        state=MailState.WAITING,
        posted_at=at,
        next_at=at,
        attempts=0,
        last_reply="",
    )
    if posted:
        session.info.setdefault("waiting", set()).add("mails")
    return posted


def is_new(session: Session, key: str) -> bool:
    """Whether no mail was posted under this key yet."""
    return session.scalar(sa.select(OutgoingMail.id).where(OutgoingMail.dedup_key == key)) is None


def claim(session: Session, *, at: datetime, limit: int = 50) -> list[OutgoingMail]:
    """Lease the mails that are due to this worker; another one skips them while the lease lasts."""
    # SQLite ignores the lock: its writers queue anyway.
    due = _due(at).limit(limit).with_for_update(skip_locked=True)
    ids = list(session.scalars(due))
    if not ids:
        return []
    session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.id.in_(ids))
        .values(lease_until=at + LEASE, lease_token=sealing.fresh_nonce()[:32])
    )
    found = session.scalars(sa.select(OutgoingMail).where(OutgoingMail.id.in_(ids)))
    return sorted(found, key=lambda mail: mail.id)


def is_any_due(session: Session, *, at: datetime) -> bool:
    """Whether a worker has something to send: asked every second, so it must not take the pen."""
    return session.scalar(_due(at).limit(1)) is not None


def _due(at: datetime) -> sa.Select[int]:
    return (
        sa.select(OutgoingMail.id)
        .where(
            OutgoingMail.state == MailState.WAITING,
            OutgoingMail.next_at <= at,
            sa.or_(OutgoingMail.lease_until.is_(None), OutgoingMail.lease_until <= at),
        )
        .order_by(OutgoingMail.next_at, OutgoingMail.id)
    )


def still_mine(session: Session, mail_id: int, token: str | None, *, at: datetime) -> bool:
    """Whether this worker's lease still holds: asked again just before the mail leaves."""
    return (
        session.scalar(
            sa.select(sa.literal(1)).where(
                OutgoingMail.id == mail_id,
                OutgoingMail.lease_token == token,
                OutgoingMail.lease_until > at,
                OutgoingMail.state == MailState.WAITING,
            )
        )
        is not None
    )


def stamp_sent(session: Session, mail_id: int, *, at: datetime) -> None:
    """The server took the mail. Said even when the lease was lost: the mail did leave."""
    session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.id == mail_id)
        .values(state=MailState.SENT, sent_at=at, lease_until=None, lease_token=None)
    )


def stamp_failed(
    session: Session, mail_id: int, *, at: datetime, reply: str, is_final: bool, spread: float
) -> MailState:
    """The server did not take the mail: try again later, or show it as refused.

    A final refusal (5xx) is never retried. Others back off for three days, then wait for a human.
    ``spread`` in [-1, 1] shifts the delay by up to a fifth, so that a thousand mails do not return
    together. ``reply`` is a code, never the server's text.
    """
    mail = session.get_one(OutgoingMail, mail_id)
    mail.attempts += 1
    mail.last_reply = reply
    mail.lease_until = mail.lease_token = None
    if is_final:
        mail.state = MailState.REFUSED
    elif at - mail.posted_at > GIVE_UP_AFTER:
        mail.state = MailState.BY_HAND
    else:
        minutes = _BACK_OFF_MINUTES[min(mail.attempts, len(_BACK_OFF_MINUTES)) - 1]
        mail.next_at = at + timedelta(minutes=minutes * (1 + spread / 5))
    return mail.state


def counts(session: Session) -> dict[MailState, int]:
    """How many mails stand in each state."""
    rows = session.execute(
        sa.select(OutgoingMail.state, sa.func.count()).group_by(OutgoingMail.state)
    )
    found = {row[0]: int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in MailState}


def in_trouble() -> sa.ColumnElement[bool]:
    """The server refused the mail, or has failed to take it at least once."""
    return sa.or_(
        OutgoingMail.state.in_((MailState.REFUSED, MailState.BY_HAND)),
        sa.and_(OutgoingMail.state == MailState.WAITING, OutgoingMail.attempts > 0),
    )


def trouble_count(session: Session) -> int:
    """How many mails ``troubled`` would list without its limit."""
    query = sa.select(sa.func.count()).select_from(OutgoingMail).where(in_trouble())
    return session.scalar(query) or 0


def troubled(session: Session, *, limit: int = 50) -> Sequence[OutgoingMail]:
    """Mails that need a human, newest first."""
    return list(
        session.scalars(
            sa.select(OutgoingMail)
            .where(in_trouble())
            .order_by(OutgoingMail.id.desc())
            .limit(limit)
        )
    )


def retry(session: Session, mail_id: int, *, at: datetime) -> OutgoingMail | None:
    """Try a troubled mail again at once; None when no mail of this number is in trouble, or when
    it is leaving just now.

    ``posted_at`` stays: the Message-ID holds it, and a server that did take the mail knows it.
    """
    mail = session.scalar(
        sa.select(OutgoingMail).where(
            OutgoingMail.id == mail_id,
            in_trouble(),
            sa.or_(OutgoingMail.lease_until.is_(None), OutgoingMail.lease_until <= at),
        )
    )
    if mail is None:
        return None
    mail.state = MailState.WAITING
    mail.next_at = at
    mail.attempts = 0
    session.info.setdefault("waiting", set()).add("mails")
    return mail
