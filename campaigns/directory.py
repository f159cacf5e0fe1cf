"""The directory of offices, as routing and pages ask it."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference, routing
from campaigns.models import Commune, Office, Organisation, Person, Territory


class Found(NamedTuple):
    """The row behind a destination: one of the two, or neither for the coordination's basket."""

    territory: Territory | None
    office: Office | None


class Directory:
    """Look-ups by destination code, remembered for the time of one request."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._seen: dict[str, Found] = {}

    def __call__(self, code: str) -> routing.Destination | None:
        """What routing sees of a destination; None when there is no such office."""
        territory, office = self.rows(code)
        if territory is not None:
            return routing.Destination(
                code, "territoire", territory.name, territory.email or None, None
            )
        if office is None:
            return None
        email = office.email
        if code == reference.COORDINATION:
            organisation = self.session.get(Organisation, 1)
            email = (organisation.coordination_email if organisation else "") or email
        return routing.Destination(
            code, office.kind, office.name, email or None, office.phone or None
        )

    def rows(self, code: str) -> Found:
        """The rows behind a destination code."""
        if code not in self._seen:
            self._seen[code] = self._find(code)
        return self._seen[code]

    def _find(self, code: str) -> Found:
        if code.startswith("TERRITOIRE_"):
            wanted = code.removeprefix("TERRITOIRE_")
            return Found(
                self.session.scalar(sa.select(Territory).where(Territory.code == wanted)), None
            )
        return Found(None, self.session.scalar(sa.select(Office).where(Office.code == code)))


def place_of(session: Session, person: Person) -> routing.Place:
    """Where a person lives, by INSEE code and never by postal code (handbook, section 11)."""
    commune = session.get(Commune, person.insee) if person.insee else None
    if commune is None:
        return routing.Place(insee=None, name=person.town, territory_code=None)
    territory = session.get(Territory, commune.territory_id) if commune.territory_id else None
    known = reference.commune(commune.insee)
    return routing.Place(
        insee=commune.insee,
        name=commune.name,
        territory_code=territory.code if territory else None,
        city=known.city if known else None,
    )


def territories(session: Session) -> list[Territory]:
    """Every territory, by name."""
    return list(session.scalars(sa.select(Territory).order_by(Territory.name, Territory.id)))


def partners(session: Session, person: Person, *, wanted: str = "") -> list[Office]:
    """Offices a coordinator may hand this person's need to: theirs, then the département's."""
    near = sa.or_(Office.insee == person.insee, Office.scope == "departement")
    query = sa.select(Office).where(near, Office.email != "")
    if wanted:
        query = query.where(Office.name.icontains(wanted, autoescape=True))
    return list(session.scalars(query.order_by(Office.scope, Office.name, Office.id).limit(60)))
