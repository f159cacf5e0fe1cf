"""What a map counts: people and needs by commune, with the territory of each."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Commune, Enrolment, Need, Person, Territory
from campaigns.overview.area import EVERYWHERE, Area, Needs


@dataclass(frozen=True, slots=True)
class Place:
    """A commune where somebody is on the list. Nothing is masked here: who shows it does.

    ``people`` may be called or were, ``never`` of them were never spoken to; ``needs`` were
    raised, whatever became of them.
    """

    insee: str
    name: str
    territory: str
    people: int
    never: int
    needs: int


def places(session: Session, campaign: Campaign, *, area: Area = EVERYWHERE) -> list[Place]:
    """Counts by commune, by name, in an ``area``. Two statements.

    People whose commune is not known are in none.
    """
    within = area.territories
    here = () if within is None else (Commune.territory_id.in_(within),)
    people = session.execute(
        sa.select(
            Commune.insee,
            Commune.name,
            Territory.name,
            sa.func.count(),
            sa.func.count().filter(Enrolment.last_conversation_at.is_(None)),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Commune, Commune.insee == Person.insee)
        .outerjoin(Territory, Territory.id == Commune.territory_id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Person.stop.is_(None),
            Person.hold.is_(None),
            *here,
        )
        .group_by(Commune.insee, Commune.name, Territory.name)
        .order_by(Commune.name, Commune.insee)
    ).all()
    needs = _needs(session, campaign, area.needs)
    return [
        Place(insee, name, territory or "", count, never, needs.get(insee, 0))
        for insee, name, territory, count, never in people
    ]


def _needs(session: Session, campaign: Campaign, those: Needs) -> dict[str | None, int]:
    rows = session.execute(
        sa.select(Person.insee, sa.func.count())
        .select_from(Need)
        .join(Person, Person.id == Need.person_id)
        .where(Need.campaign_id == campaign.id, *those)
        .group_by(Person.insee)
    )
    return {row[0]: int(row[1]) for row in rows}
