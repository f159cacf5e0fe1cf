"""What the weekly split is given, and what it answers: plain frozen facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

HalfDay = tuple[date, str]  # the day, then "am" or "pm"


class _Labelled(StrEnum):
    """A closed list whose members carry the words people read."""

    label: str
    # Enum hashes a member in Python, by name; tens of thousands of households ask for it.
    __hash__ = str.__hash__

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Stream(_Labelled):
    """Why a household is due this week, in the order it is served."""

    APPOINTMENT = "appointment", "rappel convenu"
    ALARM = "alarm", "suite d’une alerte"
    ROSTER = "roster", "appel régulier"
    RETRY = "retry", "pas encore jointe"
    SWEEP = "sweep", "premier appel"


# A promise and an alarm are never held back for the first sweep; they do count in what it shares.
PROMISED = frozenset({Stream.APPOINTMENT, Stream.ALARM})


class LeftOutReason(_Labelled):
    """Why a household has no caller this week."""

    NO_CALLER = "no_caller", "aucun volontaire disponible"
    LANGUAGE = "language", "langue que personne de libre ne parle"
    HALF_DAY = "half_day", "rendez-vous hors des disponibilités"
    BARRED = "barred", "connue de tous les volontaires possibles"
    TERRITORY = "territory", "volontaires limités à d’autres secteurs"
    HELD_FOR_SWEEP = "held_for_sweep", "places gardées pour le premier tour"
    NO_ROOM = "no_room", "plus de place cette semaine"
    # Never the split's own: the household had a place, and lost it during the week.
    RETURNED = "returned", "rendue en cours de semaine, sans place depuis"


@dataclass(frozen=True, slots=True)
class Caller:
    """A volunteer free this week.

    ``capacity`` is a number of households; ``languages`` those spoken besides French;
    ``commune`` the INSEE code of home; ``territory`` the usual one, None when any will do;
    ``only_territory`` whether they call nobody outside it.
    """

    id: int
    territory: int | None
    languages: frozenset[str]
    capacity: int
    half_days: frozenset[HalfDay]
    commune: str | None = None
    only_territory: bool = False

    @property
    def is_bound(self) -> bool:
        """Whether they call in one territory only."""
        return self.only_territory and self.territory is not None


# Not frozen, like what is made of them below: tens of thousands are made for every split, and
# freezing each would take a tenth of its time. Nobody changes one.
@dataclass(slots=True)
class Candidate:
    """A household due this week, and what is known of its calls.

    ``language`` is None for French; ``priority`` runs from 0, the highest, to 9;
    ``half_day`` is that of a dated call-back; ``barred`` names the callers who know the
    person or whom the person refused; ``wish`` is a code of the call guide (``HEBDO``…).
    ``unserved`` people were on last week's sheets and not reached: first in their stream.
    ``heavy``: the last call was hard on who made it; ``best_half``, "am" or "pm", is when the
    person likes to be called. ``chosen`` is the caller the coordination reserved them for.
    """

    id: int
    stream: Stream
    territory: int | None
    commune: str | None = None
    language: str | None = None
    priority: int = 5
    weeks_waited: int = 0
    last_caller: int | None = None
    times_called_by_last: int = 0
    half_day: HalfDay | None = None
    barred: frozenset[int] = frozenset()
    members: int = 1
    wish: str | None = None
    unserved: bool = False
    heavy: bool = False
    best_half: str | None = None
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a campaign decides about its split.

    ``sweep_share`` is the part of the places kept for the first sweep while it waits;
    ``distances`` gives steps between a household's territory and a caller's usual one, and
    ``other_territory_cost``, the longest, the steps of a pair not listed; ``pace`` is in households
    a half-day.
    """

    sweep_share: float = 0.40
    own_commune_allowed: bool = True
    other_territory_cost: int = 3
    distances: Mapping[tuple[int, int], int] = field(default_factory=dict)
    pace: int = 12

    def steps(self, household: int | None, caller: int | None) -> int:
        """Say how far a household's territory is from a caller's usual one, 0 being home."""
        if household is None or caller is None or household == caller:
            return 0
        return self.distances.get((household, caller), self.other_territory_cost)


@dataclass(slots=True)
class Assignment:
    """A household given to a caller; ``kept`` when it is the voice of last time."""

    candidate: Candidate
    caller: Caller
    why: str
    kept: bool


@dataclass(slots=True)
class LeftOut:
    """A household that waits, and the sentence that says why."""

    candidate: Candidate
    reason: LeftOutReason
    say: str


@dataclass(frozen=True, slots=True)
class Split:
    """The week's split, in order of household id.

    ``cost`` is what the rule minimises (see ``cost_of``); ``optimal`` is true when the split,
    counted again household by household, costs exactly what the solver proved to be least. The
    spread of heavy calls and the best half-days are no part of it: among splits of that cost they
    are improved by exchanges, without a proof (ADR 0021).
    ``known_pairs`` counts the assigned households whose last voice could call them this week,
    ``kept_pairs`` those who keep it. ``half_days_missing`` would give everybody who only lacks
    room a place; ``what_would_help`` says it in French.
    """

    assigned: tuple[Assignment, ...]
    left_out: tuple[LeftOut, ...]
    cost: int
    optimal: bool
    known_pairs: int
    kept_pairs: int
    half_days_missing: int
    what_would_help: tuple[str, ...]
