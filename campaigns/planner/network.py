"""The split as a flow: households alike are one node, and the cheapest flow is the best week.

A group of households flows to the voice it is reserved for or had last, or through its door to
the callers who may call it, or waits. Pools gather the callers of one territory and skill, so that
the number of arcs grows with people plus callers and not with their product.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from campaigns.planner import costs
from campaigns.planner import rota as rotas
from campaigns.planner.costs import Scale, Turn
from campaigns.planner.facts import Caller, Candidate, Settings, Stream
from campaigns.planner.rota import Door, Home, Rota, Skill

_END, _WAITING = 0, 1


class Kind(NamedTuple):
    """What makes two households the same to the split."""

    door: Door
    turn: Turn
    voice: int | None
    chosen: int | None

    @property
    def named(self) -> int | None:
        """The one caller these households go to by name: the chosen one, else their voice."""
        return self.voice if self.chosen is None else self.chosen


@dataclass(slots=True)
class Group:
    """Households alike, in order of id, and the arcs to a caller they have."""

    kind: Kind
    members: list[Candidate]
    kept_by: int | None = None
    through: int | None = None


@dataclass(slots=True)
class Network:
    """The week as nodes and arcs, and what is needed to read the flow back."""

    people: list[Candidate]
    rota: Rota
    settings: Settings
    scale: Scale
    groups: list[Group] = field(default_factory=list)
    # For each door and pool node, the arcs that leave it and where they lead.
    exits: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    doors: dict[Door, int] = field(default_factory=dict)
    pools: dict[tuple[Skill, Home], int] = field(default_factory=dict)
    elsewhere: dict[Skill, int] = field(default_factory=dict)
    caller_nodes: dict[int, int] = field(default_factory=dict)
    tails: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    capacities: list[int] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    supplies: list[int] = field(default_factory=lambda: [0, 0])
    constant: int = 0  # cost of what the flow takes as already paid

    def node(self, supply: int = 0) -> int:
        """Add a node and give its number."""
        self.supplies.append(supply)
        return len(self.supplies) - 1

    def arc(self, tail: int, head: int, *, capacity: int, cost: int = 0) -> int:
        """Add an arc and give its number."""
        self.tails.append(tail)
        self.heads.append(head)
        self.capacities.append(capacity)
        self.costs.append(cost)
        return len(self.tails) - 1


@dataclass(frozen=True, slots=True)
class Flow:
    """What the solver found: units on each arc, and the least cost there is."""

    units: list[int]
    cost: int


def build(
    candidates: Iterable[Candidate], callers: Iterable[Caller], settings: Settings
) -> Network:
    """Lay the week out as a network; the same people in any order give the same one.

    ValueError when two households or two callers share an id.
    """
    people = sorted(candidates, key=lambda person: person.id)
    if len({person.id for person in people}) != len(people):
        raise ValueError("two households share an id")
    rota = rotas.of(callers, settings)
    network = Network(people, rota, settings, costs.scale(people, rota, settings))
    network.supplies[_END] = -len(people)
    _add_callers(network)
    for group in _groups(people, rota):
        _add_group(network, group)
    _add_waiting(network)
    return network


def solve(network: Network) -> Flow:
    """Find the cheapest flow and its proof.

    ArithmeticError when the solver cannot prove one: weights too large for its integers.
    """
    if not network.people:
        return Flow([], network.constant)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.array(network.tails, dtype=np.int32),
        np.array(network.heads, dtype=np.int32),
        np.array(network.capacities, dtype=np.int64),
        np.array(network.costs, dtype=np.int64),
    )
    nodes = np.arange(len(network.supplies), dtype=np.int32)
    solver.set_nodes_supplies(nodes, np.array(network.supplies, dtype=np.int64))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the split has no proven optimum: {status.name}")
    units: list[int] = solver.flows(arcs).tolist()
    # The solver's own total may pass 64 bits; Python's integers do not.
    cost = sum(unit * price for unit, price in zip(units, network.costs, strict=True) if unit)
    return Flow(units, cost + network.constant)


def _groups(people: list[Candidate], rota: Rota) -> list[Group]:
    groups: dict[Kind, Group] = {}
    # Most households repeat what another one has: what decides is looked up once for all of them.
    alike: dict[object, Group] = {}
    for person in people:
        facts = (
            person.territory,
            person.stream,
            person.unserved,
            person.priority,
            person.weeks_waited,
            person.language,
            person.half_day,
            person.barred,
            person.last_caller,
            person.chosen,
            person.commune if rota.neighbours else None,
        )
        group = alike.get(facts)
        if group is None:
            door = rota.door(person)
            kind = Kind(
                door, costs.turn(person), rota.voice(person, door), rota.chosen(person, door)
            )
            group = groups.get(kind)
            if group is None:
                group = groups[kind] = Group(kind, [])
            alike[facts] = group
        group.members.append(person)
    return list(groups.values())


def _add_callers(network: Network) -> None:
    """One arc a household, each dearer than the one before: an even week costs less."""
    most = len(network.people)
    for caller in network.rota.callers:
        node = network.node()
        network.caller_nodes[caller.id] = node
        for nth in range(1, min(caller.capacity, most) + 1):
            cost = network.scale.load * network.scale.fill(nth, caller.capacity)
            network.arc(node, _END, capacity=1, cost=cost)


def _add_group(network: Network, group: Group) -> None:
    scale, size = network.scale, len(group.members)
    door, turn, voice, chosen = group.kind
    node = network.node(size)
    waits = _END if turn[0] is Stream.SWEEP else _WAITING
    network.arc(node, waits, capacity=size, cost=scale.ranks[turn] * scale.service)
    network.groups.append(group)
    if not network.rota.open_to(door):
        return
    named = group.kind.named
    if named is not None:
        steps = network.settings.steps(door.territory, network.rota.by_id[named].territory)
        group.kept_by = network.arc(node, network.caller_nodes[named], capacity=size, cost=steps)
    changed = scale.chosen * (chosen is not None) + scale.voice * (voice is not None)
    group.through = network.arc(node, _door(network, door), capacity=size, cost=changed)


def _door(network: Network, door: Door) -> int:
    """Give the node of a door, with its ways to everybody who may call behind it."""
    if door in network.doors:
        return network.doors[door]
    node = network.doors[door] = network.node()
    network.exits[node] = []
    skill = Skill(door.language, door.half_day)
    far = network.settings.other_territory_cost
    barred = door.barred & network.rota.able(skill)
    touched = {rotas.home(network.rota.by_id[caller_id]) for caller_id in barred}
    for home, callers in network.rota.pools(skill).items():
        if not home.reaches(door.territory):
            continue
        steps = network.settings.steps(door.territory, home.territory)
        if home in touched:
            for caller in callers:
                if caller.id not in barred:
                    _exit(network, node, network.caller_nodes[caller.id], cost=steps)
        elif barred or home.is_bound or steps < far:
            _exit(network, node, _pool(network, skill, home), cost=steps)
    if not barred:
        _exit(network, node, _elsewhere(network, skill), cost=far)
    return node


def _elsewhere(network: Network, skill: Skill) -> int:
    """Give the node that leads to every pool of a skill: one arc a territory, not one a pair."""
    if skill in network.elsewhere:
        return network.elsewhere[skill]
    node = network.elsewhere[skill] = network.node()
    network.exits[node] = []
    for home in network.rota.pools(skill):
        if not home.is_bound:  # who calls in one territory only is reached through its doors
            _exit(network, node, _pool(network, skill, home))
    return node


def _pool(network: Network, skill: Skill, home: Home) -> int:
    key = (skill, home)
    if key in network.pools:
        return network.pools[key]
    node = network.pools[key] = network.node()
    network.exits[node] = []
    for caller in network.rota.pools(skill)[home]:
        _exit(network, node, network.caller_nodes[caller.id])
    return node


def _exit(network: Network, node: int, head: int, *, cost: int = 0) -> None:
    arc = network.arc(node, head, capacity=len(network.people), cost=cost)
    network.exits[node].append((arc, head))


def _add_waiting(network: Network) -> None:
    """Households other than the sweep's: each that waits beyond the first places spares a cost.

    Serving more than the first places costs ``over`` each. Seen from those who wait, the first
    ones to wait give that cost back, which keeps every path's cost growing.
    """
    waiting = sum(person.stream is not Stream.SWEEP for person in network.people)
    beyond = max(0, waiting - network.scale.first_places)
    over = network.scale.over * network.scale.service
    network.constant = beyond * over
    network.arc(_WAITING, _END, capacity=beyond, cost=-over)
    network.arc(_WAITING, _END, capacity=waiting)
