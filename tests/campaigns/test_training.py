"""First days: what is asked before the first real name, and when it counts as done."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, retry, training
from campaigns.models import (
    Agreement,
    Call,
    Campaign,
    JournalEntry,
    Mood,
    Need,
    Organisation,
    Person,
    QuizAttempt,
    Rehearsal,
    Role,
    User,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.retry import Answers, Rules, Spoke
from campaigns.training import Told, asking, texts
from tests import factories
from tests.factories import TUESDAY

RULES = Rules()
SHOPPING = Answers(Spoke.YES, mood=Mood.WELL, has_needs=True, wish=Wish.WEEKLY)
AGREED = (Told("ALI_COURSES", Agreement.YES),)
DANGER = Answers(Spoke.YES, mood=Mood.WORRYING)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session, training_required=True)


@pytest.fixture
def claire(session: Session, campaign: Campaign) -> User:
    return factories.volunteer(session, campaign, first_name="Claire")


def _right(session: Session, user: User) -> dict[str, str]:
    asked = training.quiz(session, user, at=TUESDAY).asked
    return {one.question.code: one.question.right for one in asked}


def _play(session: Session, user: User, slug: str) -> str:
    scenario = training.SCENARIOS[slug]
    answers, told = (DANGER, ()) if scenario.needs_alert else (SHOPPING, AGREED)
    return training.rehearse(
        session, user, scenario, answers, told,
        alerted=scenario.needs_alert, rules=RULES, at=TUESDAY,
    )  # fmt: skip


def test_the_reading_has_five_short_pages_filled_with_the_organisations_words(
    session: Session, campaign: Campaign, claire: User
) -> None:
    organisation = session.get_one(Organisation, 1)
    organisation.switchboard_phone = "+33353010080"
    pages = training.pages(reader=claire, organisation=organisation)
    assert [page.number for page in pages] == [1, 2, 3, 4, 5]
    assert all(80 < len(page.html.split()) < 320 for page in pages)
    whole = "".join(page.html for page in pages)
    assert "Claire" in whole
    assert "03 53 01 00 80" in whole.replace("\u00a0", " ")
    assert "{" not in whole


def test_the_bank_holds_a_dozen_explained_questions_and_several_for_each_page() -> None:
    bank = asking.bank()
    assert len(bank) >= 12
    assert len({one.code for one in bank}) == len(bank)
    for theme in texts.themes():
        assert sum(one.theme == theme for one in bank) >= 2
    assert {one.right for one in bank} == {"a", "b", "c"}


def test_five_questions_are_drawn_one_a_theme_and_stay_the_same_for_the_month(
    session: Session, claire: User
) -> None:
    first = training.quiz(session, claire, at=TUESDAY)
    again = training.quiz(session, claire, at=TUESDAY + timedelta(hours=5))
    assert [one.question.theme for one in first.asked] == list(texts.themes())
    assert first == again
    later = [training.quiz(session, claire, at=TUESDAY + timedelta(days=31 * n)) for n in range(6)]
    assert len({tuple(one.question.code for one in quiz.asked) for quiz in later}) > 1


def test_a_wrong_answer_is_kept_explained_and_may_be_given_again(
    session: Session, claire: User
) -> None:
    right = _right(session, claire)
    code, letter = next(iter(right.items()))
    wrong = next(one for one in "abc" if one != letter)
    tried = training.answer(session, claire, right | {code: wrong}, at=TUESDAY)
    assert (tried.is_passed, tried.wrong_count) == (False, 1)
    shown = training.quiz(session, claire, at=TUESDAY)
    (missed,) = [one for one in shown.asked if not one.is_right]
    assert (missed.question.code, missed.chosen) == (code, wrong)
    assert missed.question.explanation
    assert training.answer(session, claire, right, at=TUESDAY).is_passed
    attempts = session.scalars(sa.select(QuizAttempt).order_by(QuizAttempt.id)).all()
    assert [(one.right, one.asked) for one in attempts] == [(4, 5), (5, 5)]


@pytest.mark.parametrize("given", [None, "", "d", "a b"])
def test_a_quiz_with_a_question_left_out_is_not_kept(
    session: Session, claire: User, given: str | None
) -> None:
    answers = _right(session, claire)
    code = next(iter(answers))
    if given is None:
        del answers[code]
    else:
        answers[code] = given
    with pytest.raises(Refusal, match="une question"):
        training.answer(session, claire, answers, at=TUESDAY)
    assert session.scalars(sa.select(QuizAttempt)).all() == []


def test_the_charter_is_accepted_on_purpose_and_lasts_a_year(
    session: Session, claire: User
) -> None:
    with pytest.raises(Refusal) as refused:
        training.accept_charter(session, claire, agreed=False, at=TUESDAY)
    assert refused.value.field == "agreed"
    assert claire.charter_at is None
    training.accept_charter(session, claire, agreed=True, at=TUESDAY)
    assert training.charter_in_force(claire, at=TUESDAY + timedelta(days=364))
    assert not training.charter_in_force(claire, at=TUESDAY + timedelta(days=365))


def test_a_rehearsal_says_what_a_real_page_would_and_writes_no_call_need_or_person(
    session: Session, claire: User
) -> None:
    said = _play(session, claire, "des-courses")
    assert "Mme E." in said
    for model in (Call, Need, Person):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    assert session.scalars(sa.select(Rehearsal.scenario)).all() == ["des-courses"]


def test_a_rehearsal_done_twice_counts_once(session: Session, claire: User) -> None:
    _play(session, claire, "une-alerte")
    _play(session, claire, "une-alerte")
    assert len(session.scalars(sa.select(Rehearsal)).all()) == 1


@pytest.mark.parametrize(
    ("slug", "answers", "told", "alerted", "advice"),
    [
        ("des-courses", Answers(Spoke.NO_ANSWER), (), False, "vous a répondu"),
        ("des-courses", Answers(Spoke.YES, mood=Mood.WELL, wish=Wish.WEEKLY), (), False, "courses"),
        ("des-courses", SHOPPING, (Told("SAN_RDV", Agreement.YES),), False, "courses"),
        ("des-courses", SHOPPING, (Told("ALI_COURSES", Agreement.NO),), False, "accord"),
        ("des-courses", SHOPPING, (Told("ALI_COURSES", None),), False, "accord"),
        ("des-courses", Answers(Spoke.YES, mood=Mood.WELL, has_needs=True, wish=Wish.MONTHLY), AGREED, False, "rappeler"),
        ("des-courses", Answers(Spoke.YES, situation="REFUS_JOUR"), (), False, "vous a répondu"),
        ("une-alerte", DANGER, (), False, "lancez l’alerte"),
        ("une-alerte", Answers(Spoke.YES, mood=Mood.WELL), (), True, "comment va-t-elle"),
    ],
)  # fmt: skip
def test_what_was_missed_is_said_kindly_and_the_rehearsal_is_not_done(
    session: Session, claire: User, slug: str, answers: Answers, told: tuple[Told, ...],
    alerted: bool, advice: str,
) -> None:  # fmt: skip
    with pytest.raises(Refusal) as refused:
        training.rehearse(
            session, claire, training.SCENARIOS[slug], answers, told,
            alerted=alerted, rules=RULES, at=TUESDAY,
        )  # fmt: skip
    assert advice in refused.value.say
    assert session.scalars(sa.select(Rehearsal)).all() == []


def test_a_rehearsal_refuses_a_missing_answer_as_a_real_call_does(
    session: Session, claire: User
) -> None:
    with pytest.raises(Refusal):
        training.rehearse(
            session, claire, training.SCENARIOS["une-alerte"], Answers(None),
            alerted=True, rules=RULES, at=TUESDAY,
        )  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_the_last_step_opens_the_real_names_whatever_the_order(
    session: Session, claire: User, order: tuple[int, ...]
) -> None:
    steps = (
        lambda: training.answer(session, claire, _right(session, claire), at=TUESDAY),
        lambda: training.accept_charter(session, claire, agreed=True, at=TUESDAY),
        lambda: _play(session, claire, "des-courses"),
        lambda: _play(session, claire, "une-alerte"),
    )
    for number in order:
        assert claire.trained_at is None
        assert not training.is_ready(claire, at=TUESDAY)
        steps[number]()
    assert claire.trained_at == TUESDAY
    assert training.is_ready(claire, at=TUESDAY)
    assert training.progress(session, claire, at=TUESDAY).missing == ()


def test_after_a_year_the_charter_alone_is_owed(session: Session, claire: User) -> None:
    claire.trained_at = claire.charter_at = TUESDAY
    later = TUESDAY + timedelta(days=366)
    assert not training.is_ready(claire, at=later)
    assert training.progress(session, claire, at=later).missing == (training.Step.CHARTER,)


def test_the_lead_notes_somebody_as_trained_otherwise_and_the_charter_stays_theirs(
    session: Session, campaign: Campaign, claire: User
) -> None:
    lead = factories.user(session, Role.LEAD, campaign)
    training.mark_trained(session, claire, by=lead, at=TUESDAY)
    assert claire.trained_at == TUESDAY
    assert training.progress(session, claire, at=TUESDAY).missing == (training.Step.CHARTER,)
    with pytest.raises(Refusal):
        training.mark_trained(session, claire, by=lead, at=TUESDAY)


def test_asking_again_closes_the_names_at_once_and_starts_from_the_first_step(
    session: Session, campaign: Campaign, claire: User
) -> None:
    lead = factories.user(session, Role.LEAD, campaign)
    training.answer(session, claire, _right(session, claire), at=TUESDAY)
    training.accept_charter(session, claire, agreed=True, at=TUESDAY)
    for slug in training.SCENARIOS:
        _play(session, claire, slug)
    training.ask_again(session, claire, by=lead, at=TUESDAY)
    assert not training.is_ready(claire, at=TUESDAY)
    assert training.progress(session, claire, at=TUESDAY).missing == tuple(training.Step)


def test_the_lead_reads_where_each_volunteer_stands(
    session: Session, campaign: Campaign, claire: User
) -> None:
    team = [claire, *(factories.volunteer(session, campaign) for _ in range(4))]
    right = _right(session, team[1])
    code, letter = next(iter(right.items()))
    wrong = next(one for one in "abc" if one != letter)
    training.answer(session, team[1], right | {code: wrong}, at=TUESDAY)
    for user in team[2:4]:
        training.answer(session, user, _right(session, user), at=TUESDAY)
    training.accept_charter(session, team[3], agreed=True, at=TUESDAY)
    _play(session, team[3], "des-courses")
    team[4].trained_at = team[4].charter_at = TUESDAY
    said = training.standings(session, team, at=TUESDAY)
    assert [said[user.id].replace("\u00a0", " ") for user in team] == [
        "Formation à commencer",
        "Quiz commencé",
        "Quiz réussi, charte à accepter",
        "Essais : 1 sur 2",
        "Formation faite",
    ]


def test_each_step_stands_in_the_journal(session: Session, claire: User) -> None:
    training.answer(session, claire, _right(session, claire), at=TUESDAY)
    training.accept_charter(session, claire, agreed=True, at=TUESDAY)
    for slug in training.SCENARIOS:
        _play(session, claire, slug)
    journal.write_pending(session)
    noted = session.scalars(sa.select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert noted[-5:] == [
        "quiz_passed", "charter_accepted", "rehearsal_done", "rehearsal_done", "training_done",
    ]  # fmt: skip


def test_the_scenarios_expect_what_the_rules_of_calls_understand() -> None:
    assert retry.outcome_from(SHOPPING) == "JOINT_BESOIN"
    assert retry.outcome_from(DANGER) == "JOINT_ALERTE"
