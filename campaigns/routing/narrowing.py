"""A table of rules, the narrowest first: for one commune, for one territory, for one audience."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from campaigns.reference import Route
from campaigns.routing.directory import Place

# The schemes a rule may be kept for, as people's lists name them.
AUDIENCES = ("APA", "PCH", "RSA", "REGISTRE")
_APART = 100  # ranks of a broader group start after those of a narrower one


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a routing table and whom it is for; an empty field means everywhere, everybody."""

    route: Route
    territory_code: str = ""
    insee: str = ""
    audience: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether it is for some people only."""
        return bool(self.territory_code or self.insee or self.audience)


def everywhere(routes: Iterable[Route]) -> tuple[Rule, ...]:
    """Routes for everybody, as rules."""
    return tuple(Rule(route) for route in routes)


def narrowed(
    rules: Iterable[Rule], category: str, *, place: Place, audiences: Collection[str]
) -> tuple[Route, ...]:
    """The rows of a category that are for somebody who lives there, as ``routing.route`` reads
    them: the narrowest group comes first, and the next acts when none of its rows is usable.

    A commune is narrower than its city, a city than a territory, a territory than everywhere; at
    the same place, an audience is narrower than everybody. Ranks keep their order inside a group.
    """
    mine = [rule for rule in rules if _is_for(rule, category, place, audiences)]
    groups = sorted({_breadth(rule, place) for rule in mine}, reverse=True)
    if len(groups) <= 1:
        return tuple(rule.route for rule in mine)
    return tuple(
        replace(rule.route, rank=number * _APART + min(rule.route.rank, _APART - 1))
        for number, breadth in enumerate(groups)
        for rule in mine
        if _breadth(rule, place) == breadth
    )


def audiences_told(rules: Sequence[Rule], category: str) -> tuple[str, ...]:
    """The audiences the rules of a category tell apart, everybody else (empty) last."""
    named = {rule.audience for rule in rules if rule.route.category == category}
    return (*(audience for audience in AUDIENCES if audience in named), "")


def _is_for(rule: Rule, category: str, place: Place, audiences: Collection[str]) -> bool:
    if rule.route.category != category:
        return False
    if rule.insee and rule.insee not in {place.insee, place.city}:
        return False
    if rule.territory_code and rule.territory_code != place.territory_code:
        return False
    return not rule.audience or rule.audience in audiences


def _breadth(rule: Rule, place: Place) -> tuple[int, bool]:
    """How narrow a rule is, seen from a place: the greater, the narrower."""
    if rule.insee:
        return (3 if rule.insee == place.insee else 2, bool(rule.audience))
    return (1 if rule.territory_code else 0, bool(rule.audience))
