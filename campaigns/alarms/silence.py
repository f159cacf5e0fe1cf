"""Whether somebody’s silence is unusual: the one rule, pure, over the attempts made so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns import weeks
from campaigns.alarms.thresholds import Thresholds
from campaigns.retry import Attempt, Rules
from campaigns.retry.slots import clock

_WORDS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix",
    "onze", "douze",
)  # fmt: skip
# Tries of one cycle follow one another within days; a longer pause begins another cycle.
_PAUSE = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Known:
    """What makes somebody a regular beside their answers.

    ``wants_weekly``: they asked for a call each week; ``is_fragile``: said fragile or isolated.
    """

    wants_weekly: bool = False
    is_fragile: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody worries, in one sentence a coordinator reads; ``in_heat``: it cannot wait."""

    say: str
    in_heat: bool


def silence(
    history: Sequence[Attempt],
    *,
    now: datetime,
    thresholds: Thresholds,
    rules: Rules,
    known: Known = Known(),
    in_heat: bool = False,
    found_at: datetime | None = None,
) -> Why | None:
    """Say why the silence of somebody is unusual; None when it is not (handbook, section 8).

    ``history`` holds their attempts of the campaign, oldest first, the one that just ended
    included; tries up to ``found_at``, when somebody found them another way, count no more. In a
    heat alert everybody on the list counts, regular or not.
    """
    heard = _last_heard(history)
    since = history[heard + 1 :]
    if found_at is not None:
        since = [one for one in since if one.at > found_at]
    silent = [one for one in since if one.ending.no_answer and one.ending.counts_as_attempt]
    if in_heat:
        today = [one for one in silent if _day(one, rules) == weeks.local_day(now, rules.timezone)]
        return _heat(today, rules) if len(today) >= thresholds.heat_tries else None
    if not _is_enough(silent, thresholds, rules):
        return None
    before = history[: heard + 1]
    if not (known.wants_weekly or known.is_fragile or is_regular(before, thresholds)):
        return None
    return Why(_say(before, silent, known, now=now, thresholds=thresholds, rules=rules), False)


def is_regular(history: Sequence[Attempt], thresholds: Thresholds) -> bool:
    """Whether somebody answered in enough of their last cycles."""
    answered = [any(one.ending.conversation for one in cycle) for cycle in _cycles(history)]
    return sum(answered[-thresholds.of_last :]) >= thresholds.answered


def _last_heard(history: Sequence[Attempt]) -> int:
    """The place of the last attempt that gave news, theirs or a relative’s; -1 for none."""
    return max((n for n, one in enumerate(history) if one.ending.contact), default=-1)


def _cycles(history: Sequence[Attempt]) -> list[list[Attempt]]:
    """The attempts by cycle: an answer or a closing outcome ends one, a long pause too."""
    found: list[list[Attempt]] = []
    is_open = False
    for one in history:
        if not is_open or one.at - found[-1][-1].at > _PAUSE:
            found.append([])
        found[-1].append(one)
        is_open = not (one.ending.conversation or one.ending.closes_cycle)
    return found


def _is_enough(silent: Sequence[Attempt], thresholds: Thresholds, rules: Rules) -> bool:
    bands = {_band(one, rules) for one in silent}
    days = {_day(one, rules) for one in silent}
    return (
        len(silent) >= thresholds.tries
        and len(bands) >= thresholds.bands
        and len(days) >= thresholds.days
    )


def _band(attempt: Attempt, rules: Rules) -> int:
    """The band of the day an attempt was made in; between two bands it belongs to the first."""
    hour = attempt.at.astimezone(rules.timezone).time()
    return max((n for n, (start, _) in enumerate(rules.bands) if start <= hour), default=0)


def _day(attempt: Attempt, rules: Rules) -> date:
    return weeks.local_day(attempt.at, rules.timezone)


def _heat(today: Sequence[Attempt], rules: Rules) -> Why:
    hours = ", ".join(clock(one.at.astimezone(rules.timezone).time()) for one in today[-6:])
    return Why(
        f"Alerte chaleur\u00a0: {_unanswered(today)} aujourd’hui ({hours}).",
        True,
    )


def _say(
    before: Sequence[Attempt],
    silent: Sequence[Attempt],
    known: Known,
    *,
    now: datetime,
    thresholds: Thresholds,
    rules: Rules,
) -> str:
    """« A répondu six semaines de suite, silence depuis 8 jours. »"""
    row = _weeks_in_a_row(before, rules)
    if row > 1:
        usual = f"A répondu {_word(row)} semaines de suite"
    elif is_regular(before, thresholds):
        usual = "Répond d’habitude"
    elif known.wants_weekly:
        usual = "A demandé un appel chaque semaine"
    else:
        usual = "Fragile ou en situation d’isolement"
    last = before[-1].at if before else silent[0].at
    days = (weeks.local_day(now, rules.timezone) - weeks.local_day(last, rules.timezone)).days
    tries = _unanswered(silent)
    if not days:
        return f"{usual}, {tries} depuis."
    return f"{usual}, silence depuis {days}\u00a0jour{'s' if days > 1 else ''}\u00a0: {tries}."


def _weeks_in_a_row(history: Sequence[Attempt], rules: Rules) -> int:
    """How many weeks in a row, up to the last one answered, held a conversation."""
    answered = {weeks.of(_day(one, rules)) for one in history if one.ending.conversation}
    if not answered:
        return 0
    week, count = max(answered), 0
    while week in answered:
        week, count = weeks.after(week, -1), count + 1
    return count


def _unanswered(tries: Sequence[Attempt]) -> str:
    return f"{_word(len(tries))} appel{'s' if len(tries) > 1 else ''} sans réponse"


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)
