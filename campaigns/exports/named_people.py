"""Who is in a campaign, row by row."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any  # a row of columns of several types

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.exports.tables import Asked, Cells, Column, Columns, Scope, Source, pages
from campaigns.models import Campaign, Commune, Enrolment, Person, Phone, StopReason, Territory

NO_NUMBER = "numéro à trouver"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as an export writes them; the names are those of the file, kept stable."""

    reference: str
    last_name: str
    first_name: str
    birth_date: date | None
    phones: tuple[str, ...]  # usable ones, E.164, in the order to try
    postal_code: str
    insee: str | None
    territory: str | None  # its code
    schemes: tuple[str, ...]
    wish: str
    callable: bool
    why_not: str | None  # in French, when nobody may or can call


_cells = attrgetter(*(field.name for field in fields(PersonRow)))
COLUMNS = (
    Column("reference", "numéro de la fiche"),
    Column("last_name", "nom"),
    Column("first_name", "prénom"),
    Column("birth_date", "date de naissance"),
    Column("phones", "numéros utilisables, dans l’ordre à essayer"),
    Column("postal_code", "code postal"),
    Column("insee", "code INSEE de la commune"),
    Column("territory", "code du territoire"),
    Column("schemes", "dispositifs de la liste d’origine"),
    Column(
        "wish", "rythme d’appel souhaité : HEBDO, QUINZAINE, MENSUEL, PONCTUEL, JAMAIS, INDECIS"
    ),
    Column("callable", "peut être appelée"),
    Column("why_not", "sinon, pourquoi"),
)


def people(
    session: Session, campaign: Campaign, *, scope: Scope | None = None
) -> Iterator[PersonRow]:
    """Everybody in a campaign, the oldest record first, without holding them all in memory."""
    asked = Asked(campaign, scope or Scope())
    for page in pages(session, _everybody(asked)):
        numbers = numbers_of(session, [row.id for row in page])
        for row in page:
            yield _written(row, tuple(numbers[row.id]))


def numbers_of(session: Session, ids: list[int]) -> dict[int, list[str]]:
    """The usable numbers of these people, in the order to try."""
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, e164 in session.execute(
        sa.select(Phone.person_id, Phone.e164)
        .where(Phone.person_id.in_(ids), Phone.invalid_at.is_(None))
        .order_by(Phone.person_id, Phone.position, Phone.id)
    ):
        found[person_id].append(e164)
    return found


def _rows(session: Session, asked: Asked) -> Iterator[Cells]:
    return map(_cells, people(session, asked.campaign, scope=asked.scope))


def _count(session: Session, asked: Asked) -> int:
    found = within(sa.select(sa.func.count(Person.id)), asked)
    return session.scalar(found) or 0


def within(query: sa.Select[*Columns], asked: Asked) -> sa.Select[*Columns]:
    """Keep the people of the campaign asked for, each with their commune and territory."""
    return (
        query.select_from(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .outerjoin(Territory, Territory.id == Commune.territory_id)
        .where(
            Enrolment.campaign_id == asked.campaign.id,
            Person.forgotten_at.is_(None),
            asked.scope.covers(Commune.territory_id),
        )
    )


def _everybody(asked: Asked) -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(
        Person.id,
        Person.last_name,
        Person.first_name,
        Person.birth_date,
        Person.postal_code,
        Person.insee,
        Territory.code.label("territory"),
        Person.schemes,
        Enrolment.wish,
        Person.stop,
        Person.hold,
    )
    return within(query, asked).order_by(Person.id)


def _written(row: sa.Row[*tuple[Any, ...]], phones: tuple[str, ...]) -> PersonRow:
    why_not = _why_not(row.stop, row.hold, phones)
    return PersonRow(
        reference=f"P-{row.id}",
        last_name=row.last_name,
        first_name=row.first_name,
        birth_date=row.birth_date,
        phones=phones,
        postal_code=row.postal_code,
        insee=row.insee,
        territory=row.territory,
        schemes=tuple(row.schemes.split()),
        wish=row.wish.value,
        callable=why_not is None,
        why_not=why_not,
    )


def _why_not(stop: StopReason | None, hold: str | None, phones: tuple[str, ...]) -> str | None:
    if stop is not None:
        return stop.label
    if hold is not None:
        return hold or "à confirmer"
    return None if phones else NO_NUMBER


NAMED_PEOPLE = Source(COLUMNS, _count, _rows)
