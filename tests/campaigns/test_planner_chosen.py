"""A household the coordination reserves for a caller has them, whenever they have a place."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings

from campaigns import planner
from campaigns.planner import Caller, Candidate, Settings, Split, Stream
from tests.campaigns.test_planner import draw_week, may_call, order_of

HERE = Settings()


def team(*capacities: int) -> list[Caller]:
    """Callers 1, 2… of one territory, with these places."""
    return [Caller(n, 1, frozenset(), room, frozenset()) for n, room in enumerate(capacities, 1)]


def caller_of(split: Split, person_id: int) -> int | None:
    return {one.candidate.id: one.caller.id for one in split.assigned}.get(person_id)


def why_of(split: Split, person_id: int) -> str:
    return next(one.why for one in split.assigned if one.candidate.id == person_id)


@given(draw_week(people=12, callers=4))
@settings(max_examples=200, deadline=None)
def test_a_reservation_is_kept_whenever_the_volunteer_has_a_place(week):
    due, callers, chosen = week
    split = planner.assign(due, callers, chosen)
    loads = Counter(one.caller.id for one in split.assigned)
    by_id = {caller.id: caller for caller in callers}
    for person in due:
        wanted = by_id.get(person.chosen)
        if wanted is None or not may_call(person, wanted, chosen):
            continue
        if caller_of(split, person.id) != wanted.id:
            assert loads[wanted.id] == wanted.capacity


@given(draw_week(people=12, callers=4))
@settings(max_examples=100, deadline=None)
def test_a_reservation_changes_who_calls_and_not_whose_turn_it_is(week):
    due, callers, chosen = week
    bare = [replace(person, chosen=None) for person in due]
    found = (planner.assign(each, callers, chosen) for each in (due, bare))
    kept, free = (Counter(order_of(one.candidate) for one in split.assigned) for split in found)
    assert kept == free


@given(draw_week(people=12, callers=4))
@settings(max_examples=100, deadline=None)
def test_whoever_is_not_with_the_voice_chosen_for_them_is_told_why(week):
    due, callers, chosen = week
    for one in planner.assign(due, callers, chosen).assigned:
        if one.candidate.chosen == one.caller.id:
            assert "la coordination vous l’a confiée" in one.why
        elif one.candidate.chosen is not None:
            assert "la voix choisie pour elle" in one.why


@pytest.mark.parametrize("last", [None, 1, 2])
def test_the_chosen_voice_goes_before_the_one_of_last_time(last):
    due = [Candidate(1, Stream.ROSTER, 1, last_caller=last, times_called_by_last=3, chosen=2)]
    split = planner.assign(due, team(9, 9), HERE)
    assert caller_of(split, 1) == 2
    assert why_of(split, 1).endswith("la coordination vous l’a confiée")


def test_somebody_elses_people_make_room_for_who_is_reserved():
    due = [Candidate(n, Stream.ROSTER, 1, last_caller=1) for n in (1, 2)]
    due.append(Candidate(3, Stream.ROSTER, 1, priority=9, chosen=1))
    split = planner.assign(due, team(2, 2), HERE)
    assert caller_of(split, 3) == 1
    assert Counter(one.caller.id for one in split.assigned) == {1: 2, 2: 1}


def test_who_is_absent_is_replaced_and_it_is_said():
    due = [Candidate(1, Stream.ROSTER, 1, last_caller=1, chosen=2)]
    split = planner.assign(due, team(9), HERE)
    assert caller_of(split, 1) == 1
    assert why_of(split, 1).endswith(
        "la voix choisie pour elle ne peut pas l’appeler cette semaine"
    )


def test_beyond_the_places_of_the_voice_chosen_others_call_and_it_is_said():
    due = [Candidate(n, Stream.ROSTER, 1, priority=n, chosen=1) for n in range(4)]
    split = planner.assign(due, team(3, 3), HERE)
    assert Counter(one.caller.id for one in split.assigned) == {1: 3, 2: 1}
    (other,) = [one for one in split.assigned if one.caller.id == 2]
    assert other.why.endswith("la voix choisie pour elle n’avait plus de place")


def test_a_reservation_never_bends_a_hard_rule():
    due = [Candidate(1, Stream.ROSTER, 1, chosen=1, barred=frozenset({1}))]
    split = planner.assign(due, team(9, 9), HERE)
    assert caller_of(split, 1) == 2


def test_a_reservation_is_no_change_of_voice_in_the_count_of_kept_pairs():
    due = [Candidate(1, Stream.ROSTER, 1, last_caller=1, chosen=2)]
    split = planner.assign(due, team(9, 9), HERE)
    assert (split.known_pairs, split.kept_pairs) == (0, 0)


def test_a_whole_department_of_reservations_has_its_proven_split():
    due = [Candidate(n, Stream.SWEEP, n % 5, chosen=n % 250, priority=n % 10) for n in range(5_000)]
    callers = [Caller(n, n % 5, frozenset(), 12, frozenset()) for n in range(200)]
    assert planner.assign(due, callers, HERE).optimal
