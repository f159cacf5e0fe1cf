"""What happens after an attempt, read from the columns of ``issues_appel.csv`` and the settings.

A new outcome is a new row of that file; only who should call next stands here, because the file
says it in words.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from campaigns.reference import Outcome
from campaigns.refusal import Refusal
from campaigns.retry.answers import Answers, Mood, Spoke, choices, outcome_from
from campaigns.retry.rules import TO_CHECK, Attempt, Effect, Rules, Wish
from campaigns.retry.settings import merged
from campaigns.retry.slots import appointment, band_of, later, next_slot, start_of
from campaigns.retry.words import describe, label, say

__all__ = [
    "MESSAGE_LEFT",
    "TO_CHECK",
    "Answers",
    "Attempt",
    "Effect",
    "Mood",
    "Rules",
    "Spoke",
    "Wish",
    "after",
    "band_of",
    "choices",
    "describe",
    "label",
    "may_leave_message",
    "merged",
    "next_slot",
    "outcome_from",
    "say",
]

MESSAGE_LEFT = "REPONDEUR_MSG"
_REFUSALS = "Refus"
_RETURNED = "Organisation"
_NUMBER = "Numéro"
# Whose voice comes next, by code: the table tells it in its last column only.
_SAME_VOICE = frozenset({"JOINT_ALERTE", "JOINT_ECOURTE", "RAPPEL_DATE"})
_OTHER_VOICE = frozenset({"REFUS_JOUR"})
_OTHER_LANGUAGE = frozenset({"LANGUE"})
_OTHER_CHANNEL = frozenset({"AUDITION"})
_WISHED_DAYS: Mapping[Wish, int] = {Wish.WEEKLY: 7, Wish.FORTNIGHTLY: 14}


def after(
    outcome: Outcome,
    *,
    history: Sequence[Attempt],
    wish: str | None,
    now: datetime,
    rules: Rules,
    asked: datetime | date | None = None,
    numbers_left: int = 0,
    was_undecided: bool = False,
) -> Effect:
    """Say what an attempt that just ended entails for the person.

    ``history`` holds the attempts of the current cycle before this one. ``wish`` is the person's
    after this call (None: undecided), ``asked`` the moment or day agreed with them or told by a
    relative, ``numbers_left`` their usable numbers besides the one dialled, ``was_undecided``
    whether they had already been asked their wish once. Refusal when a day is needed and missing,
    or cannot be kept, or for a wish that does not exist; ValueError for a clock without its zone.
    """
    _check(outcome, asked=asked, now=now)
    numbers_left = max(0, numbers_left)
    if wish and wish not in set(Wish):
        raise Refusal("Choisissez une des réponses de la page.", field="wish")
    wished = Wish(wish) if wish else Wish.UNDECIDED
    counted = _counted(outcome, history, numbers_left)
    effect = _plain(outcome, counted=counted, rules=rules)
    if outcome.stops_calls or wished is Wish.NEVER:
        stop = outcome.label if outcome.stops_calls else Wish.NEVER.label
        return replace(effect, cycle_closed=True, stop=stop)
    if outcome.suspends:
        return _suspended(effect, outcome, asked=asked, now=now, rules=rules)
    if asked is not None:
        return _promised(effect, outcome, asked=asked, now=now, rules=rules)
    if _ends_cycle(outcome, history, counted=counted, numbers_left=numbers_left, rules=rules):
        due = _next_due(wished, now=now, rules=rules, was_undecided=was_undecided)
        return _closed(effect, outcome, due=due, rules=rules)
    return _again(effect, outcome, history=history, numbers_left=numbers_left, now=now, rules=rules)


def may_leave_message(history: Sequence[Attempt], rules: Rules) -> bool:
    """Whether a voicemail may still be left in this cycle."""
    left = sum(attempt.outcome == MESSAGE_LEFT for attempt in history)
    return left < rules.voicemails_per_cycle


def _check(outcome: Outcome, *, asked: datetime | date | None, now: datetime) -> None:
    if now.tzinfo is None or (isinstance(asked, datetime) and asked.tzinfo is None):
        raise ValueError("instants must be aware of their time zone")
    if outcome.needs_date and asked is None:
        raise Refusal("Indiquez le jour convenu\u00a0: sans lui, rien n’est prévu.", field="asked")
    if asked is not None and not now.year - 1 <= asked.year <= now.year + 1:
        raise Refusal("Cette date est trop lointaine : vérifiez l’année.", field="asked")
    if asked is not None and not outcome.accepts_date:
        raise Refusal(
            f"Un jour de rappel ne va pas avec «\u00a0{outcome.label}\u00a0»\u00a0: "
            "retirez ce jour ou changez la réponse.",
            field="asked",
        )


def _plain(outcome: Outcome, *, counted: int, rules: Rules) -> Effect:
    """What the outcome entails whatever the day, the wish and the attempts before."""
    return Effect(
        cycle_closed=False,
        alert=outcome.alert,
        invalidates_number=outcome.invalidates_number,
        returned=outcome.group == _RETURNED,
        same_caller=outcome.code in _SAME_VOICE,
        other_caller=outcome.code in _OTHER_VOICE,
        needs_language=outcome.code in _OTHER_LANGUAGE,
        other_channel=outcome.code in _OTHER_CHANNEL,
        to_check=outcome.code in TO_CHECK,
        counted=counted,
        timezone=rules.timezone,
    )


def _counted(outcome: Outcome, history: Sequence[Attempt], numbers_left: int) -> int:
    """How many attempts count, this one included: silence only once every number was tried."""
    endings = [attempt.ending for attempt in history] + [outcome]
    attempts = [ending for ending in endings if ending.counts_as_attempt]
    silent = sum(_is_silent(ending) for ending in attempts)
    return len(attempts) - silent + silent // (numbers_left + 1)


def _is_silent(ending: Outcome) -> bool:
    """A try after which another number may be rung at once: nobody, and no message left."""
    return ending.counts_as_attempt and ending.no_answer and ending.code != MESSAGE_LEFT


def _is_soft_refusal(ending: Outcome) -> bool:
    return ending.group == _REFUSALS and not ending.closes_cycle


def _ends_cycle(
    outcome: Outcome,
    history: Sequence[Attempt],
    *,
    counted: int,
    numbers_left: int,
    rules: Rules,
) -> bool:
    refusals = [a for a in history if _is_soft_refusal(a.ending)]
    refused_again = _is_soft_refusal(outcome) and len(refusals) + 1 >= rules.refusals_per_cycle
    exhausted = outcome.counts_as_attempt and counted >= rules.max_per_cycle
    no_number = outcome.invalidates_number and numbers_left == 0
    return outcome.closes_cycle or refused_again or exhausted or no_number


def _closed(effect: Effect, outcome: Outcome, *, due: date | None, rules: Rules) -> Effect:
    # No number left to dial: nothing is owed until one is found.
    if outcome.invalidates_number or outcome.group == _NUMBER:
        return replace(effect, cycle_closed=True, to_trace=True)
    unreachable = outcome.counts_as_attempt and effect.counted >= rules.max_per_cycle
    return replace(effect, cycle_closed=True, next_due_on=due, unreachable=unreachable)


def _suspended(
    effect: Effect, outcome: Outcome, *, asked: datetime | date | None, now: datetime, rules: Rules
) -> Effect:
    suspension = outcome.suspends
    today = now.astimezone(rules.timezone).date()
    if suspension is None or (asked is None and suspension.default is None):
        raise ValueError(f"{outcome.code} suspends nothing without a day")
    if asked is None:
        until = today + (rules.delay(outcome) or suspension.default or timedelta())
    else:
        until = _day(asked, rules) + timedelta(days=suspension.extra_days)
    if until <= today:
        raise Refusal(
            "Cette date est déjà passée\u00a0: choisissez un jour à venir.", field="asked"
        )
    return replace(
        effect, suspended_until=until, not_before=next_slot(start_of(until, rules), rules)
    )


def _promised(
    effect: Effect, outcome: Outcome, *, asked: datetime | date, now: datetime, rules: Rules
) -> Effect:
    """A call-back agreed: an hour is kept as it is, a day alone means its first free band."""
    day = _day(asked, rules)
    if isinstance(asked, datetime):
        at = appointment(asked, now=now, rules=rules)
    else:
        at = next_slot(max(now, start_of(day, rules)), rules)
        if _day(at, rules) != day:
            raise Refusal(
                "Aucun appel n’est possible ce jour-là\u00a0: choisissez un autre jour.",
                field="asked",
            )
    return replace(
        effect,
        cycle_closed=outcome.closes_cycle,
        not_before=at,
        appointment=True,
        hour_agreed=isinstance(asked, datetime),
        same_caller=True,
        next_due_on=day if outcome.closes_cycle else None,
    )


def _again(
    effect: Effect,
    outcome: Outcome,
    *,
    history: Sequence[Attempt],
    numbers_left: int,
    now: datetime,
    rules: Rules,
) -> Effect:
    untried = _is_silent(outcome) and _silences(outcome, history) % (numbers_left + 1) != 0
    if untried or (outcome.invalidates_number and numbers_left):
        return replace(effect, next_number=True, not_before=now.astimezone(UTC))
    delay, other_band = rules.delay(outcome), outcome.other_band
    if _rang_back_enough(outcome, history, now=now, rules=rules):
        delay, other_band = rules.gap, True
    earliest = later(now, delay, rules) if delay else now
    if outcome.counts_as_attempt and _day_is_full(effect, history, numbers_left, now, rules):
        tomorrow = now.astimezone(rules.timezone).date() + timedelta(days=1)
        earliest = max(earliest, start_of(tomorrow, rules))
    avoid = band_of(now, rules) if other_band else None
    return replace(
        effect, other_band=other_band, not_before=next_slot(earliest, rules, avoid=avoid)
    )


def _silences(outcome: Outcome, history: Sequence[Attempt]) -> int:
    return sum(_is_silent(ending) for ending in [*(a.ending for a in history), outcome])


def _rang_back_enough(
    outcome: Outcome, history: Sequence[Attempt], *, now: datetime, rules: Rules
) -> bool:
    """A busy or cut line was rung back as often as the day allows."""
    allowed = rules.ring_backs.get(outcome.code)
    if allowed is None:
        return False
    today = _day(now, rules)
    return allowed <= sum(
        attempt.outcome == outcome.code and _day(attempt.at, rules) == today for attempt in history
    )


def _day_is_full(
    effect: Effect, history: Sequence[Attempt], numbers_left: int, now: datetime, rules: Rules
) -> bool:
    """Today's share is used, or the tries that remain are needed on days not yet used."""
    today = _day(now, rules)
    counting = [attempt for attempt in history if attempt.ending.counts_as_attempt]
    before_today = [attempt for attempt in counting if _day(attempt.at, rules) < today]
    earlier = sum(not _is_silent(attempt.ending) for attempt in before_today)
    earlier += (len(before_today) - earlier) // (numbers_left + 1)
    days = {_day(attempt.at, rules) for attempt in counting} | {today}
    days_missing = rules.min_days_per_cycle - len(days)
    tries_left = rules.max_per_cycle - effect.counted
    return effect.counted - earlier >= rules.max_per_day or 0 < tries_left <= days_missing


def _next_due(wish: Wish, *, now: datetime, rules: Rules, was_undecided: bool) -> date | None:
    """The day from which the next call is owed; None for who asked for no other."""
    today = now.astimezone(rules.timezone).date()
    if rules.rhythm_days is not None:
        return today + timedelta(days=rules.rhythm_days)
    if wish is Wish.MONTHLY:
        year, month = divmod(today.year * 12 + today.month, 12)
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    if wish is Wish.UNDECIDED and not was_undecided:
        return today + timedelta(days=rules.undecided_days)
    days = _WISHED_DAYS.get(wish)
    return None if days is None else today + timedelta(days=days)


def _day(at: datetime | date, rules: Rules) -> date:
    return at.astimezone(rules.timezone).date() if isinstance(at, datetime) else at
