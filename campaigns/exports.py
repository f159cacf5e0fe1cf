"""Lists that leave the product: who is in a campaign, row by row."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Commune, Enrolment, Person, Phone, StopReason, Territory

PAGE = 1_000
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


def people(session: Session, campaign: Campaign) -> Iterator[PersonRow]:
    """Everybody in a campaign, the oldest record first, without holding them all in memory."""
    last_id = 0
    while page := _page(session, campaign, after=last_id):
        last_id = page[-1].id
        numbers = _numbers(session, [row.id for row in page])
        for row in page:
            yield _written(row, tuple(numbers[row.id]))


def _page(session: Session, campaign: Campaign, *, after: int) -> list[sa.Row[tuple[object, ...]]]:
    query = (
        sa.select(
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
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .outerjoin(Territory, Territory.id == Commune.territory_id)
        .where(Enrolment.campaign_id == campaign.id, Person.id > after)
        .order_by(Person.id)
        .limit(PAGE)
    )
    return list(session.execute(query))


def _numbers(session: Session, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, e164 in session.execute(
        sa.select(Phone.person_id, Phone.e164)
        .where(Phone.person_id.in_(ids), Phone.invalid_at.is_(None))
        .order_by(Phone.person_id, Phone.position, Phone.id)
    ):
        found[person_id].append(e164)
    return found


def _written(row: sa.Row[tuple[object, ...]], phones: tuple[str, ...]) -> PersonRow:
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
