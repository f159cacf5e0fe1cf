"""What a split costs: one integer whose parts never trade a higher wish for lower ones.

In order: who is served, then the voice the coordination chose, then the same voice, then even
load, then few steps from home. Moving one household along a chain touches each caller at most
once, so a part weighs more than all that the parts below it can change along the longest chain.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaigns.planner import rota as rotas
from campaigns.planner.facts import PROMISED, Caller, Candidate, Settings, Stream
from campaigns.planner.rota import Rota

# Stream, unserved last week, priority, weeks waited: equals are served alike.
Turn = tuple[Stream, bool, int, int]
_ORDER = {stream: place for place, stream in enumerate(Stream)}
# Weights grow with the chain they must outweigh; beyond this length they would leave 64 bits.
_LONGEST_CHAIN = 2_000
# A chosen voice is worth this many others: it is not kept by taking theirs from more people. As
# heavy as the longest chain, its weight would take what 64 bits leave.
_CHOSEN_OVER = 16


@dataclass(frozen=True, slots=True)
class Scale:
    """The weights of one week.

    ``ranks`` is what leaving out one household of a turn costs, ``over`` what each household
    costs that is served beyond ``first_places`` without being of the sweep, both times
    ``service``; a chosen voice not kept costs ``chosen``, a changed one ``voice``, a step of load
    ``load``, a step of distance 1.
    """

    ranks: dict[Turn, int]
    over: int
    first_places: int
    service: int
    chosen: int
    voice: int
    load: int
    largest: int

    def fill(self, nth: int, capacity: int) -> int:
        """Give the load steps of a caller's n-th household, more as the week fills up.

        Their sum follows load squared over capacity, in whole numbers: it is least when
        everybody's week is filled alike.
        """
        return (2 * nth - 1) * self.largest // capacity


def turn(candidate: Candidate) -> Turn:
    """Say whose turn it is: households of equal turn are served alike."""
    return (candidate.stream, candidate.unserved, candidate.priority, candidate.weeks_waited)


def scale(candidates: Sequence[Candidate], rota: Rota, settings: Settings) -> Scale:
    """Set the weights that keep the order of the wishes for these people and callers.

    ValueError when the share is not between 0 and 1, or a distance is negative or longer
    than ``other_territory_cost``.
    """
    if not 0 <= settings.sweep_share <= 1:
        raise ValueError(f"not a share: {settings.sweep_share}")
    steps = (settings.other_territory_cost, *settings.distances.values())
    if min(steps) < 0 or max(steps) > settings.other_territory_cost:
        raise ValueError("a distance is negative, or longer than to any other territory")
    ranks, over = _ranks({turn(candidate) for candidate in candidates})
    places = sum(caller.capacity for caller in rota.callers)
    kept = math.ceil(round(settings.sweep_share * places, 6))
    largest = max((caller.capacity for caller in rota.callers), default=1)
    chain = min(len(rota.callers), _LONGEST_CHAIN) + 1
    far = chain * settings.other_territory_cost
    load = far + 1
    uneven = load * 2 * largest
    voice = uneven + far + 1
    chosen = _CHOSEN_OVER * voice + uneven + far + 1
    promises = min(chain, sum(candidate.chosen is not None for candidate in candidates))
    service = promises * chosen + chain * voice + uneven + far + 1
    return Scale(ranks, over, places - kept, service, chosen, voice, load, largest)


@dataclass(frozen=True, slots=True, order=True)
class Parts:
    """What a split costs, wish by wish: the smaller comes first, the first part before the next.

    ``missed`` sums the ranks of those who wait, ``unkept`` counts the chosen voices that could have
    called and do not, ``changed`` the voices that could have stayed, ``uneven`` sums the load
    steps, ``steps`` the distances.
    """

    missed: int
    unkept: int
    changed: int
    uneven: int
    steps: int

    def total(self, scale: Scale) -> int:
        """Add the parts up as the solver does."""
        served = self.missed * scale.service + self.unkept * scale.chosen
        return served + self.changed * scale.voice + self.uneven * scale.load + self.steps


def cost_of(
    pairs: Mapping[int, int],
    candidates: Iterable[Candidate],
    callers: Iterable[Caller],
    settings: Settings,
) -> int:
    """Count what a split costs, household by household, whoever made it.

    ``pairs`` maps the id of each served household to its caller's; the smaller the better.
    ValueError when a pair breaks a rule that is never bent.
    """
    people = list(candidates)
    rota = rotas.of(callers, settings)
    weights = scale(people, rota, settings)
    return weigh(pairs, people, rota=rota, weights=weights, settings=settings).total(weights)


def parts_of(
    pairs: Mapping[int, int],
    candidates: Iterable[Candidate],
    callers: Iterable[Caller],
    settings: Settings,
) -> Parts:
    """Count the same wish by wish, to say what one split loses against another."""
    people = list(candidates)
    rota = rotas.of(callers, settings)
    weights = scale(people, rota, settings)
    return weigh(pairs, people, rota=rota, weights=weights, settings=settings)


def weigh(
    pairs: Mapping[int, int],
    people: Sequence[Candidate],
    *,
    rota: Rota,
    weights: Scale,
    settings: Settings,
) -> Parts:
    """Do what ``parts_of`` does, with the week's callers and weights already at hand."""
    missed = unkept = changed = steps = first = 0
    loads: dict[int, int] = {}
    for person in people:
        caller_id = pairs.get(person.id)
        if caller_id is None:
            missed += weights.ranks[turn(person)]
            continue
        door = rota.door(person)
        if caller_id not in rota.open_to(door):
            raise ValueError(f"caller {caller_id} may not call household {person.id}")
        first += person.stream is not Stream.SWEEP
        unkept += rota.chosen(person, door) not in {None, caller_id}
        changed += rota.voice(person, door) not in {None, caller_id}
        steps += settings.steps(person.territory, rota.by_id[caller_id].territory)
        loads[caller_id] = loads.get(caller_id, 0) + 1
    missed += weights.over * max(0, first - weights.first_places)
    return Parts(missed, unkept, changed, _uneven(loads, rota, weights), steps)


def _uneven(loads: Mapping[int, int], rota: Rota, weights: Scale) -> int:
    total = 0
    for caller_id, load in loads.items():
        capacity = rota.by_id[caller_id].capacity
        if load > capacity:
            raise ValueError(f"caller {caller_id} has {load} households for {capacity} places")
        total += sum(weights.fill(nth, capacity) for nth in range(1, load + 1))
    return total


def _ranks(turns: set[Turn]) -> tuple[dict[Turn, int], int]:
    """Rank the turns, and say what one beyond the first places costs.

    A promise beats everything. The roster beats the sweep inside its places, the sweep beats the
    roster beyond them, and beyond them the roster still beats an empty place.
    """
    ordered = sorted(turns, key=lambda turn: (-_ORDER[turn[0]], turn[1], -turn[2], turn[3]))
    sweep = [turn for turn in ordered if turn[0] is Stream.SWEEP]
    promised = [turn for turn in ordered if turn[0] in PROMISED]
    roster = [turn for turn in ordered if turn[0] not in PROMISED and turn[0] is not Stream.SWEEP]
    over = len(roster) + len(sweep)
    ranks = {turn: len(roster) + place for place, turn in enumerate(sweep, 1)}
    ranks |= {turn: over + place for place, turn in enumerate(roster, 1)}
    ranks |= {turn: 2 * over + place for place, turn in enumerate(promised, 1)}
    return ranks, over
