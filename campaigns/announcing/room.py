"""The room where volunteers help one another: an address outside, followed by nobody."""

from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import Campaign, User
from campaigns.refusal import Refusal

LONGEST = 300  # characters
# What advertisers and mailing tools add to an address to know who came by it.
_TRACKERS = ("utm_", "mtm_", "pk_", "hsa_", "mc_")
_TRACKED = frozenset({"fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "twclid", "ref"})


def open_at(session: Session, campaign: Campaign, url: str, *, by: User, at: datetime) -> bool:
    """Show volunteers the way to the room; empty: there is none. False when nothing changed.

    Refusal (field ``url``) for an address that is not https, or that says who follows it.
    """
    said = checked(url)
    session.refresh(campaign, with_for_update=True)
    if said == campaign.help_room_url:
        return False
    campaign.help_room_url = said
    journal.record(
        session, "settings_changed", about=campaign, by=by, at=at, names=["help_room_url"]
    )
    session.flush()  # who looks under the lock next sees it
    return True


def checked(url: str) -> str:
    """An address that may be shown, or empty; Refusal as ``open_at``."""
    said = url.strip()
    if not said:
        return ""
    wrong = Refusal("Indiquez une adresse complète qui commence par https://.", field="url")
    if len(said) > LONGEST:
        raise Refusal(f"{LONGEST} signes au plus pour une adresse.", field="url")
    if not said.isprintable() or any(sign in said for sign in " \"'<>\\`"):
        raise wrong
    try:
        parts = urlsplit(said)
        host, _port = parts.hostname, parts.port
    except ValueError as fault:  # a port or a host no browser reads
        raise wrong from fault
    if parts.scheme != "https" or not host or "." not in host:
        raise wrong
    if parts.username is not None or parts.password is not None:
        raise Refusal("Retirez le nom et le mot de passe de cette adresse.", field="url")
    asked = [name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    followed = [name for name in asked if name in _TRACKED or name.startswith(_TRACKERS)]
    if followed:
        raise Refusal(
            f"Cette adresse suit qui l’ouvre (« {followed[0]} ») : copiez-la sans ce qui suit "
            "le point d’interrogation.",
            field="url",
        )
    return said
