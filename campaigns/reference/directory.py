"""Territories, houses and offices of the départements that ship theirs; elsewhere, none."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from campaigns.reference import table
from campaigns.reference.places import communes
from campaigns.reference.table import Row

COORDINATION = "COORDINATION"
# Offices of the Département itself: file numbers may be told to them (handbook, section 5).
INTERNAL_KINDS = frozenset({"territoire", "coordination", "mdph", "crip"})
_CERTAINTIES = ("bonne", "moyenne", "faible")


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory of social action; ``certainty`` says how sure its boundary is."""

    code: str
    name: str
    email: str | None
    certainty: str
    note: str


@dataclass(frozen=True, slots=True)
class House:
    """A *maison départementale des solidarités et de l'insertion*, under a territory."""

    code: str
    name: str
    commune: str
    insee: str
    territory: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Sector:
    """Which territory, and house when only one fits, a commune belongs to."""

    insee: str
    territory: str
    house: str | None
    certainty: str


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An authority or partner of the directory.

    ``scope`` says over what it is competent (departement, region, commune, epci, national,
    personne), ``scope_code`` over which one, e.g. the INSEE code of a mairie's commune.
    """

    code: str
    kind: str
    name: str
    scope: str
    scope_code: str
    commune: str
    email: str | None
    phone: str | None
    note: str


@cache
def territories(departement: str) -> tuple[Territory, ...]:
    """The territories of a département that ships them; empty elsewhere."""
    found: dict[str, Territory] = {}
    columns = "code nom confiance_perimetre email remarque"
    for row in _read(departement, "territoires.csv", columns):
        if row["code"] in found:
            raise row.wrong("repeated territory")
        certainty = row.one_of("confiance_perimetre", _CERTAINTIES)
        note = table.french(row["remarque"])
        found[row["code"]] = Territory(
            row["code"], row.text("nom"), row["email"] or None, certainty, note
        )
    return tuple(found.values())


@cache
def houses(departement: str) -> tuple[House, ...]:
    """The houses of a département that ships them; empty elsewhere."""
    known = {territory.code for territory in territories(departement)}
    places = {commune.insee for commune in communes(departement)}
    found: dict[str, House] = {}
    columns = "code nom commune code_insee territoire_code telephone_2020 email"
    for row in _read(departement, "mdsi.csv", columns):
        if row["code"] in found:
            raise row.wrong("repeated house")
        found[row["code"]] = House(
            code=row["code"],
            name=row.text("nom"),
            commune=row.text("commune"),
            insee=row.one_of("code_insee", places),
            territory=row.one_of("territoire_code", known),
            email=row["email"] or None,
            phone=row["telephone_2020"] or None,
        )
    return tuple(found.values())


@cache
def sectors(departement: str) -> tuple[Sector, ...]:
    """Each commune's territory and house, for a département that ships its map."""
    known = {territory.code for territory in territories(departement)}
    known_houses = {house.code for house in houses(departement)} | {""}
    places = {commune.insee for commune in communes(departement)}
    found: dict[str, Sector] = {}
    columns = "code_insee territoire_code mdsi_code confiance"
    for row in _read(departement, "commune_territoire.csv", columns):
        insee = row.one_of("code_insee", places)
        if insee in found:
            raise row.wrong("commune in two territories")
        found[insee] = Sector(
            insee=insee,
            territory=row.one_of("territoire_code", known),
            house=row.one_of("mdsi_code", known_houses) or None,
            certainty=row.one_of("confiance", _CERTAINTIES),
        )
    return tuple(found.values())


@cache
def territory_of_commune(departement: str) -> Mapping[str, str]:
    """INSEE code → territory code, for a département that ships its map; empty elsewhere."""
    return MappingProxyType({sector.insee: sector.territory for sector in sectors(departement)})


@cache
def offices(departement: str) -> tuple[OfficeRow, ...]:
    """The directory of a département: what it ships, else the coordination alone.

    A mairie's code is ``MAIRIE_<insee>``, a CCAS's ``CCAS_<insee>``.
    """
    places = {commune.insee for commune in communes(departement)}
    found: dict[str, OfficeRow] = {}
    columns = "code type nom perimetre perimetre_code commune email telephone_court remarque"
    for row in _read(departement, "authorities.csv", columns):
        if row["code"] in found:
            raise row.wrong("repeated office")
        found[row["code"]] = _office(row, places)
    if COORDINATION not in found:
        found[COORDINATION] = _bare_coordination(departement)
    return tuple(found.values())


def _office(row: Row, places: set[str]) -> OfficeRow:
    if row["perimetre"] == "commune" and row["perimetre_code"]:
        row.one_of("perimetre_code", places)
    return OfficeRow(
        code=row["code"],
        kind=row.text("type"),
        name=row.text("nom"),
        scope=row.text("perimetre"),
        scope_code=row["perimetre_code"],
        commune=table.french(row["commune"]),
        email=row["email"] or None,
        phone=row["telephone_court"] or None,
        note=table.french(row["remarque"]),
    )


def _bare_coordination(departement: str) -> OfficeRow:
    """The basket no département can do without; its address is set when the campaign opens."""
    return OfficeRow(
        code=COORDINATION,
        kind="coordination",
        name="Coordination de la campagne Appel solidaire",
        scope="departement",
        scope_code=departement,
        commune="",
        email=None,
        phone=None,
        note="",
    )


def _read(departement: str, file: str, columns: str) -> tuple[Row, ...]:
    path = f"{departement}/{file}"
    if not table.exists(path):
        return ()
    return tuple(table.rows(path, table.shipped(path), columns))
