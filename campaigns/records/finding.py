"""Finding somebody by what is at hand: a name, a number rung, a reference, a file number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import values
from campaigns.models import Campaign, Commune, Enrolment, FileNumber, Person, Phone, Provenance
from campaigns.records.given import Given

MOST = 50
_REFERENCE = re.compile(r"p\s*(?:-\s*)?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Those who answer a search, and whether there were more than it shows."""

    people: tuple[Person, ...]
    has_more: bool


def find(
    session: Session, campaign: Campaign, text: str, *, territories: Sequence[int] | None
) -> Found:
    """People of the campaign by name, telephone, « P-1042 » or file number; at most ``MOST``.

    ``territories`` None looks everywhere. An empty text finds nobody.
    """
    wanted = values.readable(text)
    if not wanted:
        return Found((), has_more=False)
    rows = session.scalars(
        _people(campaign, territories)
        .where(_answers(wanted))
        .order_by(Person.last_name, Person.first_name, Person.id)
        .limit(MOST + 1)
    ).all()
    return Found(tuple(rows[:MOST]), has_more=len(rows) > MOST)


def of(
    session: Session, campaign: Campaign, person_id: int, *, territories: Sequence[int] | None
) -> Person | None:
    """One person of the campaign this reader may see."""
    return session.scalar(_people(campaign, territories).where(Person.id == person_id))


def twins(
    session: Session, campaign: Campaign, given: Given, *, territories: Sequence[int] | None
) -> tuple[list[Person], int]:
    """People already known who might be the one described: same name, and one thing more.

    Those this reader may see, and how many more there are out of their reach.
    """
    key = values.name_key(given.last_name, given.first_name)
    numbers = [e164 for e164, _ in given.phones]
    alike = [
        Person.id.in_(sa.select(Phone.person_id).where(Phone.e164.in_(numbers))),
        sa.and_(Person.postal_code != "", Person.postal_code == given.postal_code),
    ]
    if given.birth_date is not None:
        alike.append(Person.birth_date == given.birth_date)
    found = session.scalars(
        sa.select(Person)
        .options(selectinload(Person.phones), joinedload(Person.commune))
        .where(Person.name_key == key, Person.merged_into_id.is_(None), sa.or_(*alike))
        .order_by(Person.id)
        .limit(10)
    ).all()
    seen = [
        one for one in found if of(session, campaign, one.id, territories=territories) is not None
    ]
    return seen, len(found) - len(seen)


def _people(campaign: Campaign, territories: Sequence[int] | None) -> sa.Select[Person]:
    query = (
        sa.select(Person)
        # A record joined to another takes part through it: it stays as a signpost.
        .join(Enrolment, Enrolment.person_id == sa.func.coalesce(Person.merged_into_id, Person.id))
        .outerjoin(Commune, Commune.insee == Person.insee)
        .options(selectinload(Person.phones), joinedload(Person.commune))
        .where(Enrolment.campaign_id == campaign.id)
    )
    # Who has no commune yet belongs to no territory: the coordination and the lead see them.
    return query if territories is None else query.where(Commune.territory_id.in_(territories))


def _answers(wanted: str) -> sa.ColumnElement[bool]:
    if named := _REFERENCE.fullmatch(wanted):
        return Person.id == int(named[1])
    ways = [_by_file(wanted)]
    numbers = [one.e164 for one in values.phone(wanted) if one.e164]
    if numbers:
        ways.append(Person.id.in_(sa.select(Phone.person_id).where(Phone.e164.in_(numbers))))
    # « Jean-Paul » is one word of the key, « jean paul » finds it as well.
    words = [word for word in re.split(r"[^a-z]+", values.fold(wanted)) if len(word) > 1]
    if words:
        ways.append(sa.and_(*(Person.name_key.contains(word, autoescape=True) for word in words)))
    return sa.or_(*ways)


def _by_file(wanted: str) -> sa.ColumnElement[bool]:
    return Person.id.in_(sa.select(FileNumber.person_id).where(FileNumber.number == wanted))


def enrolment_of(session: Session, campaign: Campaign, person: Person) -> Enrolment | None:
    """Where the person stands in a campaign."""
    return session.scalar(
        sa.select(Enrolment).where(
            Enrolment.campaign_id == campaign.id, Enrolment.person_id == person.id
        )
    )


def sources_of(session: Session, person: Person) -> list[tuple[str, str]]:
    """The lists that name a person, each with their file number there (empty: it gives none)."""
    numbers = session.execute(
        sa.select(FileNumber.source, FileNumber.number).where(FileNumber.person_id == person.id)
    )
    named = session.scalars(sa.select(Provenance.source).where(Provenance.person_id == person.id))
    found = dict.fromkeys(named, "") | {row.source: row.number for row in numbers}
    return sorted(found.items())


def household_of(session: Session, person: Person) -> list[Person]:
    """The others who answer the same telephone."""
    return list(
        session.scalars(
            sa.select(Person)
            .where(
                Person.household_id == person.household_id,
                Person.id != person.id,
                Person.merged_into_id.is_(None),
            )
            .order_by(Person.id)
        )
    )


def communes_of(session: Session, postal_code: str) -> list[str]:
    """The names of the communes a postal code covers."""
    if not postal_code:
        return []
    return list(
        session.scalars(
            sa.select(Commune.name)
            .where(Commune.postal_codes.contains(postal_code, autoescape=True))
            .order_by(Commune.name)
        )
    )


def is_within(session: Session, insee: str | None, *, territories: Sequence[int] | None) -> bool:
    """Whether a commune lies in these territories; None are all of them, and nowhere too."""
    if territories is None:
        return True
    commune = session.get(Commune, insee) if insee else None
    return commune is not None and commune.territory_id in territories
