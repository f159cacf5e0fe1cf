"""What the split is told of people and volunteers, read from the tables, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference, retry, sheets, weeks
from campaigns.models import (
    Absence,
    Commune,
    Line,
    Skip,
    SkipReason,
    Stage,
    Stream,
    Territory,
    TerritoryDistance,
    Wish,
)
from campaigns.sheets import callers, candidates, distances, proposing
from tests import factories as make
from tests.factories import EVE, TUESDAY, WEEK

EVERY_DAY = [(weekday, half) for weekday in range(7) for half in ("am", "pm")]
NEXT = weeks.after(WEEK)
FRIDAY = TUESDAY + timedelta(days=3)


def facts(session, campaign, week=WEEK, *, at=EVE):
    return {
        one.id: one
        for one in candidates.read(session, campaign, week, at=at, beyond=None).candidates
    }


# Volunteers ----------------------------------------------------------------------------------


def test_nobody_calls_before_the_training_a_campaign_requires(session: Session) -> None:
    essai = make.campaign(session, training_required=True)
    trained = make.volunteer(session, essai, trained_at=EVE)
    fresh = make.volunteer(session, essai)
    for _ in range(3):
        make.person(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert {line.sheet.volunteer_id for line in make.lines(session, plan)} == {trained.id}
    found = {one.id: one for one in callers.read(session, essai, WEEK)}
    assert (found[fresh.id].to_train, found[fresh.id].caller.capacity) == (True, 0)
    essai.training_required = False
    assert not any(one.to_train for one in callers.read(session, essai, WEEK))


def test_training_that_is_missing_is_named_when_people_wait(session: Session) -> None:
    essai = make.campaign(session, training_required=True, pace=2)
    make.volunteer(session, essai)
    for _ in range(3):
        make.person(session, essai)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    said = plan.summary["what_would_help"]
    assert said[0] == "La formation d’un volontaire ouvrirait 2 demi-journées cette semaine."
    make.volunteer(session, essai, trained_at=EVE)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert not any("formation" in one for one in plan.summary["what_would_help"])


def test_a_volunteer_limited_to_their_territory_gets_nobody_from_elsewhere(
    session: Session,
) -> None:
    essai = make.campaign(session)
    here, there = make.commune(session), make.commune(session, "80001", "Abbeville")
    make.volunteer(session, essai, territory_id=here.territory_id, only_territory=True)
    near = make.person(session, essai, insee=here.insee)
    make.person(session, essai, insee=there.insee)
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    assert [line.household_id for line in make.lines(session, plan)] == [near.household_id]
    assert plan.summary["unassigned"] == {"territory": 1}


def test_days_on_which_the_campaign_does_not_call_give_no_room(session: Session) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai, EVERY_DAY)

    def days(week):
        (one,) = callers.read(session, essai, week)
        return len({day for day, _ in one.caller.half_days})

    assert days(WEEK) == 5
    assert days("2026-W53") == 4  # Friday is the first of January
    essai.rules = {"working_days": list(range(7))}
    assert (days(WEEK), days("2026-W53")) == (7, 6)
    essai.rules |= {"works_on_holidays": True}
    assert days("2026-W53") == 7


@pytest.mark.parametrize("week", ["2026-W13", "2026-W43", "2026-W53"])
def test_clock_changes_and_week_53_are_split_like_any_other(session: Session, week: str) -> None:
    essai = make.campaign(session)
    one = make.volunteer(session, essai, [(3, "am"), (3, "pm")])
    thursday = weeks.monday(week) + timedelta(days=3)
    last_minute = weeks.ends_at(week) - timedelta(minutes=1)
    before = weeks.starts_at(week) - timedelta(days=3)
    roster = {"stage": Stage.ROSTER, "wish": Wish.WEEKLY}
    kept = make.person(session, essai, enrolled={"appointment_at": weeks.at(thursday, 9, 30)})
    late = make.person(session, essai, enrolled={"not_before_at": last_minute})
    due = make.person(session, essai, enrolled=roster | {"next_due_on": weeks.sunday(week)})
    make.person(session, essai, enrolled=roster | {"next_due_on": weeks.monday(weeks.after(week))})
    make.person(session, essai, enrolled={"not_before_at": weeks.ends_at(week)})
    plan = sheets.propose(session, essai, week, at=before)
    lines = {line.household_id: line for line in make.lines(session, plan, one)}
    assert lines.keys() == {kept.household_id, late.household_id, due.household_id}
    assert lines[kept.household_id].next_at == weeks.at(thursday, 9, 30)
    assert lines[late.household_id].next_at == last_minute


# People --------------------------------------------------------------------------------------


def test_people_not_reached_by_sunday_are_first_next_week(session: Session) -> None:
    essai = make.campaign(session, pace=2)
    mine = make.volunteer(session, essai, [(1, "am")])
    first, second = (make.person(session, essai, enrolled={"priority": 9}) for _ in range(2))
    plan = make.published(session, essai)
    line = next(one for one in make.lines(session, plan) if one.household_id == first.household_id)
    make.call(session, line, first, by=mine, at=TUESDAY)
    newer = [make.person(session, essai, enrolled={"priority": 0}) for _ in range(2)]
    found = facts(session, essai, NEXT, at=FRIDAY)
    assert {one.id for one in found.values() if one.unserved} == {second.household_id}
    after = sheets.propose(session, essai, NEXT, at=FRIDAY)
    assert "la semaine dernière" in next(
        one.why for one in make.lines(session, after) if one.household_id == second.household_id
    )
    assert plan.summary["assigned"] == after.summary["assigned"] == 2
    assert after.summary["unassigned"] == {"no_room": len(newer) - 1}


def test_a_proposal_nobody_published_put_nobody_off(session: Session) -> None:
    essai = make.campaign(session)
    make.volunteer(session, essai)
    make.person(session, essai)
    sheets.propose(session, essai, WEEK, at=EVE)
    assert not any(one.unserved for one in facts(session, essai, NEXT).values())


def test_a_worrying_call_or_one_passed_on_as_too_heavy_is_heavy(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    worried, well, passed, old = (make.person(session, essai) for _ in range(4))
    plan = make.published(session, essai)
    lines = {line.household_id: line for line in make.lines(session, plan)}
    told = {"spoke": retry.Spoke.YES, "mood": retry.Mood.WORRYING}
    make.call(session, lines[worried.household_id], worried, by=mine, at=TUESDAY, **told)
    make.call(session, lines[old.household_id], old, by=mine, at=EVE - timedelta(weeks=20), **told)
    make.call(session, lines[well.household_id], well, by=mine, at=TUESDAY)
    skip = {"plan_id": plan.id, "volunteer_id": mine.id, "reason": SkipReason.HEAVY}
    session.add(Skip(household_id=passed.household_id, at=TUESDAY, **skip))
    session.flush()
    for whom in (worried, well, old):
        row = make.enrolment(session, whom)
        row.is_alarm, row.stage, row.next_due_on = False, Stage.ROSTER, date(2026, 12, 1)
        row.not_before_at = None
    session.flush()
    found = facts(session, essai, NEXT, at=FRIDAY)
    heavy = {one.id for one in found.values() if one.heavy}
    assert heavy == {worried.household_id, passed.household_id}
    assert found.keys() >= {well.household_id, old.household_id}
    make.enrolment(session, well).is_alarm = True
    make.enrolment(session, well).not_before_at = FRIDAY
    session.flush()
    assert facts(session, essai, NEXT, at=FRIDAY)[well.household_id].heavy


def test_the_best_half_of_the_day_is_that_of_whoever_has_one(session: Session) -> None:
    essai = make.campaign(session)
    first = make.person(session, essai)
    make.person(session, essai, household=first.household, best_half="pm")
    alone = make.person(session, essai, best_half="am")
    plain = make.person(session, essai)
    found = facts(session, essai)
    assert found[first.household_id].best_half == "pm"
    assert found[alone.household_id].best_half == "am"
    assert found[plain.household_id].best_half is None
    assert found[first.household_id].members == 2


# Territories ---------------------------------------------------------------------------------


def test_territories_whose_communes_touch_are_one_step_apart(session: Session) -> None:
    make.campaign(session)
    borders = set(reference.neighbours("80"))
    chain = ["80021", *(one for pair in borders if "80021" in pair for one in pair)]
    near = next(one for one in chain if one != "80021")
    amiens, neighbour = make.commune(session), make.commune(session, near, "Voisine")
    far = make.commune(session, "80001", "Abbeville")
    apart = distances.between(session)
    one, other = amiens.territory_id, neighbour.territory_id
    assert apart[one, other] == apart[other, one] == 1
    assert (one, far.territory_id) not in apart


def test_what_the_organisation_says_replaces_the_map(session: Session) -> None:
    essai = make.campaign(session)
    one, other = make.commune(session), make.commune(session, "80001", "Abbeville")
    ids = sorted([one.territory_id, other.territory_id])
    session.add(TerritoryDistance(first_id=ids[0], second_id=ids[1], steps=5))
    session.flush()
    apart = distances.between(session)
    assert apart[ids[0], ids[1]] == apart[ids[1], ids[0]] == 5
    chosen = proposing.read(session, essai, WEEK, at=EVE, plan=None).settings
    assert chosen.steps(ids[0], ids[1]) == chosen.other_territory_cost == 5


def test_the_territories_of_the_somme_are_joined_by_their_borders(session: Session) -> None:
    make.campaign(session)
    ids: dict[str, int] = {}
    for one in reference.territories("80"):
        row = Territory(code=one.code, name=one.name)
        session.add(row)
        session.flush()
        ids[one.code] = row.id
    homes = {s.insee: s.territory for s in reference.sectors("80")}
    session.add_all(
        Commune(insee=one.insee, name=one.name, postal_codes="", territory_id=ids[homes[one.insee]])
        for one in reference.communes("80")
    )
    session.flush()
    apart = distances.between(session)
    assert len(apart) == 20
    assert apart[ids["PIM"], ids["NOA"]] == apart[ids["AMI"], ids["HDS"]] == 1
    assert apart[ids["PIM"], ids["SSA"]] == apart[ids["PIM"], ids["AMI"]] == 2


def test_a_departement_without_a_map_has_no_distance(session: Session) -> None:
    assert reference.neighbours("02") == ()
    assert distances.between(session) == {}


# What is measured ----------------------------------------------------------------------------


def test_a_campaign_is_measured_from_its_own_calls_once_there_are_enough(session: Session) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    away = make.volunteer(session, essai)
    session.add(Absence(user_id=away.id, first_on=date(2026, 11, 1), last_on=date(2026, 12, 1)))
    called, left = make.person(session, essai), make.person(session, essai)
    make.person(session, essai, household=left.household)
    plan = make.published(session, essai)
    found = sheets.measured(session, essai, at=TUESDAY)
    assert (found.people_left, found.households_left) == (3, 2)
    assert (found.volunteers, found.half_days, found.room) == (1, 2, 24)
    assert (found.attempts_each, found.attempts) == (24, 0)
    assert (found.pick_up, found.is_measured, found.joining) == (0.5, False, None)
    line = next(one for one in make.lines(session, plan) if one.household_id == called.household_id)
    make.call(
        session, line, called, by=mine, at=TUESDAY,
        spoke=retry.Spoke.YES, mood=retry.Mood.WELL, wish=Wish.FORTNIGHTLY.value,
    )  # fmt: skip
    after = sheets.measured(session, essai, at=TUESDAY + timedelta(minutes=1))
    assert (after.people_left, after.attempts, after.is_measured) == (2, 1, False)
    assert (after.weekly_roster, after.joining) == (0.5, 0.5)


def test_two_hundred_attempts_are_enough_to_measure(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    essai = make.campaign(session)
    mine = make.volunteer(session, essai)
    whom = [make.person(session, essai) for _ in range(4)]
    plan = make.published(session, essai)
    lines = {line.household_id: line for line in make.lines(session, plan)}
    for nth, one in enumerate(whom):
        told = {} if nth == 0 else {"spoke": retry.Spoke.NO_ANSWER}
        make.call(session, lines[one.household_id], one, by=mine, at=TUESDAY, **told)
    monkeypatch.setattr("campaigns.sheets.measuring.ENOUGH_ATTEMPTS", 4)
    found = sheets.measured(session, essai, at=TUESDAY + timedelta(hours=1))
    assert (found.pick_up, found.is_measured) == (0.25, True)
    later = sheets.measured(session, essai, at=TUESDAY + timedelta(weeks=5))
    assert (later.pick_up, later.attempts) == (0.5, 0)


def test_a_campaign_of_its_own_rules_tries_again_as_it_says(session: Session) -> None:
    essai = make.campaign(session, rules={"gap_hours": 5, "bands": [["09:00", "19:00"]]})
    mine = make.volunteer(session, essai)
    whom = make.person(session, essai)
    plan = make.published(session, essai)
    (line,) = make.lines(session, plan)
    make.call(session, line, whom, by=mine, at=TUESDAY, spoke=retry.Spoke.NO_ANSWER)
    assert make.enrolment(session, whom).not_before_at == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert session.scalars(sa.select(Line.next_at)).one() == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert line.stream is Stream.SWEEP
