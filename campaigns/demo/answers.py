"""What a volunteer answers after one attempt, drawn so that every outcome comes up as in life."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from campaigns import calls, needs, reference, retry, routing, weeks
from campaigns.demo import sayings
from campaigns.models import Agreement, Enrolment, Stage
from campaigns.retry import Answers, Mood, Spoke, Wish

# In a thousand attempts: half are picked up (handbook 1), needs come up in one talk of eighteen.
HOW_OFTEN: Final[Mapping[str, float]] = {
    "JOINT_OK": 447, "JOINT_BESOIN": 24.5, "JOINT_ALERTE": 0.4, "JOINT_ECOURTE": 9,
    "RAPPEL_DATE": 22, "TIERS_ABSENT": 16, "TIERS_NOUVELLES": 6, "REFUS_JOUR": 8, "MEFIANCE": 7,
    "REFUS_DEFINITIF": 4, "LANGUE": 2, "AUDITION": 2, "CONFUSION": 0.5, "NON_REPONSE": 296,
    "OCCUPE": 22, "REPONDEUR": 62, "REPONDEUR_MSG": 32, "COUPE": 4, "REJET_MASQUE": 6,
    "FAUX_NUMERO": 9, "NON_ATTRIBUE": 8, "SANS_NUMERO": 0.5, "HOSPITALISE": 3, "ABSENT_DATE": 3,
    "EN_ETABLISSEMENT": 2, "DEMENAGE": 1.5, "DECEDE": 1.5, "HORS_CIBLE": 1, "DOUBLON": 1,
    "NON_TRAITE": 1.5,
}  # fmt: skip
_WISHES = (
    (Wish.WEEKLY, Wish.FORTNIGHTLY, Wish.MONTHLY, Wish.ONCE, Wish.UNDECIDED, Wish.NEVER),
    (14, 12, 16, 36, 20, 0.6),
)
_FIRST_ANSWERS = (Spoke.NO_ANSWER, Spoke.WRONG_NUMBER, Spoke.OTHER, Spoke.LATER, Spoke.YES)
_PROMISED = ("RAPPEL_DATE", "JOINT_ECOURTE")
_AWAY = ("ABSENT_DATE", "HOSPITALISE")
_SILENCE = "ALE_LEVEE_DOUTE"
_HOURS = (time(10, 0), time(11, 0), time(14, 30), time(15, 0), time(17, 0))
_CHANGES_WISH, _TWO_NEEDS, _REFUSES, _WORSE, _NOTED, _WORRIES = 0.08, 0.15, 0.06, 0.06, 0.25, 0.03


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as it will end: a code of ``issues_appel.csv``."""

    code: str

    @property
    def is_talk(self) -> bool:
        """Whether somebody was spoken to for a while."""
        return reference.outcomes()[self.code].conversation

    def minutes(self, random: Random) -> float:
        """How long it takes."""
        return random.uniform(5, 13) if self.is_talk else random.uniform(0.8, 2.5)


def attempt(random: Random) -> Attempt:
    """Draw how an attempt ends."""
    return Attempt(random.choices(tuple(HOW_OFTEN), tuple(HOW_OFTEN.values()))[0])


def filled(
    attempt: Attempt, enrolment: Enrolment, *, random: Random, rules: retry.Rules, at: datetime
) -> calls.Filled:
    """The call page as the volunteer fills it in for one person."""
    outcome = reference.outcomes()[attempt.code]
    said = _answers(attempt.code, enrolment, random=random, rules=rules, at=at)
    usable = [phone for phone in enrolment.person.phones if phone.invalid_at is None]
    drafts = _drafts(attempt.code, enrolment, random)
    return calls.Filled(
        key=f"{random.getrandbits(128):032x}",
        person_id=enrolment.person_id,
        answers=replace(said, has_needs=bool(drafts) and outcome.conversation),
        note=_note(attempt, random),
        phone_id=usable[0].id if usable else None,
        informed=attempt.is_talk,
        language=random.choice(sayings.LANGUAGES) if attempt.code == "LANGUE" else "",
        drafts=drafts,
    )


def _answers(
    code: str, enrolment: Enrolment, *, random: Random, rules: retry.Rules, at: datetime
) -> Answers:
    asked = _asked(code, random=random, rules=rules, at=at)
    if code in ("JOINT_OK", "JOINT_BESOIN"):
        mood = Mood.FRAGILE if random.random() < 0.18 else Mood.WELL
        return Answers(Spoke.YES, mood=mood, wish=_wish(enrolment, random))
    if code == "JOINT_ALERTE":
        return Answers(Spoke.YES, mood=Mood.WORRYING)
    if code == "JOINT_ECOURTE":
        return Answers(Spoke.YES, mood=Mood.WELL, short=True, asked=asked)
    if code in ("REPONDEUR", "REPONDEUR_MSG"):
        return Answers(Spoke.VOICEMAIL, message_left=code == "REPONDEUR_MSG")
    spoke = next(
        first
        for first in _FIRST_ANSWERS
        if code in {outcome.code for outcome in retry.choices(first)}
    )
    return Answers(spoke, situation=code, asked=asked)


def _wish(enrolment: Enrolment, random: Random) -> str | None:
    """Asked at the first call and until the person knows; changed now and then."""
    if enrolment.wish is not Wish.UNDECIDED and random.random() > _CHANGES_WISH:
        return None
    return random.choices(*_WISHES)[0].value


def _asked(
    code: str, *, random: Random, rules: retry.Rules, at: datetime
) -> datetime | date | None:
    if code in _AWAY:
        return weeks.local_day(at) + timedelta(days=random.randrange(4, 20))
    if code not in _PROMISED:
        return None
    day = weeks.local_day(at) + timedelta(days=random.randrange(1, 6))
    while not rules.works_on(day):
        day += timedelta(days=1)
    hour = random.choice(_HOURS)
    return weeks.at(day, hour.hour, hour.minute)


def _note(attempt: Attempt, random: Random) -> str:
    if attempt.is_talk:
        return random.choice(sayings.NOTES) if random.random() < _NOTED else ""
    if attempt.code == "NON_REPONSE":
        return random.choice(sayings.SILENT_NOTES)
    return ""


def _drafts(code: str, enrolment: Enrolment, random: Random) -> tuple[needs.Draft, ...]:
    is_regular = enrolment.stage is Stage.ROSTER and enrolment.last_conversation_at is not None
    if code == "NON_REPONSE" and is_regular and random.random() < _WORRIES:
        return (needs.Draft(_SILENCE, sayings.SILENCE, Agreement.VITAL),)
    if code != "JOINT_BESOIN":
        return ()
    count = 2 if random.random() < _TWO_NEEDS else 1
    weights = [weight for weight, _ in sayings.NEEDS.values()]
    drawn = random.choices(tuple(sayings.NEEDS), weights, k=count)
    return tuple(_draft(category, random) for category in dict.fromkeys(drawn))


def _draft(category: str, random: Random) -> needs.Draft:
    vital = reference.categories()[category].urgency == "U0"
    agreed = Agreement.NO if random.random() < _REFUSES else Agreement.YES
    text = random.choice(sayings.NEEDS[category][1])
    answers = {
        question.id: random.random() < _WORSE
        for question in reference.questions()
        if question.category == category
    }
    if agreed is Agreement.NO:  # a danger is told all the same
        vital = vital or needs.goes_anyway(category, routing.urgency(category, answers))
    return needs.Draft(
        category,
        text,
        Agreement.VITAL if vital else agreed,
        answers=answers,
        ring_back=random.choice(sayings.RING_BACK),
    )
