"""A call logged: what is written, what it entails, once whatever is sent again."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import calls, needs, people, reference, sealing, sheets, weeks
from campaigns.models import (
    Agreement,
    Barred,
    Call,
    Campaign,
    Household,
    JournalEntry,
    Line,
    Need,
    NeedState,
    Objection,
    Person,
    Phone,
    Report,
    Result,
    SkipReason,
    Stage,
    StopReason,
    User,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.retry import Answers, Mood, Spoke, choices
from tests import factories
from tests.factories import TUESDAY, WEEK

TALKED = Answers(spoke=Spoke.YES, mood=Mood.WELL, wish=Wish.WEEKLY)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session)


def filled(person_id: int, answers: Answers = TALKED, **more: object) -> calls.Filled:
    values: dict[str, object] = {"key": sealing.fresh_nonce(), **more}
    return calls.Filled(person_id=person_id, answers=answers, **values)  # type: ignore[arg-type]


def one_line(session: Session, campaign: Campaign) -> tuple[Line, User]:
    caller = factories.volunteer(session, campaign)
    plan = factories.published(session, campaign)
    (line,) = factories.lines(session, plan)
    return line, caller


def couple(
    session: Session, campaign: Campaign, *, has_number: bool = True
) -> tuple[Person, Person]:
    home = Household()
    session.add(home)
    session.flush()
    one, other = (
        factories.person(session, campaign, household=home, has_number=has_number) for _ in range(2)
    )
    return one, other


def log(
    session: Session, line: Line, by: User, campaign: Campaign, what: calls.Filled,
    at: datetime = TUESDAY,
) -> calls.Logged:  # fmt: skip
    return calls.log(session, line, filled=what, campaign=campaign, by=by, at=at)


def test_a_conversation_sets_the_wish_and_the_next_call(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    logged = log(session, line, caller, campaign, filled(person.id, informed=True))
    enrolment = factories.enrolment(session, person)
    assert [call.outcome for call in logged.calls] == ["JOINT_OK"]
    assert enrolment.wish is Wish.WEEKLY
    assert enrolment.stage is Stage.ROSTER
    assert enrolment.next_due_on == date(2026, 12, 1)
    assert (enrolment.last_volunteer_id, enrolment.times_by_last) == (caller.id, 1)
    assert enrolment.informed_at == TUESDAY
    assert line.closed_at == TUESDAY
    assert "1 décembre" in logged.report.said or "1er décembre" in logged.report.said


def test_during_an_alert_somebody_spoken_to_is_called_again_the_next_day_not_before(
    session: Session, campaign: Campaign
) -> None:
    campaign.rules = calls.rules.validated({"rhythm_days": 1, "working_days": list(range(7))})
    one, other = couple(session, campaign)
    line, caller = one_line(session, campaign)
    for person in (one, other):
        log(session, line, caller, campaign, filled(person.id))
        asked = factories.enrolment(session, person)
        assert not calls.waits_now(asked, line, at=TUESDAY + timedelta(minutes=5))
    assert (line.closed_at, line.next_at) == (None, weeks.at(date(2026, 11, 25), 0))
    queue = sheets.queue(session, caller, campaign, week=WEEK, now=TUESDAY + timedelta(hours=1))
    assert (len(queue.now), len(queue.later)) == (0, 1)
    tomorrow = TUESDAY + timedelta(days=1)
    queue = sheets.queue(session, caller, campaign, week=WEEK, now=tomorrow)
    assert (len(queue.now), len(queue.later)) == (1, 0)
    assert calls.waits_now(asked, line, at=tomorrow)


def test_no_answer_keeps_the_line_open_for_another_half_day(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    log(session, line, caller, campaign, filled(person.id, Answers(spoke=Spoke.NO_ANSWER)))
    assert line.closed_at is None
    assert line.next_at is not None
    assert line.next_at >= TUESDAY + timedelta(hours=3)
    assert factories.enrolment(session, person).stage is Stage.SWEEP


def test_no_answer_counts_for_everybody_of_the_household(
    session: Session, campaign: Campaign
) -> None:
    one, other = couple(session, campaign)
    line, caller = one_line(session, campaign)
    logged = log(session, line, caller, campaign, filled(one.id, Answers(spoke=Spoke.NO_ANSWER)))
    assert {call.person_id for call in logged.calls} == {one.id, other.id}


def test_a_conversation_leaves_the_other_member_to_be_called(
    session: Session, campaign: Campaign
) -> None:
    one, other = couple(session, campaign)
    line, caller = one_line(session, campaign)
    log(session, line, caller, campaign, filled(one.id))
    assert line.closed_at is None
    left = [
        item.person_id
        for item in calls.at_the_line(session, line, campaign=campaign)
        if calls.waits_now(item, line, at=TUESDAY)
    ]
    assert left == [other.id]
    log(session, line, caller, campaign, filled(other.id))
    assert line.closed_at == TUESDAY


def test_a_shared_number_that_does_not_answer_is_not_taken_for_a_second_number(
    session: Session, campaign: Campaign
) -> None:
    one, other = couple(session, campaign, has_number=False)
    for person in (one, other):
        session.add(Phone(person_id=person.id, e164="+33639980777"))
        session.flush()
        session.refresh(person, ["phones"])
    line, caller = one_line(session, campaign)
    logged = log(session, line, caller, campaign, filled(one.id, Answers(spoke=Spoke.NO_ANSWER)))
    assert line.next_at is not None
    assert line.next_at >= TUESDAY + timedelta(hours=3)
    assert "autre numéro" not in logged.report.said


def test_never_again_stops_every_campaign_and_leaves_a_fingerprint(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign, birth_date=date(1941, 3, 7))
    line, caller = one_line(session, campaign)
    stop = Answers(spoke=Spoke.YES, wish=Wish.NEVER)
    log(session, line, caller, campaign, filled(person.id, stop))
    assert person.stop is StopReason.OBJECTED
    assert calls.at_the_line(session, line, campaign=campaign) == []
    assert line.closed_at is not None
    marks = session.scalars(sa.select(Objection.fingerprint)).all()
    assert people.fingerprints(session.info["keys"].objection, person) < set(marks)
    assert all(person.last_name not in mark for mark in marks)


def test_a_wrong_number_is_dropped_and_the_next_one_offered(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    session.add(Phone(person_id=person.id, e164="+33353010042", position=1))
    session.flush()
    session.refresh(person, ["phones"])
    line, caller = one_line(session, campaign)
    first = person.phones[0]
    wrong = filled(person.id, Answers(spoke=Spoke.WRONG_NUMBER), phone_id=first.id)
    log(session, line, caller, campaign, wrong)
    assert first.invalid_at == TUESDAY
    assert person.phones[1].invalid_at is None
    assert line.closed_at is None


def test_an_appointment_comes_back_that_day_to_the_same_voice(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    thursday = weeks.at(date(2026, 11, 26), 10)
    later = Answers(spoke=Spoke.LATER, asked=thursday)
    log(session, line, caller, campaign, filled(person.id, later))
    assert factories.enrolment(session, person).appointment_at == thursday
    assert line.next_at == thursday
    assert line.closed_at is None


@pytest.mark.parametrize("code", sorted(reference.outcomes()))
def test_every_outcome_can_be_logged(session: Session, campaign: Campaign, code: str) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    logged = log(session, line, caller, campaign, filled(person.id, answers_for(code)))
    assert [call.outcome for call in logged.calls] == [code]


def answers_for(code: str) -> Answers:
    """How a volunteer answers to reach an outcome."""
    asked = weeks.at(date(2026, 11, 27), 10) if reference.outcomes()[code].needs_date else None
    alone = {
        "JOINT_OK": Answers(spoke=Spoke.YES, mood=Mood.WELL),
        "JOINT_BESOIN": Answers(spoke=Spoke.YES, mood=Mood.FRAGILE, has_needs=True),
        "JOINT_ALERTE": Answers(spoke=Spoke.YES, mood=Mood.WORRYING),
        "JOINT_ECOURTE": Answers(spoke=Spoke.YES, short=True, asked=asked),
        "REPONDEUR": Answers(spoke=Spoke.VOICEMAIL, message_left=False),
        "REPONDEUR_MSG": Answers(spoke=Spoke.VOICEMAIL, message_left=True),
    }
    if code in alone:
        return alone[code]
    for spoke in Spoke:
        if code in {outcome.code for outcome in choices(spoke)}:
            return Answers(spoke=spoke, situation=code, asked=asked)
    raise AssertionError(f"{code} is out of reach")


def test_a_report_sent_again_is_one_call_and_one_need(session: Session, campaign: Campaign) -> None:
    person = factories.person(session, campaign, insee=factories.commune(session).insee)
    line, caller = one_line(session, campaign)
    draft = needs.Draft("ALI_PORTAGE", text="Portage du mercredi", agreement=Agreement.YES)
    what = filled(
        person.id,
        Answers(spoke=Spoke.YES, mood=Mood.WELL, has_needs=True),
        drafts=(draft,),
    )
    first = log(session, line, caller, campaign, what)
    again = log(session, line, caller, campaign, what, at=TUESDAY + timedelta(days=1))
    assert not first.is_replay
    assert again.is_replay
    assert again.report.id == first.report.id
    assert [need.id for need in again.needs] == [need.id for need in first.needs]
    assert session.scalar(sa.select(sa.func.count()).select_from(Call)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Need)) == 1


def test_the_same_key_with_other_words_is_a_conflict_that_shows_what_is_kept(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    log(session, line, caller, campaign, filled(person.id, key="k" * 32, note="Premier texte"))
    with pytest.raises(calls.Conflict) as conflict:
        log(session, line, caller, campaign, filled(person.id, key="k" * 32, note="Autre texte"))
    assert [call.note for call in conflict.value.kept] == ["Premier texte"]


def test_a_need_is_refused_when_nobody_was_reached(session: Session, campaign: Campaign) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    draft = needs.Draft("ALI_PORTAGE", text="Portage", agreement=Agreement.YES)
    silent = filled(person.id, Answers(spoke=Spoke.NO_ANSWER, has_needs=True), drafts=(draft,))
    with pytest.raises(Refusal, match="personne n’a été joint"):
        log(session, line, caller, campaign, silent)


def test_a_need_without_agreement_is_kept_and_sent_nowhere(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign, insee=factories.commune(session).insee)
    line, caller = one_line(session, campaign)
    draft = needs.Draft("ALI_PORTAGE", text="Portage", agreement=Agreement.NO)
    what = filled(
        person.id,
        Answers(spoke=Spoke.YES, mood=Mood.WELL, has_needs=True),
        drafts=(draft,),
    )
    (need,) = log(session, line, caller, campaign, what).needs
    assert (need.state, need.result) == (NeedState.CLOSED, Result.REFUSED)
    assert need.referrals == []


def test_an_alert_reaches_the_coordination_even_without_a_need(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    worrying = Answers(spoke=Spoke.YES, mood=Mood.WORRYING)
    (need,) = log(session, line, caller, campaign, filled(person.id, worrying)).needs
    assert need.urgency == "U1"
    assert [referral.destination for referral in need.referrals] == ["COORDINATION"]
    assert factories.enrolment(session, person).is_alarm


def test_somebody_stopped_meanwhile_is_not_called(session: Session, campaign: Campaign) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    person.stop, person.stopped_at = StopReason.DIED, TUESDAY
    session.flush()
    with pytest.raises(Refusal, match="n’est plus à appeler"):
        log(session, line, caller, campaign, filled(person.id))


def test_a_line_given_back_by_somebody_who_knows_them_never_returns(
    session: Session, campaign: Campaign
) -> None:
    factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    colleague = factories.volunteer(session, campaign)
    known = SkipReason.KNOWN
    calls.skip(session, line, reason=known, campaign=campaign, by=caller, at=TUESDAY)
    barred = session.scalars(sa.select(Barred)).one()
    assert (barred.household_id, barred.volunteer_id) == (line.household_id, caller.id)
    plan = sheets.propose(session, campaign, WEEK, at=TUESDAY)
    assert factories.lines(session, plan, whose=caller) == []
    assert len(factories.lines(session, plan, whose=colleague)) == 1


def test_a_line_given_back_after_an_attempt_is_closed_and_keeps_it(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    log(session, line, caller, campaign, filled(person.id, Answers(spoke=Spoke.NO_ANSWER)))
    heavy = SkipReason.HEAVY
    calls.skip(session, line, reason=heavy, campaign=campaign, by=caller, at=TUESDAY)
    assert line.closed_at == TUESDAY
    assert session.scalar(sa.select(sa.func.count()).select_from(Call)) == 1


def test_the_effect_said_before_saving_is_the_one_kept(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    what = filled(person.id, Answers(spoke=Spoke.NO_ANSWER))
    before = calls.foresee(session, line, what, campaign=campaign, at=TUESDAY)
    assert before == log(session, line, caller, campaign, what).report.said


def test_six_silent_attempts_end_the_cycle(session: Session, campaign: Campaign) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    at = TUESDAY
    for _ in range(6):
        log(session, line, caller, campaign, filled(person.id, Answers(spoke=Spoke.NO_ANSWER)), at)
        enrolment = factories.enrolment(session, person)
        at = enrolment.not_before_at or at
    assert enrolment.stage is Stage.UNREACHABLE
    assert line.closed_at is not None


def test_a_silent_call_leaves_a_spouse_in_hospital_and_a_promised_call_back_alone(
    session: Session, campaign: Campaign
) -> None:
    home = Household()
    session.add(home)
    session.flush()
    called = factories.person(session, campaign, household=home)
    away = factories.person(
        session, campaign, household=home, enrolled={"suspended_until": date(2026, 12, 8)}
    )
    thursday = weeks.at(date(2026, 11, 26), 10)
    promised = factories.person(
        session, campaign, household=home, enrolled={"appointment_at": thursday}
    )
    resting = factories.person(session, campaign, household=home, enrolled={"stage": Stage.RESTING})
    line, caller = one_line(session, campaign)
    what = filled(called.id, Answers(spoke=Spoke.NO_ANSWER))
    logged = log(session, line, caller, campaign, what)
    assert [call.person_id for call in logged.calls] == [called.id]
    assert factories.enrolment(session, away).suspended_until == date(2026, 12, 8)
    assert factories.enrolment(session, promised).appointment_at == thursday
    assert factories.enrolment(session, resting).not_before_at is None


def test_a_refused_urgent_need_does_not_silence_the_alert(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign, insee=factories.commune(session).insee)
    line, caller = one_line(session, campaign)
    refused = needs.Draft("ALI_URGENCE", text="Plus rien", agreement=Agreement.NO)
    worrying = Answers(spoke=Spoke.YES, mood=Mood.WORRYING, has_needs=True)
    raised = log(
        session, line, caller, campaign, filled(person.id, worrying, drafts=(refused,))
    ).needs
    assert [need.category for need in raised] == ["ALI_URGENCE", "DIV_AUTRE"]
    assert [referral.destination for referral in raised[1].referrals] == ["COORDINATION"]


def test_a_follow_up_nobody_answered_stays_an_alarm(session: Session, campaign: Campaign) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    worrying = Answers(spoke=Spoke.YES, mood=Mood.WORRYING)
    log(session, line, caller, campaign, filled(person.id, worrying))
    next_day = factories.enrolment(session, person).not_before_at or TUESDAY
    silent = filled(person.id, Answers(spoke=Spoke.NO_ANSWER))
    log(session, line, caller, campaign, silent, at=next_day)
    assert factories.enrolment(session, person).is_alarm
    log(session, line, caller, campaign, filled(person.id), at=next_day + timedelta(hours=4))
    assert not factories.enrolment(session, person).is_alarm


def test_a_number_of_another_household_is_not_taken_for_the_one_dialled(
    session: Session, campaign: Campaign
) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    stranger = factories.person(session, campaign)
    wrong = Answers(spoke=Spoke.WRONG_NUMBER)
    what = filled(person.id, wrong, phone_id=stranger.phones[0].id)
    (call,) = log(session, line, caller, campaign, what).calls
    assert call.phone_id is None
    assert stranger.phones[0].invalid_at is None


def test_a_year_mistyped_is_refused(session: Session, campaign: Campaign) -> None:
    person = factories.person(session, campaign)
    line, caller = one_line(session, campaign)
    far = filled(person.id, Answers(spoke=Spoke.LATER, asked=date(2062, 11, 26)))
    with pytest.raises(Refusal, match="vérifiez l’année"):
        log(session, line, caller, campaign, far)


def test_two_sendings_at_the_same_instant_make_one_call(database: Database) -> None:
    with database.unit() as session:
        campaign = factories.campaign(session)
        person = factories.person(session, campaign)
        line, caller = one_line(session, campaign)
        ids = (campaign.id, person.id, line.id, caller.id)
    what = filled(ids[1], key="m" * 32)
    start = threading.Barrier(4)
    answers: list[bool] = []

    def send() -> None:
        start.wait()
        with database.unit() as session:
            logged = calls.log(
                session,
                session.get_one(Line, ids[2]),
                filled=what,
                campaign=session.get_one(Campaign, ids[0]),
                by=session.get_one(User, ids[3]),
                at=TUESDAY,
            )
            answers.append(logged.is_replay)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Call)) == 1
        logged_calls = sa.select(sa.func.count()).where(JournalEntry.action == "call_logged")
        assert session.scalar(logged_calls) == 1
    assert sorted(answers) == [False, True, True, True]


def test_the_week_of_the_tests_is_the_week_of_the_factories() -> None:
    assert weeks.of(TUESDAY.date()) == WEEK
