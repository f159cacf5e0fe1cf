"""The kinds of offices: their words, and the code under which a routing table names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of office. ``stem`` begins the codes of its offices; ``by_place`` says whether a
    table that names the stem means the office of the person's own commune or territory first."""

    code: str
    label: str
    stem: str
    by_place: bool = False


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            Kind("mairie", "Mairie", "MAIRIE"),
            Kind("ccas", "CCAS ou CIAS", "CCAS"),
            Kind("mds", "Maison des solidarités", "MDS"),
            Kind("mdph", "MDPH", "MDPH"),
            Kind("crip", "Cellule des informations préoccupantes (CRIP)", "CRIP"),
            Kind("coordination", "Coordination de la campagne", "COORDINATION"),
            Kind("cellule_18_25", "Cellule 18–25 ans", "CELLULE_18_25", by_place=True),
            Kind(
                "cellule_independants",
                "Cellule des travailleurs indépendants",
                "CELLULE_INDEPENDANTS",
                by_place=True,
            ),
            Kind("cellule_handicap", "Cellule handicap", "CELLULE_HANDICAP", by_place=True),
            Kind("psychologue", "Psychologues", "PSY", by_place=True),
            Kind("repit", "Répit des aidants", "REPIT"),
            Kind("service_domicile", "Service d’aide à domicile", "SAD"),
            Kind("france_services", "France services", "FRANCE_SERVICES", by_place=True),
            Kind("cpam", "CPAM", "CPAM"),
            Kind("caf", "CAF", "CAF"),
            Kind("msa", "MSA", "MSA"),
            Kind("carsat", "CARSAT", "CARSAT"),
            Kind("france_travail", "France Travail", "FRANCE_TRAVAIL"),
            Kind("mission_locale", "Mission locale", "MISSION_LOCALE", by_place=True),
            Kind("siao", "SIAO et 115", "SIAO"),
            Kind("adil", "ADIL", "ADIL"),
            Kind("point_conseil_budget", "Point conseil budget", "PCB"),
            Kind("intercommunalite", "Intercommunalité", "EPCI"),
            Kind("association", "Association", "ASSO"),
            Kind("ars", "ARS", "ARS"),
            Kind("forces_ordre", "Police ou gendarmerie", "FDO"),
            Kind("secours", "Secours", "SECOURS"),
            Kind("ligne_ecoute", "Ligne d’écoute", "LIGNE"),
            Kind("autre", "Autre service", "AUTRE"),
        )
    }
)
# Stems a table may name though no office bears exactly that code.
BY_PLACE = frozenset(kind.stem for kind in KINDS.values() if kind.by_place)
# What a table says instead of an office: the one of the person's place.
GENERIC: Mapping[str, str] = MappingProxyType(
    {
        "TERRITOIRE": "Territoire de la personne",
        "CCAS": "CCAS de la commune, sinon la mairie",
        "MAIRIE": "Mairie de la commune",
        "COORDINATION": "Coordination de la campagne",
    }
)


def label(kind: str) -> str:
    """The words of a kind; a kind nobody listed is shown as it is written."""
    return KINDS[kind].label if kind in KINDS else kind.replace("_", " ").capitalize()
