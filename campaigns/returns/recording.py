"""The call of a returned row, logged at its hour: what was decided since then holds, and what the
page says is what was really kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, reference, weeks
from campaigns.calls import effects
from campaigns.models import (
    Agreement,
    Call,
    Campaign,
    Enrolment,
    Line,
    Person,
    StopReason,
    User,
)
from campaigns.refusal import Refusal
from campaigns.returns.written import Told

# What a call decides, and an earlier one that comes in afterwards must not undo.
_DECIDED = (
    "stage",
    "next_due_on",
    "cycle_started_at",
    "not_before_at",
    "appointment_at",
    "suspended_until",
    "is_alarm",
    "other_caller",
)
_VOICE = ("last_volunteer_id", "times_by_last", "last_conversation_at")


@dataclass(frozen=True, slots=True)
class _Before:
    """A member as they stood before the row, and the calls made after it."""

    enrolment: Enrolment
    values: dict[str, object]
    later: Sequence[Call]

    @property
    def is_decided(self) -> bool:
        """Whether a later call did more than ring in vain."""
        return any(_decides(call.outcome) for call in self.later)


@dataclass(frozen=True, slots=True)
class _Protected:
    """What keeps a person from being called, before the row."""

    stop: StopReason | None
    stopped_at: datetime | None
    hold: str | None


def record(
    session: Session,
    campaign: Campaign,
    line_id: int,
    filled: calls.Filled,
    *,
    told: Told,
    by: User,
) -> tuple[Call, str]:
    """Log the call of a row at the hour it was made; give it, and what it entails in words.

    A stop or a hold forbids the next call, not the record of a past one: both stay. A conversation
    wins over later attempts in vain, and later decisions over it. Refusal when a need was noted
    after the person had asked for no more calls.
    """
    line = session.get_one(Line, line_id)
    person = session.get_one(Person, filled.person_id)
    _refuse_needs_after_a_stop(person, told)
    protected = _Protected(person.stop, person.stopped_at, person.hold)
    closed_at = line.closed_at
    members = calls.whoever_was_at(session, line, person.id, campaign=campaign)
    before = [_before(session, one, at=told.at) for one in members]
    logged = calls.log(session, line, filled=filled, campaign=campaign, by=by, at=told.at)
    called = {call.enrolment_id: call for call in logged.calls}
    for one in before:
        if one.enrolment.id in called:
            _reconcile(one, called[one.enrolment.id])
    line.closed_at = closed_at
    if closed_at is None:
        concerned = [one for one in members if one.id in called]
        effects.settle_line(session, line, members, called=concerned, at=told.at)
    _protect(person, protected)
    session.flush()  # the call gets the id the sheet's report names
    mine = next(call for call in logged.calls if call.person_id == person.id)
    theirs = next(one for one in before if one.enrolment.person_id == person.id)
    said = _said(logged, person, protected, is_undone=_is_undone(theirs, mine))
    logged.report.said = said[:300]
    return mine, logged.report.said


def _before(session: Session, enrolment: Enrolment, *, at: datetime) -> _Before:
    later = session.scalars(
        sa.select(Call).where(Call.enrolment_id == enrolment.id, Call.at > at)
    ).all()
    names = (*_DECIDED, *_VOICE, "wish")
    return _Before(enrolment, {name: getattr(enrolment, name) for name in names}, later)


def _decides(outcome: str) -> bool:
    """Somebody was heard, or the cycle ended: more than an attempt in vain."""
    ending = reference.outcomes()[outcome]
    return ending.contact or ending.closes_cycle or ending.stops_calls


def _is_undone(before: _Before, call: Call) -> bool:
    """Whether what came after this call has decided of what comes next."""
    return bool(before.later) and (before.is_decided or not _decides(call.outcome))


def _reconcile(before: _Before, call: Call) -> None:
    enrolment, values = before.enrolment, before.values
    if _is_undone(before, call):
        for name in _DECIDED:
            setattr(enrolment, name, values[name])
        if call.wish is None or any(later.wish is not None for later in before.later):
            enrolment.wish = values["wish"]  # type: ignore[assignment]  # read from it just above
    _keep_the_last_voice(before, call)
    started = enrolment.cycle_started_at
    if before.later and not before.is_decided and started is not None and started > call.at:
        enrolment.cycle_started_at = call.at  # the same cycle began earlier than was known


def _keep_the_last_voice(before: _Before, call: Call) -> None:
    """A conversation counts whenever it comes in; the last one to be had is the last voice."""
    heard = before.values["last_conversation_at"]
    if not (call.is_conversation and isinstance(heard, datetime) and heard > call.at):
        return
    for name in _VOICE:
        setattr(before.enrolment, name, before.values[name])
    if before.enrolment.last_volunteer_id == call.volunteer_id:
        before.enrolment.times_by_last += 1


def _refuse_needs_after_a_stop(person: Person, told: Told) -> None:
    """A need is transmitted when it was told before the stop, or when a life is at stake."""
    if person.stop is None or person.stopped_at is None or told.at < person.stopped_at:
        return
    if not told.has_hour and weeks.local_day(told.at) == weeks.local_day(person.stopped_at):
        return  # the hour is not written: it may have been before
    if any(draft.agreement is Agreement.YES for draft in told.drafts):
        raise Refusal(
            f"Plus aucun appel n’était prévu à cette personne ({person.stop.label}) : son besoin "
            "ne part pas d’ici. Retirez-le de la ligne et parlez-en à la coordination.",
            field="needs",
        )


def _protect(person: Person, before: _Protected) -> None:
    """Put back what kept the person from calls; an objection adds to all but a death."""
    if before.hold is not None:
        person.hold = before.hold
    is_objection = person.stop is StopReason.OBJECTED and before.stop is not StopReason.DIED
    if before.stop is not None and not is_objection:
        person.stop, person.stopped_at = before.stop, before.stopped_at
    elif before.stop is person.stop and before.stop is not None:
        person.stopped_at = before.stopped_at


def _said(logged: calls.Logged, person: Person, before: _Protected, *, is_undone: bool) -> str:
    """What the row entails, once what was decided otherwise is put back."""
    need = " Le besoin est noté." if logged.needs else ""
    if before.stop is not None and person.stop is not None:
        label = person.stop.label
        return f"Appel enregistré. Plus aucun appel à cette personne : {label}.{need}"
    if person.stop is not None:
        return logged.report.said
    if before.hold is not None:
        return f"Appel enregistré. Fiche à vérifier avant tout nouvel appel : {before.hold}.{need}"
    if is_undone:
        return f"Appel enregistré. Un appel plus récent a déjà décidé de la suite.{need}"
    return logged.report.said
