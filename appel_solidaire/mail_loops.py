"""What mails say of alarms, needs open again, people a mairie proposes: references and links."""

from typing import Any

from sqlalchemy.orm import Session

from campaigns import directory
from campaigns.models import (
    CallSuggestion,
    Campaign,
    Need,
    Office,
    OutgoingMail,
    Role,
    SuggestionState,
    Urgency,
    User,
)
from campaigns.records import mairies

_URGENCY = {
    Urgency.U0: "urgence vitale",
    Urgency.U1: "urgent",
    Urgency.U2: "prioritaire",
    Urgency.U3: "normal",
}


def words(session: Session, mail: OutgoingMail, public_url: str) -> dict[str, Any]:
    """What the templates of these kinds use; nothing for the others."""
    about = mail.about
    if "alarm" in about:
        return _alarm(session, mail, public_url)
    if mail.kind == "need_reopened":
        return _reopened(session, about["need"], public_url)
    if mail.kind == "office_confirm":
        return _confirmation(session, about["office"], public_url)
    if mail.kind == "suggestion_link":
        return _link(session, about, public_url)
    if "suggestion" in about:
        return _suggestion(session, about["suggestion"], public_url)
    return {}


def _alarm(session: Session, mail: OutgoingMail, public_url: str) -> dict[str, Any]:
    """A lead reads no alarm: they are told, and call the coordination."""
    alarm_id = mail.about["alarm"]
    user = session.get(User, mail.user_id) if mail.user_id else None
    path = f"coordination/levees-de-doute/{alarm_id}"
    if user is not None and user.role is Role.LEAD:
        path = "pilotage/"
    return {"reference": f"L-{alarm_id}", "url": f"{public_url}/{path}"}


def _reopened(session: Session, need_id: int, public_url: str) -> dict[str, Any]:
    need = session.get_one(Need, need_id)
    return {
        "reference": need.reference,
        "urgency": _URGENCY[need.urgency],
        "url": f"{public_url}/coordination/besoins/{need.id}",
    }


def _confirmation(session: Session, office_id: int, public_url: str) -> dict[str, Any]:
    """The link to an office’s own entry of the directory."""
    token = directory.confirming.token(session, session.get_one(Office, office_id))
    return {"reference": f"F-{office_id}", "url": f"{public_url}/partenaire/annuaire/{token}"}


def _link(session: Session, about: dict[str, Any], public_url: str) -> dict[str, Any]:
    office = session.get_one(Office, about["office"])
    campaign = session.get_one(Campaign, about["of_campaign"])
    token = mairies.office_token(session, office, campaign)
    return {"url": f"{public_url}/partenaire/proposer/{token}"}


def _suggestion(session: Session, suggestion_id: int, public_url: str) -> dict[str, Any]:
    made = session.get_one(CallSuggestion, suggestion_id)
    return {
        "reference": f"M-{made.id}",
        "is_accepted": made.state is SuggestionState.ACCEPTED,
        "url": f"{public_url}/coordination/propositions/{made.id}",
    }
