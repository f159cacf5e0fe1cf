"""Among splits of the same cost: heavy calls spread, best half-days met.

Two households of one territory that ask the same of a caller, neither with the caller they are
reserved for or had last, may exchange callers: who is served, the voices, the loads and the steps
from home stay what they were. No proof that another set of exchanges would not do better
(ADR 0021).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.planner.facts import Caller, Candidate, HalfDay
from campaigns.planner.network import Network

_Ward = tuple[int | None, str | None, HalfDay | None]  # territory, language, half-day asked
_ROUNDS = 8  # of spreading: the first does nearly all, each later one strictly improves
_TRIED = 60  # partners looked at before a best half-day is given up


@dataclass(frozen=True, slots=True)
class _Mover:
    """A household that may change callers, and the callers it may not have."""

    person: Candidate
    barred: frozenset[int]


@dataclass(slots=True)
class _Week:
    """The pairs as they change, and what is known of the callers."""

    pairs: dict[int, int]
    callers: Mapping[int, Caller]
    halves: Mapping[int, frozenset[str]]
    heavy: Counter[int]  # heavy calls by caller

    def may_swap(self, one: _Mover, other: _Mover) -> bool:
        """Whether each may be called by the other's caller, who is somebody else."""
        mine, theirs = self.pairs[one.person.id], self.pairs[other.person.id]
        return mine != theirs and theirs not in one.barred and mine not in other.barred

    def swap(self, one: _Mover, other: _Mover) -> None:
        """Exchange their callers."""
        mine, theirs = one.person.id, other.person.id
        self.pairs[mine], self.pairs[theirs] = self.pairs[theirs], self.pairs[mine]

    def is_met(self, person: Candidate, caller_id: int) -> bool:
        """Whether the caller works the half of the day the person prefers, if they prefer one."""
        return person.best_half is None or person.best_half in self.halves[caller_id]


def improve(network: Network, pairs: dict[int, int]) -> None:
    """Exchange callers in ``pairs`` where it spreads heavy calls or meets a best half-day.

    The cost of the split stays what it was; the same split always gives the same exchanges.
    """
    served = [person for person in network.people if person.id in pairs]
    if not any(person.heavy or person.best_half for person in served):
        return
    week = _Week(
        pairs=pairs,
        callers=network.rota.by_id,
        halves={
            one.id: frozenset(half for _, half in one.half_days) for one in network.rota.callers
        },
        heavy=Counter(pairs[person.id] for person in served if person.heavy),
    )
    for ward in _wards(network, pairs):
        _spread_heavy(ward, week)
        _meet_best_halves(ward, week)


def _wards(network: Network, pairs: Mapping[int, int]) -> list[list[_Mover]]:
    wards: dict[_Ward, list[_Mover]] = defaultdict(list)
    for group in network.groups:
        door, named = group.kind.door, group.kind.named
        ward = wards[door.territory, door.language, door.half_day]
        for person in group.members:
            caller_id = pairs.get(person.id)
            if caller_id is not None and caller_id != named:
                ward.append(_Mover(person, door.barred))
    found = [sorted(ward, key=lambda one: one.person.id) for ward in wards.values() if ward]
    return sorted(found, key=lambda ward: ward[0].person.id)


def _spread_heavy(ward: Sequence[_Mover], week: _Week) -> None:
    """Give heavy calls to who has fewest of them for the places they offer."""
    hard = [one for one in ward if one.person.heavy]
    if not hard:
        return
    light: dict[int, list[_Mover]] = defaultdict(list)
    for one in ward:
        if not one.person.heavy:
            light[week.pairs[one.person.id]].append(one)
    for _ in range(_ROUNDS):
        if not sum(_lighten(one, light, week) for one in hard):
            return


def _lighten(one: _Mover, light: dict[int, list[_Mover]], week: _Week) -> bool:
    """Exchange one heavy call for a light one of the caller with most room for it."""
    mine = week.pairs[one.person.id]
    spared = (2 * week.heavy[mine] - 1) / week.callers[mine].capacity
    weights = {
        caller_id: (2 * week.heavy[caller_id] + 1) / week.callers[caller_id].capacity
        for caller_id, movers in light.items()
        if movers
    }
    for caller_id in sorted(weights, key=lambda caller_id: (weights[caller_id], caller_id)):
        if weights[caller_id] >= spared:
            return False
        other = next((each for each in light[caller_id] if week.may_swap(one, each)), None)
        if other is not None:
            week.swap(one, other)
            week.heavy[mine] -= 1
            week.heavy[caller_id] += 1
            light[caller_id].remove(other)
            light[mine].append(other)
            return True
    return False


def _meet_best_halves(ward: Sequence[_Mover], week: _Week) -> None:
    """Give people a caller who works their half of the day, and take it from nobody."""
    partners: dict[tuple[str, bool], list[_Mover]] = defaultdict(list)
    for one in sorted(ward, key=lambda one: (one.person.best_half is not None, one.person.id)):
        for half in week.halves[week.pairs[one.person.id]]:
            if one.person.best_half != half:
                partners[half, one.person.heavy].append(one)
    for one in ward:
        wished = one.person.best_half
        if wished is not None and not week.is_met(one.person, week.pairs[one.person.id]):
            _take_place(one, partners[wished, one.person.heavy], wished, week)


def _take_place(one: _Mover, partners: list[_Mover], half: str, week: _Week) -> None:
    mine = week.pairs[one.person.id]
    for place, other in enumerate(partners[:_TRIED]):
        theirs = week.pairs[other.person.id]
        loses = week.is_met(other.person, theirs) and not week.is_met(other.person, mine)
        # A partner exchanged earlier may have left the callers who work that half of the day.
        if half in week.halves[theirs] and not loses and week.may_swap(one, other):
            week.swap(one, other)
            del partners[place]
            return
