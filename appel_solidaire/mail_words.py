"""What each kind of mail says, from the ids it holds. References, counts and links only."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from campaigns import accounts, team
from campaigns.models import (
    Campaign,
    NeedStep,
    Organisation,
    OutgoingMail,
    Referral,
    ReferralState,
    Role,
    SignInLink,
    User,
)

PARTNER_LINK_LIFE = timedelta(days=8)
_WEEKLY = {"week_volunteer", "week_coordinator", "week_lead"}


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
        words["url"] = _sign_in_url(session, about["link"], public_url)
    if "referral" in about:
        words |= _referral(session, about["referral"], public_url)
    if "batch" in about:
        words["url"] = f"{public_url}/pilotage/listes/{about['batch']}"
    if mail.kind in _WEEKLY and words["user"]:
        words["opt_out_url"] = (
            f"{public_url}/ne-plus-recevoir/{team.opt_out_token(session, words['user'])}"
        )
        words["campaign"] = session.get_one(Campaign, about["campaign"])
    return words


def _sign_in_url(session: Session, link_id: int, public_url: str) -> str:
    link = session.get_one(SignInLink, link_id)
    user = session.get_one(User, link.user_id)
    path = "entrer" if user.role is Role.VOLUNTEER else "premiere-connexion"
    return f"{public_url}/{path}/{accounts.token_of(session, link)}"


def _referral(session: Session, referral_id: int, public_url: str) -> dict[str, Any]:
    from campaigns import needs

    referral = session.get_one(Referral, referral_id)
    need = referral.need
    if needs.is_internal(referral):
        url = f"{public_url}/coordination/besoins/{need.id}"
    else:
        url = f"{public_url}/partenaire/besoins/{needs.partner_token(session, referral)}"
    return {"reference": need.reference, "urgency": need.urgency, "url": url}


def after_sending(session: Session, mail: OutgoingMail, *, at: datetime) -> None:
    """The server took a referral's mail: the referral is sent, its link lives from now."""
    referral = _waiting_referral(session, mail)
    if referral is not None:
        referral.state = ReferralState.SENT
        referral.moved_at = at
        referral.link_expires_at = at + PARTNER_LINK_LIFE


def after_refusal(session: Session, mail: OutgoingMail, *, at: datetime) -> None:
    """The server refused a referral's mail for good: say it on the need, where a human looks."""
    referral = _waiting_referral(session, mail)
    if referral is not None:
        referral.state = ReferralState.REFUSED
        referral.moved_at = at
        session.add(
            NeedStep(
                need_id=referral.need_id,
                at=at,
                by_id=None,
                kind="bounced",
                say=f"Courriel refusé par le serveur de {referral.name} : à joindre autrement.",
            )
        )


def _waiting_referral(session: Session, mail: OutgoingMail) -> Referral | None:
    if "referral" not in mail.about:
        return None
    referral = session.get(Referral, mail.about["referral"])
    return referral if referral and referral.state is ReferralState.TO_SEND else None
