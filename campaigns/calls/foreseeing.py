"""What a report will entail for one person, before it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import reference, retry
from campaigns.calls import effects, rules
from campaigns.models import Campaign, Enrolment, Phone, Wish


@dataclass(frozen=True, slots=True)
class Past:
    """What was known of a person before an attempt: the cycle's attempts, their wish, whether
    anybody ever spoke to them."""

    attempts: tuple[retry.Attempt, ...]
    wish: Wish
    was_spoken_to: bool


def effect(
    session: Session,
    enrolment: Enrolment,
    outcome: reference.Outcome,
    answers: retry.Answers,
    *,
    phone_id: int | None,
    at: datetime,
    past: Past | None = None,
) -> retry.Effect:
    """What an attempt would entail for one person. ``past`` stands for what was before a call that
    is being corrected; else the enrolment tells it."""
    past = past or Past(
        attempts=tuple(effects.attempts(session, enrolment)),
        wish=enrolment.wish,
        was_spoken_to=enrolment.last_conversation_at is not None,
    )
    usable = [phone for phone in enrolment.person.phones if phone.invalid_at is None]
    dialled = _dialled(session, phone_id, usable)
    effect = retry.after(
        outcome,
        history=past.attempts,
        wish=answers.wish or past.wish,
        now=at,
        rules=rules.of(session.get_one(Campaign, enrolment.campaign_id), at.year),
        asked=answers.asked,
        numbers_left=len({phone.e164 for phone in usable} - {dialled}),
        was_undecided=past.was_spoken_to and past.wish is Wish.UNDECIDED,
    )
    # Which one rang is not known: none is dropped, and nothing says so.
    is_dropped = effect.invalidates_number and phone_id is not None
    return replace(effect, invalidates_number=is_dropped)


def _dialled(session: Session, phone_id: int | None, usable: Sequence[Phone]) -> str:
    """The number that rang: the one shown, else the first. Couples share it under two rows."""
    shown = session.get(Phone, phone_id) if phone_id is not None else None
    if shown is not None:
        return shown.e164
    return usable[0].e164 if usable else ""
