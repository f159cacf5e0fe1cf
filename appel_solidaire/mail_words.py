"""What each kind of mail says, from the ids it holds. References, counts and links only."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, needs, team
from campaigns.models import (
    Campaign,
    MailState,
    Need,
    NeedStep,
    Organisation,
    OutgoingMail,
    Referral,
    ReferralState,
    Role,
    SignInLink,
    Urgency,
    User,
)

PARTNER_LINK_LIFE = timedelta(days=8)
_OVER = frozenset({ReferralState.NOT_OURS, ReferralState.DONE, ReferralState.EXPIRED})
_WEEKLY = {"week_volunteer", "week_coordinator", "week_lead"}
_URGENCY = {
    Urgency.U0: "urgence vitale",
    Urgency.U1: "urgent",
    Urgency.U2: "prioritaire",
    Urgency.U3: "normal",
}


def context(
    session: Session, mail: OutgoingMail, *, public_url: str, at: datetime
) -> dict[str, Any]:
    """Everything the three templates of a mail may use."""
    about = mail.about
    words: dict[str, Any] = {
        "organisation": session.get_one(Organisation, 1),
        "user": session.get(User, mail.user_id) if mail.user_id else None,
        "home_url": public_url,
        "now": at,
        **about,
    }
    if "link" in about:
        words |= _sign_in(session, about["link"], public_url)
    if "referral" in about:
        words |= _referral(session, about["referral"], public_url)
    if "batch" in about:
        words["url"] = f"{public_url}/pilotage/listes/{about['batch']}"
    if mail.kind in _WEEKLY and words["user"]:
        words["opt_out_url"] = (
            f"{public_url}/ne-plus-recevoir/{team.opt_out_token(session, words['user'])}"
        )
        words["campaign"] = session.get_one(Campaign, about["campaign"])
    if "oldest" in about:
        words["oldest"] = _oldest(session, about["oldest"], public_url)
    return words


def _sign_in(session: Session, link_id: int, public_url: str) -> dict[str, Any]:
    link = session.get_one(SignInLink, link_id)
    user = session.get_one(User, link.user_id)
    path = "entrer" if user.role is Role.VOLUNTEER else "premiere-connexion"
    url = f"{public_url}/{path}/{accounts.token_of(session, link)}"
    return {"url": url, "expires_at": link.expires_at, "is_staff": user.role is not Role.VOLUNTEER}


def _oldest(session: Session, ids: list[int], public_url: str) -> list[dict[str, Any]]:
    """The needs that wait longest: a reference, an urgency, a link."""
    return [
        {
            "reference": need.reference,
            "urgency": _URGENCY[need.urgency],
            "url": f"{public_url}/coordination/besoins/{need.id}",
        }
        for need_id in ids
        if (need := session.get(Need, need_id)) is not None
    ]


def _referral(session: Session, referral_id: int, public_url: str) -> dict[str, Any]:
    referral = session.get_one(Referral, referral_id)
    need = referral.need
    if needs.is_internal(referral):
        url = f"{public_url}/coordination/besoins/{need.id}"
    else:
        url = f"{public_url}/partenaire/besoins/{needs.partner_token(session, referral)}"
    return {
        "reference": need.reference,
        "urgency": _URGENCY[need.urgency],
        "is_partner": not needs.is_internal(referral),
        "url": url,
    }


def after_sending(session: Session, mail: OutgoingMail, *, at: datetime) -> None:
    """The server took a referral's mail: the referral is sent, its link lives from now."""
    referral = session.get(Referral, mail.about.get("referral", 0))
    if referral is not None and referral.state not in _OVER:
        referral.link_expires_at = at + PARTNER_LINK_LIFE  # a mail never carries a dead link
    referral = _unread_referral(session, mail)
    if referral is not None:
        referral.state = ReferralState.SENT
        referral.moved_at = at


def after_refusal(session: Session, mail: OutgoingMail, *, at: datetime) -> None:
    """The server refused a referral's mail for good: say it on the need, where a human looks.

    The referral itself counts as refused when no other recipient has it, or may still get it.
    """
    referral = _unread_referral(session, mail)
    if referral is None:
        return
    whose = mail.to_address if mail.user_id else referral.name
    session.add(
        NeedStep(
            need_id=referral.need_id,
            at=at,
            by_id=None,
            kind="bounced",
            say=f"Courriel refusé par le serveur de {whose} : à joindre autrement.",
            is_internal=True,
        )
    )
    if referral.state is ReferralState.TO_SEND and not _others_may_arrive(session, mail):
        referral.state = ReferralState.REFUSED
        referral.moved_at = at


def _unread_referral(session: Session, mail: OutgoingMail) -> Referral | None:
    """The referral of a mail, as long as nobody has opened or answered it."""
    if "referral" not in mail.about:
        return None
    referral = session.get(Referral, mail.about["referral"])
    waiting = {ReferralState.TO_SEND, ReferralState.SENT, ReferralState.REFUSED}
    return referral if referral and referral.state in waiting else None


def _others_may_arrive(session: Session, mail: OutgoingMail) -> bool:
    others = session.execute(
        sa.select(OutgoingMail.id, OutgoingMail.about).where(
            OutgoingMail.kind == mail.kind,
            OutgoingMail.id != mail.id,
            OutgoingMail.state.in_((MailState.WAITING, MailState.SENT)),
            OutgoingMail.dedup_key.startswith(f"referral:{mail.about['referral']}"),
        )
    )
    return any(row.about.get("referral") == mail.about["referral"] for row in others)
