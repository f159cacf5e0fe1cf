"""All that is known about one person, as they may ask to read it (RGPD, article 15)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # rows of any table

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings, people
from campaigns.holdings import Nature
from campaigns.models import (
    Campaign,
    Enrolment,
    Objection,
    Organisation,
    Person,
    Referral,
    ReferralState,
    SourceList,
)
from campaigns.retention import rules
from campaigns.rights import labels, masks, telling, words
from campaigns.sealing import Keys

IDENTITY = (
    "Avant de remettre ce document, assurez-vous que c’est bien la personne : rappelez-la au "
    "numéro de sa fiche et demandez sa date de naissance, ou demandez à voir une pièce d’identité. "
    "N’en gardez pas de copie."
)
_UNSENT = {ReferralState.TO_SEND}
Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Section:
    """One table: its title in French, each row as (label, value) pairs."""

    table: str
    title: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The document, ready to be drawn or written; ``raw`` is the same for machines."""

    name: str
    reference: str
    made_at: datetime
    organisation: str
    contact: str
    purposes: tuple[str, ...]
    sources: tuple[str, ...]
    recipients: tuple[str, ...]
    retention: tuple[str, ...]
    sections: tuple[Section, ...]
    empty: tuple[str, ...]  # titles of the tables that hold nothing of theirs
    raw: dict[str, list[dict[str, Any]]]
    objected: bool


def read(session: Session, person: Person, *, at: datetime) -> Dossier:
    """Everything kept about a person, table by table; nothing of anybody else.

    Names of volunteers and of the others of the household are masked; what opens a link is left
    out. Nothing is written.
    """
    rows = holdings.of_person(session, person.id)
    own = [row["id"] for row in rows["person"]]
    near = _near(session, person, rows)
    mask = masks.read(session, own, near=near, callers=_callers(rows))
    told = telling.names(session, mask)
    organisation = session.get_one(Organisation, 1)
    sections = tuple(_section(name, rows[name], told) for name in labels.TABLES if rows[name])
    return Dossier(
        name=person.full_name,
        reference=person.reference,
        made_at=at,
        organisation=organisation.name,
        contact=organisation.dpo_contact or organisation.coordination_email,
        purposes=tuple(_purposes(session, person)),
        sources=tuple(_sources(session, rows)),
        recipients=tuple(_recipients(session, rows)),
        retention=words.retention(rules.in_force(session).days),
        sections=sections,
        empty=tuple(title for name, title in labels.TABLES.items() if not rows[name]),
        raw={name: [telling.raw(name, row, told) for row in rows[name]] for name in labels.TABLES},
        objected=_has_objected(session, person),
    )


def for_machines(dossier: Dossier) -> dict[str, Any]:
    """The same as one JSON object: what article 20 calls a common, readable format."""
    return {
        "reference": dossier.reference,
        "made_at": dossier.made_at.isoformat(),
        "organisation": dossier.organisation,
        "contact": dossier.contact,
        "purposes": list(dossier.purposes),
        "sources": list(dossier.sources),
        "recipients": list(dossier.recipients),
        "retention": list(dossier.retention),
        "objected": dossier.objected,
        "tables": {
            name: {"title": labels.TABLES[name], "rows": rows} for name, rows in dossier.raw.items()
        },
    }


def _section(name: str, rows: list[dict[str, Any]], told: telling.Names) -> Section:
    shown = [
        (column, label)
        for column in (*_keys_told(name), *_columns_told(name))
        if (label := labels.column(name, column)) is not None
        and not labels.is_for_machines(name, column)
    ]
    lines = (
        tuple((label, text) for c, label in shown if (text := telling.said(name, row, c, told)))
        for row in rows
    )
    return Section(name, labels.TABLES[name], tuple(line for line in lines if line))


def _columns_told(name: str) -> list[str]:
    return holdings.columns(name, Nature.FACT, Nature.PERSONAL, Nature.WORDS)


def _keys_told(name: str) -> list[str]:
    """Keys whose other end has a name to tell: a campaign, a place, a role."""
    return _keys_to(name, {"campaign", "territory", "office", "commune", "user_account"})


def _keys_to(name: str, ends: set[str]) -> list[str]:
    return [
        each.name
        for each in holdings.table(name).columns
        if any(key.column.table.name in ends for key in each.foreign_keys)
    ]


def _near(session: Session, person: Person, rows: Rows) -> set[int]:
    """Others who may be named beside them: the household, a double that was not one."""
    homes = [row["id"] for row in rows["household"]]
    found = set(session.scalars(sa.select(Person.id).where(Person.household_id.in_(homes))))
    for case in rows["quality_case"]:
        found |= {case["person_id"], case["other_id"] or person.id}
    return found


def _callers(rows: Rows) -> set[int]:
    """Accounts their rows name by a key."""
    found = set()
    for name in rows:
        for key in _keys_to(name, {"user_account"}):
            found |= {row[key] for row in rows[name]}
    return found


def _purposes(session: Session, person: Person) -> Iterable[str]:
    query = (
        sa.select(Campaign)
        .join(Enrolment, Enrolment.campaign_id == Campaign.id)
        .where(Enrolment.person_id == person.id)
        .order_by(Campaign.id)
    )
    for campaign in session.scalars(query):
        parts = (campaign.name, campaign.purpose, campaign.legal_basis)
        yield " – ".join(part for part in parts if part)


def _sources(session: Session, rows: Rows) -> Iterable[str]:
    named = {row["source"] for row in (*rows["provenance"], *rows["file_number"])}
    query = sa.select(SourceList).where(SourceList.name.in_(named))
    known = {one.name: one for one in session.scalars(query)}
    for name in sorted(named):
        source = known.get(name)
        parts = (name, source.purpose, source.legal_basis) if source else (name,)
        yield " – ".join(part for part in parts if part)
    if not named:
        yield "Votre fiche a été ajoutée à la main."


def _recipients(session: Session, rows: Rows) -> Iterable[str]:
    """The services a need was sent to, each once."""
    ids = [row["id"] for row in rows["referral"]]
    query = sa.select(Referral).where(Referral.id.in_(ids)).order_by(Referral.name, Referral.id)
    sent = (one.name for one in session.scalars(query) if one.state not in _UNSENT)
    yield from dict.fromkeys(sent)


def _has_objected(session: Session, person: Person) -> bool:
    keys: Keys = session.info["keys"]
    marks = people.fingerprints(keys.objection, person)
    query = sa.select(Objection.id).where(Objection.fingerprint.in_(marks)).limit(1)
    return session.scalar(query) is not None and person.stop is not None
