"""The settings a campaign retries by, and what is known when an attempt ends."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from campaigns.reference import Alert, Outcome, outcomes


class Wish(StrEnum):
    """How often a person asks to be called."""

    WEEKLY = "HEBDO"
    FORTNIGHTLY = "QUINZAINE"
    MONTHLY = "MENSUEL"
    ONCE = "PONCTUEL"
    NEVER = "JAMAIS"
    UNDECIDED = "INDECIS"

    @property
    def label(self) -> str:
        """The wish on screen."""
        return _WISH_LABELS[self]


_WISH_LABELS = {
    Wish.WEEKLY: "Chaque semaine",
    Wish.FORTNIGHTLY: "Tous les quinze jours",
    Wish.MONTHLY: "Chaque mois",
    Wish.ONCE: "Seulement cette fois",
    Wish.NEVER: "Ne plus appeler",
    Wish.UNDECIDED: "Ne sait pas encore",
}

Band = tuple[time, time]
# Whose record somebody looks at before anybody calls again.
TO_CHECK = frozenset({"DEMENAGE", "DOUBLON"})


@dataclass(frozen=True, slots=True)
class Rules:
    """When and how often a campaign tries again; every value is a setting (handbook, section 7).

    ``delays`` replaces the shortest wait of an outcome, by code. ``ring_backs`` is how often a
    busy or cut line is rung again on one day after its own short delay; then the ordinary ``gap``
    applies. ``refusals_per_cycle`` is the soft refusal that ends the cycle. ``appointments`` are
    the hours between which a call-back may be promised. ``rhythm_days`` replaces every wish but
    "never" by one rhythm (1 in a heat alert); None follows the wishes.
    """

    bands: Sequence[Band] = (
        (time(9, 30), time(12, 0)),
        (time(13, 30), time(16, 0)),
        (time(16, 0), time(18, 30)),
    )
    max_per_day: int = 2
    max_per_cycle: int = 6
    min_days_per_cycle: int = 3
    voicemails_per_cycle: int = 1
    refusals_per_cycle: int = 2
    gap: timedelta = timedelta(hours=3)
    delays: Mapping[str, timedelta] = field(default_factory=lambda: MappingProxyType({}))
    ring_backs: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"OCCUPE": 4, "COUPE": 1})
    )
    appointments: Band = (time(9, 0), time(20, 0))
    working_days: Container[int] = frozenset(range(5))
    holidays: Container[date] = frozenset()
    works_on_holidays: bool = False
    undecided_days: int = 28
    rhythm_days: int | None = None
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))

    def delay(self, outcome: Outcome) -> timedelta | None:
        """The shortest wait after this outcome, as set by the campaign or else by the table."""
        return self.delays.get(outcome.code, outcome.min_delay)

    def works_on(self, day: date) -> bool:
        """Whether people are called on this day."""
        open_day = self.works_on_holidays or day not in self.holidays
        return open_day and day.weekday() in self.working_days


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call already logged in the cycle; ``at`` is aware, ``outcome`` a code of the table."""

    at: datetime
    outcome: str

    @property
    def ending(self) -> Outcome:
        """The outcome's row in the table."""
        return outcomes()[self.outcome]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an outcome entails for the person.

    ``not_before`` is the UTC instant from which the next attempt may be made, None when the cycle
    is closed without an appointment; ``appointment`` says that the day was agreed with the person,
    ``hour_agreed`` the hour too.
    ``next_due_on`` is the day from which the next cycle's call is owed. ``suspended_until`` is
    the first day they may be called again. ``stop`` is the reason, in French, why nobody calls
    them any more. ``counted`` is how many attempts count in the cycle, this one included.
    ``to_trace``: no usable number is left. ``next_number``: another number is to be tried now.
    ``returned``: the person goes back to the pool. ``to_check``: somebody looks at the record
    first, and nobody calls meanwhile.
    """

    cycle_closed: bool
    not_before: datetime | None = None
    other_band: bool = False
    appointment: bool = False
    hour_agreed: bool = False
    next_due_on: date | None = None
    suspended_until: date | None = None
    stop: str | None = None
    invalidates_number: bool = False
    next_number: bool = False
    to_trace: bool = False
    alert: Alert | None = None
    unreachable: bool = False
    counted: int = 0
    same_caller: bool = False
    other_caller: bool = False
    needs_language: bool = False
    other_channel: bool = False
    returned: bool = False
    to_check: bool = False
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
