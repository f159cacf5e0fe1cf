"""How many households a volunteer can take in a week, and how long the first sweep lasts."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from babel.numbers import format_decimal, format_percent

HalfDay = tuple[date, str]  # the day, then "am" or "pm"
Absence = tuple[date, date]  # first and last day, both away

# decisions.md and handbook section 7; a campaign may set others.
PACE = 12  # households a half-day
TRIES = 6  # attempts in a cycle before a letter
HORIZON = 260  # weeks: a sweep that lasts five years is said never to end
_FRACTIONS = {
    (1, 1): "chaque appel décroché",
    (1, 2): "un appel sur deux décroché",
    (1, 3): "un appel sur trois décroché",
    (2, 3): "deux appels sur trois décrochés",
    (1, 4): "un appel sur quatre décroché",
    (3, 4): "trois appels sur quatre décrochés",
}


@dataclass(frozen=True, slots=True)
class Ahead:
    """A week to come, in households: ``sweep`` get their first call, ``roster`` their regular
    one; ``left`` still wait for the first afterwards, ``waiting`` for the regular one."""

    week: int
    left: int
    sweep: int
    roster: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the first sweep ends, and with more volunteers; None when it never does."""

    weeks: int | None
    weeks_with_more: int | None
    say: str


def half_days_worked(
    ticked: Iterable[HalfDay], absences: Iterable[Absence] = ()
) -> frozenset[HalfDay]:
    """Give the half-days a volunteer really works: those ticked, without the days away."""
    away = tuple(absences)
    return frozenset(
        (day, half) for day, half in ticked if not any(first <= day <= last for first, last in away)
    )


def of_week(
    ticked: Iterable[HalfDay],
    *,
    absences: Iterable[Absence] = (),
    pace: int = PACE,
    weekly_limit: int | None = None,
) -> int:
    """Say how many households a volunteer can take this week.

    The half-days worked times the pace, never above the volunteer's own weekly limit.
    ValueError when the pace or the limit is negative.
    """
    if pace < 0 or (weekly_limit is not None and weekly_limit < 0):
        raise ValueError("a pace or a limit is negative")
    room = len(half_days_worked(ticked, absences)) * pace
    return room if weekly_limit is None else min(room, weekly_limit)


def tries_each(reach: float, tries: int = TRIES) -> float:
    """Say how many attempts a household takes on average in a cycle.

    Attempts stop at the first conversation, or after ``tries`` of them; ``reach`` is the share
    of attempts picked up, from 0 to 1. ValueError outside that, or when nothing is tried.
    """
    if not 0 <= reach <= 1:
        raise ValueError(f"not a share: {reach}")
    if tries < 1:
        raise ValueError("at least one attempt is needed")
    return sum((1 - reach) ** nth for nth in range(tries))


def ahead(
    households: float,
    *,
    attempts_a_week: float,
    share: float,
    reach: float,
    roster: float | None = None,
    joining: float = 0.0,
    tries: int = TRIES,
    weeks: int = HORIZON,
) -> tuple[Ahead, ...]:
    """Follow the first sweep week by week until it ends, or for as many weeks.

    ``roster`` is how many households are owed a regular call each week; None: enough of them to
    fill all that ``share`` does not keep for the sweep. ``joining`` is the part of those reached
    who then ask for a call each week. What the roster does not need goes to the sweep.
    ValueError when a share is not between 0 and 1, or nothing is tried.
    """
    for part in (share, joining):
        if not 0 <= part <= 1:
            raise ValueError(f"not a share: {part}")
    each = tries_each(reach, tries)
    reached = 1 - (1 - reach) ** tries
    left, asked = float(max(0, households)), roster
    found: list[Ahead] = []
    while _more_than_none(left) and len(found) < weeks:
        rest = attempts_a_week * (1 - share)
        taken = rest if asked is None else min(rest, asked * each)
        called = min(left, max(0.0, attempts_a_week - taken) / each)
        waiting = 0.0 if asked is None else max(0.0, asked - taken / each)
        left -= called
        found.append(Ahead(len(found) + 1, _up(left), _up(called), _up(taken / each), _up(waiting)))
        if asked is not None:
            asked += called * reached * joining
    return tuple(found)


def forecast(
    households: int,
    *,
    people: int,
    volunteers: int,
    attempts_each: float,
    share: float,
    reach: float,
    more: int = 20,
    tries: int = TRIES,
    roster: float | None = None,
    joining: float = 0.0,
) -> Forecast:
    """Say when the first sweep ends with these volunteers, and with ``more`` of them.

    ``attempts_each`` is what one volunteer dials in a week, in attempts; ``roster`` and
    ``joining`` are those of ``ahead``.
    """
    weeks, with_more = (
        _sweep_ends(
            ahead(
                households,
                attempts_a_week=count * attempts_each,
                share=share,
                reach=reach,
                roster=roster,
                joining=joining,
                tries=tries,
            )
        )
        for count in (volunteers, volunteers + more)
    )
    given = (
        f"{_plural(people, 'personne')}, {_plural(volunteers, 'volontaire')}, {_picked_up(reach)}"
    )
    say = f"{given}\u00a0: {_ends(weeks)}"
    if more > 0 and with_more is not None:
        after = _number(with_more) if weeks is not None else _ends(with_more)
        say += f"\u00a0; avec {_plural(more, 'volontaire')} de plus, {after}"
    return Forecast(weeks, with_more, f"{say}.")


def _sweep_ends(weeks: Sequence[Ahead]) -> int | None:
    if not weeks:
        return 0
    return weeks[-1].week if weeks[-1].left == 0 else None


def _more_than_none(households: float) -> bool:
    # What floating point leaves of a household is not somebody to call.
    return round(households, 6) > 0


def _up(households: float) -> int:
    return math.ceil(round(households, 6))


def _ends(weeks: int | None) -> str:
    if weeks is None:
        return "le premier tour ne finit pas"
    return f"premier tour en {_plural(weeks, 'semaine')}"


def _picked_up(reach: float) -> str:
    for (part, whole), said in _FRACTIONS.items():
        if math.isclose(reach, part / whole, abs_tol=0.005):
            return said
    return f"{format_percent(reach, locale='fr')} des appels décrochés"


def _plural(count: int, noun: str) -> str:
    return f"{_number(count)} {noun}{'s' if count > 1 else ''}"


def _number(count: int) -> str:
    return str(format_decimal(count, locale="fr"))
