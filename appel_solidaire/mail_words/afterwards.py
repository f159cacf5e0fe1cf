"""What becomes of a referral when its mail was taken, or refused, by the server."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import needs
from campaigns.models import (
    MailState,
    NeedStep,
    OutgoingMail,
    Referral,
    ReferralState,
)

_UNREAD = {ReferralState.TO_SEND, ReferralState.SENT, ReferralState.REFUSED}


_SENT = (
    sa.update(Referral)
    .where(Referral.id.in_(sa.bindparam("ids", expanding=True)))
    .where(Referral.state.not_in(needs.OVER))
    .values(
        link_expires_at=sa.bindparam("until"),  # a mail never carries a dead link
        state=sa.case(
            (Referral.state.in_(_UNREAD), sa.literal(ReferralState.SENT, Referral.state.type)),
            else_=Referral.state,
        ),
        moved_at=sa.case(
            (Referral.state.in_(_UNREAD), sa.bindparam("at", type_=Referral.moved_at.type)),
            else_=Referral.moved_at,
        ),
    )
)


def after_sending(session: Session, mail: OutgoingMail, *, at: datetime) -> None:
    """The server took a mail: its referrals are sent, their links live from now.

    One statement, whatever the mail is about: it stands in the unit that every mail waits for.
    """
    if ids := referral_ids(mail):
        told = {"ids": ids, "at": at, "until": at + needs.LINK_LIFE}
        session.connection().execute(_SENT, told)


def after_refusal(
    session: Session, mail: OutgoingMail, *, at: datetime, gave_up: bool = False
) -> None:
    """A referral's mail will not leave by itself: say it on the need, where a human looks.

    Refused for good by the server, or, when ``gave_up``, never taken in three days.
    The referral itself counts as refused when no other recipient has it, or may still get it.
    """
    for referral in _referrals(session, mail):
        if referral.state in _UNREAD:
            whose = mail.to_address if mail.user_id else referral.name
            say = f"Courriel refusé par le serveur de {whose} : à joindre autrement."
            if gave_up:
                say = f"Le courriel à {whose} n’a pas pu partir : à traiter à la main."
            _refused(session, mail, referral, say, at=at)


def _refused(
    session: Session, mail: OutgoingMail, referral: Referral, say: str, *, at: datetime
) -> None:
    session.add(
        NeedStep(
            need_id=referral.need_id, at=at, by_id=None, kind="bounced", say=say, is_internal=True
        )
    )
    if referral.state is not ReferralState.REFUSED and not _others_may_arrive(
        session, mail, referral
    ):
        referral.state = ReferralState.REFUSED
        referral.moved_at = at


def referral_ids(mail: OutgoingMail) -> list[int]:
    """The numbers of the referrals a mail is about."""
    items = mail.about.get("items", [mail.about])
    return [item["referral"] for item in items if "referral" in item]


def _referrals(session: Session, mail: OutgoingMail) -> list[Referral]:
    """The referrals a mail is about: one, or those of a digest."""
    ids = referral_ids(mail)
    return [found for number in ids if (found := session.get(Referral, number)) is not None]


def _others_may_arrive(session: Session, mail: OutgoingMail, referral: Referral) -> bool:
    others = session.execute(
        sa.select(OutgoingMail.id, OutgoingMail.about).where(
            OutgoingMail.kind == "need_referred",
            OutgoingMail.id != mail.id,
            OutgoingMail.state.in_((MailState.WAITING, MailState.SENT)),
            OutgoingMail.dedup_key.startswith(f"referral:{referral.id}"),
        )
    )
    return any(row.about.get("referral") == referral.id for row in others)
