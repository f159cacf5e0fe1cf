"""The weekly split of a département: read, solved to the optimum, written.

The yardstick of the whole is the libraries alone: the same SELECTs by SQLAlchemy Core, the solver
on the same network, the same rows by Core's executemany, durably; no rule, no object of ours.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from appel_solidaire.instance import Instance
from campaigns import launch, planner, sheets
from campaigns.models import (
    Availability,
    Base,
    Campaign,
    CampaignState,
    Commune,
    Enrolment,
    Household,
    LeftOut,
    Line,
    Membership,
    Person,
    Phone,
    Role,
    Sheet,
    Stage,
    Territory,
    User,
    WeekPlan,
    Wish,
)
from campaigns.planner import Caller, Candidate, Settings
from campaigns.sheets import proposing
from scripts.benches import instances
from scripts.benches.measure import Figure, in_turns, timed
from scripts.yardsticks.greedy import greedy

PEOPLE, VOLUNTEERS = 26_400, 193
WEEK = "2026-W48"
NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
ADDED = NOW - timedelta(weeks=4)


def run() -> list[Figure]:
    """Measure the split on each engine there is."""
    figures: list[Figure] = []
    for engine in instances.engines():
        with instances.fresh(engine) as instance:
            campaign_id = _fill(instance)
            suffix = "" if engine == "sqlite" else f".{engine}"
            figures += _split(instance, campaign_id, suffix)
            if engine == "sqlite":
                figures += _solver(instance, campaign_id)
    return figures


def _split(instance: Instance, campaign_id: int, suffix: str) -> list[Figure]:
    steps: dict[str, list[float]] = {"read": [], "solve": [], "write": []}
    recorded = _Recorder()

    def ours() -> float:
        _forget(instance)
        start = time.perf_counter()
        with instance.database.unit() as session:
            plan = sheets.propose(
                session,
                session.get_one(Campaign, campaign_id),
                WEEK,
                at=NOW,
                clock=time.perf_counter,
            )
        taken = time.perf_counter() - start
        for name, seconds in plan.summary["seconds"].items():
            steps[name].append(seconds)
        return taken

    sa.event.listen(instance.database.writer, "before_execute", recorded.note)
    ours()
    sa.event.remove(instance.database.writer, "before_execute", recorded.note)
    network = _facts(instance, campaign_id).network()
    steps = {name: [] for name in steps}

    def bare() -> float:
        _forget(instance)
        gc.disable()  # as the split itself does: the same chance on both sides
        try:
            return timed(lambda: _replay(instance, recorded, network))
        finally:
            gc.enable()

    value, yardstick = in_turns(ours, bare)
    middle = {name: sorted(seconds)[len(seconds) // 2] for name, seconds in steps.items()}
    return [
        Figure(f"plan.total_s{suffix}", value, "s", yardstick),
        *(Figure(f"plan.{name}_step_s{suffix}", middle[name], "s") for name in middle),
    ]


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
    if not split.optimal:
        raise ArithmeticError("the split is not the proven optimum")
    return [
        Figure("plan.greedy_loss", cost / split.cost, "x", 1.0),
        Figure("plan.greedy_changed_voices", theirs.changed, "foyers", ours.changed),
        Figure("plan.greedy_steps_from_home", theirs.steps, "pas", ours.steps),
        Figure("plan.assigned", len(best), "foyers", len(by_hand)),
    ]


def _facts(instance: Instance, campaign_id: int) -> proposing.Facts:
    with instance.database.reading() as session:
        campaign = session.get_one(Campaign, campaign_id)
        return proposing.read(session, campaign, WEEK, at=NOW, plan=None)


@dataclass(slots=True)
class _Recorder:
    """The statements of one split, as they are handed to SQLAlchemy Core."""

    statements: list[tuple[sa.Executable, Any]] = field(default_factory=list)

    def note(
        self, _connection: object, statement: sa.Executable, many: Any, one: Any, _options: object
    ) -> None:
        self.statements.append((statement, many or one or None))


def _replay(instance: Instance, recorded: _Recorder, network: planner.Network) -> None:
    """The same reads and writes, and the solver between them."""
    solved = False
    with instance.database.writer.begin() as connection:
        for statement, values in recorded.statements:
            if isinstance(statement, sa.Insert) and statement.table.name == Sheet.__tablename__:
                planner.solve(network)
                solved = True
            done = connection.execute(statement, values)
            if done.returns_rows:
                done.all()
    if not solved:
        raise RuntimeError("the split wrote no sheet")


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


# The fiction ---------------------------------------------------------------------------------


def _fill(instance: Instance) -> int:
    """A département four weeks into its campaign: most people still wait for their first call."""
    draw = random.Random(80)
    with instance.database.unit() as session:
        launch.found_organisation(session, departement="80", at=ADDED)
        campaign = launch.create_campaign(session, name="Mesure", by=None, at=ADDED)
        campaign.state = CampaignState.OPEN
        places = list(session.scalars(sa.select(Commune).order_by(Commune.insee)))
        territories = list(session.scalars(sa.select(Territory.id).order_by(Territory.id)))
        people = range(1, PEOPLE + 1)
        weights = [place.population + 1 for place in places]
        homes = draw.choices([place.insee for place in places], weights, k=PEOPLE)
        _add(session, Household, [{"id": one} for one in people])
        _add(session, Person, [_person(one, homes[one - 1], draw) for one in people])
        _add(session, Phone, [_phone(one) for one in people])
        helpers = range(1, VOLUNTEERS + 1)
        _add(session, User, [_volunteer(one, draw.choice(territories), draw) for one in helpers])
        _add(session, Membership, [{"campaign_id": campaign.id, "user_id": one} for one in helpers])
        _add(session, Availability, [half for one in helpers for half in _halves(one, draw)])
        _add(session, Enrolment, [_enrolment(one, campaign.id, draw) for one in people])
        return campaign.id


def _add(session: Any, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    session.execute(sa.insert(model), list(rows))


def _person(one: int, insee: str, draw: random.Random) -> dict[str, Any]:
    return {
        "id": one,
        "household_id": one,
        "last_name": f"Nom{one}",
        "name_key": f"nom{one}",
        "insee": insee,
        "language": draw.choice(("portugais", "arabe", "turc")) if draw.random() < 0.02 else "",
        "created_at": ADDED,
        "updated_at": ADDED,
    }


def _phone(one: int) -> dict[str, Any]:
    return {"person_id": one, "e164": f"+336{one:08d}"}


def _volunteer(one: int, territory_id: int, draw: random.Random) -> dict[str, Any]:
    return {
        "id": one,
        "email": f"volontaire{one}@example.org",
        "first_name": f"Prénom{one}",
        "last_name": f"Nom{one}",
        "role": Role.VOLUNTEER,
        "territory_id": territory_id,
        "languages": draw.choice(("portugais", "arabe", "")) if draw.random() < 0.2 else "",
        "created_at": ADDED,
    }


def _halves(one: int, draw: random.Random) -> list[dict[str, Any]]:
    halves = [(weekday, half) for weekday in range(5) for half in ("am", "pm")]
    chosen = draw.sample(halves, draw.choice((1, 2, 2, 3)))
    return [{"user_id": one, "weekday": weekday, "half": half} for weekday, half in chosen]


def _enrolment(one: int, campaign_id: int, draw: random.Random) -> dict[str, Any]:
    """Most wait for their first call, in three priorities; a sixth was called in four weeks."""
    row: dict[str, Any] = {
        "campaign_id": campaign_id,
        "person_id": one,
        "stage": Stage.SWEEP,
        "wish": Wish.UNDECIDED,
        "priority": draw.choices((3, 5, 7), (1, 8, 1))[0],
        "next_due_on": None,
        "cycle_started_at": None,
        "not_before_at": None,
        "appointment_at": None,
        "last_volunteer_id": None,
        "times_by_last": 0,
        "created_at": ADDED,
    }
    kind = draw.random()
    voice = {"last_volunteer_id": draw.randint(1, VOLUNTEERS), "times_by_last": draw.randint(1, 3)}
    if kind < 0.10:
        due = date(2026, 11, 23) + timedelta(days=draw.randrange(7))
        return row | voice | {"stage": Stage.ROSTER, "wish": Wish.WEEKLY, "next_due_on": due}
    if kind < 0.104:
        at = datetime(2026, 11, 23, 9, 30, tzinfo=UTC) + timedelta(days=draw.randrange(5))
        return row | voice | {"appointment_at": at, "cycle_started_at": ADDED}
    if kind < 0.17:
        return row | {"cycle_started_at": NOW - timedelta(days=2), "not_before_at": NOW}
    return row
