"""The kinds each breakdown has, in order and in words a reader of the bilan knows."""

from collections.abc import Mapping
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference, routing
from campaigns.models import AlarmEnding, AlarmWhy, Helped, Result, Territory
from campaigns.overview import ages

Labels = dict[str, str]
_OBJECTED = "REFUS_DEFINITIF"
_ENDINGS = {
    "talked": "Conversation",
    "silent": "Pas de réponse",
    "later": "À rappeler plus tard, ou un proche a répondu",
    "not_today": "Ne souhaite pas parler ce jour-là",
    "objected": "Ne souhaite plus être appelée",
    "number": "Mauvais numéro",
    "moved": "Situation changée (hôpital, déménagement, décès)",
    "hard": "Difficulté à se parler (langue, audition)",
    "other": "Autre",
}
_GROUPS = {
    "Contact": "later",
    "Refus": "not_today",
    "Empêchement": "hard",
    "Sans contact": "silent",
    "Numéro": "number",
    "Situation": "moved",
}
_DAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")


def endings(outcomes: Mapping[str, int]) -> tuple[Labels, dict[str, int]]:
    """How calls ended, from their outcomes by code."""
    found = dict.fromkeys(_ENDINGS, 0)
    for code, count in outcomes.items():
        found[_ending(code)] += count
    return dict(_ENDINGS), found


def _ending(code: str) -> str:
    outcome = reference.outcomes().get(code)
    if outcome is None:
        return "other"
    if code == _OBJECTED:
        return "objected"
    return "talked" if outcome.conversation else _GROUPS.get(outcome.group, "other")


@cache
def half_days() -> Labels:
    """« Lundi matin » to « Dimanche après-midi »."""
    return {
        f"{place}-{half}": f"{day} {words}"
        for place, day in enumerate(_DAYS)
        for half, words in (("am", "matin"), ("pm", "après-midi"))
    }


def categories() -> Labels:
    """The categories of needs."""
    return {code: one.label for code, one in reference.categories().items()}


def families() -> tuple[Labels, dict[str, str]]:
    """Families of needs, and the family of each category; what is sensitive is not told apart."""
    of = {code: "" if one.sensitive else one.family for code, one in reference.categories().items()}
    labels = {family: family for family in of.values() if family}
    return labels | {"": "Autres besoins"}, of


def territories(session: Session) -> Labels:
    """The territories by code, by name; "" is where the commune is not known."""
    rows = session.execute(sa.select(Territory.code, Territory.name).order_by(Territory.name))
    return {**{row[0]: row[1] for row in rows}, "": "Territoire non connu"}


def authorities() -> Labels:
    """To whom a need goes first."""
    return {
        "territoire": "Territoire du Département",
        "coordination": "Coordination de la campagne",
        **{code: kind.label for code, kind in routing.KINDS.items() if code != "coordination"},
        "": "Pas encore orienté",
    }


def age_bands() -> Labels:
    """Age bands, the youngest first."""
    return dict(ages.LABELS)


def urgencies() -> Labels:
    """Levels of urgency, the most urgent first."""
    return {one.value: one.label for one in reference.Urgency}


def results() -> Labels:
    """What came of a need."""
    return {one.value: _capital(one.label) for one in Result}


def helped() -> Labels:
    """« Est-ce que cela vous a aidé ? »."""
    return {one.value: _capital(one.label) for one in Helped}


def alarm_whys() -> Labels:
    """Why somebody was worried about."""
    return {one.value: _capital(one.label) for one in AlarmWhy}


def alarm_endings() -> Labels:
    """How a worry ended."""
    return {one.value: _capital(one.label) for one in AlarmEnding}


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]
