"""What a routing table leaves to the coordination: which needs, where, for want of whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from campaigns import reference
from campaigns.reference import Mode, Route
from campaigns.routing.conditions import assignments, is_true, unknown
from campaigns.routing.directory import Directory, Place, is_reachable, resolve
from campaigns.routing.narrowing import Rule, audiences_told, narrowed

_Key = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Missing:
    """Needs that would fall back on the coordination for want of the same destinations.

    ``wanted`` holds the destinations asked for in vain, empty when the table has no row for such a
    need; ``needs`` pairs of category and audience (empty: everybody).
    """

    wanted: tuple[str, ...]
    places: tuple[Place, ...]
    needs: tuple[tuple[str, str], ...]


def missing_combinations(
    places: Iterable[Place], *, directory: Directory, rules: Sequence[Rule]
) -> tuple[Missing, ...]:
    """What would, under some answer, end in the coordination's basket for want of a destination:
    place × category × audience, in groups of the same places and the same want.

    The widest group comes first.
    """
    every = tuple(places)
    by_want: dict[tuple[tuple[str, ...], str, str], list[Place]] = {}
    for category in reference.categories():
        mine = tuple(rule for rule in rules if rule.route.category == category)
        for audience in audiences_told(mine, category):
            for place, wanted in _wanting(mine, category, audience, every, directory):
                by_want.setdefault((wanted, category, audience), []).append(place)
    groups: dict[tuple[tuple[str, ...], tuple[Place, ...]], list[tuple[str, str]]] = {}
    for (wanted, category, audience), where in by_want.items():
        groups.setdefault((wanted, tuple(where)), []).append((category, audience))
    found = [Missing(wanted, where, tuple(needs)) for (wanted, where), needs in groups.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.places), one.wanted, one.needs)))


def _wanting(
    rules: tuple[Rule, ...],
    category: str,
    audience: str,
    places: Iterable[Place],
    directory: Directory,
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """The places where such a need may find nobody, with what it asks for in vain."""
    audiences = frozenset({audience} if audience else ())
    communes = {rule.insee for rule in rules if rule.insee}
    territories = {rule.territory_code for rule in rules if rule.territory_code}
    rows_at: dict[_Key, tuple[Route, ...]] = {}
    for place in places:
        # Most places are alike: no rule names them, so they read the same rows.
        key = (
            place.insee if place.insee in communes else None,
            place.city if place.city in communes else None,
            place.territory_code if place.territory_code in territories else None,
        )
        if key not in rows_at:
            rows_at[key] = narrowed(rules, category, place=place, audiences=audiences)
        rows = rows_at[key]
        usable = tuple(_is_usable(row.destination, row.mode, place, directory) for row in rows)
        wanted = _in_vain(rows, usable)
        if wanted is not None:
            yield place, wanted


def _is_usable(destination: str, mode: Mode, place: Place, directory: Directory) -> bool:
    office = resolve(destination, place, directory)
    return office is not None and is_reachable(office, mode)


@cache
def _in_vain(rows: tuple[Route, ...], usable: tuple[bool, ...]) -> tuple[str, ...] | None:
    """The destinations asked for in vain under some answer; None when there is always somebody."""
    wanted: dict[str, None] = {}
    falls = False
    for facts in assignments(unknown(rows, {})):
        true = [index for index, row in enumerate(rows) if is_true(row.condition, facts)]
        if any(usable[index] for index in true):
            continue
        falls = True
        wanted |= dict.fromkeys(rows[index].destination for index in true)
    return tuple(wanted) if falls else None
