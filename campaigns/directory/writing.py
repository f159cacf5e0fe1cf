"""Reading what somebody types about an office: kind, place, channels, whom it serves."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any  # columns of an office, by name

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, reference, routing
from campaigns.models import Commune, Office, Territory
from campaigns.refusal import Refusal
from campaigns.values import national, phone

SCOPES = {
    "commune": "Une commune",
    "epci": "Une intercommunalité",
    "departement": "Le département",
    "region": "La région",
    "national": "Toute la France",
    "personne": "Le service propre à chaque personne",
}
CHANNELS = {
    "mail": "Courriel",
    "phone": "Téléphone : rien ne part, le numéro est montré",
    "paper": "Papier : la coordination imprime une feuille",
}
_SHORT = re.compile(r"[1-9]\d{1,5}")  # 15, 115, 3646, 116117
_SPACES = re.compile(r"[ \t\r\n]+")
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """An office as it is typed. ``communes`` holds INSEE codes served beside ``insee``, ``topics``
    codes of needs; telephones are as typed, shown as they are dialled."""

    kind: str
    name: str
    scope: str = "departement"
    insee: str = ""
    territory_id: int | None = None
    email: str = ""
    phone: str = ""
    on_call_phone: str = ""
    hours: str = ""
    note: str = ""
    channel: str = "mail"
    topics: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    deputy_id: int | None = None
    asks_code: bool = False
    wants_digest: bool = True


def checked(session: Session, entry: Entry, *, office: Office | None = None) -> dict[str, Any]:
    """The columns of an entry, read; Refusal, naming the field, for the first that cannot be.

    ``office`` is the one being changed, None for a new one.
    """
    if entry.kind not in routing.KINDS and (office is None or entry.kind != office.kind):
        raise Refusal("Choisissez un type de service de la liste.", field="kind")
    if entry.scope not in SCOPES:
        raise Refusal("Choisissez pour qui ce service est compétent.", field="scope")
    if entry.channel not in CHANNELS:
        raise Refusal("Choisissez comment ce service veut être prévenu.", field="channel")
    columns = {
        "kind": entry.kind,
        "name": _name(entry.name),
        "scope": entry.scope,
        "insee": _insee(session, entry),
        "territory_id": _territory(session, entry.territory_id),
        "email": email(entry.email, "email"),
        **{field: _number(entry, field, office) for field in ("phone", "on_call_phone")},
        "hours": bounded(entry.hours, 200, "hours"),
        "note": bounded(entry.note, 300, "note"),
        "channel": entry.channel,
        "topics": topics(entry.topics),
        "deputy_id": _deputy(session, entry.deputy_id, office),
        "asks_code": entry.asks_code,
        "wants_digest": entry.wants_digest,
    }
    if columns["channel"] == "phone" and not columns["phone"]:
        raise Refusal("Ce service veut le téléphone : indiquez son numéro.", field="phone")
    return columns


def email(text: str, field: str) -> str:
    """An address, or nothing; Refusal when it is no address."""
    try:
        return accounts.normal_email(text) if text.strip() else ""
    except Refusal as refusal:
        raise Refusal(refusal.say, field=field) from refusal


def bounded(text: str, most: int, field: str) -> str:
    """A text on one line, of bounded length; its non-breaking spaces stay."""
    words = _SPACES.sub(" ", text).strip()
    if len(words) > most:
        raise Refusal(f"{most} caractères au plus : gardez l’essentiel.", field=field)
    return words


def dialled(text: str, field: str) -> str:
    """A number as it is dialled: « 03 53 01 00 12 », or a short one like 15 or 3646."""
    bare = re.sub(r"[\s.]", "", text)
    if not bare or _SHORT.fullmatch(bare):
        return bare
    return national(e164(text, field))


def e164(text: str, field: str) -> str:
    """One full telephone number, or nothing; Refusal when it cannot be read."""
    if not text.strip():
        return ""
    readings = phone(text)
    number = readings[0].e164 if len(readings) == 1 else None
    if number is None:
        raise Refusal(
            "Indiquez un seul numéro de téléphone, par exemple 03 53 01 00 00.", field=field
        )
    return number


def topics(codes: Collection[str]) -> str:
    """Codes of needs as an office keeps them, in the order of the list of needs."""
    unknown = sorted(set(codes) - set(reference.categories()))
    if unknown:
        raise Refusal(f"Besoin inconnu : {', '.join(unknown[:5])}.", field="topics")
    kept = " ".join(code for code in reference.categories() if code in set(codes))
    return bounded(kept, 600, "topics")


def communes(session: Session, codes: Collection[str]) -> list[str]:
    """INSEE codes of communes of the instance, sorted; Refusal names those that are not."""
    wanted = {code.upper() for code in codes}
    known = set(session.scalars(sa.select(Commune.insee).where(Commune.insee.in_(wanted))))
    if unknown := sorted(wanted - known):
        raise Refusal(
            f"Ces codes ne sont pas des communes d’ici : {', '.join(unknown[:5])}.",
            field="communes",
        )
    return sorted(wanted)


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of a text, between spaces, commas or new lines."""
    return tuple(dict.fromkeys(piece for piece in _BETWEEN.split(text.strip()) if piece))


def _number(entry: Entry, field: str, office: Office | None) -> str:
    """What a list wrote stays as it is until somebody types something else."""
    typed: str = getattr(entry, field)
    if office is not None and typed == getattr(office, field):
        return typed
    return dialled(typed, field)


def _name(text: str) -> str:
    name = bounded(text, 200, "name")
    if not name:
        raise Refusal("Indiquez le nom du service.", field="name")
    return name


def _insee(session: Session, entry: Entry) -> str | None:
    code = entry.insee.strip().upper()
    if not code:
        return None
    if session.get(Commune, code) is None:
        raise Refusal(f"« {code} » n’est pas le code INSEE d’une commune d’ici.", field="insee")
    return code


def _territory(session: Session, territory_id: int | None) -> int | None:
    if territory_id is not None and session.get(Territory, territory_id) is None:
        raise Refusal("Choisissez un territoire de la liste.", field="territory_id")
    return territory_id


def _deputy(session: Session, deputy_id: int | None, office: Office | None) -> int | None:
    """A deputy that exists and does not lead back to the office itself."""
    following = session.get(Office, deputy_id) if deputy_id is not None else None
    if deputy_id is not None and following is None:
        raise Refusal("Choisissez un suppléant de l’annuaire.", field="deputy_id")
    for _ in range(10):
        if following is None:
            return deputy_id
        if office is not None and following.id == office.id:
            break
        following = session.get(Office, following.deputy_id) if following.deputy_id else None
    raise Refusal("Ce suppléant renvoie au service lui-même : choisissez-en un autre.",
                  field="deputy_id")  # fmt: skip
