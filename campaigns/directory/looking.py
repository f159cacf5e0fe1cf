"""The directory of offices, as routing and pages ask it."""

from typing import NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference, routing
from campaigns.models import Commune, Office, OfficeCommune, Organisation, Person, Territory

_TERRITORY = "TERRITOIRE_"
_DEPUTIES = 5  # how far a chain of deputies is followed


class Found(NamedTuple):
    """The row behind a destination: one of the two, or neither for the coordination's basket."""

    territory: Territory | None
    office: Office | None


NOBODY = Found(None, None)


class Directory:
    """Look-ups by destination code, remembered for the time of one request.

    An office that is closed is nobody: its deputy answers in its place, if it has one.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._seen: dict[str, Found] = {}
        self._told: dict[str, routing.Destination | None] = {}
        self._is_whole = False

    @classmethod
    def whole(cls, session: Session) -> Self:
        """The directory read at once: for the pages that look at every commune."""
        made = cls(session)
        made._read_all()
        return made

    def __call__(self, code: str) -> routing.Destination | None:
        """What routing sees of a destination; None when there is no such office."""
        if code not in self._told:
            self._told[code] = self._destination(code)
        return self._told[code]

    def _destination(self, code: str) -> routing.Destination | None:
        territory, office = self.rows(code)
        if territory is not None:
            return routing.Destination(
                code, "territoire", territory.name, territory.email or None, territory.phone or None
            )
        if office is None:
            return None
        email = office.email
        if office.code == reference.COORDINATION:
            organisation = self.session.get(Organisation, 1)
            email = (organisation.coordination_email if organisation else "") or email
        return routing.Destination(
            office.code,
            office.kind,
            office.name,
            email or None,
            office.phone or None,
            office.channel,
        )

    def rows(self, code: str) -> Found:
        """The rows behind a destination code."""
        if code not in self._seen:
            self._seen[code] = NOBODY if self._is_whole else self._find(code)
        return self._seen[code]

    def _find(self, code: str) -> Found:
        if code.startswith(_TERRITORY):
            wanted = code.removeprefix(_TERRITORY)
            return Found(
                self.session.scalar(sa.select(Territory).where(Territory.code == wanted)), None
            )
        offices = self.session.scalars(
            sa.select(Office).where(_answers_for(code)).order_by(Office.code != code, Office.id)
        )
        standing = (_standing(self.session, office) for office in offices)
        return Found(None, next((office for office in standing if office is not None), None))

    def _read_all(self) -> None:
        offices = list(self.session.scalars(sa.select(Office).order_by(Office.id)))
        territories = list(self.session.scalars(sa.select(Territory)))
        served: dict[int, list[str]] = {}
        for row in self.session.execute(sa.select(OfficeCommune.office_id, OfficeCommune.insee)):
            served.setdefault(row.office_id, []).append(row.insee)
        for territory in territories:
            self._seen[_TERRITORY + territory.code] = Found(territory, None)
        codes = {territory.id: territory.code for territory in territories}
        stems = {kind.code: kind.stem for kind in routing.KINDS.values()}
        standing = {office.id: _standing(self.session, office) for office in offices}
        for office in offices:
            if (there := standing[office.id]) is not None:
                self._seen[office.code] = Found(None, there)
        # An office named by its own code comes before those that serve the place.
        for office in offices:
            if office.closed_at is not None or office.kind not in stems:
                continue
            for where in served.get(office.id) or [codes.get(office.territory_id or 0, "")]:
                self._seen.setdefault(f"{stems[office.kind]}_{where}", Found(None, office))
        self._is_whole = True


def _answers_for(code: str) -> sa.ColumnElement[bool]:
    """The office of this code, or the ones of a kind that serve the commune or the territory."""
    stems = (kind for kind in routing.KINDS.values() if code.startswith(f"{kind.stem}_"))
    kind = max(stems, key=lambda one: len(one.stem), default=None)
    if kind is None:
        return Office.code == code
    where = code.removeprefix(f"{kind.stem}_")
    serving = sa.select(OfficeCommune.office_id).where(OfficeCommune.insee == where)
    has_communes = sa.exists().where(OfficeCommune.office_id == Office.id)
    territory = sa.select(Territory.id).where(Territory.code == where).scalar_subquery()
    here = sa.and_(Office.territory_id == territory, ~has_communes)
    near = sa.and_(
        Office.kind == kind.code, Office.closed_at.is_(None), sa.or_(Office.id.in_(serving), here)
    )
    return sa.or_(Office.code == code, near)


def _standing(session: Session, office: Office) -> Office | None:
    """The office, or the open deputy of one that is closed."""
    for _ in range(_DEPUTIES):
        if office.closed_at is None:
            return office
        deputy = session.get(Office, office.deputy_id) if office.deputy_id else None
        if deputy is None:
            return None
        office = deputy
    return None


def place_of(session: Session, person: Person) -> routing.Place:
    """Where a person lives, by INSEE code and never by postal code (handbook, section 11)."""
    commune = session.get(Commune, person.insee) if person.insee else None
    if commune is None:
        return routing.Place(insee=None, name=person.town, territory_code=None)
    territory = session.get(Territory, commune.territory_id) if commune.territory_id else None
    return _place(commune.insee, commune.name, territory.code if territory else None)


def places(session: Session) -> list[routing.Place]:
    """Every commune of the instance as routing sees it, by name."""
    rows = session.execute(
        sa.select(Commune.insee, Commune.name, Territory.code)
        .outerjoin(Territory, Territory.id == Commune.territory_id)
        .order_by(Commune.name, Commune.insee)
    )
    return [_place(insee, name, code) for insee, name, code in rows]


def _place(insee: str, name: str, territory_code: str | None) -> routing.Place:
    known = reference.commune(insee)
    return routing.Place(
        insee=insee,
        name=name,
        territory_code=territory_code,
        city=known.city if known else None,
    )


def territories(session: Session) -> list[Territory]:
    """Every territory, by name."""
    return list(session.scalars(sa.select(Territory).order_by(Territory.name, Territory.id)))


def partners(session: Session, person: Person, *, wanted: str = "") -> list[Office]:
    """Offices a coordinator may hand this person's need to: theirs, then the département's.

    Those of the commune, those that serve it, those of the whole département; closed ones never.
    """
    serving = sa.select(OfficeCommune.office_id).where(OfficeCommune.insee == person.insee)
    near = sa.or_(
        Office.insee == person.insee, Office.id.in_(serving), Office.scope == "departement"
    )
    query = sa.select(Office).where(near, Office.email != "", Office.closed_at.is_(None))
    if wanted:
        query = query.where(Office.name.icontains(wanted, autoescape=True))
    return list(session.scalars(query.order_by(Office.scope, Office.name, Office.id).limit(60)))
