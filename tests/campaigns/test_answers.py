"""From the volunteer's answers to the outcome: all thirty reached, none by default."""

from datetime import UTC, datetime
from itertools import product

import pytest

from campaigns import retry
from campaigns.reference import outcomes
from campaigns.refusal import Refusal
from campaigns.retry import Answers, Mood, Spoke, Wish

THURSDAY = datetime(2026, 4, 16, 13, tzinfo=UTC)


def _every_answer():
    space = product(
        [None, *Spoke],
        [None, *outcomes()],
        [None, *Mood],
        (False, True),
        (False, True),
        (None, False, True),
        (None, THURSDAY),
        (None, Wish.WEEKLY, Wish.NEVER),
    )
    for spoke, situation, mood, has_needs, short, message_left, asked, wish in space:
        yield Answers(
            spoke=spoke,
            situation=situation,
            mood=mood,
            has_needs=has_needs,
            short=short,
            message_left=message_left,
            asked=asked,
            wish=wish,
        )


def _outcome(answers):
    try:
        return retry.outcome_from(answers), None
    except Refusal as refused:
        return None, refused


def test_every_outcome_is_reached_and_no_contradiction_passes():
    reached = set()
    for answers in _every_answer():
        code, refused = _outcome(answers)
        if code is None:
            assert refused.field
            assert refused.say.endswith(".")
            continue
        reached.add(code)
        outcome = outcomes()[code]
        assert answers.spoke is not None
        if outcome.conversation:
            assert answers.spoke is Spoke.YES
            assert answers.mood is not None or answers.short
        if outcome.no_answer:
            assert answers.spoke in {Spoke.NO_ANSWER, Spoke.VOICEMAIL}
            assert answers.wish is not Wish.NEVER
        if answers.mood is Mood.WORRYING:
            assert code == "JOINT_ALERTE"
        if answers.asked is not None:
            assert outcome.accepts_date
    assert reached == set(outcomes())


def test_what_the_page_offers_is_accepted():
    for spoke in Spoke:
        for outcome in retry.choices(spoke):
            asked = THURSDAY if outcome.needs_date else None
            answers = Answers(spoke=spoke, situation=outcome.code, asked=asked)
            assert retry.outcome_from(answers) == outcome.code


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (Answers(spoke=Spoke.YES, mood=Mood.WELL), "JOINT_OK"),
        (Answers(spoke=Spoke.YES, mood=Mood.FRAGILE), "JOINT_OK"),
        (Answers(spoke=Spoke.YES, mood=Mood.FRAGILE, has_needs=True), "JOINT_BESOIN"),
        (Answers(spoke=Spoke.YES, mood=Mood.WORRYING, short=True), "JOINT_ALERTE"),
        (Answers(spoke=Spoke.YES, short=True, has_needs=True), "JOINT_ECOURTE"),
        (Answers(spoke=Spoke.YES, wish=Wish.NEVER), "REFUS_DEFINITIF"),
        (Answers(spoke=Spoke.YES, mood=Mood.WELL, wish=Wish.NEVER), "JOINT_OK"),
        (Answers(spoke=Spoke.NO_ANSWER), "NON_REPONSE"),
        (Answers(spoke=Spoke.NO_ANSWER, has_needs=True), "NON_REPONSE"),
        (Answers(spoke=Spoke.VOICEMAIL, message_left=True), "REPONDEUR_MSG"),
        (Answers(spoke=Spoke.VOICEMAIL, message_left=False), "REPONDEUR"),
        (Answers(spoke=Spoke.LATER, asked=THURSDAY), "RAPPEL_DATE"),
        (Answers(spoke=Spoke.WRONG_NUMBER), "FAUX_NUMERO"),
    ],
)
def test_answers_say_the_outcome(answers, code):
    assert retry.outcome_from(answers) == code


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        (Answers(spoke=None), "spoke", "Dites d’abord si vous avez parlé"),
        (Answers(spoke=None, mood=Mood.WELL), "spoke", "Dites d’abord si vous avez parlé"),
        (Answers(spoke=Spoke.YES), "mood", "Dites comment va la personne"),
        (Answers(spoke=Spoke.YES, has_needs=True), "mood", "Dites comment va la personne"),
        (Answers(spoke=Spoke.VOICEMAIL), "message_left", "Dites si vous avez laissé un message"),
        (Answers(spoke=Spoke.OTHER), "situation", "Choisissez dans la liste"),
        (Answers(spoke=Spoke.LATER), "asked", "Il manque le jour convenu"),
        (Answers(spoke=Spoke.OTHER, situation="ABSENT_DATE"), "asked", "Il manque le jour"),
        (Answers(spoke=Spoke.YES, situation="OCCUPE"), "situation", "ne va pas avec"),
        (Answers(spoke=Spoke.NO_ANSWER, mood=Mood.WELL), "mood", "sans avoir eu de conversation"),
        (
            Answers(spoke=Spoke.YES, situation="LANGUE", mood=Mood.WELL),
            "mood",
            "sans avoir eu de conversation",
        ),
        (Answers(spoke=Spoke.NO_ANSWER, message_left=True), "message_left", "sur une messagerie"),
        (Answers(spoke=Spoke.NO_ANSWER, asked=THURSDAY), "asked", "ne va pas avec"),
        (Answers(spoke=Spoke.NO_ANSWER, wish=Wish.NEVER), "wish", "Personne n’a répondu"),
        (
            Answers(spoke=Spoke.LATER, asked=THURSDAY, wish=Wish.NEVER),
            "wish",
            "gardez l’un des deux",
        ),
        (
            Answers(spoke=Spoke.YES, situation="REFUS_DEFINITIF", wish=Wish.WEEKLY),
            "wish",
            "arrête les appels",
        ),
    ],
)
def test_a_missing_or_contradictory_answer_is_asked_for_kindly(answers, field, sentence):
    with pytest.raises(Refusal) as refused:
        retry.outcome_from(answers)
    assert sentence in refused.value.say
    assert refused.value.field == field


@pytest.mark.parametrize("kind", [Spoke, Mood, Wish])
def test_every_answer_has_its_own_french_label(kind):
    labels = [member.label for member in kind]
    assert all(labels)
    assert len(set(labels)) == len(labels)
