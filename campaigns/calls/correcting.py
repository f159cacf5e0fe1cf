"""Correcting one's own report, the same day: what it entailed is undone, then done again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from campaigns import care, journal, needs, reference, retry, weeks
from campaigns.calls import before, effects, foreseeing, raised
from campaigns.calls.filled import Filled
from campaigns.calls.revising import (
    Correction,
    keep_revision,
    opened_at,
    refuse_late,
    settle_doubts,
    settle_household,
    waiting_with,
)
from campaigns.models import (
    Call,
    CallRevision,
    Campaign,
    Enrolment,
    Line,
    Need,
    Person,
    Report,
    Result,
    User,
    Wish,
)
from campaigns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of a correction: the call as it stands, what comes next, the needs raised."""

    call: Call
    said: str
    needs: tuple[Need, ...]


def today(session: Session, user: User, campaign: Campaign, *, at: datetime) -> Sequence[Call]:
    """A caller's calls of the day (in Paris), the last first: those they may correct."""
    return session.scalars(
        sa.select(Call)
        .where(
            Call.volunteer_id == user.id,
            Call.campaign_id == campaign.id,
            Call.at >= weeks.at(weeks.local_day(at), 0),
            Call.at <= at,
        )
        .options(joinedload(Call.person).joinedload(Person.commune))
        .order_by(Call.at.desc(), Call.id.desc())
        .limit(200)
    ).all()


def own(session: Session, user: User, campaign: Campaign, call_id: int) -> Call | None:
    """A call this user made, whatever its day."""
    return session.scalar(
        sa.select(Call)
        .where(Call.id == call_id, Call.volunteer_id == user.id, Call.campaign_id == campaign.id)
        .options(joinedload(Call.person), joinedload(Call.line))
    )


def foresee(session: Session, call: Call, filled: Filled) -> str:
    """Say what saving the correction would entail; Refusal names the missing answer."""
    effect, enrolment = _effect(session, call, filled)
    return retry.say(effect, name=enrolment.person.short_name, now=call.at, mine=True)


def correct(
    session: Session,
    call: Call,
    *,
    filled: Filled,
    withdrawn: Collection[int] = (),
    by: User,
    at: datetime,
) -> Corrected:
    """Put right a report of today: what it said before is kept, what it entailed is done anew.

    ``filled.drafts`` are needs added, ``withdrawn`` ids of needs said by mistake. The call keeps
    its hour: delays run from it. Refusal when it is too late, when an answer is missing, or when
    somebody opened a need meanwhile; nothing is changed then.
    """
    session.execute(sa.select(Line.id).where(Line.id == call.line_id).with_for_update())
    refuse_late(session, call, at=at)
    campaign = session.get_one(Campaign, call.campaign_id)
    outcome = reference.outcomes()[retry.outcome_from(filled.answers)]
    kept = _withdraw(session, call, withdrawn, by=by, at=at)
    _check(outcome, filled, kept, rang_back=call.rang_back)
    effect, enrolment = _effect(session, call, filled)
    doubts_at = opened_at(call)
    keep_revision(session, call, by=by, at=at)
    was_heavy = call.is_heavy
    before.rewind(session, call, enrolment, before.of(session, call, enrolment), by=by)
    if not effect.needs_language:
        before.forget_language(session, call, enrolment.person)
    waiting = waiting_with(session, call, campaign=campaign)
    done = Correction(call, enrolment, outcome, filled.answers, campaign, by, at, waiting)
    _write(call, outcome, filled, effect, at=at)
    effects.apply(session, enrolment, effect, call=call, language=filled.language, by=by)
    _note_rights(enrolment, call, filled)
    found = _go_on(session, done, filled, kept, was_heavy=was_heavy)
    said = retry.say(effect, name=enrolment.person.short_name, now=call.at, mine=True)
    settle_doubts(session, done, since=doubts_at)
    settle_household(session, done)
    session.get_one(Report, call.report_id).said = said[:300]
    journal.record(session, "call_corrected", about=call, by=by, at=at, outcome=outcome.code)
    return Corrected(call, said, tuple(found))


def _go_on(
    session: Session, done: Correction, filled: Filled, kept: Sequence[Need], *, was_heavy: bool
) -> list[Need]:
    """What the corrected report sets going and the first one had not: needs, care, a reading."""
    call, campaign, by, at = done.call, done.campaign, done.by, done.at
    is_told = any(need.urgency <= "U1" for need in kept)
    found = raised.keep(
        session,
        done.enrolment.person,
        call,
        done.outcome,
        filled.drafts,
        campaign=campaign,
        is_told=is_told,
        by=by,
        at=at,
    )
    raised.look_after(session, call, found, campaign=campaign, is_new=not was_heavy, by=by, at=at)
    if not care.reviewing.is_asked(session, call):
        has_needs = bool(kept or found)
        care.sample(session, call, campaign=campaign, by=by, has_needs=has_needs, at=at)
    return found


def revisions(session: Session, call: Call) -> Sequence[CallRevision]:
    """What a report said before each correction, the oldest first."""
    return session.scalars(
        sa.select(CallRevision).where(CallRevision.call_id == call.id).order_by(CallRevision.id)
    ).all()


def _check(
    outcome: reference.Outcome, filled: Filled, kept: Sequence[Need], *, rang_back: bool
) -> None:
    raised.check(outcome, filled.drafts, rang_back=rang_back)
    if not outcome.contact and any(
        need.closed_at is None and need.category != raised.SILENCE for need in kept
    ):
        raise Refusal(
            "Un besoin a été noté pendant cet appel, mais personne n’aurait été joint : retirez "
            "le besoin, ou changez la première réponse.",
            field="spoke",
        )


def _effect(session: Session, call: Call, filled: Filled) -> tuple[retry.Effect, Enrolment]:
    outcome = reference.outcomes()[retry.outcome_from(filled.answers)]
    enrolment = session.get_one(Enrolment, call.enrolment_id)
    effect = foreseeing.effect(
        session,
        enrolment,
        outcome,
        filled.answers,
        phone_id=call.phone_id,
        at=call.at,
        past=before.of(session, call, enrolment).past,
    )
    return effect, enrolment


def _withdraw(
    session: Session, call: Call, withdrawn: Collection[int], *, by: User, at: datetime
) -> list[Need]:
    """Take back the needs said by mistake; give those that were told and stay so."""
    found = needs.withdrawing.of_call(session, call)
    for need in found:
        if need.id in withdrawn:
            needs.withdrawing.withdraw(session, need, by=by, at=at)
    return [need for need in found if need.result is not Result.WITHDRAWN]


def _write(
    call: Call, outcome: reference.Outcome, filled: Filled, effect: retry.Effect, *, at: datetime
) -> None:
    call.outcome = outcome.code
    call.is_conversation = outcome.conversation
    call.mood = filled.answers.mood
    call.wish = Wish(filled.answers.wish) if filled.answers.wish else None
    call.asked_at = effect.not_before if effect.appointment else None
    call.note = filled.note
    call.is_heavy = filled.is_heavy
    call.corrected_at = at


def _note_rights(enrolment: Enrolment, call: Call, filled: Filled) -> None:
    if filled.informed:
        enrolment.informed_at = enrolment.informed_at or call.at
    elif enrolment.informed_at == call.at:
        enrolment.informed_at = None
