"""The list the Département hands to mayors: who has help at home, but for those who object.

Loi n° 2024-317 of 8 April 2024, article 8: the president of the Département transmits to mayors
the strictly necessary data of people on APA at home and PCH, unless they object (handbook 11). No
implementing decree was found: a name, an address and a number are what a mairie needs to ring or
to visit; neither the benefit nor the birth date leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.exports.named_people import numbers_of
from campaigns.exports.tables import Asked, Cells, Column, Columns, Scope, Source, pages
from campaigns.models import (
    Campaign,
    Commune,
    Enrolment,
    Person,
    Provenance,
    SourceList,
    StopReason,
)

# Said before anybody asks, and on the first sheet of the file.
LAW = (
    "La loi n° 2024-317 du 8 avril 2024 (article 8) prévoit que le Département transmette aux "
    "maires les données strictement nécessaires des personnes qui ont l’APA à domicile ou la PCH, "
    "sauf si elles s’y opposent. Ces données servent au maire à les joindre, à rien d’autre."
)
SCHEMES = ("APA", "PCH")
COLUMNS = (
    Column("insee", "code INSEE de la commune"),
    Column("commune", "commune"),
    Column("title", "civilité"),
    Column("last_name", "nom"),
    Column("first_name", "prénom"),
    Column("address", "adresse"),
    Column("postal_code", "code postal"),
    Column("phones", "numéros utilisables, dans l’ordre à essayer"),
)
# They do not live there any more, or the record says nothing of them. Who does not want our calls
# any more is not among these: objecting to the mayor is another answer (handbook, section 11).
_GONE = (
    StopReason.DIED,
    StopReason.IN_CARE_HOME,
    StopReason.OUT_OF_SCOPE,
    StopReason.DUPLICATE,
)


@dataclass(frozen=True, slots=True)
class CommuneCount:
    """A commune, how many people its list holds."""

    insee: str
    name: str
    count: int


def communes(session: Session, campaign: Campaign) -> list[CommuneCount]:
    """The communes whose list would not be empty, by name."""
    rows = session.execute(
        within(
            sa.select(Commune.insee, Commune.name, sa.func.count(Person.id)),
            Asked(campaign, Scope()),
        )
        .group_by(Commune.insee, Commune.name)
        .order_by(Commune.name, Commune.insee)
    )
    return [CommuneCount(*row) for row in rows]


def objectors(session: Session, campaign: Campaign) -> int:
    """How many people with help at home object to this transmission."""
    query = (
        sa.select(sa.func.count(Person.id))
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Person.mayor_opt_out.is_(True),
            _is_helped(),
            Person.forgotten_at.is_(None),
        )
    )
    return session.scalar(query) or 0


def within(query: sa.Select[*Columns], asked: Asked) -> sa.Select[*Columns]:
    """Keep the people whose commune may be told of them."""
    kept = (
        query.select_from(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Commune, Commune.insee == Person.insee)
        .where(
            Enrolment.campaign_id == asked.campaign.id,
            Person.mayor_opt_out.is_(False),
            _is_helped(),
            sa.or_(Person.stop.is_(None), Person.stop.not_in(_GONE)),
            Person.hold.is_(None),  # somebody must look first: « EHPAD », « ne pas contacter »
            Person.merged_into_id.is_(None),
            Person.forgotten_at.is_(None),
            ~_is_of_registers_only(),
        )
    )
    return kept if asked.insee is None else kept.where(Person.insee == asked.insee)


def _is_helped() -> sa.ColumnElement[bool]:
    # « APA PCH »: words between spaces, so that « APAS » is not « APA ».
    padded = sa.literal(" ").concat(Person.schemes).concat(" ")
    return sa.or_(*(padded.like(f"% {scheme} %") for scheme in SCHEMES))


def _is_of_registers_only() -> sa.ColumnElement[bool]:
    """Known from communal registers alone: such a list serves its own emergency plan only (CASF
    L121-6-1; CNIL, 14 April 2020)."""
    named = sa.select(Provenance.id).where(Provenance.person_id == Person.id)
    register = sa.select(SourceList.name).where(SourceList.is_register.is_(True))
    elsewhere = named.where(Provenance.source.not_in(register))
    return sa.and_(named.exists(), ~elsewhere.exists())


def _count(session: Session, asked: Asked) -> int:
    return session.scalar(within(sa.select(sa.func.count(Person.id)), asked)) or 0


def _rows(session: Session, asked: Asked) -> Iterator[Cells]:
    query = within(sa.select(Person, Commune.name), asked)
    for page in pages(session, query.order_by(Person.insee, Person.id)):
        numbers = numbers_of(session, [person.id for person, _ in page])
        for person, commune in page:
            yield _written(person, commune, tuple(numbers[person.id]))


def _written(person: Person, commune: str, phones: tuple[str, ...]) -> Cells:
    return (
        person.insee,
        commune,
        person.title.label,
        person.last_name,
        person.first_name,
        person.address,
        person.postal_code,
        phones,
    )


FOR_MAYORS = Source(COLUMNS, _count, _rows)
