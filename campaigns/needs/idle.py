"""Needs nobody has moved: for how many working days, and what a human may do about it.

The four baskets hold for 2, 5, 10, 21 working days unless the campaign chose others (``Delays``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns import weeks
from campaigns.clocks import Opening
from campaigns.models import NeedState
from campaigns.needs.delays import Delays

STAGES = Delays().stages


@dataclass(frozen=True, slots=True)
class Advice:
    """The one human act a waiting need asks for, and a message ready to copy. No name in it."""

    days: int
    action: str
    draft: str


# One for each of the four baskets, whatever days the campaign gives them.
_ACTIONS = (
    "Dites qui s’en occupe, ou confiez-le à un ou une collègue.",
    "Appelez la personne : dites-lui où en est sa demande.",
    "Appelez le service qui l’a reçu, et demandez qui le suit.",
    "Portez-le à la commission, ou clôturez-le en disant pourquoi.",
)
_AT_PARTNER = (
    "Vérifiez que le service a bien reçu le besoin.",
    "Appelez le service : demandez qui suit et quand il rappelle.",
)
_WAITING = (
    "Rappelez la personne à une autre heure.",
    "Essayez son autre numéro, ou la personne à prévenir.",
    "Écrivez-lui, ou demandez une visite à domicile.",
)
_DRAFTS = (
    (
        "Bonjour, le besoin {reference} attend depuis {days} jours ouvrés. Pouvez-vous le prendre "
        "en charge, ou me dire à qui le confier ? Merci."
    ),
    (
        "Bonjour, le besoin {reference} n’a pas avancé depuis {days} jours ouvrés. Où en est-il, "
        "et quand la personne sera-t-elle rappelée ? Merci."
    ),
    (
        "Bonjour, le besoin {reference} attend depuis {days} jours ouvrés. Qui le suit chez vous ? "
        "S’il n’est pas de votre ressort, dites-nous à qui le confier. Merci."
    ),
    (
        "Bonjour, le besoin {reference} est sans réponse depuis {days} jours ouvrés. Je propose de "
        "le voir ensemble à la prochaine commission. Quelle date vous convient ? Merci."
    ),
)


def working_days(moved_at: datetime, *, at: datetime, opening: Opening) -> int:
    """Working days since the day a need last moved; 60 stands for more."""
    day, today, count = weeks.local_day(moved_at), weeks.local_day(at), 0
    while day < today and count < 60:
        day += timedelta(days=1)
        count += opening.works_on(day)
    return count


def stage(
    moved_at: datetime, *, at: datetime, opening: Opening, stages: Sequence[int] = STAGES
) -> int | None:
    """The basket of a need that last moved then, by its working days; None before the first."""
    days = working_days(moved_at, at=at, opening=opening)
    return max((one for one in stages if one <= days), default=None)


def cutoff(days: int, *, at: datetime, opening: Opening) -> datetime:
    """Needs that last moved before this instant have waited so many working days, or more."""
    day = weeks.local_day(at)
    while days > 0:
        days -= opening.works_on(day)
        day -= timedelta(days=1)
    return _midnight(day + timedelta(days=1))


def advice(
    reference: str, state: NeedState, days: int, *, stages: Sequence[int] = STAGES
) -> Advice:
    """What to do about a need that has waited ``days`` working days, or more, in this state."""
    rank = max(sum(one <= days for one in stages) - 1, 0)
    own = {NeedState.WITH_PARTNER: _AT_PARTNER, NeedState.WAITING: _WAITING}.get(state, ())
    action = own[rank] if rank < len(own) else _ACTIONS[rank]
    return Advice(days, action, _DRAFTS[rank].format(reference=reference, days=days))


def _midnight(day: date) -> datetime:
    return weeks.at(day, 0)
