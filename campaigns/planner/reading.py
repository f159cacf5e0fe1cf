"""From the flow back to people: who calls whom, why, and who waits."""

from collections.abc import Iterator

from campaigns.planner import costs, exchanges, waiting, words
from campaigns.planner.facts import Assignment, Candidate, LeftOut, Split, Stream
from campaigns.planner.network import Flow, Group, Network


def read(network: Network, flow: Flow) -> Split:
    """Hand the places out by name, in an order that never depends on how people came in."""
    pairs = _pairs(network, flow)
    exchanges.improve(network, pairs)
    cost = costs.weigh(
        pairs,
        network.people,
        rota=network.rota,
        weights=network.scale,
        settings=network.settings,
    ).total(network.scale)
    assigned = _assigned(network, pairs)
    left_out = _left_out(network, pairs)
    pace = network.settings.pace
    return Split(
        assigned=assigned,
        left_out=left_out,
        cost=cost,
        optimal=cost == flow.cost,
        known_pairs=_known_pairs(network, pairs),
        kept_pairs=sum(one.kept for one in assigned),
        half_days_missing=waiting.half_days_missing(left_out, pace),
        what_would_help=waiting.what_would_help(left_out, pace),
    )


def _pairs(network: Network, flow: Flow) -> dict[int, int]:
    """Map each served household to its caller."""
    callers = {node: caller_id for caller_id, node in network.caller_nodes.items()}
    streams: dict[int, Iterator[int]] = {}

    def leaving(node: int) -> Iterator[int]:
        for arc, head in network.exits[node]:
            for _ in range(flow.units[arc]):
                yield callers[head] if head in callers else next(streams[head])

    streams.update((node, leaving(node)) for node in network.exits)
    pairs: dict[int, int] = {}
    for group in network.groups:
        kept, moved = _units(flow, group.kept_by), _units(flow, group.through)
        served = _in_turn(group)[: kept + moved]
        for person in served[:kept]:
            pairs[person.id] = _known(group)
        if moved:
            doorway = streams[network.doors[group.kind.door]]
            pairs.update((person.id, next(doorway)) for person in served[kept:])
    return pairs


def _in_turn(group: Group) -> list[Candidate]:
    """Order households of equal turn: the longest known to their voice first, then by id."""
    if group.kind.named is None:
        return group.members
    return sorted(group.members, key=lambda person: (-person.times_called_by_last, person.id))


def _known(group: Group) -> int:
    named = group.kind.named
    if named is None:
        raise ValueError("a flow keeps a voice nobody has")
    return named


def _units(flow: Flow, arc: int | None) -> int:
    return 0 if arc is None else flow.units[arc]


def _known_pairs(network: Network, pairs: dict[int, int]) -> int:
    """How many served households had a voice that could call them this week."""
    return sum(
        person.id in pairs
        for group in network.groups
        if group.kind.voice is not None
        for person in group.members
    )


def _assigned(network: Network, pairs: dict[int, int]) -> tuple[Assignment, ...]:
    assigned = []
    for person in network.people:
        caller_id = pairs.get(person.id)
        if caller_id is None:
            continue
        caller = network.rota.by_id[caller_id]
        door = network.rota.door(person)
        voice = network.rota.voice(person, door)
        why = words.why(person, caller, voice=voice, chosen=network.rota.chosen(person, door))
        assigned.append(Assignment(person, caller, why, voice == caller_id))
    return tuple(assigned)


def _left_out(network: Network, pairs: dict[int, int]) -> tuple[LeftOut, ...]:
    served = [person for person in network.people if person.id in pairs]
    sweep = sum(person.stream is Stream.SWEEP for person in served)
    share = network.settings.sweep_share
    held = sweep > 0 and len(served) - sweep >= network.scale.first_places
    left = []
    for group in network.groups:
        people = [person for person in group.members if person.id not in pairs]
        door = group.kind.door
        left += waiting.explain(people, door, rota=network.rota, share=share if held else None)
    return tuple(sorted(left, key=lambda one: one.candidate.id))
