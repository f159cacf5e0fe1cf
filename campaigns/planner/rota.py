"""Who may call whom this week: the rules that are never bent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from campaigns.planner.facts import Caller, Candidate, HalfDay, Settings


class Door(NamedTuple):
    """All that decides who may call a household, and from how far."""

    territory: int | None
    language: str | None
    half_day: HalfDay | None
    barred: frozenset[int]


class Skill(NamedTuple):
    """What a call asks of a caller, wherever the household lives."""

    language: str | None
    half_day: HalfDay | None


class Home(NamedTuple):
    """Where callers usually call, and whether they call nowhere else."""

    territory: int | None
    is_bound: bool

    def reaches(self, territory: int | None) -> bool:
        """Whether they may call a household of this territory."""
        return not self.is_bound or self.territory == territory


@dataclass(slots=True)
class Rota:
    """The callers of the week, sorted by id, and the answers already worked out."""

    callers: tuple[Caller, ...]
    by_id: dict[int, Caller]
    neighbours: dict[str, frozenset[int]]
    _bound: dict[int, int | None]  # the only territory of those who have one
    _able: dict[Skill, frozenset[int]] = field(default_factory=dict)
    _open: dict[Door, frozenset[int]] = field(default_factory=dict)
    _pools: dict[Skill, dict[Home, tuple[Caller, ...]]] = field(default_factory=dict)
    _doors: dict[object, Door] = field(default_factory=dict)

    def door(self, candidate: Candidate) -> Door:
        """Say what decides who may call this household."""
        commune = candidate.commune if candidate.commune in self.neighbours else None
        key = (
            candidate.territory,
            candidate.language,
            candidate.half_day,
            candidate.barred,
            commune,
        )
        known = self._doors.get(key)
        if known is None:
            # Those who are away cannot call anyway: forgetting them keeps people alike together.
            barred = candidate.barred.intersection(self.by_id)
            barred |= self.neighbours.get(commune or "", frozenset())
            known = Door(candidate.territory, candidate.language, candidate.half_day, barred)
            self._doors[key] = known
        return known

    def able(self, skill: Skill) -> frozenset[int]:
        """Give the callers who speak the language and work the half-day."""
        known = self._able.get(skill)
        if known is None:
            known = frozenset(caller.id for caller in self.callers if _can(caller, skill))
            self._able[skill] = known
        return known

    def open_to(self, door: Door) -> frozenset[int]:
        """Give the callers who may call a household behind this door."""
        known = self._open.get(door)
        if known is None:
            able = self.able(Skill(door.language, door.half_day)) - door.barred
            if self._bound:
                here = (
                    one for one in able if self._bound.get(one, door.territory) == door.territory
                )
                able = frozenset(here)
            known = self._open[door] = able
        return known

    def near_enough(self, door: Door) -> frozenset[int]:
        """Give the callers able to do it whose territories allow it, whoever they know."""
        return self.open_to(door._replace(barred=frozenset()))

    def pools(self, skill: Skill) -> dict[Home, tuple[Caller, ...]]:
        """Give the callers able to do it, by where they usually call, in order of id."""
        known = self._pools.get(skill)
        if known is None:
            able = self.able(skill)
            lists: dict[Home, list[Caller]] = {}
            for caller in self.callers:
                if caller.id in able:
                    lists.setdefault(home(caller), []).append(caller)
            known = {place: tuple(callers) for place, callers in lists.items()}
            self._pools[skill] = known
        return known

    def chosen(self, candidate: Candidate, door: Door) -> int | None:
        """Give the caller they are reserved for, when that one may call this week."""
        chosen = candidate.chosen
        return chosen if chosen is not None and chosen in self.open_to(door) else None

    def voice(self, candidate: Candidate, door: Door) -> int | None:
        """Give the caller of last time, when they may call this week and nobody else is chosen."""
        last = candidate.last_caller
        if last is None or last not in self.open_to(door):
            return None
        return last if self.chosen(candidate, door) in {None, last} else None


def of(callers: Iterable[Caller], settings: Settings) -> Rota:
    """Gather the callers who have room this week; ValueError when two share an id."""
    free = tuple(sorted((c for c in callers if c.capacity > 0), key=lambda caller: caller.id))
    by_id = {caller.id: caller for caller in free}
    if len(by_id) != len(free):
        raise ValueError("two callers share an id")
    homes: dict[str, set[int]] = {}
    if not settings.own_commune_allowed:
        for caller in free:
            if caller.commune:
                homes.setdefault(caller.commune, set()).add(caller.id)
    neighbours = {commune: frozenset(ids) for commune, ids in homes.items()}
    bound = {caller.id: caller.territory for caller in free if caller.is_bound}
    return Rota(free, by_id, neighbours, bound)


def home(caller: Caller) -> Home:
    """Say where a caller usually calls."""
    return Home(caller.territory, caller.is_bound)


def _can(caller: Caller, skill: Skill) -> bool:
    speaks = skill.language is None or skill.language in caller.languages
    return speaks and (skill.half_day is None or skill.half_day in caller.half_days)
