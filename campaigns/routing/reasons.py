"""The sentence that says why a need goes where it goes, in the words a volunteer can repeat."""

from collections.abc import Mapping

from campaigns.reference import Category, Mode, Route
from campaigns.routing.directory import Destination, Place

FARM_SCHEME = "regime_agricole"
GENERAL_SCHEME = "regime_general"
DANGER = "danger_immediat"

_BECAUSE: Mapping[str, str] = {
    FARM_SCHEME: ", car la personne relève du régime agricole",
    GENERAL_SCHEME: ", car la personne relève du régime général",
    "plan_apa_pch": ", car la personne a un plan d’aide APA ou PCH",
    "allocataire_rsa": ", car la personne touche le RSA",
    "moins_de_26_ans": ", car la personne a moins de 26 ans",
    "prescription_medicale": ", car un médecin l’a prescrit",
    "en_etablissement": ", car la personne vit en établissement",
    DANGER: ", car le danger est immédiat",
}
# How a kind of office is called in a sentence; the others go by their own name.
_SUBJECTS: Mapping[str, str] = {
    "coordination": "la coordination de la campagne",
    "ccas": "le CCAS de la commune",
    "mairie": "la mairie",
    "mdph": "la MDPH",
    "crip": "la cellule de recueil des informations préoccupantes du Département",
    "cpam": "la CPAM",
    "caf": "la CAF",
    "msa": "la MSA",
    "carsat": "la CARSAT",
    "france_travail": "France Travail",
    "mission_locale": "la mission locale",
    "siao": "le SIAO",
    "adil": "l’ADIL",
    "point_conseil_budget": "le point conseil budget",
    "france_services": "France services",
    "psychologue": "les psychologues du dispositif",
    "cellule_18_25": "la cellule 18–25 ans",
    "cellule_independants": "la cellule des travailleurs indépendants",
    "cellule_handicap": "la cellule handicap",
    "repit": "la plateforme de répit des aidants",
    "service_domicile": "le service d’aide à domicile de la personne",
    "ars": "l’ARS",
    "forces_ordre": "la police ou la gendarmerie",
    "secours": "les secours",
}
_LOCAL_KINDS = frozenset({"territoire", "ccas", "mairie"})


def sentence(
    row: Route,
    office: Destination,
    *,
    mode: Mode,
    need: Category,
    place: Place,
    facts: Mapping[str, bool | None],
) -> str:
    """Why this row sends this need to this office, as one sentence.

    « Portage de repas, à Péronne : c’est le CCAS de la commune qui s’en occupe. »
    """
    local = office.kind in _LOCAL_KINDS and place.name
    about = f"{need.label}, {_at(place.name)}" if local else need.label
    who = _who_writes(row, office) if mode is Mode.MAIL else _who_rings(office)
    return f"{about}\u00a0: {who}{_because(row.condition, facts)}."


def fallback_sentence(need: Category, place: Place) -> str:
    """Why this need stays with the coordination: nobody else was found."""
    why = (
        "aucun destinataire ne convient"
        if place.insee and place.territory_code
        else "la commune ou le territoire de la personne n’est pas connu"
    )
    return f"{need.label}\u00a0: {why}, la coordination de la campagne choisit à qui le confier."


def _at(commune: str) -> str:
    """« à Péronne », « au Crotoy », « aux Abymes »."""
    for article, contracted in (("Le ", "au "), ("Les ", "aux ")):
        if commune.startswith(article):
            return contracted + commune.removeprefix(article)
    return f"à {commune}"


def _who_writes(row: Route, office: Destination) -> str:
    if office.kind == "territoire":
        return f"c’est le territoire d’action sociale qui s’en occupe ({office.name})"
    if office.kind == "association":
        name = office.name[:1].lower() + office.name[1:]
        return f"ce sont les {name} qui s’en occupent"
    subject = _SUBJECTS.get(office.kind, office.name)
    if subject.startswith("les "):
        return f"ce sont {subject} qui s’en occupent"
    no_ccas = ", faute de CCAS" if office.kind == "mairie" and row.destination == "CCAS" else ""
    return f"c’est {subject} qui s’en occupe{no_ccas}"


def _who_rings(office: Destination) -> str:
    subject = _SUBJECTS.get(office.kind, office.name)
    if office.channel == "paper":
        return f"à prévenir par une feuille imprimée, {subject}"
    if office.phone is None:
        return f"à joindre par téléphone, {subject}, numéro à demander à la personne"
    number = "" if office.phone in subject else f", au {office.phone}"
    return f"à joindre par téléphone, {subject}{number}"


def _because(condition: str, facts: Mapping[str, bool | None]) -> str:
    scheme_is_known = any(facts.get(scheme) is not None for scheme in (GENERAL_SCHEME, FARM_SCHEME))
    if condition == GENERAL_SCHEME and not scheme_is_known:
        return ", le régime agricole n’étant pas signalé"
    return _BECAUSE.get(condition, "")
