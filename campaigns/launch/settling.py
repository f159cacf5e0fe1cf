"""What the lead may change of the organisation and of a campaign."""

from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import accounts, journal
from campaigns.models import Campaign, Organisation, User
from campaigns.refusal import Refusal
from campaigns.values import phone

_OF_ORGANISATION = (
    "name",
    "of_name",
    "coordination_phone",
    "switchboard_phone",
    "coordination_email",
    "territory_word",
    "dpo_contact",
)
_OF_CAMPAIGN = ("sweep_percent", "pace", "own_commune_allowed")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the lead may change. Telephones are as typed; ``sweep_percent`` is a share of places."""

    name: str
    of_name: str
    coordination_phone: str
    switchboard_phone: str
    coordination_email: str
    territory_word: str
    dpo_contact: str
    sweep_percent: int
    pace: int
    own_commune_allowed: bool


def settings_of(organisation: Organisation, campaign: Campaign) -> Settings:
    """The settings in force."""
    return Settings(
        **{name: getattr(organisation, name) for name in _OF_ORGANISATION},
        **{name: getattr(campaign, name) for name in _OF_CAMPAIGN},
    )


def settle(
    session: Session,
    organisation: Organisation,
    campaign: Campaign,
    wanted: Settings,
    *,
    by: User,
    at: datetime,
) -> None:
    """Change the settings; the next pages, mails and splits follow them.

    Refusal, naming the field, when a name is empty, or a telephone or address cannot be read.
    """
    read = _read(wanted)
    before = settings_of(organisation, campaign)
    changed = [
        item.name for item in fields(read) if getattr(read, item.name) != getattr(before, item.name)
    ]
    if not changed:
        return
    for name in changed:
        setattr(organisation if name in _OF_ORGANISATION else campaign, name, getattr(read, name))
    journal.record(session, "settings_changed", about=campaign, by=by, at=at, names=changed)


def _read(wanted: Settings) -> Settings:
    """What was typed, in the form it is kept."""
    return replace(
        wanted,
        name=_words(wanted.name, "name", "Indiquez le nom de l’organisation."),
        of_name=_words(
            wanted.of_name,
            "of_name",
            "Indiquez comment nommer l’organisation dans une phrase, par exemple "
            "« du Département de la Somme ».",
        ),
        coordination_phone=_phone(wanted.coordination_phone, "coordination_phone"),
        switchboard_phone=_phone(wanted.switchboard_phone, "switchboard_phone"),
        coordination_email=_email(wanted.coordination_email),
        territory_word=_words(
            wanted.territory_word,
            "territory_word",
            "Indiquez comment vous nommez vos territoires, par exemple « MDS » ou « UTAS ».",
        ),
        dpo_contact=" ".join(wanted.dpo_contact.split()),
    )


def _words(text: str, field: str, say: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Refusal(say, field=field)
    return words


def _phone(text: str, field: str) -> str:
    if not text.strip():
        return ""
    readings = phone(text)
    if len(readings) != 1 or readings[0].e164 is None:
        raise Refusal(
            "Indiquez un seul numéro de téléphone, par exemple 03 53 01 00 00.", field=field
        )
    return readings[0].e164


def _email(text: str) -> str:
    try:
        return accounts.normal_email(text) if text.strip() else ""
    except Refusal as refusal:
        raise Refusal(refusal.say, field="coordination_email") from refusal
