"""From the form's fields to what the domain takes, and back to the page with previews."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from appel_solidaire.web.volunteer import aside
from appel_solidaire.web.volunteer.forms import LANGUAGES, CallForm, Given, NeedForm
from campaigns import calls, needs, reference, retry, weeks
from campaigns.models import Agreement
from campaigns.refusal import Refusal
from campaigns.retry import Mood, Spoke
from campaigns.routing import CONDITION_QUESTIONS

E = TypeVar("E", bound=StrEnum)
MOST_NEEDS = 8
_TALKED = {Spoke.YES, Spoke.LATER, Spoke.OTHER}
_DATED = {Spoke.YES, Spoke.LATER, Spoke.OTHER}


@dataclass(frozen=True)
class NeedBlock:
    """One need on the page: its form, what it would do, the answers already given."""

    form: NeedForm
    preview: needs.Preview | None
    answers: dict[str, bool]
    facts: dict[str, bool | None]

    @property
    def signature(self) -> str:
        """What the volunteer has been shown: saved only once it matches."""
        if self.preview is None:
            return ""
        places = ",".join(step.destination.code for step in self.preview.steps)
        return f"{self.preview.category.code}:{self.preview.urgency.value}:{places}"

    @property
    def is_seen(self) -> bool:
        """Whether the destinations shown are those of now."""
        return self.preview is None or self.form.seen.data == self.signature

    def draft(self) -> needs.Draft:
        """What the domain takes."""
        said = self.form.agreement.data
        return needs.Draft(
            category=self.form.category.data or "",
            text=self.form.text.data or "",
            agreement=Agreement(said) if said else None,
            answers=self.answers,
            facts=self.facts,
            ring_back=self.form.ring_back.data or "",
        )


def need_forms(count: int, given: Given | None = None) -> list[NeedForm]:
    """The needs of the page that were not taken back; ``given`` when a draft holds them."""
    forms = [NeedForm(number, given) for number in range(max(0, min(count, MOST_NEEDS)))]
    return [form for form in forms if not form.is_removed()]


def read_answers(form: NeedForm) -> tuple[dict[str, bool], dict[str, bool | None]]:
    """Yes/no answers about a need: questions that raise its urgency, conditions of its routes."""
    given = form.given
    answers = {
        question.id: given.get(form.question_name(question.id)) == "oui"
        for question in reference.questions()
        if question.category == form.category.data
        and given.get(form.question_name(question.id)) in {"oui", "non"}
    }
    facts: dict[str, bool | None] = {
        condition: given.get(form.condition_name(condition)) == "oui"
        for condition in CONDITION_QUESTIONS
        if given.get(form.condition_name(condition)) in {"oui", "non"}
    }
    return answers, facts


def filled(form: CallForm, blocks: list[NeedBlock]) -> calls.Filled:
    """The report as the domain takes it. What belongs to another first answer is left aside."""
    spoke = _answer(Spoke, form.spoke.data, "spoke")
    situation = form.situation_for(spoke) if spoke else None
    chosen = situation.data if situation is not None else None
    talked = spoke is Spoke.YES and not chosen
    is_mood_said = talked or _is_silenced(form, chosen)
    answers = retry.Answers(
        spoke=spoke,
        situation=chosen or None,
        mood=_answer(Mood, form.mood.data, "mood") if is_mood_said else None,
        has_needs=bool(blocks),
        short=bool(form.short.data) and talked,
        message_left=_yes(form.message_left.data) if spoke is Spoke.VOICEMAIL else None,
        asked=_asked(form) if spoke in _DATED else None,
        wish=form.wish.data if spoke in _TALKED and form.wish.data else None,
    )
    return calls.Filled(
        key=form.key.data or "",
        person_id=form.person_id.data or 0,
        answers=answers,
        note=(form.note.data or "").strip(),
        phone_id=form.phone_id.data,
        informed=bool(form.informed.data),
        language=form.language.data if form.language.data in LANGUAGES else "",
        drafts=tuple(block.draft() for block in blocks),
        rang_back=bool(form.rang_back.data),
        is_heavy=bool(form.heavy.data),
        aside=aside.read(spoke),
    )


def _is_silenced(form: CallForm, situation: str | None) -> bool:
    """Whether something grave was said that the situation chosen would tell nobody."""
    outcome = reference.outcomes().get(situation or "")
    is_grave = form.spoke.data == Spoke.YES.value and form.mood.data == Mood.WORRYING.value
    return is_grave and outcome is not None and outcome.alert is None


def _answer(kind: type[E], said: str | None, field: str) -> E | None:
    """One of the answers of the page; what is asked before it is checked may hold anything."""
    if not said:
        return None
    try:
        return kind(said)
    except ValueError:
        raise Refusal("Choisissez une des réponses de la page.", field=field) from None


def _yes(said: str | None) -> bool | None:
    return None if said is None else said == "oui"


def _asked(form: CallForm) -> datetime | date | None:
    day: date | None = form.asked_day.data
    hour: time | None = form.asked_time.data
    if day is None:
        return None
    if hour is None or not 2000 <= day.year <= 2100:
        return day  # the rules refuse such a year, in words
    return weeks.at(day, hour.hour, hour.minute)
