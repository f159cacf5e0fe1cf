"""A report corrected the same day: nothing is lost, everything it entailed is done anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, journal, needs, people, retry
from campaigns.models import (
    Agreement,
    Call,
    Campaign,
    Enrolment,
    Line,
    Need,
    NeedState,
    Objection,
    Person,
    Result,
    Stage,
    User,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.retry import Mood, Spoke
from tests import factories
from tests.factories import TUESDAY

LATER = TUESDAY + timedelta(hours=2)


@dataclass
class Desk:
    session: Session
    campaign: Campaign
    person: Person
    caller: User
    line: Line

    def log(self, **answers: Any) -> Call:
        return factories.call(
            self.session, self.line, self.person, by=self.caller, at=TUESDAY, **answers
        ).calls[0]

    def correct(self, call: Call, *drafts: needs.Draft, **more: Any) -> calls.correcting.Corrected:
        answers, note = more.pop("answers"), more.pop("note", "")
        filled = calls.Filled("k" * 16, self.person.id, answers, note=note, drafts=drafts)
        return calls.correcting.correct(
            self.session, call, filled=filled, by=self.caller, at=more.pop("at", LATER), **more
        )

    @property
    def enrolment(self) -> Enrolment:
        return factories.enrolment(self.session, self.person)


@pytest.fixture
def desk(session: Session) -> Desk:
    campaign = factories.campaign(session)
    town = factories.commune(session)
    person = factories.person(session, campaign, insee=town.insee)
    caller = factories.volunteer(session, campaign)
    plan = factories.published(session, campaign)
    (line,) = factories.lines(session, plan)
    return Desk(session, campaign, person, caller, line)


def test_a_no_answer_corrected_into_a_conversation_closes_the_line(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.NO_ANSWER)
    assert desk.line.closed_at is None
    told = desk.correct(
        call, answers=retry.Answers(spoke=Spoke.YES, mood=Mood.WELL, wish=Wish.WEEKLY), note="Bien."
    )
    assert (call.outcome, call.note, call.corrected_at) == ("JOINT_OK", "Bien.", LATER)
    assert desk.line.closed_at is not None
    assert (desk.enrolment.wish, desk.enrolment.stage) == (Wish.WEEKLY, Stage.ROSTER)
    assert desk.enrolment.last_volunteer_id == desk.caller.id
    assert desk.enrolment.cycle_started_at is None
    assert told.said


def test_a_conversation_corrected_into_a_no_answer_is_owed_again(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.YES, mood=Mood.WELL, wish=Wish.MONTHLY)
    desk.correct(call, answers=retry.Answers(spoke=Spoke.NO_ANSWER))
    enrolment = desk.enrolment
    assert (enrolment.stage, enrolment.wish) == (Stage.SWEEP, Wish.UNDECIDED)
    assert enrolment.last_conversation_at is None
    assert enrolment.last_volunteer_id is None
    assert enrolment.cycle_started_at == TUESDAY
    assert desk.line.closed_at is None
    assert desk.line.next_at is not None
    assert desk.line.next_at > TUESDAY


def test_what_was_written_before_is_kept(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.YES, mood=Mood.FRAGILE)
    desk.correct(call, answers=retry.Answers(spoke=Spoke.YES, mood=Mood.WELL))
    (before,) = calls.correcting.revisions(desk.session, call)
    assert before.before["mood"] == Mood.FRAGILE
    assert before.by_id == desk.caller.id
    journal.write_pending(desk.session)
    assert journal.was_noted(
        desk.session, "call_corrected", about=("call", call.id), by=desk.caller, since=TUESDAY
    )


def test_an_objection_noted_by_mistake_is_forgotten(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.YES, situation="REFUS_DEFINITIF")
    assert desk.person.stop is not None
    marks = people.fingerprints(desk.session.info["keys"].objection, desk.person)
    kept = sa.select(Objection.fingerprint).where(Objection.fingerprint.in_(marks))
    assert desk.session.scalars(kept).all()
    desk.correct(call, answers=retry.Answers(spoke=Spoke.YES, mood=Mood.WELL))
    assert desk.person.stop is None
    assert desk.session.scalars(kept).all() == []


def test_an_objection_forgotten_in_the_report_stops_the_calls_once_corrected(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.YES, mood=Mood.WELL)
    desk.correct(call, answers=retry.Answers(spoke=Spoke.YES, situation="REFUS_DEFINITIF"))
    assert desk.person.stop is not None
    assert desk.line.closed_at is not None


def test_only_the_same_day(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.NO_ANSWER)
    with pytest.raises(Refusal, match="le jour même"):
        desk.correct(
            call,
            answers=retry.Answers(spoke=Spoke.YES, mood=Mood.WELL),
            at=TUESDAY + timedelta(days=1),
        )
    assert call.outcome == "NON_REPONSE"


def test_a_report_followed_by_another_call_is_left_as_it_is(desk: Desk) -> None:
    first = desk.log(spoke=Spoke.NO_ANSWER)
    factories.call(desk.session, desk.line, desk.person, by=desk.caller, at=LATER)
    with pytest.raises(Refusal, match="Un autre appel"):
        desk.correct(first, answers=retry.Answers(spoke=Spoke.YES, mood=Mood.WELL))


def _food() -> needs.Draft:
    return needs.Draft("ALI_COURSES", text="Ne peut plus sortir.", agreement=Agreement.YES)


def test_a_need_may_be_added_then_taken_back_while_nobody_opened_it(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.YES, mood=Mood.WELL)
    said = retry.Answers(spoke=Spoke.YES, mood=Mood.WELL, has_needs=True)
    (need,) = desk.correct(call, _food(), answers=said).needs
    assert (need.call_id, call.outcome) == (call.id, "JOINT_BESOIN")
    desk.correct(call, answers=retry.Answers(spoke=Spoke.YES, mood=Mood.WELL), withdrawn={need.id})
    assert (need.state, need.result) == (NeedState.CLOSED, Result.WITHDRAWN)
    assert desk.session.get(Need, need.id) is need
    assert call.outcome == "JOINT_OK"


def test_a_need_somebody_took_cannot_be_taken_back(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.YES, mood=Mood.WELL)
    said = retry.Answers(spoke=Spoke.YES, mood=Mood.WELL, has_needs=True)
    (need,) = desk.correct(call, _food(), answers=said).needs
    needs.take(desk.session, need, by=desk.caller, version=need.version, at=LATER)
    with pytest.raises(Refusal, match="s’occupe déjà"):
        desk.correct(
            call, answers=retry.Answers(spoke=Spoke.YES, mood=Mood.WELL), withdrawn={need.id}
        )
    assert need.closed_at is None


def test_the_effect_is_said_before_and_changes_nothing(desk: Desk) -> None:
    call = desk.log(spoke=Spoke.NO_ANSWER)
    answers = retry.Answers(spoke=Spoke.YES, mood=Mood.WELL, wish=Wish.WEEKLY)
    said = calls.correcting.foresee(
        desk.session, call, calls.Filled("k" * 16, desk.person.id, answers)
    )
    assert said
    assert (call.outcome, desk.enrolment.stage) == ("NON_REPONSE", Stage.SWEEP)


def test_who_rang_back_is_no_attempt_and_frees_the_waiting_line(desk: Desk) -> None:
    desk.log(spoke=Spoke.NO_ANSWER)
    filled = calls.Filled(
        "r" * 16,
        desk.person.id,
        retry.Answers(spoke=Spoke.YES, mood=Mood.WELL),
        rang_back=True,
    )
    logged = calls.log(
        desk.session, desk.line, filled=filled, campaign=desk.campaign, by=desk.caller, at=LATER
    )
    assert logged.calls[0].rang_back
    assert desk.line.closed_at is not None


def test_a_call_back_agreed_while_they_rang_counts_in_no_cycle(desk: Desk) -> None:
    answers = retry.Answers(spoke=Spoke.LATER, asked=LATER + timedelta(days=1))
    filled = calls.Filled("r" * 16, desk.person.id, answers, rang_back=True)
    calls.log(
        desk.session, desk.line, filled=filled, campaign=desk.campaign, by=desk.caller, at=TUESDAY
    )
    assert desk.enrolment.cycle_started_at is None
    assert desk.enrolment.appointment_at is not None


def test_who_rang_back_said_something(desk: Desk) -> None:
    filled = calls.Filled(
        "r" * 16, desk.person.id, retry.Answers(spoke=Spoke.NO_ANSWER), rang_back=True
    )
    with pytest.raises(Refusal, match="vous a rappelé"):
        calls.log(
            desk.session, desk.line, filled=filled, campaign=desk.campaign, by=desk.caller, at=LATER
        )


def test_ones_own_people_are_found_by_name_and_by_number(desk: Desk) -> None:
    stranger = factories.person(desk.session, desk.campaign, last_name="Inconnue")
    find = calls.own.find
    number = desk.person.phones[0].e164.replace("+33", "0")
    for text in (desk.person.last_name, number):
        (mine,) = find(desk.session, desk.caller, desk.campaign, text, at=TUESDAY)
        assert mine.person is desk.person
    assert find(desk.session, desk.caller, desk.campaign, stranger.last_name, at=TUESDAY) == []
    assert find(desk.session, desk.caller, desk.campaign, "", at=TUESDAY) == []
