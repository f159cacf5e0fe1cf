"""The split is optimal, never breaks a hard rule, and serves people in the order it says."""

import itertools
import math
import random
from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from campaigns import planner
from campaigns.planner import Caller, Candidate, Settings, Split, Stream, costs
from campaigns.planner import rota as rotas

HALVES = [(date(2026, 11, 24), "am"), (date(2026, 11, 26), "pm")]
COMMUNES = ["80001", "80002"]
ORDER = list(Stream)


def draw_callers(most: int, capacities: st.SearchStrategy[int]) -> st.SearchStrategy[list[Caller]]:
    caller = st.builds(
        Caller,
        id=st.integers(1, 50),
        territory=st.sampled_from([None, 1, 2, 3]),
        languages=st.sampled_from([frozenset(), frozenset({"pt"})]),
        capacity=capacities,
        half_days=st.frozensets(st.sampled_from(HALVES)),
        commune=st.sampled_from([None, *COMMUNES]),
        only_territory=st.booleans(),
    )
    return st.lists(caller, max_size=most, unique_by=lambda one: one.id)


@st.composite
def draw_week(draw, people=5, callers=3, capacities=None, share=None):
    capacities = st.integers(0, 4) if capacities is None else capacities
    team = draw(draw_callers(callers, capacities))
    known = st.sampled_from([None, 99, *(caller.id for caller in team)])
    candidate = st.builds(
        Candidate,
        id=st.integers(1, 500),
        stream=st.sampled_from(Stream),
        territory=st.sampled_from([None, 1, 2, 3]),
        commune=st.sampled_from([None, *COMMUNES]),
        language=st.sampled_from([None, None, "pt"]),
        priority=st.sampled_from([0, 5, 9]),
        weeks_waited=st.integers(0, 2),
        last_caller=known,
        times_called_by_last=st.integers(0, 3),
        half_day=st.sampled_from([None, None, *HALVES]),
        barred=st.frozensets(known.filter(lambda one: one is not None), max_size=1),
        unserved=st.booleans(),
        heavy=st.booleans(),
        best_half=st.sampled_from([None, "am", "pm"]),
        chosen=known,
    )
    due = draw(st.lists(candidate, max_size=people, unique_by=lambda one: one.id))
    chosen = Settings(
        sweep_share=draw(st.sampled_from([0.0, 0.4, 0.5, 1.0])) if share is None else share,
        own_commune_allowed=draw(st.booleans()),
        distances=draw(st.sampled_from([{}, {(1, 2): 1, (2, 1): 1}])),
    )
    return due, team, chosen


def every_split(due, team, chosen):
    """All ways to give each household nobody or a caller who may call it."""
    choices = [[None, *(c.id for c in team if may_call(person, c, chosen))] for person in due]
    room = {caller.id: caller.capacity for caller in team}
    for picks in itertools.product(*choices):
        pairs = {p.id: pick for p, pick in zip(due, picks, strict=True) if pick is not None}
        if all(count <= room[caller] for caller, count in Counter(pairs.values()).items()):
            yield pairs


def may_call(person: Candidate, caller: Caller, chosen: Settings) -> bool:
    """The hard rules, written again from the page that states them."""
    return (
        caller.capacity > 0
        and (person.language is None or person.language in caller.languages)
        and caller.id not in person.barred
        and (person.half_day is None or person.half_day in caller.half_days)
        and (chosen.own_commune_allowed or not person.commune or person.commune != caller.commune)
        and (
            not caller.only_territory
            or caller.territory is None
            or caller.territory == person.territory
        )
    )


def pairs_of(split: Split) -> dict[int, int]:
    return {one.candidate.id: one.caller.id for one in split.assigned}


def order_of(person: Candidate) -> tuple[int, bool, int, int]:
    return (
        ORDER.index(person.stream),
        not person.unserved,
        person.priority,
        -person.weeks_waited,
    )


def wishes(pairs, due, team, chosen):
    """What the split must make least, wish after wish, with no weights at all."""
    callers = {caller.id: caller for caller in team}
    turns = sorted({order_of(person) for person in due})
    missed = Counter(order_of(person) for person in due if person.id not in pairs)
    unkept = changed = steps = 0
    for person in due:
        if person.id not in pairs:
            continue
        last, wanted = callers.get(person.last_caller), callers.get(person.chosen)
        is_reserved = wanted is not None and may_call(person, wanted, chosen)
        unkept += is_reserved and pairs[person.id] != person.chosen
        could_keep = last is not None and may_call(person, last, chosen)
        owed = could_keep and (not is_reserved or person.chosen == person.last_caller)
        changed += owed and pairs[person.id] != person.last_caller
        steps += chosen.steps(person.territory, callers[pairs[person.id]].territory)
    uneven = sum(load**2 for load in Counter(pairs.values()).values())
    return [missed[turn] for turn in turns], unkept, changed, uneven, steps


@given(draw_week(capacities=st.just(3), share=0.0))
@settings(max_examples=120, deadline=None)
def test_no_other_split_grants_a_higher_wish(week):
    due, team, chosen = week
    found = wishes(pairs_of(planner.assign(due, team, chosen)), due, team, chosen)
    best = min(wishes(pairs, due, team, chosen) for pairs in every_split(due, team, chosen))
    assert found == best


@given(draw_week())
@settings(max_examples=120, deadline=None)
def test_the_cost_is_the_least_of_all_splits(week):
    due, team, chosen = week
    split = planner.assign(due, team, chosen)
    least = min(
        planner.cost_of(pairs, due, team, chosen) for pairs in every_split(due, team, chosen)
    )
    assert split.cost == least
    assert split.optimal
    assert planner.cost_of(pairs_of(split), due, team, chosen) == split.cost


@given(draw_week(people=4), st.data())
@settings(max_examples=100, deadline=None)
def test_the_cost_ranks_splits_as_their_parts_do(week, data):
    due, team, chosen = week
    best = planner.parts_of(pairs_of(planner.assign(due, team, chosen)), due, team, chosen)
    other = data.draw(st.sampled_from(list(every_split(due, team, chosen))))
    assert best <= planner.parts_of(other, due, team, chosen)


def plain_optimum(due, team, chosen):
    """The least cost by a network with a node a person and an arc an allowed pair."""
    rota = rotas.of(team, chosen)
    scale = costs.scale(due, rota, chosen)
    source, sink, gate, first_person = 0, 1, 2, 3
    caller_node = {c.id: first_person + len(due) + n for n, c in enumerate(rota.callers)}
    arcs = [(source, sink, len(due), 0), (source, gate, scale.first_places, 0)]
    arcs.append((source, gate, len(due), scale.over * scale.service))
    paid = 0
    for node, person in enumerate(due, first_person):
        rank = scale.ranks[costs.turn(person)] * scale.service
        paid += rank
        arcs.append((source if person.stream is Stream.SWEEP else gate, node, 1, -rank))
        able = [caller for caller in rota.callers if may_call(person, caller, chosen)]
        ids = {caller.id for caller in able}
        wanted = person.chosen if person.chosen in ids else None
        voice = person.last_caller if person.last_caller in ids else None
        if wanted not in {None, voice}:
            voice = None
        for caller in able:
            price = scale.voice if voice not in {None, caller.id} else 0
            price += scale.chosen if wanted not in {None, caller.id} else 0
            price += chosen.steps(person.territory, caller.territory)
            arcs.append((node, caller_node[caller.id], 1, price))
    for caller in rota.callers:
        arcs += [
            (caller_node[caller.id], sink, 1, scale.load * scale.fill(nth, caller.capacity))
            for nth in range(1, caller.capacity + 1)
        ]
    solver = SimpleMinCostFlow()
    tails, heads, rooms, prices = (np.array(column) for column in zip(*arcs, strict=True))
    solver.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), rooms, prices
    )
    solver.set_node_supply(source, len(due))
    solver.set_node_supply(sink, -len(due))
    assert solver.solve() == solver.OPTIMAL
    return solver.optimal_cost() + paid


def week_of(people: int, team: int, capacity: int, seed: int):
    """A week like a real one, from a seed."""
    chance = random.Random(seed)
    callers = [
        Caller(
            n,
            chance.choice([None, 1, 2, 3, 4]),
            frozenset(one for one in ("pt", "ar") if chance.random() < 0.15),
            max(1, capacity + chance.randint(-3, 3)),
            frozenset(half for half in HALVES if chance.random() < 0.5),
            chance.choice(COMMUNES),
            chance.random() < 0.2,
        )
        for n in range(1, team + 1)
    ]
    mix = [Stream.APPOINTMENT, Stream.ALARM, *[Stream.ROSTER] * 6, *[Stream.RETRY] * 2]
    due = []
    for n in range(1, people + 1):
        stream = chance.choice([*mix, *[Stream.SWEEP] * 10])
        half_day = chance.choice(HALVES) if stream is Stream.APPOINTMENT else None
        last = chance.randint(1, team + 2) if stream is not Stream.SWEEP else None
        due.append(
            Candidate(
                n,
                stream,
                chance.choice([None, 1, 2, 3, 4]),
                commune=chance.choice([*COMMUNES, "80003", "80004", "80005"]),
                language=chance.choice(["pt", "ar"]) if chance.random() < 0.1 else None,
                priority=chance.choice([0, 3, 5, 9]),
                weeks_waited=chance.choice([0, 0, 1, 2]),
                last_caller=last,
                times_called_by_last=chance.randint(0, 4),
                half_day=half_day,
                barred=frozenset({chance.randint(1, team)} if chance.random() < 0.1 else ()),
                unserved=chance.random() < 0.1,
                heavy=chance.random() < 0.05,
                best_half=chance.choice([None, None, "am", "pm"]),
                chosen=chance.randint(1, team + 1) if chance.random() < 0.1 else None,
            )
        )
    return due, callers


@pytest.mark.parametrize("capacity", [5, 15, 40])
@pytest.mark.parametrize("own_commune", [True, False])
def test_sharing_a_node_among_people_alike_costs_nothing(capacity, own_commune):
    due, team = week_of(300, 12, capacity, seed=capacity)
    chosen = Settings(own_commune_allowed=own_commune, distances={(1, 2): 1, (3, 4): 2})
    assert planner.assign(due, team, chosen).cost == plain_optimum(due, team, chosen)


@given(draw_week(people=12, callers=4))
@settings(max_examples=200, deadline=None)
def test_nobody_is_served_twice_and_nobody_is_forgotten(week):
    due, team, chosen = week
    split = planner.assign(due, team, chosen)
    told = [one.candidate.id for one in split.assigned + split.left_out]
    assert sorted(told) == sorted(person.id for person in due)


@given(draw_week(people=12, callers=4))
@settings(max_examples=200, deadline=None)
def test_hard_rules_and_capacity_are_never_bent(week):
    due, team, chosen = week
    split = planner.assign(due, team, chosen)
    assert all(may_call(one.candidate, one.caller, chosen) for one in split.assigned)
    loads = Counter(one.caller.id for one in split.assigned)
    assert all(loads[caller.id] <= caller.capacity for caller in team)


@given(draw_week(people=12, callers=4))
@settings(max_examples=300, deadline=None)
def test_nobody_waits_for_a_place_that_someone_after_them_has(week):
    due, team, chosen = week
    split = planner.assign(due, team, chosen)
    places = sum(caller.capacity for caller in team)
    first_places = places - math.ceil(chosen.sweep_share * places)
    first = sum(one.candidate.stream is not Stream.SWEEP for one in split.assigned)
    loads = Counter(one.caller.id for one in split.assigned)
    for waiting in split.left_out:
        person = waiting.candidate
        able = {caller.id for caller in team if may_call(person, caller, chosen)}
        assert all(loads[c.id] == c.capacity for c in team if c.id in able)
        for seated in (one.candidate for one in split.assigned if one.caller.id in able):
            swapped = {person.stream, seated.stream}
            if Stream.SWEEP not in swapped or len(swapped) == 1:
                assert order_of(seated) <= order_of(person)
            elif seated.stream is Stream.SWEEP:
                assert person.stream in {Stream.ROSTER, Stream.RETRY}
                assert first >= first_places
            elif seated.stream in {Stream.ROSTER, Stream.RETRY}:
                assert first <= first_places


@given(draw_week(people=12, callers=4), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_people_come_in_changes_nothing(week, chance):
    due, team, chosen = week
    split = planner.assign(due, team, chosen)
    chance.shuffle(due)
    chance.shuffle(team)
    assert planner.assign(due, team, chosen) == split


@given(st.integers(0, 40), st.integers(1, 6), st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_equal_volunteers_get_equal_weeks_to_one_household(people, team, capacity):
    due = [Candidate(n, Stream.SWEEP, territory=n % 3) for n in range(people)]
    callers = [Caller(n, n % 3, frozenset(), capacity, frozenset()) for n in range(team)]
    split = planner.assign(due, callers, Settings())
    loads = Counter(one.caller.id for one in split.assigned)
    spread = [loads[caller.id] for caller in callers]
    assert max(spread) - min(spread) <= 1


def test_load_follows_the_time_each_volunteer_gives():
    due = [Candidate(n, Stream.ROSTER, territory=1) for n in range(30)]
    callers = [
        Caller(1, 1, frozenset(), 12, frozenset()),
        Caller(2, 1, frozenset(), 48, frozenset()),
    ]
    loads = Counter(one.caller.id for one in planner.assign(due, callers, Settings()).assigned)
    assert loads == {1: 6, 2: 24}


def test_the_same_voice_goes_before_an_even_week():
    callers = [Caller(n, 1, frozenset(), 10, frozenset()) for n in (1, 2)]
    due = [Candidate(n, Stream.ROSTER, 2, last_caller=1) for n in range(8)]
    split = planner.assign(due, callers, Settings())
    assert (split.known_pairs, split.kept_pairs) == (8, 8)
    assert all(one.kept and one.caller.id == 1 for one in split.assigned)


def test_among_equals_the_longest_known_keep_their_voice():
    callers = [Caller(n, 1, frozenset(), 2, frozenset()) for n in (1, 2)]
    due = [
        Candidate(n, Stream.ROSTER, 1, last_caller=1, times_called_by_last=n) for n in range(1, 5)
    ]
    split = planner.assign(due, callers, Settings())
    assert {one.candidate.id for one in split.assigned if one.kept} == {3, 4}
    assert (split.known_pairs, split.kept_pairs) == (4, 2)


def test_near_comes_before_far_when_the_load_is_the_same():
    callers = [Caller(n, n, frozenset(), 5, frozenset()) for n in (1, 2, 3)]
    due = [Candidate(n, Stream.SWEEP, territory=1 + n % 3) for n in range(15)]
    split = planner.assign(due, callers, Settings())
    assert all(one.candidate.territory == one.caller.territory for one in split.assigned)


def test_a_neighbouring_territory_is_preferred_to_a_far_one():
    callers = [Caller(n, n, frozenset(), 4, frozenset()) for n in (2, 3)]
    due = [Candidate(n, Stream.SWEEP, territory=1) for n in range(2)]
    due += [Candidate(n, Stream.SWEEP, territory=4) for n in range(2, 4)]
    chosen = Settings(distances={(1, 2): 1, (4, 3): 1})
    split = planner.assign(due, callers, chosen)
    assert {(one.candidate.territory, one.caller.territory) for one in split.assigned} == {
        (1, 2),
        (4, 3),
    }


def shares(roster: int, sweep: int, **sweep_facts: str) -> Counter[Stream]:
    callers = [Caller(1, 1, frozenset(), 10, frozenset())]
    due = [Candidate(n, Stream.ROSTER, 1) for n in range(roster)]
    due += [Candidate(100 + n, Stream.SWEEP, 1, **sweep_facts) for n in range(sweep)]
    split = planner.assign(due, callers, Settings(sweep_share=0.4))
    return Counter(one.candidate.stream for one in split.assigned)


def test_the_first_sweep_keeps_its_share_while_it_waits():
    assert shares(20, 20) == {Stream.ROSTER: 6, Stream.SWEEP: 4}


def test_a_share_nobody_uses_goes_to_the_others():
    assert shares(20, 1) == {Stream.ROSTER: 9, Stream.SWEEP: 1}
    assert shares(20, 0) == {Stream.ROSTER: 10}
    assert shares(2, 20) == {Stream.ROSTER: 2, Stream.SWEEP: 8}
    assert shares(20, 20, language="pt") == {Stream.ROSTER: 10}


def test_promised_calls_are_never_held_back_for_the_sweep():
    callers = [Caller(1, 1, frozenset(), 10, frozenset())]
    due = [Candidate(n, Stream.APPOINTMENT, 1, priority=9) for n in range(9)]
    due += [Candidate(20 + n, Stream.ROSTER, 1, priority=0) for n in range(5)]
    due += [Candidate(40 + n, Stream.SWEEP, 1, priority=0) for n in range(5)]
    split = planner.assign(due, callers, Settings(sweep_share=0.4))
    served = Counter(one.candidate.stream for one in split.assigned)
    assert served == {Stream.APPOINTMENT: 9, Stream.SWEEP: 1}


def test_a_week_without_anybody_is_an_empty_split():
    split = planner.assign([], [], Settings())
    assert (split.assigned, split.left_out, split.cost, split.optimal) == ((), (), 0, True)


def test_a_split_that_breaks_a_rule_has_no_cost():
    callers = [Caller(1, 1, frozenset(), 1, frozenset())]
    due = [Candidate(n, Stream.SWEEP, 1) for n in (1, 2)]
    with pytest.raises(ValueError, match="2 households for 1 places"):
        planner.cost_of({1: 1, 2: 1}, due, callers, Settings())
    with pytest.raises(ValueError, match="may not call"):
        planner.cost_of({1: 1}, [replace(due[0], language="pt")], callers, Settings())


def test_two_people_or_settings_that_make_no_sense_are_refused():
    caller = Caller(1, 1, frozenset(), 1, frozenset())
    person = Candidate(1, Stream.SWEEP, 1)
    with pytest.raises(ValueError, match="two households share an id"):
        planner.assign([person, person], [caller], Settings())
    with pytest.raises(ValueError, match="two callers share an id"):
        planner.assign([person], [caller, caller], Settings())
    with pytest.raises(ValueError, match="not a share"):
        planner.assign([person], [caller], Settings(sweep_share=1.2))
    with pytest.raises(ValueError, match="a distance"):
        planner.assign([person], [caller], Settings(distances={(1, 2): 9}))


def test_a_whole_departement_is_split_to_the_optimum():
    due, team = week_of(26_400, 193, 16, seed=80)
    split = planner.assign(due, team, Settings())
    assert split.optimal
    assert len(split.assigned) + len(split.left_out) == 26_400
    # Some volunteers call in one territory only, and find enough people there too.
    assert sum(caller.capacity for caller in team) == len(split.assigned)
