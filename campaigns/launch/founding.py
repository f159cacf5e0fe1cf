"""The organisation of a département, with its places and offices."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, reference
from campaigns.models import Commune, FormerCommune, Office, Organisation, Territory
from campaigns.refusal import Refusal


def found_organisation(session: Session, *, departement: str, at: datetime) -> Organisation:
    """Create the organisation of a département with its places and offices.

    Refusal when the code is unknown or the instance already has an organisation.
    """
    known = reference.departements().get(departement)
    if known is None:
        raise Refusal(
            f"Le département « {departement} » n’existe pas. "
            "Donnez son code, par exemple 80, 2A ou 974."
        )
    if session.get(Organisation, 1) is not None:
        raise Refusal(
            "Cette instance est déjà prête. Choisissez un autre dossier pour en créer une nouvelle."
        )
    organisation = Organisation(
        id=1,
        name=f"Département – {known.name}",  # the lead writes it in full in the settings
        of_name="du Département",
        departement=departement,
    )
    session.add(organisation)
    _load_places(session, departement)
    session.flush()  # offices point at territories
    _load_offices(session, organisation)
    journal.record(session, "organisation_founded", about=organisation, by=None, at=at)
    return organisation


def _load_places(session: Session, departement: str) -> None:
    territories = {
        row.code: Territory(code=row.code, name=row.name, email=row.email or "")
        for row in reference.territories(departement)
    }
    session.add_all(territories.values())
    session.flush()  # communes point at territories
    sector = reference.territory_of_commune(departement)
    session.execute(
        sa.insert(Commune),
        [
            {
                "insee": row.insee,
                "name": row.name,
                "postal_codes": "|".join(row.postal_codes),
                "population": row.population or 0,
                "territory_id": territories[sector[row.insee]].id if row.insee in sector else None,
            }
            for row in reference.communes(departement)
        ],
    )
    present = {row.insee for row in reference.communes(departement)}
    former = [
        {"insee": row.insee, "name": row.name, "current_insee": row.present}
        for row in reference.former_communes(departement)
        if row.present in present and row.name
    ]
    if former:
        session.execute(sa.insert(FormerCommune), former)


def _load_offices(session: Session, organisation: Organisation) -> None:
    departement = organisation.departement
    territories = {row.code: row.id for row in session.scalars(sa.select(Territory))}
    for row in reference.offices(departement):
        session.add(
            Office(
                code=row.code,
                kind=row.kind,
                name=row.name,
                scope=row.scope,
                insee=row.scope_code if row.scope == "commune" and row.scope_code else None,
                email=row.email or "",
                phone=row.phone or "",
                note=row.note,
            )
        )
        if row.code == reference.COORDINATION:
            organisation.coordination_email = row.email or ""
    for house in reference.houses(departement):
        session.add(
            Office(
                code=house.code,
                kind="mds",
                name=house.name,
                scope="commune",
                insee=house.insee,
                territory_id=territories.get(house.territory),
                email=house.email or "",
                phone=house.phone or "",
            )
        )
