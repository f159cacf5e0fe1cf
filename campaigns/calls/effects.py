"""What an outcome entails, written on the person's enrolment and on the line."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import people, quality, reference, retry, rows, weeks
from campaigns.models import (
    Call,
    Enrolment,
    Line,
    Person,
    Phone,
    QualityKind,
    Role,
    Stage,
    StopReason,
    User,
    Wish,
)
from campaigns.retry import Attempt, Effect, Rules
from campaigns.sheets import owed

_RHYTHMS = {Wish.WEEKLY, Wish.FORTNIGHTLY, Wish.MONTHLY}
# Why nobody calls any more, by outcome; the wish « ne plus appeler » is an objection.
_STOPS = {
    "DECEDE": StopReason.DIED,
    "EN_ETABLISSEMENT": StopReason.IN_CARE_HOME,
    "HORS_CIBLE": StopReason.OUT_OF_SCOPE,
}
# Somebody must look before the next call, by outcome: what they will read.
HOLDS = {
    "DOUBLON": "Signalée en double par un appelant : fiches à réunir",
    "DEMENAGE": "A déménagé : adresse et commune à vérifier",
}
# What the coordination checks afterwards, by outcome.
TO_CHECK = {
    "DECEDE": QualityKind.DIED,
    "EN_ETABLISSEMENT": QualityKind.CARE_HOME,
    "DEMENAGE": QualityKind.MOVED,
    "DOUBLON": QualityKind.DOUBLE,
}
_NOT_TRIED = "NON_TRAITE"
_CYCLE = (
    sa.select(Call.at, Call.outcome)
    .where(
        Call.enrolment_id == sa.bindparam("enrolment_id"),
        Call.at >= sa.bindparam("since"),
        Call.outcome != _NOT_TRIED,
        Call.rang_back.is_(False),  # they rang: nobody tried
    )
    .order_by(Call.at, Call.id)
)


def attempts(session: Session, enrolment: Enrolment) -> list[Attempt]:
    """The attempts of the current cycle, oldest first."""
    if enrolment.cycle_started_at is None:
        return []
    asked = {"enrolment_id": enrolment.id, "since": enrolment.cycle_started_at}
    return [Attempt(*row) for row in rows.read(session, _CYCLE, asked)]


def may_leave_message(session: Session, enrolment: Enrolment, rules: Rules) -> bool:
    """Whether a message may still be left on the voicemail before somebody is spoken to."""
    return retry.may_leave_message(attempts(session, enrolment), rules)


def apply(
    session: Session,
    enrolment: Enrolment,
    effect: Effect,
    *,
    call: Call,
    language: str,
    by: User,
) -> None:
    """Write what the call entails for one person."""
    person, at = enrolment.person, call.at
    if effect.invalidates_number and call.phone_id is not None:
        _drop_number(session, call.phone_id, household_id=person.household_id, at=at)
    if effect.needs_language and language:
        person.language = language
        person.updated_at = at
    if call.outcome in HOLDS:
        person.hold = HOLDS[call.outcome]
        person.updated_at = at
    if effect.stop is not None:
        reason = _STOPS.get(call.outcome, StopReason.OBJECTED)
        people.stop(session, person, reason=reason, by=by, at=at)
    _ask_to_check(session, person, effect, call, by=by)
    rows.write(
        session,
        enrolment,
        **_turn_after(enrolment, effect, call),
        **_voice(enrolment, effect, call, by=by),
    )


def _turn_after(enrolment: Enrolment, effect: Effect, call: Call) -> dict[str, object]:
    """Where the person stands: what they wish, the cycle of attempts, when they are called next."""
    wish = enrolment.wish if call.wish is None else call.wish
    began_at, stage = enrolment.cycle_started_at, enrolment.stage
    if effect.cycle_closed:
        began_at, stage = None, stage_after(wish, effect)
    elif began_at is None and is_attempt(call):
        began_at = call.at
    # A follow-up nobody answered is still one: it must not fall to the bottom of the sheet.
    goes_on = enrolment.is_alarm and not call.is_conversation and not effect.cycle_closed
    return {
        "wish": wish,
        "stage": stage,
        "cycle_started_at": began_at,
        "is_alarm": call.outcome == "JOINT_ALERTE" or goes_on,
        "appointment_at": effect.not_before if effect.appointment else None,
        "not_before_at": None if effect.appointment else effect.not_before,
        "suspended_until": effect.suspended_until,
        "next_due_on": effect.next_due_on,
    }


def is_attempt(call: Call) -> bool:
    """Whether somebody tried: not a household given back, nor a person who rang."""
    return call.outcome != _NOT_TRIED and not call.rang_back


def _ask_to_check(
    session: Session, person: Person, effect: Effect, call: Call, *, by: User
) -> None:
    """A death reported, a move, a double, a number that is nobody's: somebody looks at it."""
    kind = TO_CHECK.get(call.outcome)
    if kind is not None:
        detail = person.hold or "Signalé pendant un appel."
        quality.open_case(session, person, kind=kind, detail=detail, by=by, at=call.at)
    if effect.to_trace:
        detail = "Aucun numéro ne marche plus."
        quality.open_case(
            session, person, kind=QualityKind.NUMBER, detail=detail, by=by, at=call.at
        )


def stage_after(wish: Wish, effect: Effect) -> Stage:
    """Where a person stands once a cycle is closed."""
    if effect.unreachable:
        return Stage.UNREACHABLE
    if wish in _RHYTHMS or effect.next_due_on is not None:
        return Stage.ROSTER
    return Stage.RESTING


def asks_another(was_asked: bool, effect: Effect, outcome: str) -> bool:
    """Whether somebody else is to call next; an attempt nobody answered leaves it as it was."""
    if effect.other_caller or effect.needs_language:
        return True
    return was_asked and not reference.outcomes()[outcome].contact


def _voice(enrolment: Enrolment, effect: Effect, call: Call, *, by: User) -> dict[str, object]:
    """Whose voice the person knows, and since when."""
    is_asked = asks_another(enrolment.other_caller, effect, call.outcome)
    known: dict[str, object] = {"other_caller": is_asked}
    if not call.is_conversation:
        last_at = enrolment.last_conversation_at
        refused = effect.other_caller or effect.needs_language
        if refused and by.role is Role.VOLUNTEER and (last_at is None or last_at <= call.at):
            # Whom they would not talk to: the split leaves out the last voice.
            known |= {"last_volunteer_id": call.volunteer_id, "times_by_last": 0}
        return known
    known["last_conversation_at"] = call.at
    if enrolment.last_volunteer_id == call.volunteer_id:
        known["times_by_last"] = enrolment.times_by_last + 1
    elif by.role is Role.VOLUNTEER:  # who rings the coordination keeps the voice they know
        known |= {"last_volunteer_id": call.volunteer_id, "times_by_last": 1}
    return known


def _drop_number(session: Session, phone_id: int, *, household_id: int, at: datetime) -> None:
    """A wrong number is wrong for everybody of the household who has it."""
    phone = session.get_one(Phone, phone_id)
    for member in people.of_household(session, household_id):
        for other in member.phones:
            if other.e164 == phone.e164 and other.invalid_at is None:
                other.invalid_at = at


def settle_line(
    session: Session,
    line: Line,
    members: Sequence[Enrolment],
    *,
    called: Collection[Enrolment] = (),
    at: datetime,
) -> None:
    """Close the line when nothing is owed there this week; else note from when it may be tried.

    A line that a call had closed is open again then: who rang back was promised a call.
    ``called`` are the members whose attempt just ended: a next call owed to them in the same week
    (an alert asks for one a day) waits for its day, as for whoever was spoken to earlier. The
    queues read the people themselves: another week's line holds the same household.
    """
    week = line.sheet.plan.week
    turns = [
        turn_at(one, week=week, last_at=at if one in called else one.last_conversation_at) or at
        for one in members
        if is_owed(one, week=week)
    ]
    if turns:
        rows.write(
            session, line, next_at=max(at, min(turns)), closed_at=_still_closed(session, line)
        )
    else:
        rows.write(session, line, next_at=None, closed_at=at)


def _still_closed(session: Session, line: Line) -> datetime | None:
    """Since when a line is closed otherwise than by a call: given back, passed on."""
    if line.closed_at is None:
        return None
    by_a_call = sa.select(Call.id).where(Call.line_id == line.id, Call.at == line.closed_at)
    return line.closed_at if session.scalar(by_a_call.limit(1)) is None else None


def turn_at(enrolment: Enrolment, *, week: str, last_at: datetime | None) -> datetime | None:
    """The instant before which a member who is owed a call is not to be called; None for any.

    ``last_at`` is the instant of their last attempt.
    """
    return owed.turn_at(
        enrolment.appointment_at or enrolment.not_before_at,
        enrolment.suspended_until,
        enrolment.next_due_on,
        last_at,
        week=week,
    )


def is_owed(enrolment: Enrolment, *, week: str) -> bool:
    """Whether this member is still to be called before the week is over: ``sheets.owed`` of one."""
    person = enrolment.person
    if person.stop is not None or person.hold is not None:
        return False
    if not any(phone.invalid_at is None for phone in person.phones):
        return False
    if enrolment.suspended_until is not None and enrolment.suspended_until > weeks.sunday(week):
        return False
    next_at = enrolment.appointment_at or enrolment.not_before_at
    if next_at is not None:
        return next_at < weeks.ends_at(week)
    if enrolment.stage is Stage.SWEEP:
        return True
    due = enrolment.next_due_on
    return enrolment.stage is Stage.ROSTER and due is not None and due <= weeks.sunday(week)
