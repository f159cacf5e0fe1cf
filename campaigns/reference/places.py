"""The communes of France, and what each département that ships says of itself."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from campaigns.reference import table
from campaigns.reference.table import Row

# Cities whose municipal arrondissements have their own INSEE codes (Paris, Lyon, Marseille).
_CITIES = {"75": "75056", "69": "69123", "13": "13055"}
_FORMER_COLUMNS = "code_insee_ancien nom_ancien code_insee_actuel"


@dataclass(frozen=True, slots=True)
class Departement:
    """A département, or an overseas collectivity that counts as one here."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, or a municipal arrondissement of the ``city`` whose INSEE code is given.

    Population is 0 where none is published; an arrondissement's is part of its city's.
    """

    insee: str
    name: str
    postal_codes: tuple[str, ...]
    population: int
    epci: str
    city: str | None = None


@dataclass(frozen=True, slots=True)
class FormerCommune:
    """A commune that merged: its old code and name (empty when only the code is published)."""

    insee: str
    name: str
    present: str


def departement_of(insee: str) -> str:
    """The département of an INSEE commune code: 80620 is in 80, 2A004 in 2A, 97411 in 974."""
    return insee[:3] if insee[:2] in {"97", "98"} else insee[:2]


@cache
def departements() -> Mapping[str, Departement]:
    """Every département by code, in the order of the file."""
    found: dict[str, Departement] = {}
    for row in _read("france/departements.csv", "code nom"):
        if row["code"] in found:
            raise row.wrong("repeated département")
        found[row["code"]] = Departement(row["code"], row.text("nom"))
    return MappingProxyType(found)


@cache
def communes(departement: str) -> tuple[Commune, ...]:
    """The communes of a département, by INSEE code, arrondissements included.

    ValueError for a code that is no département.
    """
    if departement not in departements():
        raise ValueError(f"unknown département {departement!r}")
    path = f"{departement}/communes.csv"
    rows = (
        _read(path, "code_insee nom codes_postaux population epci")
        if table.exists(path)
        else _communes_of_france()[departement]
    )
    found: dict[str, Commune] = {}
    for row in rows:
        if row["code_insee"] in found or departement_of(row["code_insee"]) != departement:
            raise row.wrong(f"repeated or misplaced commune {row['code_insee']!r}")
        found[row["code_insee"]] = _commune(row)
    return tuple(found[insee] for insee in sorted(found))


def commune(insee: str) -> Commune | None:
    """The commune of this INSEE code, or None: a code that merged is in ``former_communes``."""
    departement = departement_of(insee)
    return _by_insee(departement).get(insee) if departement in departements() else None


@cache
def neighbours(departement: str) -> tuple[tuple[str, str], ...]:
    """Pairs of communes of a département that share a border; none where no map ships."""
    path = f"{departement}/communes_voisines.csv"
    if not table.exists(path):
        return ()
    known = _by_insee(departement)
    return tuple(
        (row.one_of("code_insee", known), row.one_of("voisine", known))
        for row in _read(path, "code_insee voisine")
    )


@cache
def former_communes(departement: str) -> tuple[FormerCommune, ...]:
    """Old, delegated and associated communes whose present commune is in this département."""
    path = f"{departement}/communes_anciennes.csv"
    known = _by_insee(departement)
    rows = (
        _read(path, _FORMER_COLUMNS)
        if table.exists(path)
        else _former_communes_of_france().get(departement, ())
    )
    found: dict[str, FormerCommune] = {}
    for row in rows:
        if row["code_insee_ancien"] in found:
            raise row.wrong("repeated former commune")
        present = row.one_of("code_insee_actuel", known)
        former = FormerCommune(row["code_insee_ancien"], table.french(row["nom_ancien"]), present)
        found[former.insee] = former
    return tuple(found.values())


@cache
def _by_insee(departement: str) -> Mapping[str, Commune]:
    return {commune.insee: commune for commune in communes(departement)}


def _commune(row: Row) -> Commune:
    # A file without the column holds whole communes only.
    is_ward = row.cells.get("type") == "arrondissement-municipal"
    return Commune(
        insee=row["code_insee"],
        name=row.text("nom"),
        postal_codes=tuple(row["codes_postaux"].split("|")) if row["codes_postaux"] else (),
        population=row.whole("population") if row["population"] else 0,
        epci=table.french(row["epci"]),
        city=_CITIES[row.one_of("departement", _CITIES)] if is_ward else None,
    )


@cache
def _communes_of_france() -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    columns = "code_insee nom type departement codes_postaux population epci"
    for row in _read("france/communes.csv.gz", columns):
        found[row.one_of("departement", departements())].append(row)
    return found


@cache
def _former_communes_of_france() -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _read("france/communes_anciennes.csv.gz", _FORMER_COLUMNS):
        found[departement_of(row["code_insee_actuel"])].append(row)
    return found


def _read(path: str, columns: str) -> tuple[Row, ...]:
    return tuple(table.rows(path, table.shipped(path), columns))
