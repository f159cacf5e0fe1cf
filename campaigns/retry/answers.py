"""From what the volunteer answers to the outcome logged. A missing answer is never a success."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from campaigns.reference import Outcome, outcomes
from campaigns.refusal import Refusal
from campaigns.retry.rules import Wish


class Spoke(StrEnum):
    """The first question: did you speak to the person?"""

    YES = "oui"
    NO_ANSWER = "sonne"
    VOICEMAIL = "messagerie"
    LATER = "plus_tard"
    WRONG_NUMBER = "mauvais_numero"
    OTHER = "autre"

    @property
    def label(self) -> str:
        """The answer on screen."""
        return _SPOKE_LABELS[self]


_SPOKE_LABELS = {
    Spoke.YES: "Oui, nous avons parlé",
    Spoke.NO_ANSWER: "Non, pas de réponse",
    Spoke.VOICEMAIL: "Non, la messagerie",
    Spoke.LATER: "Pas maintenant, à rappeler",
    Spoke.WRONG_NUMBER: "Le numéro n’est pas bon",
    Spoke.OTHER: "Autre situation",
}


class Mood(StrEnum):
    """The second question: how are they?"""

    WELL = "bien"
    FRAGILE = "fragile"
    WORRYING = "inquietant"

    @property
    def label(self) -> str:
        """The answer on screen."""
        return _MOOD_LABELS[self]


_MOOD_LABELS = {
    Mood.WELL: "Bien",
    Mood.FRAGILE: "Fragile",
    Mood.WORRYING: "Inquiétant, à signaler tout de suite",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """The call page, answered. None: not answered.

    ``situation`` is an outcome's code among ``choices(spoke)``; ``has_needs`` whether at least one
    need was raised; ``short`` whether the conversation was cut short; ``asked`` the moment agreed;
    ``wish`` the wish said during this call, None when it did not change.
    """

    spoke: Spoke | None
    situation: str | None = None
    mood: Mood | None = None
    has_needs: bool = False
    short: bool = False
    message_left: bool | None = None
    asked: datetime | date | None = None
    wish: str | None = None


# What each first answer may be made precise by, and what it means alone (None: must be precise).
_SITUATIONS: Mapping[Spoke, tuple[str, ...]] = {
    Spoke.YES: ("REFUS_JOUR", "MEFIANCE", "REFUS_DEFINITIF", "LANGUE", "AUDITION", "CONFUSION"),
    Spoke.NO_ANSWER: ("NON_REPONSE", "OCCUPE", "COUPE", "REJET_MASQUE"),
    Spoke.VOICEMAIL: (),
    Spoke.LATER: ("RAPPEL_DATE", "REFUS_JOUR", "MEFIANCE", "REFUS_DEFINITIF"),
    Spoke.WRONG_NUMBER: ("FAUX_NUMERO", "NON_ATTRIBUE", "SANS_NUMERO"),
    Spoke.OTHER: (
        "TIERS_ABSENT",
        "TIERS_NOUVELLES",
        "HOSPITALISE",
        "ABSENT_DATE",
        "EN_ETABLISSEMENT",
        "DEMENAGE",
        "DECEDE",
        "HORS_CIBLE",
        "LANGUE",
        "AUDITION",
        "CONFUSION",
        "SANS_NUMERO",
        "DOUBLON",
        "NON_TRAITE",
    ),
}
_ALONE: Mapping[Spoke, str] = {
    Spoke.NO_ANSWER: "NON_REPONSE",
    Spoke.LATER: "RAPPEL_DATE",
    Spoke.WRONG_NUMBER: "FAUX_NUMERO",
}
_STOP = "REFUS_DEFINITIF"
_UNHEARD = frozenset({"Numéro", "Organisation"})  # groups of outcomes
_SILENT = frozenset({Spoke.NO_ANSWER, Spoke.VOICEMAIL, Spoke.WRONG_NUMBER})


def choices(spoke: Spoke) -> tuple[Outcome, ...]:
    """What the page offers to make a first answer precise, in the order to show."""
    return tuple(outcomes()[code] for code in _SITUATIONS[spoke])


def outcome_from(answers: Answers) -> str:
    """The outcome's code for what was answered.

    Refusal, in a kind sentence naming the answer that is missing or the two that contradict.
    """
    if answers.spoke is None:
        raise Refusal("Dites d’abord si vous avez parlé à la personne.", field="spoke")
    _refuse_contradictions(answers, answers.spoke)
    if answers.spoke is Spoke.YES and answers.situation is None:
        code = _conversation(answers)
    elif answers.spoke is Spoke.VOICEMAIL:
        code = _voicemail(answers)
    else:
        code = answers.situation or _alone(answers.spoke)
    outcome = outcomes()[code]
    _check_date(answers, outcome)
    _check_wish(answers, outcome)
    return code


def _conversation(answers: Answers) -> str:
    if answers.mood is Mood.WORRYING:
        return "JOINT_ALERTE"
    if answers.short:
        return "JOINT_ECOURTE"
    if answers.mood is None:
        if answers.wish == Wish.NEVER:
            return _STOP
        raise Refusal("Dites comment va la personne, même en un mot.", field="mood")
    return "JOINT_BESOIN" if answers.has_needs else "JOINT_OK"


def _voicemail(answers: Answers) -> str:
    if answers.message_left is None:
        raise Refusal("Dites si vous avez laissé un message.", field="message_left")
    return "REPONDEUR_MSG" if answers.message_left else "REPONDEUR"


def _alone(spoke: Spoke) -> str:
    if spoke not in _ALONE:
        raise Refusal("Choisissez dans la liste ce qui s’est passé.", field="situation")
    return _ALONE[spoke]


def _check_date(answers: Answers, outcome: Outcome) -> None:
    if outcome.needs_date and answers.asked is None:
        raise Refusal(
            "Il manque le jour convenu\u00a0: indiquez-le pour que l’appel soit prévu.",
            field="asked",
        )
    if answers.asked is not None and not outcome.accepts_date:
        raise Refusal(
            f"Un jour de rappel ne va pas avec «\u00a0{outcome.label}\u00a0»\u00a0: "
            "retirez ce jour ou changez la réponse.",
            field="asked",
        )


def _check_wish(answers: Answers, outcome: Outcome) -> None:
    """A wish comes from somebody heard, and asks for no call where the calls end."""
    never = answers.wish == Wish.NEVER
    if outcome.stops_calls and answers.wish is not None and not never:
        raise Refusal(
            f"«\u00a0{outcome.label}\u00a0» arrête les appels et le souhait en demande\u00a0: "
            "changez la situation, ou choisissez «\u00a0Ne plus appeler\u00a0».",
            field="wish",
        )
    if never and outcome.code == "JOINT_ECOURTE":
        raise Refusal(
            "La conversation écourtée demande un rappel et le souhait dit «\u00a0Ne plus "
            "appeler\u00a0»\u00a0: gardez l’un des deux.",
            field="wish",
        )
    if never and outcome.group in _UNHEARD:
        raise Refusal(
            f"Personne n’a parlé dans «\u00a0{outcome.label}\u00a0»\u00a0: le souhait "
            "«\u00a0Ne plus appeler\u00a0» ne peut pas venir de là.",
            field="wish",
        )


def _refuse_contradictions(answers: Answers, spoke: Spoke) -> None:
    situation = answers.situation
    if situation is not None and situation not in _SITUATIONS[spoke]:
        raise Refusal(
            f"Cette situation ne va pas avec «\u00a0{spoke.label}\u00a0»\u00a0: "
            "choisissez l’une ou l’autre.",
            field="situation",
        )
    if answers.mood is Mood.WORRYING and spoke is Spoke.YES and situation is not None:
        raise Refusal(
            "Vous signalez quelque chose d’inquiétant et une conversation qui n’a pas pu se "
            "tenir\u00a0: gardez l’un des deux. En cas de danger, lancez l’alerte\u00a0: la "
            "coordination est prévenue tout de suite.",
            field="mood",
        )
    told = answers.mood is not None or answers.short
    if told and (spoke is not Spoke.YES or situation is not None):
        raise Refusal(
            "Vous dites comment va la personne sans avoir eu de conversation\u00a0: "
            "répondez «\u00a0Oui, nous avons parlé\u00a0» ou laissez cette question.",
            field="mood",
        )
    if answers.message_left and spoke is not Spoke.VOICEMAIL:
        raise Refusal(
            "Un message se laisse sur une messagerie\u00a0: "
            "répondez «\u00a0Non, la messagerie\u00a0» ou décochez-le.",
            field="message_left",
        )
    _refuse_contradictory_wish(answers, spoke)


def _refuse_contradictory_wish(answers: Answers, spoke: Spoke) -> None:
    never = answers.wish == Wish.NEVER
    if never and spoke in _SILENT:
        raise Refusal(
            "Personne n’a répondu\u00a0: le souhait «\u00a0Ne plus appeler\u00a0» "
            "ne peut pas venir de cet appel.",
            field="wish",
        )
    promised = spoke is Spoke.LATER and answers.situation in {None, "RAPPEL_DATE"}
    if never and (promised or answers.asked is not None):
        raise Refusal(
            "Un rappel est convenu et le souhait dit «\u00a0Ne plus appeler\u00a0»\u00a0: "
            "gardez l’un des deux.",
            field="wish",
        )
