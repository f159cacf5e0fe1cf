"""Mails in trouble: counted, listed, tried again, or said to be dealt with by a human."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import MailState, OutgoingMail, User


@dataclass(frozen=True, slots=True)
class Standing:
    """The outbox at a glance: the oldest mail that should have left and has not."""

    late_since: datetime | None
    handled: int


def counts(session: Session) -> dict[MailState, int]:
    """How many mails stand in each state."""
    rows = session.execute(
        sa.select(OutgoingMail.state, sa.func.count()).group_by(OutgoingMail.state)
    )
    found = {row[0]: int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in MailState}


def standing(session: Session, *, at: datetime) -> Standing:
    """Since when the oldest due mail waits, and how many failed ones somebody has dealt with."""
    late_since = session.scalar(
        sa.select(sa.func.min(OutgoingMail.next_at)).where(
            OutgoingMail.state == MailState.WAITING, OutgoingMail.next_at <= at
        )
    )
    handled = session.scalar(
        sa.select(sa.func.count())
        .select_from(OutgoingMail)
        .where(OutgoingMail.handled_at.is_not(None))
    )
    return Standing(late_since, handled or 0)


def in_trouble() -> sa.ColumnElement[bool]:
    """The server refused the mail, or has failed to take it at least once; nobody dealt with it."""
    return sa.and_(
        OutgoingMail.handled_at.is_(None),
        sa.or_(
            OutgoingMail.state.in_((MailState.REFUSED, MailState.BY_HAND)),
            sa.and_(OutgoingMail.state == MailState.WAITING, OutgoingMail.attempts > 0),
        ),
    )


def trouble_count(session: Session) -> int:
    """How many mails ``troubled`` would list without its limit."""
    query = sa.select(sa.func.count()).select_from(OutgoingMail).where(in_trouble())
    return session.scalar(query) or 0


def troubled(session: Session, *, limit: int = 50) -> Sequence[OutgoingMail]:
    """Mails that need a human: those that no longer try by themselves, then the newest."""
    gave_up = sa.case((OutgoingMail.state == MailState.WAITING, 1), else_=0)
    return list(
        session.scalars(
            sa.select(OutgoingMail)
            .where(in_trouble())
            .order_by(gave_up, OutgoingMail.id.desc())
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


def handle(session: Session, mail_id: int, *, by: User, at: datetime) -> OutgoingMail | None:
    """Say that somebody joined the recipient in another way; None when it is not, or no longer, a
    mail that gave up trying."""
    mail = session.scalar(
        sa.select(OutgoingMail).where(
            OutgoingMail.id == mail_id,
            in_trouble(),
            OutgoingMail.state.in_((MailState.REFUSED, MailState.BY_HAND)),
        )
    )
    if mail is None:
        return None
    mail.handled_at, mail.handled_by_id = at, by.id
    return mail
