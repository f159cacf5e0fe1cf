"""What happened between the sheet that left and the row that comes back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from appel_solidaire.db import Database
from campaigns import people, printing, records, retry, returns, weeks
from campaigns.models import (
    Campaign,
    Enrolment,
    IssuedSheet,
    Line,
    Need,
    Person,
    Phone,
    Stage,
    StopReason,
    User,
    Wish,
)
from campaigns.returns import Fix, State, Written
from tests import factories
from tests.factories import TUESDAY, WEEK
from tests.returns_stage import LATER, Out, sent

SECOND = "+33639982222"


@pytest.fixture
def out(database: Database) -> Out:
    return sent(database)


def at_home(database: Database, person_id: int) -> int:
    """Somebody new joins this person's household."""
    with database.unit() as session:
        person = session.get_one(Person, person_id)
        campaign = session.scalars(sa.select(Campaign)).one()
        joined = factories.person(session, campaign, household=person.household)
        session.flush()
        return joined.id


def enrolment(out: Out, place: int) -> Enrolment:
    (found,) = out.read(sa.select(Enrolment).where(Enrolment.person_id == out.people[place]))
    assert isinstance(found, Enrolment)
    return found


def test_a_code_means_the_person_printed_whoever_joined_the_household_since(
    out: Out, database: Database
) -> None:
    with database.unit() as session:  # an older record: it would have taken the first letter
        older = session.get_one(Person, min(out.people))
        other = session.get_one(Person, max(out.people))
        older.household_id = other.household_id
    place = out.people.index(max(out.people))
    out.receive(out.row(place, "27"))
    stopped = out.read(sa.select(Person.id).where(Person.stop.is_not(None)))
    assert stopped == [max(out.people)]


def test_who_left_the_household_since_keeps_their_call(out: Out, database: Database) -> None:
    with database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        elsewhere = factories.person(session, campaign)
        session.flush()
        person = session.get_one(Person, out.people[0])
        person.household_id = elsewhere.household_id
    back = out.receive(out.row(0, "1"))
    assert [row.state for row in back.rows] == [State.DONE]
    assert out.calls() == [(0, "JOINT_OK")]


def test_a_double_joined_since_means_the_record_that_stays(out: Out, database: Database) -> None:
    with database.unit() as session:
        kept, double = (session.get_one(Person, out.people[at]) for at in (1, 0))
        by = session.get_one(User, out.coordination_id)
        records.merge(session, kept, double, by=by, at=TUESDAY)
    out.receive(out.row(0, "1"))
    assert out.calls() == [(1, "JOINT_OK")]


def test_the_id_of_a_deleted_line_used_again_never_names_somebody_else(
    out: Out, database: Database
) -> None:
    with database.unit() as session:
        (issued,) = session.scalars(sa.select(IssuedSheet))
        line = session.get_one(Line, issued.lines[0][0])
        campaign = session.scalars(sa.select(Campaign)).one()
        stranger = factories.person(session, campaign)
        session.flush()
        line.household_id = stranger.household_id  # what SQLite makes of a freed id
    back = out.receive(out.row(0, "27"))
    assert "n’est plus sur la feuille" in back.waiting[0].say
    assert out.read(sa.select(Person.id).where(Person.stop.is_not(None))) == []


def test_a_sheet_issued_before_people_were_kept_is_still_read(out: Out, database: Database) -> None:
    with database.unit() as session:
        (issued,) = session.scalars(sa.select(IssuedSheet))
        issued.lines = [line[0] for line in issued.lines]
    out.receive(out.row(1, "1"))
    assert out.calls() == [(1, "JOINT_OK")]


def test_who_joins_the_household_after_printing_is_not_on_the_sheet(
    out: Out, database: Database
) -> None:
    joined = at_home(database, out.people[0])
    with database.reading() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        (issued,) = session.scalars(sa.select(IssuedSheet))
        seats = printing.seats(session, campaign, [issued], week=WEEK)[issued.id]
    assert [seat.code for seat in seats] == out.codes
    assert joined not in {seat.member.person_id for seat in seats if seat.member}


def test_only_the_person_printed_is_to_be_struck_out(out: Out, database: Database) -> None:
    joined = at_home(database, out.people[0])
    with database.unit() as session:
        stopped = session.get_one(Person, joined)
        people.stop(session, stopped, reason=StopReason.OBJECTED, by=None, at=TUESDAY)
    with database.reading() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        assert returns.to_strike(session, campaign, WEEK) == []


@pytest.mark.parametrize(("code", "stop"), [("9", "OBJECTED"), ("27", "DIED")])
def test_an_outcome_that_stops_calls_is_taken_for_a_person_on_hold(
    out: Out, database: Database, code: str, stop: str
) -> None:
    with database.unit() as session:
        session.get_one(Person, out.people[0]).hold = "à vérifier"
    back = out.receive(out.row(0, code))
    (person,) = out.read(sa.select(Person).where(Person.id == out.people[0]))
    assert (person.stop, person.hold) == (StopReason[stop], "à vérifier")
    assert "ne sera plus appelé" in back.rows[0].say


def test_a_call_to_a_person_on_hold_is_recorded_and_the_hold_stays(
    out: Out, database: Database
) -> None:
    with database.unit() as session:
        session.get_one(Person, out.people[0]).hold = "à vérifier"
    back = out.receive(out.row(0, "26"), out.row(1, "1"))
    assert (0, "DEMENAGE") in out.calls()
    assert out.read(sa.select(Person.hold).where(Person.id == out.people[0])) == ["à vérifier"]
    assert "à vérifier" in back.rows[0].say


def objects(out: Out, database: Database, *, at: datetime) -> None:
    with database.unit() as session:
        person = session.get_one(Person, out.people[0])
        people.stop(session, person, reason=StopReason.OBJECTED, by=None, at=at)


def test_a_need_told_before_the_person_stopped_calls_is_raised(
    out: Out, database: Database
) -> None:
    objects(out, database, at=TUESDAY + timedelta(hours=2))
    back = out.receive(out.row(0, "2", called_at="10:30", needs="N2", agreement="O"))
    assert [need.category for need in out.read(sa.select(Need))] == ["ALI_COURSES"]
    assert out.calls() == [(0, "JOINT_BESOIN")]
    assert "Plus aucun appel" in back.rows[0].say
    (person,) = out.read(sa.select(Person).where(Person.id == out.people[0]))
    assert (person.stop, person.stopped_at) == (
        StopReason.OBJECTED,
        TUESDAY + timedelta(hours=2),
    )


def test_a_need_told_after_a_stop_waits_for_somebody(out: Out, database: Database) -> None:
    objects(out, database, at=TUESDAY)
    row = out.row(0, "2", called_at="14:30", needs="N2", agreement="O")
    back = out.receive(row)
    assert (back.waiting[0].field, out.calls()) == ("needs", [])
    out.settle(back, p0=Fix(out.row(0, "1", called_at="14:30")))
    assert out.calls() == [(0, "JOINT_OK")]


def test_a_call_made_after_a_stop_is_recorded_and_changes_nothing(
    out: Out, database: Database
) -> None:
    objects(out, database, at=TUESDAY)
    back = out.receive(out.row(0, "5", called_at="14:30"))
    assert back.rows[0].state is State.DONE
    assert "Plus aucun appel" in back.rows[0].say
    assert out.calls() == [(0, "NON_REPONSE")]


def keep_both(out: Out, outcome: str, at: str, **told: str) -> returns.Back:
    back = out.receive(out.row(0, outcome, called_at=at, **told))
    assert back.waiting[0].state is State.CONFLICT
    return out.settle(back, p0=Fix(out.row(0, outcome, called_at=at, **told), keep_both=True))


def test_a_conversation_on_paper_wins_over_a_later_call_nobody_answered(out: Out) -> None:
    out.on_screen(0, at=TUESDAY + timedelta(hours=5), spoke=retry.Spoke.NO_ANSWER)
    back = keep_both(out, "1", "10:30", wish="H")
    after = enrolment(out, 0)
    assert after.last_conversation_at == weeks.at(TUESDAY.date(), 10, 30)
    assert (after.stage, after.wish, after.not_before_at) == (Stage.ROSTER, Wish.WEEKLY, None)
    assert (after.cycle_started_at, after.last_volunteer_id) == (None, out.volunteer_id)
    assert after.next_due_on == TUESDAY.date() + timedelta(days=7)
    (line,) = out.read(
        sa.select(Line)
        .join(Person, Person.household_id == Line.household_id)
        .where(Person.id == out.people[0])
    )
    assert line.closed_at is not None
    assert "sera rappelé" in back.rows[0].say


def test_an_objection_on_paper_stands_beside_a_later_call_nobody_answered(out: Out) -> None:
    out.on_screen(0, at=TUESDAY + timedelta(hours=5), spoke=retry.Spoke.NO_ANSWER)
    back = keep_both(out, "9", "10:30")
    assert "ne sera plus appelé" in back.rows[0].say
    assert out.read(sa.select(Person.id).where(Person.stop.is_not(None))) == [out.people[0]]


def test_two_calls_in_vain_are_of_one_cycle_which_began_with_the_earlier(out: Out) -> None:
    out.on_screen(0, at=TUESDAY + timedelta(hours=5), spoke=retry.Spoke.NO_ANSWER)
    before = enrolment(out, 0)
    back = keep_both(out, "5", "10:30")
    after = enrolment(out, 0)
    assert after.not_before_at == before.not_before_at
    assert after.cycle_started_at == weeks.at(TUESDAY.date(), 10, 30)
    assert "plus récent" in back.rows[0].say


def test_the_last_conversation_decides_and_the_earlier_one_still_counts(out: Out) -> None:
    later = TUESDAY + timedelta(hours=5)
    out.on_screen(0, at=later, spoke=retry.Spoke.YES, mood=retry.Mood.WELL, wish=Wish.MONTHLY)
    before = enrolment(out, 0)
    back = keep_both(out, "1", "10:30", wish="H")
    after = enrolment(out, 0)
    assert (after.last_conversation_at, after.wish) == (later, Wish.MONTHLY)
    assert (after.next_due_on, after.times_by_last) == (before.next_due_on, 2)
    assert "plus récent" in back.rows[0].say


def test_a_promise_made_later_stands_and_the_conversation_is_remembered(out: Out) -> None:
    asked = TUESDAY + timedelta(days=2)
    out.on_screen(
        0,
        at=TUESDAY + timedelta(hours=5),
        spoke=retry.Spoke.LATER,
        situation="RAPPEL_DATE",
        asked=asked,
    )
    keep_both(out, "1", "10:30")
    after = enrolment(out, 0)
    assert after.appointment_at == asked
    assert after.last_conversation_at == weeks.at(TUESDAY.date(), 10, 30)


def second_number(out: Out, database: Database) -> None:
    with database.unit() as session:
        session.add(Phone(person_id=out.people[0], e164=SECOND, position=1))


def dropped(out: Out) -> list[str]:
    return out.read(sa.select(Phone.e164).where(Phone.invalid_at.is_not(None)))


def test_the_only_number_of_a_wrong_number_row_is_dropped(out: Out) -> None:
    back = out.receive(out.row(0, "13"))
    assert dropped(out) == out.read(sa.select(Phone.e164).where(Phone.person_id == out.people[0]))
    assert "ne sera plus composé" in back.rows[0].say
    assert out.receive(out.row(0, "13")).rows[0].state is State.KNOWN


def test_a_wrong_number_among_several_is_asked_for_then_dropped(
    out: Out, database: Database
) -> None:
    second_number(out, database)
    back = out.receive(out.row(0, "14"))
    assert (back.waiting[0].field, dropped(out)) == ("number", [])
    assert "2 numéros" in back.waiting[0].say
    wrong = out.settle(back, p0=Fix(out.row(0, "14", number="3e")))
    assert wrong.waiting[0].field == "number"
    done = out.settle(back, p0=Fix(out.row(0, "14", number="2e")))
    assert dropped(out) == [SECOND]
    assert "ne sera plus composé" in done.rows[0].say
    assert out.receive(out.row(0, "14")).rows[0].state is State.KNOWN


def test_no_number_is_said_to_be_dropped_when_none_is(out: Out, database: Database) -> None:
    with database.unit() as session:
        session.execute(sa.update(Phone).values(invalid_at=TUESDAY - timedelta(days=9)))
    back = out.receive(out.row(0, "13"))
    assert back.rows[0].state is State.DONE
    assert "ne sera plus composé" not in back.rows[0].say


def test_a_screen_that_showed_no_number_does_not_say_it_drops_one(
    out: Out, database: Database
) -> None:
    second_number(out, database)
    with database.unit() as session:
        person = session.get_one(Person, out.people[0])
        line = session.scalars(
            sa.select(Line).where(Line.household_id == person.household_id)
        ).one()
        by = session.get_one(User, out.volunteer_id)
        logged = factories.call(
            session,
            line,
            person,
            by=by,
            at=LATER,
            spoke=retry.Spoke.WRONG_NUMBER,
            situation="FAUX_NUMERO",
        )
        assert "ne sera plus composé" not in logged.report.said
    assert dropped(out) == []


@pytest.mark.parametrize("field", [field.name for field in fields(Written)])
@pytest.mark.parametrize("text", ["²²", "٣", "9" * 32_767, "nan", "1e309", "–" * 900, "1.0.0.0"])
def test_hostile_writing_in_a_row_is_answered_in_words(out: Out, field: str, text: str) -> None:
    hostile = replace(out.row(0, "13"), **{field: text})
    back = out.receive(hostile, out.row(1, "1"))
    assert back.rows[0].say
    assert (1, "JOINT_OK") in out.calls()
