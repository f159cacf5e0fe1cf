"""Tuesday on the lead's side: each act is one button, says what moved, and leaves the counters true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import overview, sheets
from campaigns.models import (
    Availability,
    Call,
    Campaign,
    Enrolment,
    JournalEntry,
    LeftOut,
    Line,
    OutgoingMail,
    Person,
    Role,
    Sheet,
    User,
    WeekPlan,
)
from campaigns.sheets import comparing, moving, owed, waiting
from tests import factories
from tests.factories import EVE, TUESDAY, WEEK
from tests.web.visiting import Visitor

NEXT = "2026-W49"
FULL = tuple((day, half) for day in range(5) for half in ("am", "pm"))


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


@pytest.fixture
def keep(lead: Visitor) -> Callable[[Callable[[Session], Any]], Any]:
    return lead.keep


def town(lead: Visitor, *, people: int, volunteers: int, publishes: bool = True) -> list[User]:
    """People and volunteers of the campaign, and this week's sheets."""

    def write(session: Session) -> list[User]:
        campaign = session.get_one(Campaign, lead.campaign.id)
        for _ in range(people):
            factories.person(session, campaign)
        team = [factories.volunteer(session, campaign, FULL) for _ in range(volunteers)]
        plan = sheets.propose(session, campaign, WEEK, at=EVE)
        if publishes:
            sheets.publish(session, plan, by=None, at=EVE)
        return team

    return list(lead.keep(write))


def loads(lead: Visitor) -> dict[int, int]:
    """Open and closed lines by volunteer."""
    with lead.database.session() as session:
        rows = session.execute(
            sa.select(Sheet.volunteer_id, sa.func.count(Line.id))
            .join(Line, Line.sheet_id == Sheet.id)
            .group_by(Sheet.volunteer_id)
        )
        return {row[0]: row[1] for row in rows}


def count_of(lead: Visitor, model: type[Any]) -> int:
    return len(lead.read(sa.select(model.id)))


def days(first: int, last: int) -> dict[str, str]:
    """The form of an absence, in days from Tuesday on."""
    return {
        "first_on": (TUESDAY + timedelta(days=first)).date().isoformat(),
        "last_on": (TUESDAY + timedelta(days=last)).date().isoformat(),
    }


# One volunteer ------------------------------------------------------------------------------


def test_an_absence_noted_by_the_lead_hands_the_calls_on_and_says_how_many(lead: Visitor) -> None:
    ill, other = town(lead, people=6, volunteers=2)
    assert loads(lead) == {ill.id: 3, other.id: 3}
    assert lead.post(f"equipe/{ill.id}/absence", **days(0, 3))[0] == 303
    assert loads(lead) == {other.id: 6}
    page = lead.get(f"equipe/{ill.id}").replace("\xa0", " ")
    assert "3 foyers changent de voix" in page
    assert "En ce moment" in page
    assert "De retour aujourd’hui" in page


def test_who_is_back_gets_a_sheet_again(lead: Visitor) -> None:
    ill, other = town(lead, people=6, volunteers=2)
    lead.post(f"equipe/{ill.id}/absence", **days(0, 3))
    lead.keep(lambda session: [factories.person(session, lead.campaign) for _ in range(4)])
    assert lead.post(f"equipe/{ill.id}/retour")[0] == 303
    assert loads(lead) == {other.id: 6, ill.id: 4}
    assert "En ce moment" not in lead.get(f"equipe/{ill.id}")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Indiquez le premier jour."),
        (days(3, 1), "vient avant son début"),
        ({"first_on": "demain", "last_on": "2026-11-25"}, "first_on"),
    ],
)
def test_a_refused_absence_moves_nothing_and_keeps_the_page_open(
    lead: Visitor, form: dict[str, str], said: str
) -> None:
    ill, _ = town(lead, people=4, volunteers=2)
    before = loads(lead)
    status, page = lead.post(f"equipe/{ill.id}/absence", **form)
    assert (status, said in page, "<details open>" in page) == (422, True, True)
    assert loads(lead) == before


def test_a_suspended_volunteer_loses_access_and_calls_until_it_is_given_back(lead: Visitor) -> None:
    one, other = town(lead, people=6, volunteers=2)
    assert lead.post(f"equipe/{one.id}/suspendre")[0] == 303
    assert loads(lead) == {other.id: 6}
    assert "Accès suspendu" in lead.get(f"equipe/{one.id}")
    assert "Suspendu" in lead.get("equipe")
    assert lead.post(f"equipe/{one.id}/suspendre")[0] == 422
    assert lead.post(f"equipe/{one.id}/reprendre")[0] == 303
    assert "Accès suspendu" not in lead.get(f"equipe/{one.id}")


def test_a_volunteer_added_in_mid_week_gets_a_sheet_and_its_link(lead: Visitor) -> None:
    town(lead, people=130, volunteers=1)  # ten over the places there are
    late = lead.keep(lambda session: factories.volunteer(session, lead.campaign, FULL))
    assert "Donner une feuille cette semaine" in lead.get(f"equipe/{late.id}")
    assert lead.post(f"equipe/{late.id}/feuille")[0] == 303
    assert loads(lead)[late.id] == 10
    told = lead.read(sa.select(OutgoingMail).where(OutgoingMail.user_id == late.id))
    assert [mail.kind for mail in told] == ["week_volunteer"]
    assert "Donner une feuille" not in lead.get(f"equipe/{late.id}")


def test_only_volunteers_have_days_away(lead: Visitor) -> None:
    for act in ("absence", "retour", "suspendre", "reprendre", "feuille"):
        assert lead.post(f"equipe/{lead.me.id}/{act}")[0] == 404


# The week -----------------------------------------------------------------------------------


def test_people_who_came_in_since_are_counted_then_added_without_moving_anything(
    lead: Visitor,
) -> None:
    town(lead, people=6, volunteers=2)
    before = set(lead.read(sa.select(Line.id)))
    lead.keep(lambda session: [factories.person(session, lead.campaign) for _ in range(40)])
    page = lead.get(f"feuilles/{WEEK}").replace("\xa0", " ")
    assert "40 personnes sont arrivées depuis" in page
    assert lead.post(f"feuilles/{WEEK}/calculer")[0] == 303
    assert count_of(lead, Line) == 46
    assert before <= set(lead.read(sa.select(Line.id)))
    assert "arrivées depuis" not in lead.get(f"feuilles/{WEEK}")


def test_who_needs_help_is_named_and_one_click_spreads_the_rest(lead: Visitor, clock: Any) -> None:
    busy, other = town(lead, people=24, volunteers=2)

    def write(session: Session) -> None:
        sheet = session.scalars(sa.select(Sheet).where(Sheet.volunteer_id == busy.id)).one()
        session.execute(sa.update(Line).values(sheet_id=sheet.id))
        sheet_of_other = session.scalars(
            sa.select(Sheet).where(Sheet.volunteer_id == other.id)
        ).one()
        sheet_of_other.capacity = 120

    lead.keep(write)
    clock.at = TUESDAY + timedelta(days=3, hours=5)  # Friday afternoon: one half-day left
    lead.keep(lambda session: factories.sign_in(session, lead.client, lead.me, at=clock()))
    page = lead.get(f"feuilles/{WEEK}").replace("\xa0", " ")
    assert "1 volontaire a besoin d’aide" in page
    assert lead.post(f"feuilles/{WEEK}/reequilibrer")[0] == 303
    assert loads(lead) == {busy.id: 12, other.id: 12}
    assert "besoin d’aide" not in lead.get(f"feuilles/{WEEK}")
    assert lead.post(f"feuilles/{NEXT}/reequilibrer")[0] == 404  # it has not begun


def test_a_publication_nobody_started_is_undone_and_one_somebody_started_is_not(
    lead: Visitor,
) -> None:
    one, _ = town(lead, people=4, volunteers=2)
    assert lead.post(f"feuilles/{WEEK}/depublier")[0] == 303
    assert "Répartition proposée" in lead.get(f"feuilles/{WEEK}")
    assert lead.post(f"feuilles/{WEEK}/publier")[0] == 303

    def start(session: Session) -> None:
        plan = session.scalars(sa.select(WeekPlan)).one()
        line = factories.lines(session, plan, one)[0]
        factories.call(session, line, line.household.people[0], by=one, at=TUESDAY)

    lead.keep(start)
    status, page = lead.post(f"feuilles/{WEEK}/depublier")
    assert (status, "restent publiées" in page) == (422, True)
    assert "Feuilles publiées" in page


def test_sheets_are_dealt_again_without_touching_what_is_started(lead: Visitor) -> None:
    one, _ = town(lead, people=10, volunteers=2)

    def start(session: Session) -> int:
        plan = session.scalars(sa.select(WeekPlan)).one()
        line = factories.lines(session, plan, one)[0]
        factories.call(session, line, line.household.people[0], by=one, at=TUESDAY)
        return line.id

    started = lead.keep(start)
    lead.keep(lambda session: factories.volunteer(session, lead.campaign, FULL))
    assert lead.post(f"feuilles/{WEEK}/refaire")[0] == 303
    with lead.database.session() as session:
        line = session.get_one(Line, started)
        assert session.get_one(Sheet, line.sheet_id).volunteer_id == one.id
    assert sum(loads(lead).values()) == 10
    assert len(loads(lead)) == 3  # the newcomer has a part of it


def test_a_proposal_cannot_be_dealt_again_as_a_published_week(lead: Visitor) -> None:
    town(lead, people=4, volunteers=2, publishes=False)
    assert lead.post(f"feuilles/{WEEK}/refaire")[0] == 422
    assert lead.post(f"feuilles/{NEXT}/depublier")[0] == 404


# The sides of a week ------------------------------------------------------------------------


def test_a_sheet_is_read_by_name_with_its_reasons_and_the_reading_is_journaled(
    lead: Visitor,
) -> None:
    one, other = town(lead, people=2, volunteers=2, publishes=False)
    page = lead.get(f"feuilles/{WEEK}/{one.id}")
    assert "Attend son premier appel" in page
    assert "pas encore publiée" in page
    mine = lead.read(
        sa.select(Person.last_name)
        .join(Line, Line.household_id == Person.household_id)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .where(Sheet.volunteer_id == one.id)
    )
    theirs = lead.read(sa.select(Person.last_name).where(Person.last_name.not_in(mine)))
    assert all(name in page for name in mine)
    assert not any(name in page for name in theirs)
    assert lead.read(sa.select(JournalEntry.action))[-1] == "sheet_read"
    assert lead.client.get(f"/pilotage/feuilles/{WEEK}/{lead.me.id}").status_code == 404
    assert other.id != one.id


def test_two_weeks_are_compared_voice_by_voice(lead: Visitor) -> None:
    one, other = town(lead, people=4, volunteers=2)

    def write(session: Session) -> None:
        campaign = session.get_one(Campaign, lead.campaign.id)
        this = session.scalars(sa.select(WeekPlan)).one()
        mine, theirs = (factories.lines(session, this, who) for who in (one, other))
        plan = WeekPlan(
            campaign_id=campaign.id, week=NEXT, computed_at=TUESDAY, summary=this.summary
        )
        session.add(plan)
        session.flush()
        rows = {one.id: [mine[0], theirs[0]], other.id: [theirs[1]]}
        for volunteer_id, lines in rows.items():
            sheet = Sheet(plan_id=plan.id, volunteer_id=volunteer_id, capacity=12, half_days=1)
            session.add(sheet)
            session.flush()
            households = [line.household_id for line in lines]
            if volunteer_id == other.id:
                households.append(factories.person(session, campaign).household_id)
            for place, household_id in enumerate(households):
                session.add(
                    Line(
                        plan_id=plan.id,
                        sheet_id=sheet.id,
                        household_id=household_id,
                        position=place,
                        stream="sweep",
                        why="attend",
                    )
                )

    lead.keep(write)
    with lead.database.session() as session:
        found = comparing.with_last_week(session, lead.campaign, NEXT)
        assert comparing.with_last_week(session, lead.campaign, WEEK) is None
    assert found is not None
    assert (found.new, found.gone, found.changed_voice) == (1, 1, 1)
    changes = {change.id: change for change in found.changes}
    mine, theirs = changes[one.id], changes[other.id]
    assert (mine.before, mine.after, mine.took, mine.gone) == (2, 2, 1, 1)
    assert (theirs.before, theirs.after, theirs.new, theirs.gave) == (2, 2, 1, 1)
    for change in found.changes:
        moved = change.new + change.took - change.gone - change.gave
        assert change.after == change.before + moved
    page = lead.get(f"feuilles/{NEXT}?vue=comparaison").replace("\xa0", " ")
    assert "1 nouveau foyer" in page
    assert "1 repris à un autre" in page
    assert "n’a pas été répartie" in lead.get(f"feuilles/{WEEK}?vue=comparaison")


def test_the_week_by_territory_adds_up_to_the_week(lead: Visitor) -> None:
    def write(session: Session) -> WeekPlan:
        campaign = session.get_one(Campaign, lead.campaign.id)
        amiens = factories.commune(session)
        roye = factories.commune(session, "80685", "Roye")
        for insee in (amiens.insee, roye.insee, None):
            for _ in range(7):
                factories.person(session, campaign, insee=insee)
        factories.volunteer(session, campaign, ((0, "am"),), territory_id=amiens.territory_id)
        plan = sheets.propose(session, campaign, WEEK, at=EVE)
        found = overview.by_territory(session, campaign, plan)
        counts = overview.plan_counts(session, campaign, plan)
        left = waiting.by_reason(session, campaign, plan)
        assert sum(one.lines for one in found) == counts.lines == 12
        assert sum(one.waiting for one in found) == sum(one.households for one in left) == 9
        assert [one.name for one in found][-1] is None
        assert {one.name: one.volunteers for one in found}["Territoire de Amiens"] == 1
        return plan

    lead.keep(write)
    page = lead.get(f"feuilles/{WEEK}?vue=territoires")
    assert "Territoire de Roye" in page
    assert "Commune à préciser" in page


# Counters equal queues ------------------------------------------------------------------------


def _act(session: Session, campaign: Campaign, draw: Random, at: Any) -> None:
    """One thing that may happen to a running week."""
    plan = session.scalars(sa.select(WeekPlan)).one()
    boss = session.scalars(sa.select(User).where(User.role == Role.LEAD)).one()
    who = draw.choice(
        session.scalars(
            sa.select(User).where(User.role == Role.VOLUNTEER, User.suspended_at.is_(None))
        ).all()
    )
    mine = sheets.queue(session, who, campaign, week=WEEK, now=at).now
    act = draw.randrange(7)
    if act <= 1 and mine:
        line = session.get_one(Line, mine[0].line.id)
        person = line.household.people[0]
        answers = {} if act else {"spoke": "sonne"}
        factories.call(session, line, person, by=who, at=at, **answers)
    elif act == 2:
        today = at.date()
        moving.absent(session, campaign, who, first_on=today, last_on=today, by=boss, at=at)
    elif act == 3:
        for _ in range(draw.randrange(1, 9)):
            factories.person(session, campaign)
    elif act == 4:
        moving.top_up(session, campaign, plan.week, at=at)
    elif act == 5 and mine:
        moving.give_back(session, campaign, who, by=boss, at=at)
    else:
        moving.rebalance(session, campaign, by=boss, at=at)
    session.flush()


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_of_the_lead_equals_its_rows_after_random_acts(
    lead: Visitor, seed: int
) -> None:
    draw = Random(seed)
    team = town(lead, people=260, volunteers=2)
    assert len(team) == 2
    with lead.database.unit() as session:
        campaign = session.get_one(Campaign, lead.campaign.id)
        for step in range(10):
            _act(session, campaign, draw, TUESDAY + timedelta(minutes=step))
        _check(session, campaign, TUESDAY + timedelta(minutes=30))


def _check(session: Session, campaign: Campaign, at: Any) -> None:
    plan = session.scalars(sa.select(WeekPlan)).one()
    lines = session.scalars(sa.select(Line).where(Line.plan_id == plan.id)).all()
    counts = overview.plan_counts(session, campaign, plan)
    assert counts.lines == len(lines)
    queues = {
        who.id: sheets.queue(session, who, campaign, week=WEEK, now=at)
        for who in session.scalars(sa.select(User).where(User.role == Role.VOLUNTEER))
    }
    assert counts.done == sum(queue.done_count for queue in queues.values())
    shown = {row.id: row for row in sheets.of_week(session, campaign, WEEK).volunteers}
    for who, queue in queues.items():
        assert (shown[who].line_count, shown[who].done) == (queue.total, queue.done_count)
    told = overview.sheet_counts(session, campaign, WEEK)
    assert {who: queue.total for who, queue in queues.items() if queue.total} == {
        who: count for who, (count, _) in told.items()
    }
    listed = {line.household_id for line in lines}
    due = set(
        session.scalars(
            sa.select(Person.household_id)
            .join(Enrolment, Enrolment.person_id == Person.id)
            .where(
                Enrolment.campaign_id == campaign.id,
                owed.is_callable(),
                owed.is_not_away(WEEK),
                owed.stream_in(WEEK).is_not(None),
            )
        )
    )
    left = set(session.scalars(sa.select(LeftOut.household_id))) & due - listed
    reasons = waiting.by_reason(session, campaign, plan)
    assert sum(one.households for one in reasons) == len(left)
    assert (
        sum(waiting.by_wish(session, campaign, plan).values())
        == len(waiting.people(session, campaign, plan))
        or len(left) > waiting.PAGE
    )
    assert waiting.arrived_since(session, campaign, plan) == len(due - listed - left)
    week = overview.week_counts(session, campaign, WEEK)
    assert week.calls == len(session.scalars(sa.select(Call)).all())
    helped = {one.volunteer.id: one.left for one in moving.late(session, campaign, at=at)}
    for who, rest in helped.items():
        assert rest == queues[who].total - queues[who].done_count
    places = overview.by_territory(session, campaign, plan)
    assert sum(one.lines for one in places) == counts.lines
    assert sum(one.done for one in places) == counts.done
    assert sum(one.waiting for one in places) == len(left)


def test_the_first_page_says_a_promise_nobody_will_keep(lead: Visitor) -> None:
    town(lead, people=2, volunteers=1)
    assert "rappel promis" not in lead.get()

    def promise(session: Session) -> None:
        someone = session.scalars(sa.select(Enrolment)).first()
        someone.appointment_at = TUESDAY + timedelta(days=1)
        session.execute(sa.delete(Availability))

    lead.keep(promise)
    page = lead.get()
    assert "1\u00a0rappel promis n’a personne pour le faire, le premier demain" in page
    assert "Voir qui peut appeler" in page
