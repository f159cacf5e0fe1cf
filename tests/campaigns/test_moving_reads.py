"""An act on a few lines reads a few rows, and still gives who the whole split would give."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, planner, sheets
from campaigns.models import Campaign, Commune, Enrolment, Line, SkipReason, Stage, Territory, User
from campaigns.sheets import candidates, moving
from campaigns.sheets.moving import pool, standing
from tests import factories as make
from tests.factories import EVE, TUESDAY, WEEK


@pytest.fixture
def essai(session: Session) -> Campaign:
    return make.campaign(session)


def read_by(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many households each reading of an act gave."""
    counted: list[int] = []
    read = candidates.read

    def counting(*args: object, **named: object) -> candidates.Due:
        found = read(*args, **named)  # type: ignore[arg-type]  # passed on as they came
        counted.append(len(found.candidates))
        return found

    monkeypatch.setattr(candidates, "read", counting)
    return counted


def crowd(session: Session, of: Campaign, count: int) -> list[Enrolment]:
    """People of every turn, in every territory."""
    towns = session.scalars(sa.select(Commune).where(Commune.territory_id.is_not(None))).all()
    made = []
    for number in range(count):
        person = make.person(session, of)
        person.insee = towns[number * 7 % len(towns)].insee if towns else None
        enrolment = make.enrolment(session, person)
        enrolment.priority = (5, 3, 7, 5)[number % 4]
        if number % 5 == 0:
            enrolment.stage = Stage.ROSTER
            enrolment.next_due_on = date(2026, 11, 1) + timedelta(days=number % 20)
        made.append(enrolment)
    session.flush()
    return made


def test_passing_one_household_on_reads_that_household_only(
    session: Session, essai: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = make.volunteer(session, essai), make.volunteer(session, essai)
    crowd(session, essai, 20)
    plan = make.published(session, essai)
    line = make.lines(session, plan, mine)[0]
    counted = read_by(monkeypatch)
    calls.skip(session, line, reason=SkipReason.OTHER, campaign=essai, by=mine, at=TUESDAY)
    assert counted == [1]
    assert line in make.lines(session, plan, other) or line.closed_at is not None


def test_an_absence_reads_the_sheet_of_who_is_away_and_no_other(
    session: Session, essai: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    ill, _ = make.volunteer(session, essai), make.volunteer(session, essai)
    crowd(session, essai, 30)
    plan = make.published(session, essai)
    hers = len(make.lines(session, plan, ill))
    counted = read_by(monkeypatch)
    days = {"first_on": date(2026, 11, 24), "last_on": date(2026, 11, 29)}
    moving.absent(session, essai, ill, **days, by=ill, at=TUESDAY)
    assert counted == [hers]


def test_who_has_time_for_five_more_is_given_whose_turn_it_is(
    session: Session, essai: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = make.volunteer(session, essai, half_days=((1, "am"),), pace=1)
    crowd(session, essai, 160)
    plan = make.published(session, essai)
    whole = candidates.read(session, essai, WEEK, at=TUESDAY, beyond=plan).candidates
    before = {line.household_id for line in make.lines(session, plan, quick)}
    counted = read_by(monkeypatch)
    moving.more(session, essai, quick, by=quick, at=TUESDAY)
    assert sum(counted) == 60
    given = {line.household_id for line in make.lines(session, plan, quick)} - before
    assert given == {one.id for one in first_served(session, essai, quick, whole, 5)}


def test_somebody_only_one_language_away_is_found_far_down_the_list(
    session: Session, essai: Campaign
) -> None:
    speaks = make.volunteer(session, essai, half_days=((3, "am"),))
    foreign = crowd(session, essai, 90)
    for one in foreign[:-1]:
        one.person.language = "turc"
    foreign[-1].priority = 9
    plan = make.published(session, essai)
    session.execute(sa.delete(Line))
    moving.more(session, essai, speaks, by=speaks, at=TUESDAY)
    (line,) = make.lines(session, plan, speaks)
    assert line.household_id == foreign[-1].person.household_id


@pytest.mark.parametrize("has_home", [False, True])
def test_the_pool_comes_in_the_turn_of_the_split(
    session: Session, essai: Campaign, *, has_home: bool
) -> None:
    who = make.volunteer(session, essai)
    crowd(session, essai, 60)
    if has_home:
        who.territory_id = session.scalar(sa.select(sa.func.min(Territory.id)))
    plan = sheets.propose(session, essai, WEEK, at=EVE)
    session.execute(sa.delete(Line))
    now = standing.read(session, essai, plan, at=TUESDAY)
    (caller,) = now.callers()
    ids = [one for some in pool.in_turn(session, now, caller) for one in some]
    assert sorted(ids) == sorted(now.due)
    turns = [rank(now.due[one], caller, now.settings) for one in ids]
    assert turns == sorted(turns)


def first_served(
    session: Session, of: Campaign, who: User, people: list[planner.Candidate], count: int
) -> list[planner.Candidate]:
    plan = sheets.of(session, of, WEEK)
    assert plan is not None
    now = standing.read(session, of, plan, at=TUESDAY, among=())
    (caller,) = [one for one in now.callers() if one.id == who.id]
    return sorted(people, key=lambda one: (rank(one, caller, now.settings), one.id))[:count]


def rank(
    one: planner.Candidate, caller: planner.Caller, settings: planner.Settings
) -> tuple[int, bool, int, int, int]:
    order = list(planner.Stream).index(one.stream)
    steps = settings.steps(one.territory, caller.territory)
    return (order, not one.unserved, one.priority, -one.weeks_waited, steps)
