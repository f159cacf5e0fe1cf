"""The routing table in words: what goes where, on what condition, for whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any  # the walls keep sqlalchemy out of the views

from campaigns import directory, reference, routes, routing
from campaigns.models import RouteRow
from campaigns.reference import Category, Mode
from campaigns.routing import Rule

Session = Any
_AUDIENCES = {
    "APA": "bénéficiaires de l’APA",
    "PCH": "bénéficiaires de la PCH",
    "RSA": "allocataires du RSA",
    "REGISTRE": "personnes du registre communal",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is read. ``only_for`` says the place and the audience, empty: everybody;
    ``seen`` is its print, which tells whether another lead changed it since."""

    id: int
    where: str
    how: str
    only_for: str
    rank: int
    is_last_resort: bool
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of need with its rows."""

    category: Category
    lines: tuple[Line, ...]
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """The kinds of need of one family."""

    name: str
    kinds: tuple[Kind, ...]


class Words:
    """The names of what a table mentions, read once a page."""

    def __init__(self, session: Session) -> None:
        self._destinations = routes.destinations.words(session)
        self.places = {place.insee: place for place in directory.places(session)}
        self.territories = {one.code: one.name for one in directory.territories(session)}

    def destination(self, code: str) -> str:
        """The words of a destination; a code nobody knows is shown as it is."""
        return self._destinations.get(code, code)

    def line(self, rule: Rule, *, number: int = 0, lowest: int = 1) -> Line:
        """One row in words; ``lowest`` is the first rank of its kind."""
        route = rule.route
        by = "par courriel" if route.mode is Mode.MAIL else "par téléphone, le numéro est montré"
        when = routing.CONDITION_WORDS[route.condition]
        return Line(
            id=number,
            where=self.destination(route.destination),
            how=by if route.condition == routing.ALWAYS else f"{by}, {when}",
            only_for=", ".join(self._only_for(rule)),
            rank=route.rank,
            is_last_resort=route.rank > lowest,
            seen=routes.fingerprint([rule]) if number else "",
        )

    def _only_for(self, rule: Rule) -> Iterable[str]:
        if rule.insee:
            place = self.places.get(rule.insee)
            yield place.name if place else rule.insee
        if rule.territory_code:
            yield self.territories.get(rule.territory_code, rule.territory_code)
        if rule.audience:
            yield _AUDIENCES.get(rule.audience, rule.audience)


def families(
    rules: Sequence[Rule], words: Words, *, before: Sequence[Rule] | None = None
) -> list[Family]:
    """A whole table by family of needs; ``before`` marks the kinds that differ from another."""
    kinds = [_kind(category, rules, words, before) for category in reference.categories().values()]
    kinds.sort(key=lambda kind: kind.category.family)
    return [
        Family(name, tuple(some))
        for name, some in groupby(kinds, key=lambda kind: kind.category.family)
    ]


def lines_of(rows: Iterable[RouteRow], words: Words) -> list[Line]:
    """The rows of a kind of need, with their numbers, in the order they act."""
    known = sorted(rows, key=lambda row: (row.rank, row.id))
    lowest = min((row.rank for row in known), default=1)
    return [words.line(routes.rule_of(row), number=row.id, lowest=lowest) for row in known]


def audience_choices() -> list[tuple[str, str]]:
    """The audiences as a list offers them."""
    return [("", "Tout le monde"), *((code, _AUDIENCES[code]) for code in routing.AUDIENCES)]


def changes(after: Sequence[Rule], before: Sequence[Rule]) -> Mapping[str, bool]:
    """Kind of need → whether two tables differ about it."""
    return {
        code: {rule for rule in after if rule.route.category == code}
        != {rule for rule in before if rule.route.category == code}
        for code in reference.categories()
    }


def _kind(
    category: Category, rules: Sequence[Rule], words: Words, before: Sequence[Rule] | None
) -> Kind:
    mine = sorted(
        (rule for rule in rules if rule.route.category == category.code),
        key=lambda rule: rule.route.rank,
    )
    lowest = min((rule.route.rank for rule in mine), default=1)
    is_changed = before is not None and set(mine) != {
        rule for rule in before if rule.route.category == category.code
    }
    lines = tuple(words.line(rule, lowest=lowest) for rule in mine)
    return Kind(category, lines, is_changed)
