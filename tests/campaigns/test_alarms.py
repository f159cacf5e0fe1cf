"""« Levées de doute »: opened by a silence or a worry, one a person, looked into, closed, counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import alarms, calls, models, quality, retry, sealing, weeks
from campaigns.alarms import Worry, heat
from campaigns.models import (
    Alarm,
    AlarmEnding,
    AlarmWhy,
    Enrolment,
    Line,
    OutgoingMail,
    Person,
    QualityKind,
    Role,
    Rung,
    StopReason,
    Stream,
    User,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.sheets import serving
from tests import factories
from tests.factories import EVE, TUESDAY, WEEK
from tests.needs_stage import PERONNE, Stage, set_up

SILENT = {"spoke": retry.Spoke.NO_ANSWER}
TALKED = {"spoke": retry.Spoke.YES, "mood": retry.Mood.WELL}


@pytest.fixture
def stage(session: Session, somme: None) -> Stage:
    made = set_up(session)
    factories.enrolment(session, made.paulette).wish = Wish.WEEKLY
    factories.enrolment(session, made.paulette).stage = models.Stage.ROSTER
    factories.enrolment(session, made.paulette).next_due_on = TUESDAY.date()
    session.flush()
    return made


@pytest.fixture
def caller(stage: Stage) -> User:
    return factories.volunteer(stage.session, stage.campaign, first_name="Nour")


@pytest.fixture
def line(stage: Stage, caller: User) -> Line:
    plan = factories.published(stage.session, stage.campaign)
    return factories.lines(stage.session, plan)[0]


def at(day: int, hour: int) -> datetime:
    """A moment of the stage’s week, Paris time; day 0 is the Tuesday."""
    return weeks.at(TUESDAY.date() + timedelta(days=day), hour)


def ring(stage: Stage, line: Line, by: User, *moments: datetime) -> None:
    for moment in moments:
        factories.call(stage.session, line, stage.paulette, by=by, at=moment, **SILENT)


THREE = ((0, 10), (0, 14), (1, 17))


def silent(stage: Stage, line: Line, by: User) -> Alarm:
    ring(stage, line, by, *(at(*one) for one in THREE))
    return only(stage.session)


def only(session: Session) -> Alarm:
    return session.scalars(sa.select(Alarm)).one()


def told(session: Session, kind: str) -> list[str]:
    rows = session.scalars(sa.select(OutgoingMail).where(OutgoingMail.kind == kind))
    return sorted(mail.to_address for mail in rows)


# Opening -------------------------------------------------------------------------------------


def test_the_third_unanswered_call_of_a_regular_opens_an_alarm(
    stage: Stage, line: Line, caller: User
) -> None:
    ring(stage, line, caller, at(0, 10), at(0, 14))
    assert stage.session.scalar(sa.select(Alarm.id)) is None
    ring(stage, line, caller, at(1, 17))
    alarm = only(stage.session)
    assert alarm.why is AlarmWhy.SILENCE
    assert "trois appels sans réponse" in alarm.say
    assert alarm.due_at == at(1, 17) + timedelta(hours=24)
    assert alarm.territory_id == stage.here.id


def test_the_territory_s_coordinators_are_told_at_once_by_reference(
    stage: Stage, line: Line, caller: User
) -> None:
    silent(stage, line, caller)
    assert told(stage.session, "alarm_opened") == ["anne@example.org", "bob@example.org"]


def test_the_next_call_is_an_alarm_s_follow_up_the_next_day_at_the_latest(
    stage: Stage, line: Line, caller: User
) -> None:
    silent(stage, line, caller)
    enrolment = factories.enrolment(stage.session, stage.paulette)
    assert enrolment.is_alarm
    assert enrolment.not_before_at is not None
    assert weeks.local_day(enrolment.not_before_at) == TUESDAY.date() + timedelta(days=2)
    queue = serving.queue(stage.session, caller, stage.campaign, week=WEEK, now=at(2, 12))
    assert [one.stream for one in queue.now] == [Stream.ALARM]


def test_who_is_no_regular_raises_no_alarm(stage: Stage, line: Line, caller: User) -> None:
    factories.enrolment(stage.session, stage.paulette).wish = Wish.ONCE
    ring(stage, line, caller, *(at(*one) for one in THREE))
    assert stage.session.scalar(sa.select(Alarm.id)) is None


def test_one_alarm_is_open_a_person_whoever_worries(stage: Stage, line: Line, caller: User) -> None:
    silent(stage, line, caller)
    worried(stage, line, caller, Worry.DOUBT, at(2, 10))
    assert len(told(stage.session, "alarm_opened")) == 2
    only(stage.session)


def worried(stage: Stage, line: Line, by: User, worry: Worry, moment: datetime) -> None:
    filled = calls.Filled(
        key=sealing.fresh_nonce(),
        person_id=stage.paulette.id,
        answers=retry.Answers(**SILENT),
        aside=calls.Aside(worry=worry),
    )
    calls.log(stage.session, line, filled=filled, campaign=stage.campaign, by=by, at=moment)


def test_a_fall_that_was_heard_opens_an_alarm_for_the_next_two_hours(
    stage: Stage, line: Line, caller: User
) -> None:
    worried(stage, line, caller, Worry.FALL, at(0, 10))
    alarm = only(stage.session)
    assert (alarm.why, alarm.due_at) == (AlarmWhy.FALL, at(0, 12))
    assert caller.first_name in alarm.say


def test_words_that_became_confused_open_an_alarm_the_first_time_only(
    stage: Stage, line: Line, caller: User
) -> None:
    factories.call(stage.session, line, stage.paulette, by=caller, at=at(-1, 10), **TALKED)
    confused = {"spoke": retry.Spoke.YES, "situation": "CONFUSION"}
    factories.call(stage.session, line, stage.paulette, by=caller, at=at(0, 10), **confused)
    alarm = only(stage.session)
    assert alarm.why is AlarmWhy.WORDS
    close(stage, alarm, AlarmEnding.FOUND_WELL, moment=at(0, 15))
    factories.call(stage.session, line, stage.paulette, by=caller, at=at(1, 10), **confused)
    only(stage.session)


def test_tries_before_the_last_alarm_was_closed_do_not_open_another(
    stage: Stage, line: Line, caller: User
) -> None:
    close(stage, silent(stage, line, caller), AlarmEnding.FOUND_WELL, moment=at(1, 18))
    ring(stage, line, caller, at(2, 10))
    only(stage.session)


def test_a_person_without_a_territory_goes_to_the_coordination(
    stage: Stage, line: Line, caller: User
) -> None:
    stage.paulette.insee = None
    stage.session.flush()
    stage.session.expire(stage.paulette)
    silent(stage, line, caller)
    assert told(stage.session, "alarm_opened") == ["odile@example.org"]


def test_a_conversation_reads_nothing_of_alarms(
    stage: Stage, line: Line, caller: User, engine: sa.Engine
) -> None:
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *seen: asked.append(str(seen[2])))
    factories.call(stage.session, line, stage.paulette, by=caller, at=at(0, 10), **TALKED)
    assert [one for one in asked if "alarm" in one.split("WHERE")[0].split("FROM")[-1]] == []


# Looking into it -----------------------------------------------------------------------------


def close(
    stage: Stage,
    alarm: Alarm,
    ending: AlarmEnding,
    *,
    note: str = "Sa fille l’a eue.",
    until: date | None = None,
    moment: datetime | None = None,
) -> None:
    alarms.close(
        stage.session,
        alarm,
        ending,
        note=note,
        until=until,
        by=stage.anne,
        version=alarm.version,
        at=moment or at(1, 18),
    )


def test_the_ladder_is_in_order_and_holds_what_the_record_knows(
    stage: Stage, line: Line, caller: User
) -> None:
    stage.paulette.notify_person = "Rose, sa fille, 06 39 98 11 11"
    stage.paulette.home_help = "ADMR de Péronne"
    stage.paulette.key_holder = "M. Petit, au 14"
    alarm = silent(stage, line, caller)
    alarms.note_try(
        stage.session,
        alarm,
        Rung.CONTACT,
        reached=True,
        say="Vue hier",
        by=stage.anne,
        at=at(1, 18),
    )
    steps = alarms.ladder(alarm)
    assert [step.rung for step in steps] == list(Rung)
    known = {step.rung: step.known for step in steps}
    assert known[Rung.CONTACT].startswith("Rose")
    assert known[Rung.HOME_HELP] == "ADMR de Péronne"
    assert known[Rung.NEIGHBOUR] == "M. Petit, au 14"
    assert known[Rung.TOWN] == "Péronne"
    (done,) = steps[1].tries
    assert (done.say, done.reached, done.by, done.at) == ("Vue hier", True, stage.anne, at(1, 18))
    assert alarm.owner is stage.anne


def test_a_try_says_what_came_of_it(stage: Stage, line: Line, caller: User) -> None:
    alarm = silent(stage, line, caller)
    with pytest.raises(Refusal) as refused:
        alarms.note_try(
            stage.session, alarm, Rung.TOWN, reached=False, say=" ", by=stage.bob, at=at(1, 18)
        )
    assert refused.value.field == "say"


def test_the_second_to_take_an_alarm_is_told_who_has_it(
    stage: Stage, line: Line, caller: User
) -> None:
    alarm = silent(stage, line, caller)
    seen = alarm.version
    alarms.take(stage.session, alarm, by=stage.anne, version=seen, at=at(1, 18))
    with pytest.raises(alarms.Changed) as changed:
        alarms.take(stage.session, alarm, by=stage.bob, version=seen, at=at(1, 18))
    assert changed.value.who == "Anne"
    with pytest.raises(Refusal, match="Anne s’en occupe déjà"):
        alarms.take(stage.session, alarm, by=stage.bob, version=alarm.version, at=at(1, 18))


def test_only_their_own_territories_are_read(stage: Stage, line: Line, caller: User) -> None:
    alarm = silent(stage, line, caller)
    now = at(1, 18)
    for user, sees in ((stage.anne, True), (stage.claire, False), (stage.odile, True)):
        rows = alarms.inbox(stage.session, user, stage.campaign, at=now)
        found = alarms.one(stage.session, user, alarm.id, stage.campaign, at=now)
        assert (rows == [alarm], found is alarm) == (sees, sees)


def test_an_answer_to_any_caller_is_proposed_as_the_end(
    stage: Stage, line: Line, caller: User
) -> None:
    alarm = silent(stage, line, caller)
    assert alarms.heard_since(stage.session, [alarm]) == {}
    other = factories.volunteer(stage.session, stage.campaign, first_name="Paul")
    factories.call(stage.session, line, stage.paulette, by=other, at=at(2, 10), **TALKED)
    heard = alarms.heard_since(stage.session, [alarm])[alarm.id]
    assert (heard.by, heard.at, heard.is_conversation) == ("Paul", at(2, 10), True)
    assert alarm.closed_at is None  # a coordinator decides


# The ends ------------------------------------------------------------------------------------


def enrolment_of(stage: Stage) -> Enrolment:
    return factories.enrolment(stage.session, stage.paulette)


def test_somebody_found_well_is_called_as_before(stage: Stage, line: Line, caller: User) -> None:
    close(stage, silent(stage, line, caller), AlarmEnding.FOUND_WELL)
    assert not enrolment_of(stage).is_alarm
    assert enrolment_of(stage).suspended_until is None


def test_somebody_away_is_called_again_the_day_after_they_come_back(
    stage: Stage, line: Line, caller: User
) -> None:
    alarm = silent(stage, line, caller)
    with pytest.raises(Refusal) as refused:
        close(stage, alarm, AlarmEnding.AWAY)
    assert refused.value.field == "until"
    until = TUESDAY.date() + timedelta(days=9)
    close(stage, alarm, AlarmEnding.AWAY, until=until)
    assert enrolment_of(stage).suspended_until == until + timedelta(days=1)


def test_somebody_in_hospital_is_left_alone_for_two_weeks(
    stage: Stage, line: Line, caller: User
) -> None:
    close(stage, silent(stage, line, caller), AlarmEnding.HOSPITAL)
    assert enrolment_of(stage).suspended_until == at(1, 18).date() + timedelta(days=14)


def test_somebody_who_died_is_called_no_more_and_two_people_check(
    stage: Stage, line: Line, caller: User
) -> None:
    alarm = silent(stage, line, caller)
    with pytest.raises(Refusal) as refused:
        close(stage, alarm, AlarmEnding.DIED, note=" ")
    assert refused.value.field == "note"
    close(stage, alarm, AlarmEnding.DIED, note="La mairie")
    assert stage.paulette.stop is StopReason.DIED
    (case,) = quality.of_person(stage.session, stage.paulette)
    assert case.kind is QualityKind.DIED


def test_somebody_passed_on_is_still_followed_up(stage: Stage, line: Line, caller: User) -> None:
    close(stage, silent(stage, line, caller), AlarmEnding.PASSED_ON, note="À la gendarmerie")
    assert enrolment_of(stage).is_alarm


def test_a_closed_alarm_changes_no_more(stage: Stage, line: Line, caller: User) -> None:
    alarm = silent(stage, line, caller)
    close(stage, alarm, AlarmEnding.FOUND_WELL)
    with pytest.raises(Refusal, match="close"):
        close(stage, alarm, AlarmEnding.FOUND_WELL)
    with pytest.raises(Refusal, match="close"):
        alarms.note_try(
            stage.session, alarm, Rung.TOWN, reached=False, say="x", by=stage.bob, at=at(1, 19)
        )


def test_a_day_goes_with_an_absence_only_and_lies_ahead(
    stage: Stage, line: Line, caller: User
) -> None:
    alarm = silent(stage, line, caller)
    for ending, day in (
        (AlarmEnding.FOUND_WELL, TUESDAY.date() + timedelta(days=5)),
        (AlarmEnding.AWAY, TUESDAY.date() - timedelta(days=5)),
    ):
        with pytest.raises(Refusal) as refused:
            close(stage, alarm, ending, until=day)
        assert refused.value.field == "until"


def test_false_alarms_are_counted_and_the_volunteer_is_told(
    stage: Stage, line: Line, caller: User
) -> None:
    alarm = silent(stage, line, caller)
    close(stage, alarm, AlarmEnding.FOUND_WELL)
    now = at(2, 9)
    rate = alarms.rate(stage.session, stage.anne, stage.campaign, since=EVE, at=now)
    assert (rate.closed, rate.false_ones) == (1, 1)
    nobody = alarms.rate(stage.session, stage.claire, stage.campaign, since=EVE, at=now)
    assert (nobody.closed, nobody.false_ones) == (0, 0)
    assert alarms.told_to(stage.session, caller, stage.campaign, since=EVE) == [alarm]
    assert alarms.told_to(stage.session, stage.karim, stage.campaign, since=EVE) == []


# Deadlines, heat, regulars nobody called -------------------------------------------------------


def test_past_its_deadline_an_alarm_goes_to_the_coordination_and_the_lead_once(
    stage: Stage, line: Line, caller: User
) -> None:
    factories.user(stage.session, Role.LEAD, email="nadia@example.org")
    alarm = silent(stage, line, caller)
    assert alarms.late(stage.session, at=at(2, 16)) == []
    assert alarms.late(stage.session, at=at(2, 17)) == [alarm.id]
    assert alarms.tell_above(stage.session, alarm.id, at=at(2, 17)) == 2
    assert told(stage.session, "alarm_late") == ["nadia@example.org", "odile@example.org"]
    assert alarms.late(stage.session, at=at(2, 18)) == []
    assert alarms.tell_above(stage.session, alarm.id, at=at(2, 18)) == 0


def test_in_a_heat_alert_three_tries_of_a_day_open_an_alarm_due_the_same_evening(
    stage: Stage, line: Line, caller: User
) -> None:
    enrolment_of(stage).wish = Wish.ONCE
    heat.switch_on(stage.session, stage.campaign, TUESDAY.date(), by=stage.odile, at=at(0, 9))
    ring(stage, line, caller, at(0, 10), at(0, 14), at(0, 17))
    alarm = only(stage.session)
    assert (alarm.why, alarm.due_at) == (AlarmWhy.HEAT, at(0, 20))


def test_a_heat_alert_changes_the_rules_and_gives_them_back(stage: Stage) -> None:
    campaign, today = stage.campaign, TUESDAY.date()
    campaign.rules = {"max_per_day": 1, "gap_hours": 4}
    enrolment = enrolment_of(stage)
    enrolment.next_due_on = today + timedelta(days=6)
    heat.switch_on(stage.session, campaign, today, by=stage.odile, at=at(0, 9))
    in_force = calls.rules.of(campaign, 2026)
    assert (in_force.rhythm_days, in_force.max_per_day) == (1, 3)
    assert in_force.works_on(date(2026, 11, 29))  # a Sunday
    assert enrolment_of(stage).next_due_on == today
    assert heat.is_on(campaign, today)
    assert heat.over(stage.session, today=today) == []
    assert heat.over(stage.session, today=today + timedelta(days=1)) == [campaign.id]
    campaign.rules = campaign.rules | {"max_per_cycle": 9}  # changed during the alert: it stays
    stage.session.flush()
    assert heat.switch_off(stage.session, campaign, by=None, at=at(1, 9))
    assert campaign.rules == {"max_per_day": 1, "gap_hours": 4, "max_per_cycle": 9}
    assert campaign.thresholds == {}
    assert not heat.switch_off(stage.session, campaign, by=None, at=at(1, 9))


def test_on_a_register_everybody_is_due_in_a_heat_alert(stage: Stage) -> None:
    stage.campaign.is_register = True
    enrolment = enrolment_of(stage)
    enrolment.stage, enrolment.next_due_on = models.Stage.RESTING, None
    stage.session.flush()
    heat.switch_on(stage.session, stage.campaign, TUESDAY.date(), by=stage.odile, at=at(0, 9))
    assert (enrolment.stage, enrolment.next_due_on) == (models.Stage.ROSTER, TUESDAY.date())


@pytest.mark.parametrize("days", [-1, 61])
def test_a_heat_alert_ends_on_a_day_that_makes_sense(stage: Stage, days: int) -> None:
    day = TUESDAY.date() + timedelta(days=days)
    with pytest.raises(Refusal) as refused:
        heat.switch_on(stage.session, stage.campaign, day, by=stage.odile, at=at(0, 9))
    assert refused.value.field == "until"


def test_a_regular_nobody_called_is_said_from_friday_on(stage: Stage) -> None:
    def expecting(day: int, territories: list[int] | None = None) -> list[Person]:
        today = TUESDAY.date() + timedelta(days=day)
        found = alarms.expecting(
            stage.session, stage.campaign, territories=territories, today=today
        )
        assert found.count == len(found.people)
        return [one.person for one in found.people]

    assert expecting(0) == []
    assert expecting(3) == [stage.paulette]
    assert expecting(3, [stage.elsewhere.id]) == []
    assert expecting(6 + 1) == [stage.paulette]  # the Tuesday after: it was owed last week
    assert stage.paulette.insee == PERONNE


def test_a_regular_somebody_tried_is_not_missed(stage: Stage, line: Line, caller: User) -> None:
    ring(stage, line, caller, at(0, 10))
    today = TUESDAY.date() + timedelta(days=3)
    found = alarms.expecting(stage.session, stage.campaign, territories=None, today=today)
    assert found.count == 0
