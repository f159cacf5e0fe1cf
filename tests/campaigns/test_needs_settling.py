"""« Est-ce que cela vous a aidé ? »: asked at the next call; a no opens the need again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from campaigns import calls, needs, retry, sealing, weeks
from campaigns.models import (
    Agreement,
    Helped,
    Line,
    Need,
    NeedState,
    OutgoingMail,
    Result,
    User,
    WeakSignal,
)
from campaigns.needs import Settled, signals
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY, WEEK
from tests.needs_stage import AMIENS, PERONNE, Stage

DONE = "Repas : pris en charge par le CCAS."
FRIDAY = TUESDAY + timedelta(days=3)


@pytest.fixture
def caller(stage: Stage) -> User:
    return factories.volunteer(stage.session, stage.campaign, first_name="Nour")


@pytest.fixture
def line(stage: Stage, caller: User) -> Line:
    plan = factories.published(stage.session, stage.campaign)
    return factories.lines(stage.session, plan)[0]


def closed(stage: Stage, result: Result = Result.SOLVED, category: str = "ALI_PORTAGE") -> Need:
    need = stage.raised(category)
    needs.take(stage.session, need, by=stage.bob, version=need.version, at=TUESDAY)
    needs.close(
        stage.session,
        need,
        result,
        say=DONE,
        by=stage.bob,
        version=need.version,
        at=TUESDAY + timedelta(hours=2),
    )
    return need


def report(
    stage: Stage, line: Line, by: User, *told: Settled, spoke: str = "oui", at: datetime = FRIDAY
) -> None:
    """A report that says what the person thinks of the help."""
    is_talk = spoke == retry.Spoke.YES
    filled = calls.Filled(
        key=sealing.fresh_nonce(),
        person_id=stage.paulette.id,
        answers=retry.Answers(spoke=retry.Spoke(spoke), mood=retry.Mood.WELL if is_talk else None),
        aside=calls.Aside(settled=told),
    )
    calls.log(stage.session, line, filled=filled, campaign=stage.campaign, by=by, at=at)


def asked(stage: Stage, at: datetime = FRIDAY) -> list[Need]:
    return needs.to_ask(stage.session, stage.paulette, stage.campaign, at=at)


def test_a_need_somebody_closed_is_asked_about_at_the_next_call(stage: Stage) -> None:
    need = closed(stage)
    assert asked(stage) == [need]
    assert needs.say_to_volunteer(need) == f"Résolu. {DONE}"


@pytest.mark.parametrize("result", [Result.REFUSED, Result.DUPLICATE, Result.WITHDRAWN])
def test_a_need_for_which_nothing_was_done_is_not_asked_about(stage: Stage, result: Result) -> None:
    closed(stage, result)
    assert asked(stage) == []


def test_a_sensitive_need_is_not_read_to_another_volunteer(stage: Stage) -> None:
    need = stage.raised("PRO_VIOLENCES", agreement=Agreement.VITAL)
    needs.close(
        stage.session,
        need,
        Result.SOLVED,
        say=DONE,
        by=stage.anne,
        version=need.version,
        at=TUESDAY,
    )
    assert asked(stage) == []


def test_months_later_nobody_is_asked_any_more(stage: Stage) -> None:
    closed(stage)
    assert asked(stage, at=TUESDAY + timedelta(days=91)) == []


@pytest.mark.parametrize("helped", [Helped.YES, Helped.PARTLY, Helped.UNKNOWN])
def test_an_answer_is_kept_and_not_asked_again(
    stage: Stage, line: Line, caller: User, helped: Helped
) -> None:
    need = closed(stage)
    report(stage, line, caller, Settled(need.id, helped))
    assert (need.helped, need.helped_at, need.state) == (helped.value, FRIDAY, NeedState.CLOSED)
    assert asked(stage) == []
    assert need.steps[-1].say == f"La personne répond\u00a0: {helped.label}."


def test_a_no_opens_the_need_again_with_the_person_s_words_and_a_new_clock(
    stage: Stage, line: Line, caller: User
) -> None:
    need = closed(stage)
    first_due = need.due_at
    report(stage, line, caller, Settled(need.id, Helped.NO, "Personne n’est venu."))
    assert (need.state, need.result, need.closed_at) == (NeedState.NEW, None, None)
    assert (need.owner_id, need.acknowledged_at, need.reopened_at) == (None, None, FRIDAY)
    assert need.due_at > first_due
    assert need.text.startswith("Personne n’est venu.")
    inbox = needs.inbox(stage.session, stage.bob, stage.campaign, needs.Basket.NEW, at=TUESDAY)
    assert inbox == [need]


def test_who_closed_it_is_told_that_it_is_open_again(
    stage: Stage, line: Line, caller: User
) -> None:
    need = closed(stage)
    report(stage, line, caller, Settled(need.id, Helped.NO, "Personne n’est venu."))
    rows = stage.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.kind == "need_reopened")
    )
    assert [(mail.to_address, mail.about) for mail in rows] == [
        ("bob@example.org", {"need": need.id})
    ]


def test_a_need_closed_again_is_asked_about_again(stage: Stage, line: Line, caller: User) -> None:
    need = closed(stage)
    report(stage, line, caller, Settled(need.id, Helped.NO, "Personne n’est venu."))
    needs.close(
        stage.session,
        need,
        Result.SOLVED,
        say=DONE,
        by=stage.anne,
        version=need.version,
        at=FRIDAY + timedelta(hours=3),
    )
    assert asked(stage, at=FRIDAY + timedelta(days=3)) == [need]


def test_a_no_says_what_is_still_missing(stage: Stage, line: Line, caller: User) -> None:
    need = closed(stage)
    with pytest.raises(Refusal) as refused:
        report(stage, line, caller, Settled(need.id, Helped.NO, "  "))
    assert refused.value.field == "helped"


def test_nobody_answers_for_a_person_who_was_not_reached(
    stage: Stage, line: Line, caller: User
) -> None:
    need = closed(stage)
    with pytest.raises(Refusal) as refused:
        report(stage, line, caller, Settled(need.id, Helped.YES), spoke="sonne")
    assert refused.value.field == "spoke"


def test_the_need_of_somebody_else_is_left_alone(stage: Stage, line: Line, caller: User) -> None:
    other = stage.raised(whom=stage.person(AMIENS))
    needs.close(
        stage.session,
        other,
        Result.SOLVED,
        say=DONE,
        by=stage.claire,
        version=other.version,
        at=TUESDAY,
    )
    report(stage, line, caller, Settled(other.id, Helped.NO, "Rien n’a changé."))
    assert (other.helped, other.state) == ("", NeedState.CLOSED)


def test_the_same_report_sent_twice_reopens_once(stage: Stage, line: Line, caller: User) -> None:
    need = closed(stage)
    told = Settled(need.id, Helped.NO, "Personne n’est venu.")
    filled = calls.Filled(
        key=sealing.fresh_nonce(),
        person_id=stage.paulette.id,
        answers=retry.Answers(spoke=retry.Spoke.YES, mood=retry.Mood.WELL),
        aside=calls.Aside(settled=(told,)),
    )
    for _ in range(2):
        calls.log(stage.session, line, filled=filled, campaign=stage.campaign, by=caller, at=FRIDAY)
    assert [step.kind for step in need.steps].count("helped") == 1


# The figures ---------------------------------------------------------------------------------


def test_the_effects_of_a_week_are_counted(stage: Stage, line: Line, caller: User) -> None:
    need = closed(stage)
    stage.raised("DRO_RETRAITE")
    stage.raised("ALI_COURSES", agreement=Agreement.NO)  # goes nowhere: not counted
    report(stage, line, caller, Settled(need.id, Helped.PARTLY))
    found = needs.effects_of_week(stage.session, stage.anne, stage.campaign, WEEK, at=TUESDAY)
    assert (found.raised, found.closed_in_time, found.talks) == (2, 1, 1)
    assert found.acknowledged == timedelta(0)
    assert found.per_hundred == 200.0
    assert (found.asked, found.helped[Helped.PARTLY]) == (1, 1)
    empty = needs.effects_of_week(stage.session, stage.claire, stage.campaign, WEEK, at=TUESDAY)
    assert (empty.raised, empty.acknowledged, empty.per_hundred, empty.asked) == (0, None, None, 0)


# Weak signals ----------------------------------------------------------------------------------


def several(stage: Stage, count: int, category: str = "LOG_ENERGIE", **more: object) -> None:
    agreement = more.pop("agreement", Agreement.YES)
    for number in range(count):
        stage.raised(
            category,
            whom=stage.person(PERONNE),
            at=TUESDAY + timedelta(hours=number),
            agreement=agreement,
        )
    stage.session.flush()


def look(stage: Stage, at: datetime = FRIDAY) -> int:
    found = signals.look(stage.session, stage.campaign, at=at)
    stage.session.flush()
    return found


def test_six_needs_of_a_kind_in_one_commune_in_ten_days_make_one_card(stage: Stage) -> None:
    several(stage, 5)
    assert look(stage) == 0
    several(stage, 1)
    assert look(stage) == 1
    assert look(stage) == 0
    (card,) = signals.cards(stage.session, stage.bob, stage.campaign, at=TUESDAY)
    assert (card.count, card.commune) == (6, "Péronne")
    assert (
        len(signals.needs_of(stage.session, stage.bob, card.signal, stage.campaign, at=TUESDAY))
        == 6
    )
    assert signals.cards(stage.session, stage.claire, stage.campaign, at=TUESDAY) == []


def test_a_card_grows_with_each_need_once(stage: Stage) -> None:
    several(stage, 6)
    look(stage)
    stage.raised("LOG_ENERGIE", whom=stage.person(PERONNE), at=FRIDAY + timedelta(hours=1))
    look(stage, at=FRIDAY + timedelta(hours=2))
    look(stage, at=FRIDAY + timedelta(hours=3))
    assert stage.session.scalars(sa.select(WeakSignal.count)).one() == 7


def test_needs_too_far_apart_are_no_signal(stage: Stage) -> None:
    several(stage, 6)
    assert look(stage, at=TUESDAY + timedelta(days=11)) == 0


def test_a_settled_card_does_not_come_back_with_the_same_needs(stage: Stage) -> None:
    several(stage, 6)
    look(stage)
    (card,) = signals.cards(stage.session, stage.anne, stage.campaign, at=TUESDAY)
    with pytest.raises(Refusal):
        signals.settle(stage.session, card.signal, note=" ", by=stage.anne, at=FRIDAY)
    signals.settle(stage.session, card.signal, note="Chaufferie", by=stage.anne, at=FRIDAY)
    assert look(stage) == 0
    assert signals.cards(stage.session, stage.anne, stage.campaign, at=TUESDAY) == []
    with pytest.raises(Refusal, match="déjà"):
        signals.settle(stage.session, card.signal, note="Encore", by=stage.bob, at=FRIDAY)


def test_a_sensitive_kind_is_named_to_its_readers_only(stage: Stage) -> None:
    several(stage, 6, "PRO_VIOLENCES", agreement=Agreement.VITAL)
    look(stage)
    seen = {
        user.first_name: len(signals.cards(stage.session, user, stage.campaign, at=TUESDAY))
        for user in (stage.anne, stage.bob, stage.odile)
    }
    assert seen == {"Anne": 1, "Bob": 0, "Odile": 1}


def test_a_campaign_may_ask_for_fewer_needs(stage: Stage) -> None:
    stage.campaign.thresholds = {"signals": {"needs": 3}}
    several(stage, 3)
    assert look(stage) == 1
    assert weeks.of(FRIDAY.date()) == WEEK
