"""What the calls made to somebody had led to: their open cycle, their stage, who calls next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns import reference, retry
from campaigns.calls import effects, rules
from campaigns.models import Call, Campaign, Phone, Stage, Wish

_ALERT = "JOINT_ALERTE"


@dataclass(frozen=True, slots=True)
class Told:
    """Where a person stood after some calls: the attempts of their open cycle, their stage,
    whether the next call follows an alert, whether another voice is wanted, and whose they know."""

    cycle: tuple[Call, ...]
    stage: Stage
    is_alarm: bool = False
    other_caller: bool = False
    voice: int | None = None  # a volunteer’s id


def told(calls: Sequence[Call], *, campaign: Campaign, phones: Sequence[Phone]) -> Told:
    """Go through the calls of one person again, the oldest first."""
    has_rhythm = campaign.rules.get("rhythm_days") is not None
    now = Told(cycle=(), stage=Stage.ROSTER if has_rhythm else Stage.SWEEP)
    wish, was_spoken_to = Wish.UNDECIDED, False
    for one in calls:
        was_undecided = was_spoken_to and wish is Wish.UNDECIDED
        wish = one.wish or wish
        effect = _effect(
            one, now, wish, was_undecided=was_undecided, campaign=campaign, phones=phones
        )
        now = _after(now, one, wish, effect)
        was_spoken_to = was_spoken_to or one.is_conversation
    return now


def _after(now: Told, call: Call, wish: Wish, effect: retry.Effect) -> Told:
    cycle = (*now.cycle, call) if effects.is_attempt(call) else now.cycle
    is_heard = call.is_conversation or effect.other_caller or effect.needs_language
    goes_on = now.is_alarm and not call.is_conversation and not effect.cycle_closed
    then = replace(
        now,
        cycle=cycle,
        is_alarm=call.outcome == _ALERT or goes_on,
        other_caller=effects.asks_another(now.other_caller, effect, call.outcome),
        voice=call.volunteer_id if is_heard else now.voice,
    )
    if not effect.cycle_closed:
        return then
    return replace(then, cycle=(), stage=effects.stage_after(wish, effect))


def _effect(
    call: Call,
    now: Told,
    wish: Wish,
    *,
    was_undecided: bool,
    campaign: Campaign,
    phones: Sequence[Phone],
) -> retry.Effect:
    outcome = reference.outcomes()[call.outcome]
    if outcome.needs_date or call.asked_at is not None:
        # The day that was agreed has passed since, and is not weighed again.
        agreed = call.at.date() if outcome.closes_cycle else None
        return retry.Effect(cycle_closed=outcome.closes_cycle, next_due_on=agreed)
    return retry.after(
        outcome,
        history=[retry.Attempt(one.at, one.outcome) for one in now.cycle],
        wish=wish,
        now=call.at,
        rules=rules.of(campaign, call.at.year),
        numbers_left=max(0, _usable(phones, at=call.at) - 1),
        was_undecided=was_undecided,
    )


def _usable(phones: Sequence[Phone], *, at: datetime) -> int:
    """How many numbers could still be dialled at that moment."""
    return len({one.e164 for one in phones if one.invalid_at is None or one.invalid_at >= at})
