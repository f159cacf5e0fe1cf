"""The maps of a campaign, where nobody reads nor works out a count under five."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from appel_solidaire.formats import NBSP, count, number
from appel_solidaire.pictures.shown import Picture, drawing
from campaigns import charts
from campaigns.bilan import masks
from campaigns.overview.places import Place
from campaigns.reference import Outline

_FEWER = f"moins de{NBSP}{charts.MASK_BELOW}"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a map counts: its words, and where it is found in a place."""

    key: str
    label: str
    one: str
    many: str
    of: Callable[[Place], int]


MAPS = {
    "personnes": Counted(
        "personnes", "Personnes à appeler", "personne", "personnes", lambda one: one.people
    ),
    "jamais": Counted(
        "jamais",
        "Personnes jamais jointes",
        "personne jamais jointe",
        "personnes jamais jointes",
        lambda one: one.never,
    ),
    "besoins": Counted(
        "besoins", "Besoins signalés", "besoin signalé", "besoins signalés", lambda one: one.needs
    ),
}


def told_parts(parts: Mapping[str, int], wholes: Mapping[str, int]) -> dict[str, int | None]:
    """Parts of known wholes, masked where the part or what is left of its whole is too small."""
    below = charts.MASK_BELOW
    rests = {name: wholes[name] - part for name, part in parts.items()}
    own, other = masks.masked(parts, below).cells, masks.masked(rests, below).cells
    return {name: None if other[name] is None else value for name, value in own.items()}


def territory_map(
    places: Sequence[Place], outlines: Sequence[Outline], counted: Counted, word: str
) -> Picture:
    """The territories shaded by what is counted; ``word`` is what the organisation calls them."""
    sums: dict[str, int] = defaultdict(int)
    people: dict[str, int] = defaultdict(int)
    for place in sorted(places, key=lambda one: one.territory):
        name = place.territory or "Sans rattachement"
        sums[name] += counted.of(place)
        people[name] += place.people
    cells = _cells(sums, people, counted)
    title = f"{counted.label}, par {word}"
    say = _most(cells, counted, hides=None in cells.values())
    svg = charts.territory_map(title, say, outlines, cells, kind="territoire")
    return Picture(
        f"territoires-{counted.key}",
        title,
        say,
        drawing(svg),
        (word.capitalize(), counted.label),
        tuple((name, _told(value)) for name, value in cells.items()),
    )


def commune_map(places: Sequence[Place], outlines: Sequence[Outline], counted: Counted) -> Picture:
    """The communes shaded by what is counted; the table has those of five and more."""
    told = _masked(places, counted)
    names = {place.insee: place.name for place in places}
    shown = {insee: value for insee, value in told.items() if (value or 0) >= charts.MASK_BELOW}
    title = f"{counted.label}, par commune"
    small = sum(counted.of(place) > 0 for place in places) - len(shown)
    named = {names[insee]: value for insee, value in shown.items()}
    say = _most(named, counted, hides=small > 0)
    rows = sorted(shown.items(), key=lambda pair: (-(pair[1] or 0), names[pair[0]]))
    return Picture(
        f"communes-{counted.key}",
        title,
        say,
        drawing(charts.territory_map(title, say, outlines, shown)),
        ("Commune", counted.label),
        tuple((names[insee], _told(value)) for insee, value in rows),
        note=f"{count(small, 'commune n’est pas détaillée', 'communes ne sont pas détaillées')}"
        f"{NBSP}: {_FEWER}, ou une voisine à protéger."
        if small
        else "",
    )


def _masked(places: Sequence[Place], counted: Counted) -> dict[str, int | None]:
    """Counts by INSEE code, masked within each territory, whose total is told beside."""
    groups: dict[str, dict[str, int]] = defaultdict(dict)
    people = {place.insee: place.people for place in places}
    for place in places:
        groups[place.territory][place.insee] = counted.of(place)
    return {
        insee: value
        for cells in groups.values()
        for insee, value in _cells(cells, people, counted).items()
    }


def _cells(
    sums: Mapping[str, int], people: Mapping[str, int], counted: Counted
) -> Mapping[str, int | None]:
    """What may be read; of people never reached, nor how many were: another map says the whole."""
    if counted.key == "jamais":
        return told_parts(sums, people)
    return masks.masked(sums, charts.MASK_BELOW).cells


def _most(cells: Mapping[str, int | None], counted: Counted, *, hides: bool) -> str:
    """Where there are most; ``hides``: something is counted that may not be read."""
    known = {name: value for name, value in cells.items() if value}
    if not known and hides:
        # Five or more may be hidden, to protect the few next door.
        return f"Trop peu de {counted.many} pour montrer où sans désigner quelqu’un."
    if not known:
        return f"Nulle part il n’y a {charts.MASK_BELOW}{NBSP}{counted.many} ou plus."
    name = max(known, key=known.__getitem__)
    return f"Le plus grand nombre{NBSP}: {name}, {count(known[name], counted.one, counted.many)}."


def _told(value: int | None) -> str:
    return _FEWER if value is None else number(value)
