"""Twice a year each office says whether what the directory holds about it is still right."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any  # a JSON object

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, mails, reference, sealing
from campaigns.directory import offices, writing
from campaigns.models import Campaign, Office, User
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

LINK_LIFE = timedelta(days=30)
A_DAY = 60  # offices asked in one day: their answers are read by somebody
_ROOM = "directory"  # of ``campaign.thresholds``


@dataclass(frozen=True, slots=True)
class Settings:
    """Whether offices are asked, and how many days after their last answer."""

    asks: bool = False
    days: int = 182


@dataclass(frozen=True, slots=True)
class Correction:
    """What an office may put right by its link, at once: nothing that decides where mails go."""

    hours: str
    phone: str
    on_call_phone: str
    note: str
    topics: tuple[str, ...]


def settings_of(campaign: Campaign) -> Settings:
    """The settings in force."""
    kept: Mapping[str, Any] = campaign.thresholds.get(_ROOM, {})
    known = {one.name for one in fields(Settings)}
    return Settings(**{name: value for name, value in kept.items() if name in known})


def settle(
    session: Session, campaign: Campaign, wanted: Settings, *, by: User, at: datetime
) -> None:
    """Switch the questions on or off; Refusal for fewer than 30 days between two."""
    if not 30 <= wanted.days <= 730:
        raise Refusal("Indiquez un nombre de jours entre 30 et 730.", field="days")
    campaign.thresholds = {**campaign.thresholds, _ROOM: asdict(wanted)}
    journal.record(session, "settings_changed", about=campaign, by=by, at=at, names=["directory"])


def ask_due(session: Session, campaign: Campaign, *, at: datetime) -> int:
    """Ask the offices nobody has heard of for too long, the longest silent first; give how many.

    None when the lead has not switched it on. An office that does not answer is asked again when
    its link has died.
    """
    rules = settings_of(campaign)
    if not rules.asks:
        return 0
    old, dead = at - timedelta(days=rules.days), at - LINK_LIFE
    due = session.scalars(
        sa.select(Office)
        .where(
            Office.closed_at.is_(None),
            Office.email != "",
            Office.code != reference.COORDINATION,
            sa.or_(Office.confirmed_at.is_(None), Office.confirmed_at <= old),
            sa.or_(Office.confirm_asked_at.is_(None), Office.confirm_asked_at <= dead),
        )
        .order_by(Office.confirmed_at.is_not(None), Office.confirmed_at, Office.id)
        .limit(A_DAY)
    )
    return sum(_ask(session, office, at=at) for office in due)


def _ask(session: Session, office: Office, *, at: datetime) -> bool:
    office.nonce = office.nonce or sealing.fresh_nonce()
    office.confirm_asked_at = at  # an older link dies with it
    key = f"office_confirm:{office.id}:{at.date()}"
    about = {"office": office.id}
    return mails.post(session, "office_confirm", to=office.email, key=key, about=about, at=at)


def token(session: Session, office: Office) -> str:
    """The token of an office's link, derived from its row: a new question or an answer ends it."""
    keys: Keys = session.info["keys"]
    moments = [
        one.isoformat() if one else "" for one in (office.confirm_asked_at, office.confirmed_at)
    ]
    return f"{office.id}-{sealing.token(keys.link, 'office', office.id, office.nonce, *moments)}"


def find(session: Session, said: str, *, at: datetime) -> Office | None:
    """The office behind a link that still lives. Looking changes nothing.

    A link lives thirty days, serves one answer, and dies with the office.
    """
    number, _, _ = said.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    office = session.get(Office, int(number))
    if office is None or not office.nonce or not sealing.same(token(session, office), said):
        return None
    asked_at = office.confirm_asked_at
    if asked_at is None or asked_at + LINK_LIFE <= at:
        return None
    return None if office.closed_at is not None else office


def held(office: Office) -> Correction:
    """What the directory holds that an office may put right itself."""
    return Correction(
        hours=office.hours,
        phone=office.phone,
        on_call_phone=office.on_call_phone,
        note=office.note,
        topics=tuple(office.topics.split()),
    )


def confirm(session: Session, office: Office, *, at: datetime) -> None:
    """« Tout est juste »: the office is asked again in six months."""
    office.confirmed_at = at  # the link has served
    journal.record(session, "office_confirmed", about=office, by=None, at=at)


def correct(session: Session, office: Office, wanted: Correction, *, at: datetime) -> list[str]:
    """Take an office's own corrections, which count as its confirmation; give what changed.

    Hours, telephones, topics and the remark change at once and are journaled; a name or an
    address is for the coordination to change, since needs are sent there.
    Refusal names the field that cannot be read.
    """
    read = {
        "hours": writing.bounded(wanted.hours, 200, "hours"),
        "note": writing.bounded(wanted.note, 300, "note"),
        "topics": writing.topics(wanted.topics),
    }
    for field in ("phone", "on_call_phone"):
        typed = getattr(wanted, field)
        same = typed == getattr(office, field)
        read[field] = typed if same else writing.dialled(typed, field)
    if office.channel == "phone" and not read["phone"]:
        raise Refusal("Vous êtes joints par téléphone : indiquez votre numéro.", field="phone")
    changed = [name for name, value in read.items() if getattr(office, name) != value]
    for name in changed:
        setattr(office, name, read[name])
    if changed:
        offices.keep_by_hand(office, changed)
    office.confirmed_at = at  # the link has served
    journal.record(session, "office_confirmed", about=office, by=None, at=at, names=changed)
    return changed
