"""What a correction must not do twice, nor undo: alerts told, care given, what others looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, care, needs, quality, weeks
from campaigns.models import (
    Agreement,
    Alarm,
    Call,
    Campaign,
    CareRequest,
    Line,
    Need,
    OutgoingMail,
    Person,
    QualityCase,
    Review,
    ReviewWhy,
    Role,
    SheetNotice,
    Stage,
    User,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.retry import Answers, Mood, Spoke
from tests import factories
from tests.factories import TUESDAY

LATER = TUESDAY + timedelta(hours=2)
WELL = Answers(Spoke.YES, mood=Mood.WELL)
WORRYING = Answers(Spoke.YES, mood=Mood.WORRYING)
CONFUSED = Answers(Spoke.YES, situation="CONFUSION")
SILENT = Answers(Spoke.NO_ANSWER)
DIED = Answers(Spoke.OTHER, situation="DECEDE")


@dataclass
class Desk:
    session: Session
    campaign: Campaign
    person: Person
    caller: User
    anne: User
    line: Line

    def log(self, answers: Answers, **more: Any) -> Call:
        filled = calls.Filled("l" * 16, self.person.id, answers, **more)
        of, by = self.campaign, self.caller
        return calls.log(
            self.session, self.line, filled=filled, campaign=of, by=by, at=TUESDAY
        ).calls[0]

    def correct(self, call: Call, answers: Answers, **more: Any) -> None:
        at = more.pop("at", LATER)
        filled = calls.Filled("c" * 16, self.person.id, answers, **more)
        calls.correcting.correct(self.session, call, filled=filled, by=self.caller, at=at)
        self.session.flush()

    def all(self, kind: Any) -> Sequence[Any]:
        return self.session.scalars(sa.select(kind).order_by(kind.id)).all()


@pytest.fixture
def desk(session: Session) -> Desk:
    campaign = factories.campaign(session)
    person = factories.person(session, campaign, insee=factories.commune(session).insee)
    anne = factories.user(session, Role.COORDINATION, campaign, first_name="Anne")
    caller = factories.volunteer(session, campaign, first_name="Claire")
    (line,) = factories.lines(session, factories.published(session, campaign))
    return Desk(session, campaign, person, caller, anne, line)


def test_the_coordination_is_not_alerted_again_when_only_the_words_are_corrected(
    desk: Desk,
) -> None:
    call = desk.log(WORRYING)
    mails = len(desk.all(OutgoingMail))
    desk.correct(call, WORRYING, note="Rappeler après 14 h.")
    (alert,) = desk.all(Need)
    desk.session.refresh(alert)
    needs.take(desk.session, alert, by=desk.anne, version=alert.version, at=LATER)
    desk.correct(call, WORRYING, note="Rappeler après 15 h.")
    assert (desk.all(Need), len(desk.all(OutgoingMail))) == ([alert], mails)


def test_who_was_called_back_after_a_hard_call_is_not_asked_for_again(desk: Desk) -> None:
    call = desk.log(WELL, is_heavy=True)
    (asked,) = desk.all(CareRequest)
    asked.taken_at = asked.closed_at = LATER
    desk.correct(call, WELL, is_heavy=True, note="Bien.")
    assert desk.all(CareRequest) == [asked]


def test_a_call_said_hard_afterwards_reaches_the_coordination(desk: Desk) -> None:
    call = desk.log(WELL)
    desk.correct(call, WELL, is_heavy=True)
    (asked,) = desk.all(CareRequest)
    assert asked.call_id == call.id


def test_a_first_conversation_told_by_a_correction_is_read_again_too(desk: Desk) -> None:
    call = desk.log(SILENT)
    assert desk.all(Review) == []
    for number in range(12):  # said since: the corrected report keeps its turn
        other = factories.person(desk.session, desk.campaign, last_name=f"Autre{number}")
        line = Line(
            sheet_id=desk.line.sheet_id, plan_id=desk.line.plan_id,
            household_id=other.household_id, stream=desk.line.stream, position=number + 2, why="",
        )  # fmt: skip
        desk.session.add(line)
        desk.session.flush()
        factories.call(desk.session, line, other, by=desk.caller, at=TUESDAY)
    desk.correct(call, WELL)
    desk.correct(call, WELL, note="Bien.")
    (review,) = [one for one in desk.all(Review) if one.call_id == call.id]
    assert review.why is ReviewWhy.FIRST
    assert care.reviewing.is_asked(desk.session, call)


def test_a_doubt_told_with_no_answer_stands_when_it_was_the_voicemail(desk: Desk) -> None:
    doubt = needs.Draft("ALE_LEVEE_DOUTE", text="Répond toujours.", agreement=Agreement.VITAL)
    call = desk.log(SILENT, drafts=(doubt,))
    desk.correct(call, Answers(Spoke.VOICEMAIL, message_left=False))
    (need,) = desk.all(Need)
    assert (call.outcome, need.closed_at) == ("REPONDEUR", None)


def test_a_death_the_coordination_has_checked_is_not_taken_back_by_a_correction(
    desk: Desk,
) -> None:
    call = desk.log(DIED)
    (case,) = desk.all(QualityCase)
    quality.close(desk.session, case, result="Confirmé par la mairie.", by=desk.anne, at=LATER)
    desk.session.flush()
    with pytest.raises(Refusal, match="a vérifié"):
        desk.correct(call, WELL)
    assert desk.person.stop is not None


def test_a_colleague_who_has_the_line_now_reads_that_it_was_corrected(desk: Desk) -> None:
    call = desk.log(SILENT)
    other = factories.volunteer(desk.session, desk.campaign, first_name="Bruno")
    sheet = type(desk.line.sheet)(plan_id=desk.line.plan_id, volunteer_id=other.id)
    desk.session.add(sheet)
    desk.session.flush()
    desk.line.sheet = sheet
    desk.correct(call, WELL)
    (told,) = [one for one in desk.all(SheetNotice) if one.sheet_id == sheet.id]
    assert "Claire a corrigé" in told.say


# Somebody who used to talk, and is confused ---------------------------------------------------


@pytest.fixture
def regular(desk: Desk) -> Desk:
    row = factories.enrolment(desk.session, desk.person)
    at = TUESDAY - timedelta(days=7)
    factories.call(desk.session, desk.line, desk.person, by=desk.caller, at=at)
    row.wish, row.stage, row.next_due_on = Wish.WEEKLY, Stage.ROSTER, TUESDAY.date()
    desk.line.closed_at = None
    desk.session.flush()
    return desk


def test_confusion_noted_by_a_correction_has_somebody_looked_for(regular: Desk) -> None:
    call = regular.log(WELL)
    regular.correct(call, CONFUSED)
    (alarm,) = regular.all(Alarm)
    assert alarm.closed_at is None


def test_the_follow_up_of_a_doubt_survives_a_corrected_note(regular: Desk) -> None:
    call = regular.log(CONFUSED)
    row = factories.enrolment(regular.session, regular.person)
    planned = (row.is_alarm, row.not_before_at, regular.line.next_at)
    assert planned[0]
    regular.correct(call, CONFUSED, note="Rappeler demain.")
    assert (row.is_alarm, row.not_before_at, regular.line.next_at) == planned


def test_one_minute_before_midnight_in_paris_is_the_same_day_and_one_after_is_not(
    desk: Desk,
) -> None:
    call, midnight = desk.log(SILENT), weeks.at(TUESDAY.date() + timedelta(days=1), 0)
    desk.correct(call, WELL, at=midnight - timedelta(minutes=1))
    with pytest.raises(Refusal, match="le jour même"):
        desk.correct(call, SILENT, at=midnight + timedelta(minutes=1))
    assert call.outcome == "JOINT_OK"
