"""Small lists of people as a source sends them, and how they enter a campaign."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, Commune, ImportBatch, Person
from importers import load
from importers.choices import Choices
from tests.importers import files

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
HEADERS = ("ID IODAS", "NOM", "Prénom", "Date de naissance", "Téléphone", "Adresse", "CP", "Ville",
           "Obs.")  # fmt: skip
RENEE = (1, "DUPONT", "Renée", "07/03/1941", "06 39 98 00 12", "3 rue X", "80000", "AMIENS", "")
PAUL = (2, "DUPONT", "Paul", "01/02/1939", "06 39 98 00 12", "3 rue X", "80000", "AMIENS", "")
ZOE = (3, "LEFÈVRE", "Zoé", "05/05/1990", "", "9 rue Y", "80100", "ABBEVILLE", "ne pas appeler")
# Renée as another software knows her: no file number, no birth date.
ALIKE = ("", "DUPONT", "Renée", "", "06 39 98 00 12", "", "80000", "AMIENS", "")


def campaign(session: Session, slug: str = "essai", **columns: Any) -> Campaign:
    """An open campaign, and the two communes of these lists."""
    for insee, name, codes in (("80021", "Amiens", "80000"), ("80001", "Abbeville", "80100")):
        if session.get(Commune, insee) is None:
            session.add(Commune(insee=insee, name=name, postal_codes=codes, population=1))
    made = Campaign(
        slug=slug, name=slug.title(), state=CampaignState.OPEN, created_at=AT, **columns
    )
    session.add(made)
    session.flush()
    return made


def read(
    session: Session,
    into: Campaign,
    *people: tuple[Any, ...],
    at: datetime = AT,
    source: str = "IODAS",
    headers: tuple[str, ...] = HEADERS,
    choices: Choices | None = None,
    is_enrichment: bool = False,
) -> ImportBatch:
    """A list read, waiting for a confirmation."""
    batch = load.receive(
        session,
        into,
        content=files.xlsx([headers, *people]),
        filename="liste.xlsx",
        source=source,
        by=None,
        at=at,
    )
    batch.is_enrichment = is_enrichment
    batch.choices = (choices or Choices()).kept()
    load.prepare(session, batch, today=TODAY)
    session.flush()
    return batch


def take_in(
    session: Session, into: Campaign, *people: tuple[Any, ...], at: datetime = AT, **how: Any
) -> ImportBatch:
    """A list read and confirmed."""
    batch = read(session, into, *people, at=at, **how)
    load.confirm(session, batch, by=None, at=at)
    session.expire_all()
    return batch


def everybody(session: Session) -> list[Person]:
    """All people, in the order they came."""
    return list(session.scalars(sa.select(Person).order_by(Person.id)))


def count(session: Session, model: type) -> int:
    """How many rows a table has."""
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
