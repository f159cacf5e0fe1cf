"""Needs nobody has moved: for how many working days, and what a human may do about it.

The four baskets and their days are those of decisions (2, 5, 10, 21 working days).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns import weeks
from campaigns.clocks import Opening
from campaigns.models import NeedState

STAGES = (2, 5, 10, 21)


@dataclass(frozen=True, slots=True)
class Advice:
    """The one human act a waiting need asks for, and a message ready to copy. No name in it."""

    days: int
    action: str
    draft: str


_ACTIONS = {
    2: "Dites qui s’en occupe, ou confiez-le à un ou une collègue.",
    5: "Appelez la personne : dites-lui où en est sa demande.",
    10: "Appelez le service qui l’a reçu, et demandez qui le suit.",
    21: "Portez-le à la commission, ou clôturez-le en disant pourquoi.",
}
_AT_PARTNER = {
    2: "Vérifiez que le service a bien reçu le besoin.",
    5: "Appelez le service : demandez qui suit et quand il rappelle.",
}
_WAITING = {
    2: "Rappelez la personne à une autre heure.",
    5: "Essayez son autre numéro, ou la personne à prévenir.",
    10: "Écrivez-lui, ou demandez une visite à domicile.",
}
_DRAFTS = {
    2: (
        "Bonjour, le besoin {reference} attend depuis deux jours. Pouvez-vous le prendre en "
        "charge, ou me dire à qui le confier ? Merci."
    ),
    5: (
        "Bonjour, le besoin {reference} n’a pas avancé depuis une semaine. Où en est-il, et "
        "quand la personne sera-t-elle rappelée ? Merci."
    ),
    10: (
        "Bonjour, le besoin {reference} attend depuis dix jours ouvrés. Qui le suit chez vous ? "
        "S’il n’est pas de votre ressort, dites-nous à qui le confier. Merci."
    ),
    21: (
        "Bonjour, le besoin {reference} est sans réponse depuis un mois. Je propose de le voir "
        "ensemble à la prochaine commission. Quelle date vous convient ? Merci."
    ),
}


def working_days(moved_at: datetime, *, at: datetime, opening: Opening) -> int:
    """Working days since the day a need last moved; 60 stands for more."""
    day, today, count = weeks.local_day(moved_at), weeks.local_day(at), 0
    while day < today and count < 60:
        day += timedelta(days=1)
        count += opening.works_on(day)
    return count


def stage(moved_at: datetime, *, at: datetime, opening: Opening) -> int | None:
    """The basket of a need that last moved then: 2, 5, 10 or 21 working days; None before."""
    days = working_days(moved_at, at=at, opening=opening)
    return max((one for one in STAGES if one <= days), default=None)


def cutoff(days: int, *, at: datetime, opening: Opening) -> datetime:
    """Needs that last moved before this instant have waited so many working days, or more."""
    day = weeks.local_day(at)
    while days > 0:
        days -= opening.works_on(day)
        day -= timedelta(days=1)
    return _midnight(day + timedelta(days=1))


def advice(reference: str, state: NeedState, days: int) -> Advice:
    """What to do about a need that has waited ``days`` (a basket's) in this state."""
    own = {NeedState.WITH_PARTNER: _AT_PARTNER, NeedState.WAITING: _WAITING}.get(state, {})
    action = own.get(days) or _ACTIONS[days]
    return Advice(days, action, _DRAFTS[days].format(reference=reference))


def _midnight(day: date) -> datetime:
    return weeks.at(day, 0)
