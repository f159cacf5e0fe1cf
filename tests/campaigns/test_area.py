"""A coordinator reads the lead's figures about their own territories: all of them, no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, needs, overview, retry, sealing, weeks
from campaigns.models import (
    Agreement,
    Alarm,
    AlarmWhy,
    Campaign,
    Coverage,
    Need,
    NeedState,
    Person,
    Provenance,
    Result,
    Role,
    Urgency,
    User,
)
from campaigns.overview import area, best_time, trend
from campaigns.overview.area import Area
from campaigns.overview.effect import Effect, effect
from campaigns.overview.equity import equity
from campaigns.overview.places import places
from tests import factories as make
from tests.factories import EVE, TUESDAY, WEEK

TOWNS = {"80021": "Amiens", "80620": "Péronne"}
PAST = ("2026-W46", "2026-W47", WEEK)
SENSITIVE = "PRO_VIOLENCES"
# Every figure of the coordinator's pages, of an area.
FIGURES: dict[str, Callable[[Session, Campaign, Area], object]] = {
    "effect": lambda session, campaign, here: effect(
        session, campaign, EVE.date() - timedelta(days=20), TUESDAY.date(), at=TUESDAY, area=here
    ),
    "places": lambda session, campaign, here: places(session, campaign, area=here),
    "equity": lambda session, campaign, here: equity(
        session, campaign, on=TUESDAY.date(), within=here.territories
    ),
    "moments": lambda session, campaign, here: best_time.moments(
        session, campaign, at=TUESDAY + timedelta(days=3), within=here.territories
    ),
    "loads": lambda session, campaign, here: trend.loads(
        session, campaign, WEEK, within=here.territories
    ),
    "needs": lambda session, campaign, here: trend.need_weeks(
        session, campaign, PAST, those=here.needs
    ),
    "sweep": lambda session, campaign, here: [
        (one.left, one.planned)
        for one in trend.sweep_weeks(session, campaign, PAST, at=TUESDAY, within=here.territories)
        if one.left is not None
    ],
}


@dataclass
class Stage:
    """Two territories where people are called, and need things."""

    session: Session
    campaign: Campaign
    territories: list[int]
    coordination: User
    both: User
    here: User


@pytest.fixture
def stage(session: Session, request: pytest.FixtureRequest) -> Stage:
    """A week drawn at random from the seed the test asks for."""
    draw = Random(getattr(request, "param", 1))
    campaign = make.campaign(session)
    towns = [make.commune(session, insee, name) for insee, name in TOWNS.items()]
    ids = [one.territory_id or 0 for one in towns]
    volunteers = [make.volunteer(session, campaign, pace=4) for _ in range(2)]
    for number in range(14):
        make.person(
            session,
            campaign,
            insee=towns[number % 5 == 0].insee,
            schemes=draw.choice(["APA", "PCH", ""]),
            has_number=draw.random() < 0.9,
            hold=draw.choice([None, None, None, "EHPAD"]),
        )
    plan = make.published(session, campaign)
    for number, line in enumerate(draw.sample(make.lines(session, plan), 6)):
        whom = session.scalars(sa.select(Person).where(Person.household_id == line.household_id))
        told = {} if draw.random() < 0.6 else {"spoke": retry.Spoke.NO_ANSWER}
        at = TUESDAY + timedelta(hours=number)
        make.call(session, line, whom.one(), by=volunteers[number % 2], at=at, **told)
    for number in range(9):
        need(session, campaign, volunteers[0], draw, ids[number % 2])
    session.add_all(
        Alarm(
            campaign_id=campaign.id,
            person_id=session.scalars(sa.select(Person.id).limit(1)).one(),
            territory_id=one,
            why=AlarmWhy.SILENCE,
            say="Ne répond plus.",
            opened_at=TUESDAY,
            due_at=TUESDAY,
        )
        for one in ids
    )
    both = make.user(session, Role.COORDINATOR, campaign)
    session.add_all(
        Coverage(user_id=both.id, territory_id=one, reads_sensitive=True) for one in ids
    )
    session.flush()
    return Stage(
        session,
        campaign,
        ids,
        coordination=make.user(session, Role.COORDINATION, campaign),
        both=both,
        here=make.user(session, Role.COORDINATOR, campaign, territories=ids[:1]),
    )


def need(session: Session, campaign: Campaign, by: User, draw: Random, territory: int) -> None:
    """A need of somebody of that territory, new or closed, now or some weeks ago."""
    lived = sa.select(Person.id).where(*area.lives([territory])).order_by(Person.id)
    raised_at = TUESDAY - timedelta(days=draw.randrange(12))
    closed = draw.random() < 0.4
    session.add(
        Need(
            campaign_id=campaign.id,
            person_id=draw.choice(session.scalars(lived).all()),
            territory_id=territory,
            category=draw.choice(["ALI_COURSES", "SAN_RDV", SENSITIVE]),
            is_sensitive=False,
            urgency=Urgency.U2,
            agreement=Agreement.YES,
            text="des courses",
            raised_at=raised_at,
            raised_by_id=by.id,
            due_at=raised_at + timedelta(days=2),
            moved_at=raised_at,
            acknowledged_at=raised_at + timedelta(hours=5) if closed else None,
            state=NeedState.CLOSED if closed else NeedState.NEW,
            closed_at=TUESDAY if closed else None,
            result=Result.SOLVED if closed else None,
        )
    )
    session.flush()
    for one in session.scalars(sa.select(Need).where(Need.category == SENSITIVE)):
        one.is_sensitive = True


def of(stage: Stage, reader: User) -> Area:
    return area.of(stage.session, reader, stage.campaign, at=TUESDAY)


@pytest.mark.parametrize("stage", range(3), indirect=True)
def test_whoever_has_all_the_territories_reads_what_the_lead_reads(stage: Stage) -> None:
    later = TUESDAY + timedelta(days=1)
    lead = overview.front(stage.session, stage.campaign, at=later)
    for reader in (stage.coordination, stage.both):
        found = overview.standing(stage.session, reader, stage.campaign, at=later)
        for name in ("week", "targets", "rhythm", "moves", "moves_before", "continuity"):
            assert getattr(found, name) == getattr(lead, name), name
        for name in ("subjects", "alarms", "sheets"):
            assert getattr(found, name) == getattr(lead, name), name
        assert found.late == lead.late_count
        own = of(stage, reader)
        for name, figure in FIGURES.items():
            whole = figure(stage.session, stage.campaign, area.EVERYWHERE)
            assert figure(stage.session, stage.campaign, own) == whole, name


@pytest.mark.parametrize("stage", range(3), indirect=True)
def test_two_territories_add_up_and_none_counts_the_other(stage: Stage) -> None:
    session, campaign = stage.session, stage.campaign
    whole = overview.standing(session, stage.both, campaign, at=TUESDAY)
    others = make.user(session, Role.COORDINATOR, campaign, territories=stage.territories[1:])
    parts = [overview.standing(session, one, campaign, at=TUESDAY) for one in (stage.here, others)]
    assert sum(one.targets.total for one in parts) == whole.targets.total == 14
    assert sum(one.targets.due for one in parts) == whole.targets.due
    assert sum(one.sheets.lines for one in parts) == whole.sheets.lines
    assert sum(one.sheets.done for one in parts) == whole.sheets.done
    assert sum(one.alarms.count for one in parts) == whole.alarms.count == 2
    attempts = [sum(week.calls for week in one.rhythm.weeks) for one in parts]
    assert sum(attempts) == sum(week.calls for week in whole.rhythm.weeks) == 6
    made = [FIGURES["effect"](session, campaign, of(stage, one)) for one in (stage.here, others)]
    counted = [one.counts for one in made if isinstance(one, Effect)]
    assert [one.attempts for one in counted] == attempts
    assert [one.alarms for one in counted] == [1, 1]
    names = [{one.name for one in places(session, campaign, area=of(stage, one))}
             for one in (stage.here, others)]  # fmt: skip
    assert names == [{"Amiens"}, {"Péronne"}]
    assert area.names(session, of(stage, stage.here)) == ["Territoire de Amiens"]
    assert len(area.names(session, area.EVERYWHERE)) == 2


def test_a_need_that_is_not_ones_to_read_is_in_no_figure(stage: Stage) -> None:
    """The coordinator of Amiens is no named reader of what is sensitive."""
    session, campaign = stage.session, stage.campaign
    mine = sa.select(Need).where(Need.territory_id == stage.territories[0])
    told = session.scalars(mine.where(Need.is_sensitive.is_(False))).all()
    assert 0 < len(told) < len(session.scalars(mine).all())
    own = of(stage, stage.here)
    found = overview.standing(session, stage.here, campaign, at=TUESDAY)
    assert found.subjects.raised == len(told)
    assert sum(one.needs for one in places(session, campaign, area=own)) == len(told)
    first = weeks.local_day(TUESDAY) - timedelta(days=30)
    made = effect(session, campaign, first, TUESDAY.date(), at=TUESDAY, area=own)
    assert made.raised == made.counts.needs == len(told)
    assert needs.of_week(session, stage.here, campaign, WEEK, at=TUESDAY).raised == (
        found.moves.raised
    )


def test_a_coordinator_without_territory_counts_nobody(stage: Stage) -> None:
    nobody = make.user(stage.session, Role.COORDINATOR, stage.campaign)
    found = overview.standing(stage.session, nobody, stage.campaign, at=TUESDAY)
    assert (found.targets.total, found.sheets.lines, found.subjects.raised) == (0, 0, 0)
    assert area.names(stage.session, of(stage, nobody)) == []


# Wrong numbers ------------------------------------------------------------------------------------


def named(session: Session, campaign: Campaign, *sources: str, wrong: bool = False) -> Person:
    """Somebody these sources name."""
    whom = make.person(session, campaign)
    session.add_all(Provenance(person_id=whom.id, source=one) for one in sources)
    whom.phones[0].invalid_at = TUESDAY if wrong else None
    session.flush()
    return whom


def test_wrong_numbers_are_told_by_the_source_that_gave_them(session: Session) -> None:
    campaign, other = make.campaign(session), make.campaign(session, "autre")
    named(session, campaign, "IODAS", wrong=True)
    named(session, campaign, "IODAS", "Registre")
    named(session, campaign, wrong=True)
    named(session, other, "IODAS", wrong=True)
    found = {one.source: one for one in overview.wrong_numbers(session, campaign)}
    assert {
        name: (one.people, one.numbers, one.wrong, one.unreachable) for name, one in found.items()
    } == {"IODAS": (2, 2, 1, 1), "Registre": (1, 1, 0, 0), "": (1, 1, 1, 1)}
    assert not any(one.stands_out for one in found.values())
    total = overview.targets(session, campaign, WEEK).no_number
    assert total == sum(one.unreachable for one in found.values())


def test_a_number_two_people_share_counts_once(session: Session) -> None:
    campaign = make.campaign(session)
    one, two = (named(session, campaign, "IODAS", wrong=True) for _ in range(2))
    two.phones[0].e164 = one.phones[0].e164
    session.flush()
    (found,) = overview.wrong_numbers(session, campaign)
    assert (found.people, found.numbers, found.wrong) == (2, 1, 1)


@pytest.mark.parametrize(("wrong", "stands_out"), [(4, False), (15, True)])
def test_a_source_stands_out_beyond_chance_only(
    session: Session, wrong: int, stands_out: bool
) -> None:
    campaign = make.campaign(session)
    for number in range(30):
        named(session, campaign, "CCAS", wrong=number < wrong)
        named(session, campaign, "IODAS", wrong=number < 1)
    found = overview.wrong_numbers(session, campaign)
    assert [(one.source, one.stands_out) for one in found] == [
        ("CCAS", stands_out),
        ("IODAS", False),
    ]


def test_a_call_to_a_wrong_number_is_told_at_once(session: Session) -> None:
    campaign = make.campaign(session)
    whom = named(session, campaign, "IODAS")
    by = make.volunteer(session, campaign)
    line = make.lines(session, make.published(session, campaign))[0]
    filled = calls.Filled(
        key=sealing.fresh_nonce(),
        person_id=whom.id,
        phone_id=whom.phones[0].id,
        answers=retry.Answers(retry.Spoke.WRONG_NUMBER),
    )
    calls.log(session, line, filled=filled, campaign=campaign, by=by, at=TUESDAY)
    (found,) = overview.wrong_numbers(session, campaign)
    assert (found.wrong, found.unreachable, found.share) == (1, 1, 1.0)


# Best time ----------------------------------------------------------------------------------------


def test_the_hint_of_a_line_is_that_of_its_person(session: Session) -> None:
    campaign = make.campaign(session, thresholds={best_time.KEY: {"unknown|APA|0": "pm"}})
    like = make.person(session, campaign, schemes="APA")
    other = make.person(session, campaign, schemes="PCH")
    volunteer = make.volunteer(session, campaign)
    plan = make.published(session, campaign)
    sheet = overview.sheet_of(session, plan, volunteer)
    assert sheet is not None
    on = TUESDAY.date()
    of_people = best_time.hints_of_people(session, campaign, [like.id, other.id], on=on)
    assert of_people == {like.id: "plutôt l’après-midi"}
    lines = {one.household_id: one.id for one in make.lines(session, plan)}
    of_lines = best_time.hints_of_lines(session, campaign, sheet, on=on)
    assert of_lines == {lines[like.household_id]: "plutôt l’après-midi"}
    assert best_time.hints_of_people(session, campaign, [], on=on) == {}
