"""What a corrected report changes beside its own call: the household, and who was looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import alarms, journal, reference, retry, sheets, weeks
from campaigns.calls import before, effects, foreseeing, rules
from campaigns.calls.lines import everybody_at, waits_now
from campaigns.models import (
    Alarm,
    AlarmEnding,
    Call,
    CallRevision,
    Campaign,
    Enrolment,
    Line,
    QualityCase,
    Rung,
    Stage,
    User,
)
from campaigns.refusal import Refusal

_NOT_TRIED = "NON_TRAITE"
_KEPT = ("outcome", "is_conversation", "mood", "wish", "note", "is_heavy")
# Nobody spoke, or the number is wrong: it is so for the whole household.
_FOR_ALL = frozenset({"Sans contact", "Numéro"})
_WITHOUT_A_TURN = frozenset({Stage.RESTING, Stage.UNREACHABLE})
_REACHED = "Compte rendu corrigé : la personne avait répondu."


@dataclass(frozen=True, slots=True)
class Correction:
    """A call as it stands once corrected, whose it is, and who corrects it."""

    call: Call
    enrolment: Enrolment
    outcome: reference.Outcome
    answers: retry.Answers
    campaign: Campaign
    by: User
    at: datetime
    waiting: frozenset[int]  # enrolments of the household that stood to be called with the person


def why_not(session: Session, call: Call, *, at: datetime) -> str:
    """Why a report cannot be corrected any more, in a sentence; nothing when it can."""
    if weeks.local_day(call.at) != weeks.local_day(at):
        return (
            "Un compte rendu se corrige le jour même. Dites à la coordination ce qu’il faut "
            "changer : elle le fera."
        )
    later = sa.select(Call.id).where(
        Call.enrolment_id == call.enrolment_id,
        Call.id > call.id,
        sa.or_(Call.outcome != _NOT_TRIED, Call.corrected_at.is_(None)),
    )
    if session.scalar(later.limit(1)) is not None:
        return (
            "Un autre appel à cette personne a été noté depuis : corrigez plutôt le dernier, ou "
            "dites à la coordination ce qu’il faut changer."
        )
    stopped_at = call.person.stopped_at
    if stopped_at is not None and stopped_at != call.at:
        return "La fiche de cette personne a été fermée depuis : parlez-en à la coordination."
    if stopped_at is not None and _is_verified(session, call):
        return (
            "La coordination a vérifié ce que vous aviez noté, et la fiche est fermée : "
            "parlez-lui-en."
        )
    return ""


def _is_verified(session: Session, call: Call) -> bool:
    """Whether somebody else looked at what a call reported: a death, a move to a home."""
    looked = sa.select(QualityCase.id).where(
        QualityCase.person_id == call.person_id,
        QualityCase.opened_at == call.at,
        QualityCase.kind == effects.TO_CHECK.get(call.outcome),
        QualityCase.closed_by_id != call.volunteer_id,
    )
    return session.scalar(looked.limit(1)) is not None


def keep_revision(session: Session, call: Call, *, by: User, at: datetime) -> None:
    """Keep what a call says before it is corrected."""
    held: dict[str, Any] = {name: getattr(call, name) for name in _KEPT}  # Any: JSON values
    held["asked_at"] = call.asked_at.isoformat() if call.asked_at else None
    session.add(CallRevision(call_id=call.id, at=at, by_id=by.id, before=held))


def waiting_with(session: Session, call: Call, *, campaign: Campaign) -> frozenset[int]:
    """Who of the household stood to be called with the person, and nobody called since.

    Asked before the corrected report drops a number they share.
    """
    line = session.get_one(Line, call.line_id)
    since = sa.select(Call.enrolment_id).where(
        Call.campaign_id == campaign.id, Call.at >= call.at, Call.outcome != _NOT_TRIED
    )
    members = everybody_at(session, line, campaign=campaign)
    called = set(session.scalars(since.where(Call.enrolment_id.in_([one.id for one in members]))))
    return frozenset(
        one.id for one in members if one.id not in called and waits_now(one, line, at=call.at)
    )


def settle_household(session: Session, done: Correction) -> None:
    """Who else the report speaks of once corrected, and the line as it stands then.

    Nobody answered after all: whoever was called on that line with them was tried too. Somebody
    answered after all: the others were not tried, and are owed their call.
    """
    line = session.get_one(Line, done.call.line_id)
    members = everybody_at(session, line, campaign=done.campaign)
    others = {
        one.enrolment_id: one
        for one in session.scalars(
            sa.select(Call).where(Call.report_id == done.call.report_id, Call.id != done.call.id)
        )
    }
    called = [done.enrolment]
    for theirs in members:
        if theirs.id == done.enrolment.id:
            continue
        other = others.get(theirs.id)
        if other is None:
            if _is_for_all(done) and theirs.id in done.waiting:
                _try_too(session, done, theirs)
                called.append(theirs)
        elif not why_not(session, other, at=done.at):
            if not done.outcome.contact:
                called.append(theirs)
            _follow(session, done, other, theirs)
    line.closed_at = line.next_at = None
    present = [one for one in members if one.person.stop is None and one.person.hold is None]
    effects.settle_line(session, line, present, called=called, at=done.call.at)
    if line.sheet.volunteer_id != done.by.id:
        told = f"{done.by.first_name} a corrigé son appel à un foyer de votre feuille."
        sheets.notices.post(session, {line.sheet_id: told}, at=done.at)


def opened_at(call: Call) -> list[datetime]:
    """When a call, as it stands, may have opened a « levée de doute » by itself."""
    return [one for one in (call.at, call.corrected_at) if one is not None]


def settle_doubts(session: Session, done: Correction, *, since: Sequence[datetime]) -> None:
    """What the correction says of « levées de doute ».

    One that an earlier version opened by itself (at one of ``since``) is closed when the person
    had answered and was not doing badly; when a coordinator has it, they read it and close it
    themselves. A doubt the caller ticked is never taken back here. Nobody answered after all, or
    what they said is confused: it is weighed as for any call, and one still open keeps its
    follow-up.
    """
    opened = _opened(session, done, since)
    if not done.call.is_conversation or done.outcome.alert is not None:
        hours = rules.of(done.campaign, done.at.year)
        alarms.after_call(session, done.call, done.enrolment, rules=hours, by=done.by, at=done.at)
        if opened and (done.outcome.no_answer or done.outcome.alert is not None):
            done.enrolment.is_alarm = True
            alarms.follow_up(done.enrolment, hours, at=done.at)
        return
    for alarm in opened:
        _answer(session, done, alarm)


def _opened(session: Session, done: Correction, since: Sequence[datetime]) -> Sequence[Alarm]:
    """The doubts earlier versions of a report opened by themselves, and that are still open."""
    return session.scalars(
        sa.select(Alarm).where(
            Alarm.person_id == done.call.person_id,
            Alarm.campaign_id == done.campaign.id,
            Alarm.closed_at.is_(None),
            Alarm.opened_by_id.is_(None),
            Alarm.opened_at.in_(since),
        )
    ).all()


def _answer(session: Session, done: Correction, alarm: Alarm) -> None:
    """Close a doubt nobody took; tell whoever took it."""
    by, at = done.by, done.at
    if alarm.owner_id is not None:
        rung = Rung.OTHER_NUMBER
        alarms.note_try(session, alarm, rung, reached=True, say=_REACHED, by=by, at=at)
        return
    well, version = AlarmEnding.FOUND_WELL, alarm.version
    alarms.close(session, alarm, well, note=_REACHED, by=by, version=version, at=at)


def _is_for_all(done: Correction) -> bool:
    return done.outcome.group in _FOR_ALL and not done.call.rang_back


def _try_too(session: Session, done: Correction, theirs: Enrolment) -> None:
    """The call of somebody of the household, whom the same ringing did not find either."""
    call = Call(
        campaign_id=theirs.campaign_id,
        report_id=done.call.report_id,
        line_id=done.call.line_id,
        enrolment_id=theirs.id,
        person_id=theirs.person_id,
        volunteer_id=done.call.volunteer_id,
        phone_id=done.call.phone_id,
        guide_version_id=done.call.guide_version_id,
        at=done.call.at,
        outcome=_NOT_TRIED,
        is_conversation=False,
        corrected_at=done.at,
    )
    session.add(call)
    session.flush()  # its alarm and the journal name call.id
    _write_outcome(session, done, call, theirs)
    outcome = done.outcome.code
    journal.record(session, "call_logged", about=call, by=done.by, at=done.at, outcome=outcome)


def _follow(session: Session, done: Correction, other: Call, theirs: Enrolment) -> None:
    """Put right the call of somebody else the same report spoke of."""
    if _is_for_all(done):
        if other.outcome == done.outcome.code:
            return
        _undo(session, done, other, theirs)
        _write_outcome(session, done, other, theirs)
    elif done.outcome.contact and other.outcome != _NOT_TRIED:
        _undo(session, done, other, theirs)
        _give_back(other, theirs)


def _undo(session: Session, done: Correction, other: Call, theirs: Enrolment) -> None:
    was = before.of(session, other, theirs)
    keep_revision(session, other, by=done.by, at=done.at)
    before.rewind(session, other, theirs, was, by=done.by)
    other.corrected_at = done.at


def _write_outcome(session: Session, done: Correction, call: Call, theirs: Enrolment) -> None:
    past = before.of(session, call, theirs).past
    effect = foreseeing.effect(
        session,
        theirs,
        done.outcome,
        done.answers,
        phone_id=call.phone_id,
        at=call.at,
        past=past,
    )
    call.outcome, call.is_conversation = done.outcome.code, False
    effects.apply(session, theirs, effect, call=call, language="", by=done.by)
    hours = rules.of(done.campaign, done.at.year)
    alarms.after_call(session, call, theirs, rules=hours, by=done.by, at=done.at)


def _give_back(other: Call, theirs: Enrolment) -> None:
    """Nobody tried them after all: their attempt counts for nothing, their call is owed again."""
    theirs.appointment_at = theirs.suspended_until = None
    # Their cycle was open, or they had a day of their own: it was their turn.
    is_theirs = theirs.cycle_started_at is not None or theirs.stage in _WITHOUT_A_TURN
    theirs.not_before_at = other.at if is_theirs else None
    if theirs.stage is Stage.ROSTER:
        theirs.next_due_on = weeks.local_day(other.at)
    other.outcome, other.is_conversation = _NOT_TRIED, False
    other.mood = other.wish = other.asked_at = None


def refuse_late(session: Session, call: Call, *, at: datetime) -> None:
    """Refusal when a report cannot be corrected any more."""
    if say := why_not(session, call, at=at):
        raise Refusal(say)
