"""The weekly split: read, solved to the optimum, written; as it grows, and for all of France.

The yardstick of the whole is the libraries alone: the same SELECTs by SQLAlchemy Core, the solver
on the same network, the same rows by Core's executemany (COPY on PostgreSQL), durably; no rule, no
object of ours. That of the cost is a solver of another kind on small weeks.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence

import sqlalchemy as sa

from appel_solidaire.instance import Instance
from campaigns import planner, sheets
from campaigns.models import Base, Campaign, LeftOut, Line, Sheet, WeekPlan
from campaigns.planner import Caller, Candidate, Settings
from campaigns.sheets import proposing
from scripts.benches import instances
from scripts.benches.fiction.departement import NOW, PEOPLE, VOLUNTEERS, WEEK, fill
from scripts.benches.fiction.small_week import small_week
from scripts.benches.measure import Figure, exponent, in_turns, timed
from scripts.yardsticks.greedy import greedy
from scripts.yardsticks.independent import optimum
from scripts.yardsticks.replay import recorded, replay

_TENTH, _TENFOLD = (PEOPLE // 10, VOLUNTEERS // 10), (PEOPLE * 10, VOLUNTEERS * 10)
_DEPARTEMENTS = 100
_WRITTEN = 5  # départements really read and written; the rest of France is counted from them
_SMALL_WEEKS = 12


def run() -> list[Figure]:
    """Measure the split on each engine there is."""
    figures: list[Figure] = []
    for engine in instances.engines():
        with instances.fresh(engine) as instance:
            campaign_id = fill(instance)
            suffix = "" if engine == "sqlite" else f".{engine}"
            figures += _split(instance, campaign_id, suffix)
            if engine == "sqlite":
                figures += _solver(instance, campaign_id)
                figures += _france(instance, campaign_id)
    return figures + _growth() + _independent()


def _split(instance: Instance, campaign_id: int, suffix: str) -> list[Figure]:
    steps: dict[str, list[float]] = {"read": [], "solve": [], "write": []}

    def ours() -> float:
        _forget(instance)
        taken, seconds = _propose(instance, campaign_id)
        for name in steps:
            steps[name].append(seconds[name])
        return taken

    with recorded(instance.database.writer) as acts:
        ours()
    network = _facts(instance, campaign_id).network()
    steps = {name: [] for name in steps}

    def bare() -> float:
        _forget(instance)
        gc.disable()  # as the split itself does: the same chance on both sides
        try:
            return timed(lambda: replay(instance.database.writer, acts, network))
        finally:
            gc.enable()

    value, yardstick = in_turns(ours, bare)
    middle = {name: sorted(seconds)[len(seconds) // 2] for name, seconds in steps.items()}
    return [
        Figure(f"plan.total_s{suffix}", value, "s", yardstick),
        *(Figure(f"plan.{name}_step_s{suffix}", middle[name], "s") for name in middle),
    ]


def _propose(instance: Instance, campaign_id: int) -> tuple[float, dict[str, float]]:
    """One whole split, kept; its seconds, and those of each step."""
    start = time.perf_counter()
    with instance.database.unit() as session:
        campaign = session.get_one(Campaign, campaign_id)
        plan = sheets.propose(session, campaign, WEEK, at=NOW, clock=time.perf_counter)
        seconds: dict[str, float] = plan.summary["seconds"]
        if not plan.summary["optimal"]:
            raise ArithmeticError("the split is not the proven optimum")
    return time.perf_counter() - start, seconds


def _solver(instance: Instance, campaign_id: int) -> list[Figure]:
    facts = _facts(instance, campaign_id)
    candidates = facts.due.candidates
    callers = [one.caller for one in facts.volunteers]
    network = facts.network()

    def hand() -> float:
        return timed(lambda: greedy(candidates, callers, facts.settings))

    value, yardstick = in_turns(lambda: timed(lambda: planner.solve(network)), hand)
    return [
        Figure("plan.solve_s", value, "s", yardstick),
        *_loss(candidates, callers, facts.settings, network),
    ]


def _loss(
    candidates: Sequence[Candidate],
    callers: Sequence[Caller],
    settings: Settings,
    network: planner.Network,
) -> list[Figure]:
    """What dealing by hand costs over the optimum, as a whole and for what is lost first."""
    split = planner.read(network, planner.solve(network))
    best = {one.candidate.id: one.caller.id for one in split.assigned}
    by_hand = greedy(candidates, callers, settings)
    cost = planner.cost_of(by_hand, candidates, callers, settings)
    ours, theirs = (
        planner.parts_of(pairs, candidates, callers, settings) for pairs in (best, by_hand)
    )
    return [
        Figure("plan.greedy_loss", cost / split.cost, "x", 1.0),
        Figure("plan.greedy_changed_voices", theirs.changed, "foyers", ours.changed),
        Figure("plan.greedy_steps_from_home", theirs.steps, "pas", ours.steps),
        Figure("plan.assigned", len(best), "foyers", len(by_hand)),
    ]


def _france(instance: Instance, campaign_id: int) -> list[Figure]:
    """A hundred départements of this size one after the other, in one process.

    The split itself is made a hundred times; with reading and writing ``_WRITTEN`` times, and the
    figure for a hundred is counted from them.
    """
    facts = _facts(instance, campaign_id)

    def alone() -> None:
        network = facts.network()
        planner.read(network, planner.solve(network))

    one = min(timed(alone) for _ in range(5))
    france = timed(lambda: [alone() for _ in range(_DEPARTEMENTS)])
    _forget(instance)
    first = _propose(instance, campaign_id)[0]
    whole = 0.0
    for _ in range(_WRITTEN):
        _forget(instance)
        whole += _propose(instance, campaign_id)[0]
    counted = whole / _WRITTEN * _DEPARTEMENTS
    return [
        Figure("plan.france_split_s", france, "s", one * _DEPARTEMENTS),
        Figure(f"plan.france_whole_s.from_{_WRITTEN}", counted, "s", first * _DEPARTEMENTS),
    ]


def _growth() -> list[Figure]:
    """Ten times fewer people and volunteers, as many, ten times more: whole runs, on SQLite."""
    sizes, taken, solved = [], [], []
    for people, volunteers in (_TENTH, (PEOPLE, VOLUNTEERS), _TENFOLD):
        with instances.fresh("sqlite") as instance:
            campaign_id = fill(instance, people=people, volunteers=volunteers)
            runs = []
            for _ in range(3 if people <= PEOPLE else 2):
                _forget(instance)
                runs.append(_propose(instance, campaign_id)[0])
            network = _facts(instance, campaign_id).network()
            sizes.append(people)
            taken.append(min(runs))
            solved.append(timed(lambda network=network: planner.solve(network)))
    return [
        *(
            Figure(f"plan.growth_{size}_s", seconds, "s")
            for size, seconds in zip(sizes, taken, strict=True)
        ),
        Figure("plan.growth_exponent", exponent(sizes, taken), "", 1.10),
        Figure("plan.growth_largest_solve_s", solved[-1], "s"),
        Figure("plan.growth_solver_exponent", exponent(sizes, solved), ""),
    ]


def _independent() -> list[Figure]:
    """Small weeks, all different: how many cost what another solver proves to be the least."""
    equal = 0
    for seed in range(_SMALL_WEEKS):
        candidates, callers, settings = small_week(seed)
        split = planner.assign(candidates, callers, settings)
        equal += split.optimal and split.cost == optimum(candidates, callers, settings)
    return [Figure("plan.cost_equal_to_independent", equal, "semaines", _SMALL_WEEKS)]


def _facts(instance: Instance, campaign_id: int) -> proposing.Facts:
    with instance.database.reading() as session:
        campaign = session.get_one(Campaign, campaign_id)
        return proposing.read(session, campaign, WEEK, at=NOW, plan=None)


def _forget(instance: Instance) -> None:
    """Leave the tables of the week as if nothing had ever been planned, ids included."""
    models: Sequence[type[Base]] = (Line, LeftOut, Sheet, WeekPlan)
    with instance.database.writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(model.__tablename__ for model in models)
            connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            return
        for model in models:
            connection.execute(sa.delete(model))
