"""What the instance knows that its documents say: who, what for, from where, for how long."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import retention
from campaigns.documents.blocks import Block, plain
from campaigns.models import (
    Call,
    Campaign,
    Office,
    Organisation,
    Person,
    Referral,
    SourceList,
    User,
)
from campaigns.reference import french
from campaigns.retention.labels import lasting
from campaigns.values import national

# Who sees what, whatever the campaign (reliability.md, c1).
_READERS = (
    "Les volontaires : leur feuille de la semaine, sans adresse, date de naissance ni dispositif. "
    "Une campagne peut leur montrer l’adresse ou la tranche d’âge, avec une raison et une fin.",
    "La coordination des territoires : les personnes de leur territoire et leurs besoins.",
    "Le pilotage et la protection des données : ce que leur tâche demande, et c’est noté.",
)
# Words of the settings that are missing, and where they are filled in.
SETTINGS = {
    "organisation": "le nom de l’organisation : pilotage, « Réglages »",
    "de_organisation": "le nom de l’organisation : pilotage, « Réglages »",
    "dpo": "comment joindre le délégué à la protection des données : pilotage, « Réglages »",
    "coordination": "le téléphone ou l’adresse de la coordination : pilotage, « Réglages »",
    "standard": "le téléphone du standard : pilotage, « Réglages »",
    "finalite": "la finalité et la base légale de chaque campagne : pilotage, « Mise en route »",
    "source": "la finalité et la base légale de chaque source : pilotage, « Listes »",
}


def values(session: Session) -> dict[str, str]:
    """What goes into the gaps; empty when nobody filled it in."""
    found = session.get_one(Organisation, 1)
    coordination = [_phone(found.coordination_phone), found.coordination_email]
    return {
        "organisation": found.name,
        "de_organisation": found.of_name,
        "dpo": found.dpo_contact,
        "standard": _phone(found.switchboard_phone),
        "coordination": ", ".join(part for part in coordination if part),
        "personnes": _count(session, Person, Person.forgotten_at.is_(None)),
        "appels": _count(session, Call),
        "comptes": _count(session, User, User.disabled_at.is_(None)),
    }


def places(session: Session) -> dict[str, tuple[Block, ...]]:
    """What is listed, by the name of its place."""
    return {
        "campagnes": (_campaigns(session),),
        "sources": (_sources(session),),
        "destinataires": (_recipients(session),),
        "durees": (_periods(session),),
    }


def missing(session: Session) -> list[str]:
    """What is not filled in though every document needs it; keys of ``SETTINGS``."""
    empty = [name for name, value in values(session).items() if name in SETTINGS and not value]
    no_ground = sa.or_(Campaign.purpose == "", Campaign.legal_basis == "")
    if session.scalar(sa.select(Campaign.id).where(no_ground).limit(1)):
        empty.append("finalite")
    unsaid = sa.or_(SourceList.purpose == "", SourceList.legal_basis == "")
    if session.scalar(sa.select(SourceList.id).where(unsaid).limit(1)):
        empty.append("source")
    return empty


def _campaigns(session: Session) -> Block:
    rows = session.scalars(sa.select(Campaign).order_by(Campaign.id)).all()
    if not rows:
        return Block("paragraph", plain("Aucune campagne n’est encore créée."))
    head = ("Campagne", "Finalité", "Base légale", "État")
    return _table(
        head,
        [(one.name, one.purpose, one.legal_basis, one.state.label) for one in rows],
    )


def _sources(session: Session) -> Block:
    rows = session.scalars(sa.select(SourceList).order_by(SourceList.name, SourceList.id)).all()
    if not rows:
        return Block("paragraph", plain("Aucune liste n’est encore importée."))
    head = ("Source", "Finalité", "Base légale", "Personnes informées le")
    return _table(
        head,
        [
            (
                f"{one.name} (registre communal)" if one.is_register else one.name,
                one.purpose,
                one.legal_basis,
                f"{one.informed_on:%d/%m/%Y}" if one.informed_on else "",
            )
            for one in rows
        ],
    )


def _recipients(session: Session) -> Block:
    """Who reads inside, then the services needs were sent to, by their names."""
    names = session.scalars(
        sa.select(Office.name)
        .where(sa.select(Referral.id).where(Referral.office_id == Office.id).exists())
        .order_by(Office.name)
        .limit(_MOST + 1)
    ).all()
    told = ", ".join(names[:_MOST])
    if not names:
        services = "Les services de l’annuaire, pour un besoin et avec l’accord de la personne."
    elif len(names) > _MOST:
        services = f"Pour un besoin, avec accord : {told} et d’autres services de l’annuaire."
    else:
        services = f"Pour un besoin, avec accord : {told}."
    return Block("list", plain(*(french(line) for line in (*_READERS, services))))


_MOST = 30


def _periods(session: Session) -> Block:
    days = retention.rules.in_force(session).days
    head = ("Quoi", "À partir de", "Durée", "Ensuite")
    return _table(
        head,
        [
            (rule.what, rule.since, lasting(days[rule.key]), rule.becomes)
            for rule in retention.rules.RULES
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    cells = [[french(cell) or "à compléter" for cell in row] for row in rows]
    return Block("table", rows=tuple(plain(*row) for row in (head, *cells)))


def _phone(e164: str) -> str:
    return national(e164) if e164 else ""


def _count(
    session: Session, model: type[Person | Call | User], *where: sa.ColumnElement[bool]
) -> str:
    count = session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0
    return f"{count:,}".replace(",", "\u00a0")
