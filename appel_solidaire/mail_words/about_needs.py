"""Mails about needs: a referral, a stage of waiting, the one mail of the day."""

from typing import Any

from sqlalchemy.orm import Session

from campaigns import needs
from campaigns.models import (
    Campaign,
    Need,
    OutgoingMail,
    Referral,
    Role,
    Urgency,
    User,
)
from campaigns.needs import delays, idle

URGENCY = {
    Urgency.U0: "urgence vitale",
    Urgency.U1: "urgent",
    Urgency.U2: "prioritaire",
    Urgency.U3: "normal",
}


# Why a referral is written about: the first words of its mail.
_WHY = {
    "first": "Un besoin vous est adressé.",
    "reminder": "Un besoin vous a été adressé et attend votre réponse. Un clic suffit.",
    "renewed": "Voici le nouveau lien. Les précédents ne marchent plus.",
    "answered": "La coordination a répondu à votre question : sa réponse est sur la page.",
}


# A stage of waiting → what is so, what one person does about it.
_WAITING = {
    "deputy": (
        "Ce besoin urgent n’est pris en charge par personne, et son délai est passé.",
        "Prenez-le en charge maintenant, ou appelez la personne qui devait le faire.",
    ),
    "lead": (
        "Ni le territoire ni la suppléance n’ont pris en charge ce besoin urgent.",
        "Appelez maintenant le territoire, ou l’astreinte : les numéros sont sur la page.",
    ),
    "director": (
        "Un besoin urgent adressé à votre territoire n’est pris en charge par personne.",
        "Demandez à votre équipe de l’ouvrir maintenant, avec cette référence.",
    ),
    "due": (
        "Ce besoin n’est pris en charge par personne, et son délai est passé.",
        "Prenez-le en charge, ou confiez-le à une ou un collègue.",
    ),
    "returned": (
        "Le service à qui ce besoin était confié n’a pas répondu : il vous revient.",
        "Appelez ce service, ou confiez le besoin à un autre.",
    ),
    "answered": (
        "Un service à qui ce besoin est confié vous a répondu.",
        "Lisez sa réponse, puis dites la suite.",
    ),
}


def referral(
    session: Session, referral_id: int, public_url: str, why: str = "first"
) -> dict[str, Any]:
    """A referral: its reference, its urgency, the door that opens for this reader."""
    sent = session.get_one(Referral, referral_id)
    need = sent.need
    if needs.is_internal(sent):
        url = f"{public_url}/coordination/besoins/{need.id}"
    else:
        url = f"{public_url}/partenaire/besoins/{needs.partner_token(session, sent)}"
    return {
        "reference": need.reference,
        "urgency": URGENCY[need.urgency],
        "is_partner": not needs.is_internal(sent),
        "asks_code": needs.asks_code(sent),
        "opening": _WHY[why],
        "url": url,
    }


def waiting(session: Session, mail: OutgoingMail, public_url: str) -> dict[str, Any]:
    """A stage of waiting: what is so, the one thing to do, and where."""
    need = session.get_one(Need, mail.about["need"])
    stage, days = mail.about["stage"], mail.about.get("days") or 0
    user = session.get(User, mail.user_id) if mail.user_id else None
    path = f"/coordination/besoins/{need.id}"
    if user is None or user.role is Role.LEAD:
        path = "/pilotage/urgences" if user else "/"
    if stage in _WAITING:
        so, action = _WAITING[stage]
    else:
        so = f"Ce besoin n’a pas bougé depuis {days} jours ouvrés."
        stages = delays.of(session.get_one(Campaign, need.campaign_id)).stages
        action = idle.advice(need.reference, need.state, days, stages=stages).action
    return {
        "reference": need.reference,
        "urgency": URGENCY[need.urgency],
        "so": so,
        "action": action,
        "url": f"{public_url}{path}",
        "has_account": user is not None,
    }


def digest(session: Session, items: list[dict[str, int]], public_url: str) -> dict[str, Any]:
    """The needs held for one address: each a reference, an urgency, a link."""
    found = []
    for item in items:
        sent = session.get(Referral, item.get("referral", 0))
        if sent is not None:
            words = referral(session, sent.id, public_url)
        else:
            need = session.get_one(Need, item["need"])
            words = {
                "reference": need.reference,
                "urgency": URGENCY[need.urgency],
                "url": f"{public_url}/coordination/besoins/{need.id}",
                "is_partner": False,
                "asks_code": False,
            }
        found.append(words)
    return {
        "needs": found,
        "is_partner": any(words["is_partner"] for words in found),
        "asks_code": any(words["asks_code"] for words in found),
    }
