"""What each kind of mail says, from the ids it holds. References, counts and links only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from appel_solidaire import mail_loops
from appel_solidaire.mail_words import about_needs
from appel_solidaire.mail_words.afterwards import after_refusal, after_sending, referral_ids
from campaigns import accounts, team
from campaigns.models import (
    Campaign,
    Need,
    Organisation,
    OutgoingMail,
    Referral,
    Role,
    SignInLink,
    User,
)
from campaigns.models.base import Base

__all__ = ["after_refusal", "after_sending", "context", "fetch"]
_WEEKLY = {"week_volunteer", "week_coordinator", "week_lead"}
# Kinds somebody with an account may want fewer of; urgent needs are told all the same.
_ABOUT_NEEDS = {"need_referred", "need_waiting", "needs_digest"}


def fetch(session: Session, batch: Sequence[OutgoingMail]) -> list[Base]:
    """Read what a batch speaks of in a few questions, not a few a mail; to be held meanwhile."""
    referrals = {number for mail in batch for number in referral_ids(mail)}
    users = {mail.user_id for mail in batch if mail.user_id}
    found: list[Base] = [session.get_one(Organisation, 1)]
    found += session.scalars(
        sa.select(Referral)
        .where(Referral.id.in_(referrals))
        .options(joinedload(Referral.need), joinedload(Referral.office))
    )
    found += session.scalars(sa.select(User).where(User.id.in_(users)))
    return found


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
        words |= about_needs.referral(
            session, about["referral"], public_url, about.get("why", "first")
        )
    if "stage" in about:
        words |= about_needs.waiting(session, mail, public_url)
    if "items" in about:
        words |= about_needs.digest(session, about["items"], public_url)
    words |= _asked_by_a_caller(words["user"], about, public_url)
    words |= mail_loops.words(session, mail, public_url)
    if "batch" in about:
        words["url"] = f"{public_url}/pilotage/listes/{about['batch']}"
    if "rights" in about:
        words |= _rights(words["user"], about["rights"], public_url)
    if "reader" in about:
        words |= _slowed(words["user"], about["reader"], public_url)
    if mail.kind == "account_inactive":
        words["url"] = f"{public_url}/connexion"
    if "seal" in about:
        words["url"] = f"{public_url}/donnees"
    if words["user"]:
        words |= _fewer(words["user"], mail, session, public_url)
    if "oldest" in about:
        words["oldest"] = _oldest(session, about["oldest"], public_url)
    return words


def _asked_by_a_caller(user: User | None, about: dict[str, Any], public_url: str) -> dict[str, Any]:
    """A caller who asks to be rung, or gave an alert: a reference and a link, nothing else."""
    if "care" not in about:
        return {}
    is_lead = user is not None and user.role is Role.LEAD
    path = "pilotage/urgences" if is_lead else "coordination/prendre-soin"
    return {
        "reference": f"A-{about['care']}",
        "url": f"{public_url}/{path}",
        "is_alert": "alert" in about,
    }


def _fewer(user: User, mail: OutgoingMail, session: Session, public_url: str) -> dict[str, Any]:
    """The link by which somebody receives fewer of these mails."""
    token = team.opt_out_token(session, user)
    if mail.kind in _ABOUT_NEEDS:
        return {"fewer_url": f"{public_url}/moins-de-courriels/{token}"}
    if mail.kind in _WEEKLY:
        campaign = session.get_one(Campaign, mail.about["campaign"])
        return {"opt_out_url": f"{public_url}/ne-plus-recevoir/{token}", "campaign": campaign}
    return {}


def _rights(user: User | None, number: int, public_url: str) -> dict[str, Any]:
    """A request about data; a lead, told when nobody protects it, is led to their own page."""
    is_lead = user is not None and user.role is Role.LEAD
    path = "pilotage/" if is_lead else f"donnees/demandes/{number}"
    return {"reference": f"D-{number}", "url": f"{public_url}/{path}"}


def _slowed(user: User | None, number: int, public_url: str) -> dict[str, Any]:
    """An account that read in bulk: the DPO and the lead see its acts, the coordination knows."""
    path = {
        Role.DPO: f"donnees/journal?acteur={number}",
        Role.LEAD: f"pilotage/equipe/{number}",
    }.get(user.role if user else Role.COORDINATION, "coordination/")
    return {"reference": f"C-{number}", "url": f"{public_url}/{path}"}


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
            "urgency": about_needs.URGENCY[need.urgency],
            "url": f"{public_url}/coordination/besoins/{need.id}",
        }
        for need_id in ids
        if (need := session.get(Need, need_id)) is not None
    ]
