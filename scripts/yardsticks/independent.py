"""The least cost of a split by a solver of another kind: constraints and search, person by person.

The split is a flow through nodes that people alike share; here each person and caller is a yes or
no of its own, and the rules are written again as sums. Too slow for a département: small weeks.
"""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from campaigns.planner import Caller, Candidate, Settings, costs
from campaigns.planner import rota as rotas
from campaigns.planner.costs import Scale
from campaigns.planner.facts import Stream
from campaigns.planner.rota import Rota

_Given = dict[tuple[int, int], cp_model.IntVar]


def optimum(candidates: Sequence[Candidate], callers: Sequence[Caller], settings: Settings) -> int:
    """Give the least cost there is; ArithmeticError when the search proves none."""
    rota = rotas.of(callers, settings)
    scale = costs.scale(candidates, rota, settings)
    model = cp_model.CpModel()
    given = {
        (person.id, caller_id): model.new_bool_var(f"{person.id}-{caller_id}")
        for person in candidates
        for caller_id in rota.open_to(rota.door(person))
    }
    terms = [_served(model, given, candidates, rota=rota, scale=scale, settings=settings)]
    terms += [_loads(model, given, rota=rota, scale=scale)]
    terms += [_beyond(model, given, candidates, scale=scale)]
    model.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) != cp_model.OPTIMAL:
        raise ArithmeticError("the search proved no optimum")
    return int(solver.objective_value)


def _served(
    model: cp_model.CpModel,
    given: _Given,
    candidates: Sequence[Candidate],
    *,
    rota: Rota,
    scale: Scale,
    settings: Settings,
) -> cp_model.LinearExprT:
    total: cp_model.LinearExprT = 0
    for person in candidates:
        door = rota.door(person)
        open_to, voice = rota.open_to(door), rota.voice(person, door)
        rank = scale.ranks[costs.turn(person)] * scale.service
        total += rank
        model.add_at_most_one(given[person.id, one] for one in open_to)
        for one in open_to:
            changed = scale.voice if voice not in {None, one} else 0
            steps = settings.steps(person.territory, rota.by_id[one].territory)
            total += (changed + steps - rank) * given[person.id, one]
    return total


def _loads(
    model: cp_model.CpModel, given: _Given, *, rota: Rota, scale: Scale
) -> cp_model.LinearExprT:
    total: cp_model.LinearExprT = 0
    for caller in rota.callers:
        places = range(1, caller.capacity + 1)
        taken = [model.new_bool_var(f"place-{caller.id}-{nth}") for nth in places]
        model.add(sum(taken) == sum(one for (_, who), one in given.items() if who == caller.id))
        total += sum(
            scale.load * scale.fill(nth, caller.capacity) * one
            for nth, one in zip(places, taken, strict=True)
        )
    return total


def _beyond(
    model: cp_model.CpModel, given: _Given, candidates: Sequence[Candidate], *, scale: Scale
) -> cp_model.LinearExprT:
    """What serving more than the first places costs, beside the sweep."""
    others = {person.id for person in candidates if person.stream is not Stream.SWEEP}
    beyond = model.new_int_var(0, len(others), "beyond")
    served = sum(one for (who, _), one in given.items() if who in others)
    model.add(beyond >= served - scale.first_places)
    return scale.over * scale.service * beyond
