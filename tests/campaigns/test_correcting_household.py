"""A corrected report and the others it spoke of: a spouse at the same telephone, somebody sought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import alarms, calls, retry, weeks
from campaigns.models import (
    Alarm,
    AlarmEnding,
    Call,
    CallRevision,
    Campaign,
    Enrolment,
    Line,
    Person,
    Role,
    Stage,
    User,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.retry import Mood, Spoke
from tests import factories
from tests.factories import TUESDAY

LATER = TUESDAY + timedelta(hours=2)
TALKED = retry.Answers(spoke=Spoke.YES, mood=Mood.WELL)
SILENT = retry.Answers(spoke=Spoke.NO_ANSWER)


@dataclass
class House:
    session: Session
    campaign: Campaign
    paulette: Person
    marcel: Person
    caller: User
    line: Line

    def log(self, whom: Person, *, at: datetime = TUESDAY, **answers: Any) -> Call:
        logged = factories.call(self.session, self.line, whom, by=self.caller, at=at, **answers)
        return next(one for one in logged.calls if one.person_id == whom.id)

    def correct(self, call: Call, answers: retry.Answers, *, at: datetime = LATER) -> None:
        filled = calls.Filled("k" * 16, call.person_id, answers)
        calls.correcting.correct(self.session, call, filled=filled, by=self.caller, at=at)
        self.session.flush()

    def of(self, whom: Person) -> Enrolment:
        return factories.enrolment(self.session, whom)

    def outcomes(self, whom: Person) -> Sequence[str]:
        query = sa.select(Call.outcome).where(Call.person_id == whom.id).order_by(Call.id)
        return self.session.scalars(query).all()


@pytest.fixture
def house(session: Session) -> House:
    campaign = factories.campaign(session)
    town = factories.commune(session)
    paulette = factories.person(session, campaign, insee=town.insee)
    marcel = factories.person(
        session, campaign, insee=town.insee, household=paulette.household, first_name="Marcel"
    )
    factories.user(session, Role.COORDINATION, campaign)
    caller = factories.volunteer(session, campaign)
    (line,) = factories.lines(session, factories.published(session, campaign))
    return House(session, campaign, paulette, marcel, caller, line)


# The household ------------------------------------------------------------------------------


def test_nobody_had_answered_after_all_so_the_spouse_was_tried_too(house: House) -> None:
    call = house.log(house.paulette)
    assert house.outcomes(house.marcel) == []
    house.correct(call, SILENT)
    assert house.outcomes(house.paulette) == ["NON_REPONSE"]
    assert house.outcomes(house.marcel) == ["NON_REPONSE"]
    assert house.of(house.marcel).cycle_started_at == TUESDAY
    # Neither is rung again at once: the telephone rang for both.
    assert house.line.closed_at is None
    assert house.line.next_at is not None
    assert house.line.next_at >= TUESDAY + timedelta(hours=3)


def test_a_spouse_spoken_to_since_keeps_what_they_said(house: House) -> None:
    call = house.log(house.paulette)
    house.log(house.marcel, at=TUESDAY + timedelta(minutes=20))
    house.correct(call, SILENT)
    assert house.outcomes(house.marcel) == ["JOINT_OK"]
    assert house.of(house.marcel).last_conversation_at == TUESDAY + timedelta(minutes=20)


def test_a_spouse_in_hospital_was_not_tried(house: House) -> None:
    house.of(house.marcel).suspended_until = TUESDAY.date() + timedelta(days=20)
    call = house.log(house.paulette)
    house.correct(call, SILENT)
    assert house.outcomes(house.marcel) == []


def test_back_and_forth_the_spouse_is_owed_their_call_again(house: House) -> None:
    call = house.log(house.paulette)
    house.correct(call, SILENT)
    house.correct(call, TALKED, at=LATER + timedelta(minutes=5))
    assert house.outcomes(house.marcel) == ["NON_TRAITE"]
    assert house.of(house.marcel).cycle_started_at is None
    assert house.line.closed_at is None
    house.correct(call, SILENT, at=LATER + timedelta(minutes=9))
    assert house.outcomes(house.marcel) == ["NON_REPONSE"]
    kept = house.session.scalars(sa.select(CallRevision.before).join(Call).where(Call.person_id == house.marcel.id))  # fmt: skip
    assert [one["outcome"] for one in kept] == ["NON_REPONSE", "NON_TRAITE"]


def test_a_voicemail_instead_of_no_answer_is_so_for_both(house: House) -> None:
    call = house.log(house.paulette, spoke=Spoke.NO_ANSWER)
    house.correct(call, retry.Answers(spoke=Spoke.VOICEMAIL, message_left=True))
    assert house.outcomes(house.paulette) == ["REPONDEUR_MSG"]
    assert house.outcomes(house.marcel) == ["REPONDEUR_MSG"]


def test_who_rang_back_cannot_have_left_no_answer(house: House) -> None:
    filled = calls.Filled("r" * 16, house.paulette.id, TALKED, rang_back=True)
    logged = calls.log(
        house.session, house.line, filled=filled, campaign=house.campaign,
        by=house.caller, at=TUESDAY,
    )  # fmt: skip
    with pytest.raises(Refusal, match="vous a rappelé"):
        house.correct(logged.calls[0], SILENT)
    assert house.outcomes(house.paulette) == ["JOINT_OK"]


# Somebody sought ----------------------------------------------------------------------------


@pytest.fixture
def sought(house: House) -> Call:
    """Paulette, who asked for a call each week, did not answer three times: a doubt is open."""
    for one in (house.paulette, house.marcel):
        house.of(one).wish, house.of(one).stage = Wish.WEEKLY, Stage.ROSTER
        house.of(one).next_due_on = TUESDAY.date()
    day = TUESDAY.date()
    house.log(house.paulette, at=weeks.at(day, 10), spoke=Spoke.NO_ANSWER)
    house.log(house.paulette, at=weeks.at(day, 14), spoke=Spoke.NO_ANSWER)
    return house.log(house.paulette, at=_third(), spoke=Spoke.NO_ANSWER)


def _third() -> datetime:
    return weeks.at(TUESDAY.date() + timedelta(days=1), 17)


def _soon() -> datetime:
    return _third() + timedelta(minutes=30)


def _alarm(house: House, whom: Person) -> Alarm:
    return house.session.scalars(sa.select(Alarm).where(Alarm.person_id == whom.id)).one()


def test_the_doubt_a_mistake_opened_is_closed_with_it(house: House, sought: Call) -> None:
    assert _alarm(house, house.paulette).closed_at is None
    house.correct(sought, TALKED, at=_soon())
    alarm = _alarm(house, house.paulette)
    assert (alarm.ending, alarm.closed_by_id) == (AlarmEnding.FOUND_WELL, house.caller.id)
    assert "corrigé" in alarm.note
    assert house.of(house.paulette).is_alarm is False


def test_the_doubt_about_the_spouse_stays_until_somebody_hears_them(
    house: House, sought: Call
) -> None:
    house.correct(sought, TALKED, at=_soon())
    assert _alarm(house, house.marcel).closed_at is None


def test_a_coordinator_who_has_the_doubt_reads_it_and_closes_it_themselves(
    house: House, sought: Call
) -> None:
    anne = factories.user(house.session, Role.COORDINATION, house.campaign, first_name="Anne")
    alarm = _alarm(house, house.paulette)
    alarms.take(house.session, alarm, by=anne, version=alarm.version, at=_third())
    house.correct(sought, TALKED, at=_soon())
    assert (alarm.closed_at, alarm.owner_id) == (None, anne.id)
    (step,) = alarm.steps
    assert step.reached
    assert "corrigé" in step.say


def test_a_worrying_conversation_closes_no_doubt(house: House, sought: Call) -> None:
    worrying = retry.Answers(spoke=Spoke.YES, mood=Mood.WORRYING)
    house.correct(sought, worrying, at=_soon())
    assert _alarm(house, house.paulette).closed_at is None


def test_a_doubt_the_caller_ticked_is_never_taken_back_by_a_correction(house: House) -> None:
    filled = calls.Filled(
        "d" * 16, house.paulette.id, SILENT, aside=calls.Aside(worry=alarms.Worry.FALL)
    )
    logged = calls.log(
        house.session, house.line, filled=filled, campaign=house.campaign,
        by=house.caller, at=TUESDAY,
    )  # fmt: skip
    call = next(one for one in logged.calls if one.person_id == house.paulette.id)
    house.correct(call, TALKED)
    assert _alarm(house, house.paulette).closed_at is None


def test_nobody_had_answered_after_all_and_the_silence_is_weighed(house: House) -> None:
    for one in (house.paulette, house.marcel):
        house.of(one).wish, house.of(one).stage = Wish.WEEKLY, Stage.ROSTER
        house.of(one).next_due_on = TUESDAY.date()
    day = TUESDAY.date()
    house.log(house.paulette, at=weeks.at(day, 10), spoke=Spoke.NO_ANSWER)
    house.log(house.paulette, at=weeks.at(day, 14), spoke=Spoke.NO_ANSWER)
    call = house.log(house.paulette, at=_third())
    assert house.session.scalars(sa.select(Alarm)).all() == []
    house.correct(call, SILENT, at=_soon())
    for one in (house.paulette, house.marcel):
        assert _alarm(house, one).closed_at is None
