"""The missing combinations in words: which needs, where, for want of whom, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaigns import directory, reference, routing
from campaigns.routes import destinations
from campaigns.routing import Missing, Rule

_TOWN = frozenset({"CCAS", "MAIRIE"})


@dataclass(frozen=True, slots=True)
class Wanting:
    """One line of what is missing: « 42 communes sans CCAS ni mairie joignable », the needs it
    touches, the communes, and what to do about it. ``where`` is the page that helps: the directory,
    the territories or the table itself."""

    say: str
    advice: str
    where: str
    needs: tuple[str, ...]
    communes: tuple[str, ...]
    is_everywhere: bool
    wanted: tuple[str, ...]


def wanting(session: Session, rules: Sequence[Rule]) -> list[Wanting]:
    """What a table leaves to the coordination's basket, the widest first.

    Every commune × kind of need × audience is looked at; those alike are one line.
    """
    places = directory.places(session)
    found = routing.missing_combinations(
        places, directory=directory.Directory.whole(session), rules=rules
    )
    names = destinations.words(session) if found else {}
    return [_in_words(one, len(places), names) for one in found]


def _in_words(missing: Missing, total: int, names: Mapping[str, str]) -> Wanting:
    say, advice, where = _said(missing, names)
    count = len(missing.places)
    everywhere = count == total and total > 1
    if everywhere:
        place = "Partout"
    elif count == 1:
        place = missing.places[0].name
    else:
        place = f"{count} communes"
    labels = reference.categories()
    return Wanting(
        say=f"{place} : {say}",
        advice=advice,
        where=where,
        needs=tuple(
            f"{labels[code].label} ({audience})" if audience else labels[code].label
            for code, audience in missing.needs
        ),
        communes=() if everywhere else tuple(place.name for place in missing.places),
        is_everywhere=everywhere,
        wanted=missing.wanted,
    )


def _said(missing: Missing, names: Mapping[str, str]) -> tuple[str, str, str]:
    """What is missing, what to do, and the page where it is done."""
    wanted = set(missing.wanted)
    if not wanted:
        return (
            "aucune ligne de la table ne convient à tout le monde",
            "Ajoutez une ligne « toujours » à ces besoins.",
            "table",
        )
    if wanted <= _TOWN:
        return (
            "ni CCAS ni mairie joignable" if "CCAS" in wanted else "mairie sans adresse",
            "Donnez à la mairie ou au CCAS une adresse, ou le téléphone s’il n’en a pas.",
            "directory",
        )
    if wanted == {"TERRITOIRE"}:
        return (
            "aucun territoire",
            "Importez le tableau des territoires, ou ajoutez une ligne vers un autre destinataire.",
            "territories",
        )
    said = " ni ".join(names.get(code, code) for code in missing.wanted)
    return (
        f"personne ne répond pour {said}",
        "Ajoutez ce service à l’annuaire, ou donnez-lui une adresse ; sinon, choisissez un autre "
        "destinataire dans la table.",
        "directory",
    )
