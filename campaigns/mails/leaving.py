"""Mails on their way out: held ones made one, leased to a worker, stamped with the answer."""

from collections import defaultdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import sealing
from campaigns.mails.posting import post
from campaigns.models import MailState, Need, NeedState, OutgoingMail, Referral, ReferralState

LEASE = timedelta(seconds=120)
GIVE_UP_AFTER = timedelta(hours=72)
HELD_AT_MOST = timedelta(days=4)  # from a Friday evening to the Tuesday after Easter
_NONE = timedelta()
_BACK_OFF_MINUTES = (1, 2, 5, 10, 15)
_OVER = (ReferralState.NOT_OURS, ReferralState.DONE, ReferralState.EXPIRED)


def claim(session: Session, *, at: datetime, limit: int = 50) -> list[OutgoingMail]:
    """Lease the mails that are due to this worker; another one skips them while the lease lasts.

    What was held for one address is one mail from here on.
    """
    _bundle(session, at=at)
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


def _bundle(session: Session, *, at: datetime) -> None:
    """Make one mail of what was held for an address; drop what has nothing to say any more.

    In the transaction that leases them: a crash leaves the held mails, which leave one by one at
    worst. None is lost.
    """
    rows = session.scalars(
        sa.select(OutgoingMail)
        .where(
            OutgoingMail.state == MailState.WAITING,
            OutgoingMail.next_at <= at,
            OutgoingMail.attempts == 0,
            OutgoingMail.next_at > OutgoingMail.posted_at,
            OutgoingMail.lease_until.is_(None),
        )
        .order_by(OutgoingMail.id)
        .with_for_update(skip_locked=True)
    )
    groups: defaultdict[str, list[OutgoingMail]] = defaultdict(list)
    for mail in rows:
        if not mail.about.get("held"):
            continue
        if _is_settled(session, mail):
            session.delete(mail)
        else:
            groups[mail.to_address].append(mail)
    for held in groups.values():
        if len(held) > 1:
            _join(session, held, at=at)
    session.flush()  # the lease is taken on what is left


def _join(session: Session, held: list[OutgoingMail], *, at: datetime) -> None:
    first = held[0]
    posted = post(
        session,
        "needs_digest",
        to=first.to_address,
        key=f"digest:{first.id}",
        about={"items": [_item(mail) for mail in held]},
        at=at,
    )
    if not posted:
        return
    session.execute(
        sa.update(OutgoingMail)
        .where(OutgoingMail.dedup_key == f"digest:{first.id}")
        # The slot stays on the row: it tells that this address had its mail of the day.
        .values(user_id=first.user_id, next_at=first.next_at)
    )
    for mail in held:
        session.delete(mail)


def _item(mail: OutgoingMail) -> dict[str, int]:
    return {name: mail.about[name] for name in ("need", "referral") if name in mail.about}


def _is_settled(session: Session, mail: OutgoingMail) -> bool:
    """Whether the need was closed, or answered, before its mail left."""
    need = session.get(Need, mail.about.get("need", 0))
    referral = session.get(Referral, mail.about.get("referral", 0))
    if need is not None and need.state is NeedState.CLOSED:
        return True
    return referral is not None and referral.state in _OVER and mail.kind == "need_referred"


# Built once: they stand between a mail and the next, and a batch waits for each of them.
_MINE = sa.select(sa.literal(1)).where(
    OutgoingMail.id == sa.bindparam("mail"),
    OutgoingMail.lease_token == sa.bindparam("token"),
    OutgoingMail.lease_until > sa.bindparam("now"),
    OutgoingMail.state == MailState.WAITING,
)
_SENT = (
    sa.update(OutgoingMail)
    .where(OutgoingMail.id == sa.bindparam("mail"))
    .values(state=MailState.SENT, sent_at=sa.bindparam("now"), lease_until=None, lease_token=None)
)


def still_mine(session: Session, mail_id: int, token: str | None, *, at: datetime) -> bool:
    """Whether this worker's lease still holds: asked again just before the mail leaves."""
    asked = {"mail": mail_id, "token": token, "now": at}
    return session.connection().execute(_MINE, asked).scalar() is not None


def stamp_sent(session: Session, mail_id: int, *, at: datetime) -> None:
    """The server took the mail. Said even when the lease was lost: the mail did leave."""
    session.connection().execute(_SENT, {"mail": mail_id, "now": at})


def stamp_failed(
    session: Session, mail_id: int, *, at: datetime, reply: str, is_final: bool, spread: float
) -> MailState:
    """The server did not take the mail: try again later, or show it as refused.

    A final refusal (5xx) is never retried. Others back off for three days, then wait for a human:
    the last try is at the end of the third day, not up to a quarter of an hour later.
    ``spread`` in [-1, 1] shifts the delay by up to a fifth, so that a thousand mails do not return
    together. ``reply`` is a code, never the server's text.
    """
    mail = session.get_one(OutgoingMail, mail_id)
    mail.attempts += 1
    mail.last_reply = reply
    mail.lease_until = mail.lease_token = None
    last = mail.posted_at + GIVE_UP_AFTER + (HELD_AT_MOST if mail.about.get("held") else _NONE)
    if is_final:
        mail.state = MailState.REFUSED
    elif at >= last:
        mail.state = MailState.BY_HAND
    else:
        minutes = _BACK_OFF_MINUTES[min(mail.attempts, len(_BACK_OFF_MINUTES)) - 1]
        mail.next_at = min(at + timedelta(minutes=minutes * (1 + spread / 5)), last)
    return mail.state
