"""The split a careful person makes by hand: in order of need, last voice first, else most room.

It bends no hard rule and is weighed by the same ``campaigns.planner.cost_of``; what it loses
against the proven optimum is a figure of ``scripts/bench plan``.
"""

from collections.abc import Iterable

from campaigns.planner import Caller, Candidate, Settings, costs
from campaigns.planner import rota as rotas
from campaigns.planner.costs import Scale
from campaigns.planner.facts import Stream
from campaigns.planner.rota import Door, Rota


def greedy(
    candidates: Iterable[Candidate], callers: Iterable[Caller], settings: Settings
) -> dict[int, int]:
    """Map each served household to a caller, one household after the other."""
    people = sorted(candidates, key=lambda person: person.id)
    rota = rotas.of(callers, settings)
    scale = costs.scale(people, rota, settings)
    first, beyond = _in_turn(people, scale)
    room = {caller.id: caller.capacity for caller in rota.callers}
    pairs: dict[int, int] = {}
    served_first = 0
    for person in first + beyond:
        is_first = person.stream is not Stream.SWEEP
        if person.id in pairs or (is_first and served_first >= scale.first_places):
            continue
        served_first += _serve(person, pairs, room, rota=rota, settings=settings) and is_first
    for person in first:  # places the sweep could not use
        if person.id not in pairs:
            _serve(person, pairs, room, rota=rota, settings=settings)
    return pairs


def _in_turn(people: list[Candidate], scale: Scale) -> tuple[list[Candidate], list[Candidate]]:
    ordered = sorted(people, key=lambda person: (-scale.ranks[costs.turn(person)], person.id))
    first = [person for person in ordered if person.stream is not Stream.SWEEP]
    return first, [person for person in ordered if person.stream is Stream.SWEEP]


def _serve(
    person: Candidate,
    pairs: dict[int, int],
    room: dict[int, int],
    *,
    rota: Rota,
    settings: Settings,
) -> bool:
    door = rota.door(person)
    voice = rota.voice(person, door)
    chosen = voice if voice in room else _roomiest(door, room, rota=rota, settings=settings)
    if chosen is None:
        return False
    pairs[person.id] = chosen
    room[chosen] -= 1
    if not room[chosen]:
        del room[chosen]
    return True


def _roomiest(door: Door, room: dict[int, int], *, rota: Rota, settings: Settings) -> int | None:
    """Give the nearest free caller, then the one with most room, then the smallest id."""
    free = room.keys() & rota.open_to(door)
    if not free:
        return None
    territories = {caller_id: rota.by_id[caller_id].territory for caller_id in free}
    return min(
        free,
        key=lambda one: (settings.steps(door.territory, territories[one]), -room[one], one),
    )
