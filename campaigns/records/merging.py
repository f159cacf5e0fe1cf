"""Two records of one person made one: nothing said, asked or refused under either name is lost."""

from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, pairing, people, quality
from campaigns.models import (
    Alarm,
    Barred,
    Call,
    CallSuggestion,
    Correction,
    Enrolment,
    FileNumber,
    GoodNews,
    MatchChoice,
    Need,
    Person,
    Phone,
    Provenance,
    QualityCase,
    QualityKind,
    RightsRequest,
    Stage,
    StopReason,
    User,
    Wish,
)
from campaigns.records.given import FIELDS
from campaigns.refusal import Refusal

_KEEP_ASIDE = {QualityKind.HOLD, QualityKind.MOVED, QualityKind.OTHER}
Day = TypeVar("Day", date, datetime)
# Of two stages, the one that calls the person soonest.
_ORDER = (Stage.ROSTER, Stage.SWEEP, Stage.RESTING, Stage.UNREACHABLE)


def merge(session: Session, kept: Person, double: Person, *, by: User, at: datetime) -> None:
    """Join a double to the record that stays: calls, needs, numbers and file numbers follow.

    What the kept record leaves empty is filled from the other. Whoever asked not to be called under
    either record is not called. The double stays as a reference to the other, never called.
    Refusal when a record is joined already, or when both are the same.
    """
    if kept.id == double.id:
        raise Refusal("C’est la même fiche : choisissez-en une autre.")
    for one in (kept, double):
        if one.merged_into_id is not None:
            raise Refusal(f"La fiche {one.reference} est déjà réunie à P-{one.merged_into_id}.")
    _fill(kept, double)
    _enrolments(session, kept, double)
    said: tuple[
        sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[int | None], ...
    ] = (
        Need.person_id,
        FileNumber.person_id,
        Correction.person_id,
        Alarm.person_id,
        GoodNews.person_id,
        CallSuggestion.person_id,
        RightsRequest.person_id,
    )
    for column in said:
        _hand_over(session, column, kept, double)
    _hand_over(session, Provenance.person_id, kept, double, but=Provenance.source)
    _hand_over(session, MatchChoice.person_id, kept, double, but=MatchChoice.row_key)
    _phones(session, kept, double)
    _bars(session, kept, double)
    pairing.follow(session, kept, double)
    _regroup(session, kept, double)
    _stops(session, kept, double, by=by, at=at)
    _cases(session, kept, double, by=by, at=at)
    double.merged_into_id = kept.id
    double.stop, double.stopped_at, double.hold = StopReason.DUPLICATE, at, None
    kept.updated_at = double.updated_at = at
    journal.record(session, "people_merged", about=kept, by=by, at=at, double=double.id)


def _fill(kept: Person, double: Person) -> None:
    for name in (*FIELDS, "insee"):
        if not getattr(kept, name) and getattr(double, name):
            setattr(kept, name, getattr(double, name))
    kept.schemes = " ".join(dict.fromkeys((*kept.schemes.split(), *double.schemes.split())))[:80]
    kept.by_hand = " ".join(dict.fromkeys((*kept.by_hand.split(), *double.by_hand.split())))[:300]


def _enrolments(session: Session, kept: Person, double: Person) -> None:
    """One enrolment a campaign; the calls made under the other follow it."""
    mine = {one.campaign_id: one for one in _enrolled(session, kept)}
    for other in _enrolled(session, double):
        one = mine.get(other.campaign_id)
        if one is None:
            other.person_id = kept.id
            target = other.id
        else:
            _combine(one, other)
            target = one.id
        # A report that names both keeps a call for each: the double's own stays where it is.
        both = sa.select(Call.report_id).where(Call.person_id == kept.id)
        session.execute(
            sa.update(Call)
            .where(Call.enrolment_id == other.id, Call.report_id.not_in(both))
            .values(person_id=kept.id)
        )
        session.execute(
            sa.update(Call).where(Call.enrolment_id == other.id).values(enrolment_id=target)
        )
        if one is not None:
            session.delete(other)
    session.flush()


def _enrolled(session: Session, person: Person) -> list[Enrolment]:
    return list(session.scalars(sa.select(Enrolment).where(Enrolment.person_id == person.id)))


def _combine(one: Enrolment, other: Enrolment) -> None:
    """What protects the person wins; else the last wish, the soonest call, the last voice."""
    one.wish = _wish(one, other)
    one.suspended_until = _last(one.suspended_until, other.suspended_until)
    one.not_before_at = _last(one.not_before_at, other.not_before_at)
    one.cycle_started_at = _first(one.cycle_started_at, other.cycle_started_at)
    one.other_caller = one.other_caller or other.other_caller
    one.stage = min((one.stage, other.stage), key=_ORDER.index)
    one.priority = min(one.priority, other.priority)
    one.is_alarm = one.is_alarm or other.is_alarm
    one.appointment_at = _first(one.appointment_at, other.appointment_at)
    one.informed_at = _first(one.informed_at, other.informed_at)
    if one.next_due_on is None or (other.next_due_on and other.next_due_on < one.next_due_on):
        one.next_due_on = other.next_due_on
    heard = other.last_conversation_at
    if heard and (one.last_conversation_at is None or heard > one.last_conversation_at):
        one.last_conversation_at = heard
        one.last_volunteer_id = other.last_volunteer_id
        one.times_by_last = other.times_by_last


def _wish(one: Enrolment, other: Enrolment) -> Wish:
    """« Plus jamais » holds; else what was said in the last conversation, if anything was."""
    if Wish.NEVER in (one.wish, other.wish):
        return Wish.NEVER
    if Wish.UNDECIDED in (one.wish, other.wish):
        return other.wish if one.wish is Wish.UNDECIDED else one.wish
    heard, other_heard = one.last_conversation_at, other.last_conversation_at
    is_later = other_heard is not None and (heard is None or other_heard > heard)
    return other.wish if is_later else one.wish


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _last(one: Day | None, other: Day | None) -> Day | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _hand_over(
    session: Session,
    column: sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[int | None],
    kept: Person,
    double: Person,
    *,
    but: sa.orm.InstrumentedAttribute[str] | None = None,
) -> None:
    """Give the rows of the double to the kept record; ``but`` is what each record has once."""
    model = column.class_
    whose = column == double.id
    if but is not None:
        had = sa.select(but).where(column == kept.id)
        session.execute(sa.delete(model).where(whose, but.in_(had)))
    session.execute(sa.update(model).where(whose).values({column.key: kept.id}))


def _phones(session: Session, kept: Person, double: Person) -> None:
    known = {one.e164 for one in kept.phones}
    place = len(kept.phones)
    for one in double.phones:
        if one.e164 not in known:
            kept.phones.append(
                Phone(position=place, e164=one.e164, label=one.label, invalid_at=one.invalid_at)
            )
            place += 1
    session.flush()


def _regroup(session: Session, kept: Person, double: Person) -> None:
    """Whoever lived with the double answers the same telephone as the record that stays."""
    if kept.household_id == double.household_id:
        return
    numbers = {one.e164 for one in kept.phones if one.invalid_at is None}
    others = [
        one
        for one in people.of_household(session, double.household_id)
        if one.id != double.id and numbers & {p.e164 for p in one.phones if p.invalid_at is None}
    ]
    if not others:
        return
    if len(people.of_household(session, kept.household_id)) == 1:
        kept.household_id = double.household_id
    else:
        for one in others:
            one.household_id = kept.household_id
    session.flush()
    session.refresh(kept, ["household"])


def _bars(session: Session, kept: Person, double: Person) -> None:
    """A volunteer who knows the one knows the other."""
    if kept.household_id == double.household_id:
        return
    had = set(
        session.scalars(
            sa.select(Barred.volunteer_id).where(Barred.household_id == kept.household_id)
        )
    )
    for bar in session.scalars(
        sa.select(Barred).where(Barred.household_id == double.household_id)
    ).all():
        if bar.volunteer_id not in had:
            session.add(
                Barred(household_id=kept.household_id, volunteer_id=bar.volunteer_id, at=bar.at)
            )


def _stops(session: Session, kept: Person, double: Person, *, by: User, at: datetime) -> None:
    """A « no » under either record holds for the person; so does what somebody must check."""
    if double.stop is not None and kept.stop is not StopReason.OBJECTED:
        if kept.stop is None or double.stop is StopReason.OBJECTED:
            people.stop(session, kept, reason=double.stop, by=by, at=at)
    elif kept.stop is StopReason.OBJECTED:
        # Again under every name and number the joined record now has: no list brings them back.
        people.stop(session, kept, reason=StopReason.OBJECTED, by=by, at=at)


def _cases(session: Session, kept: Person, double: Person, *, by: User, at: datetime) -> None:
    _hand_over(session, QualityCase.person_id, kept, double)
    session.flush()
    cases = quality.of_person(session, kept)
    doubles = [one for one in cases if one.kind is QualityKind.DOUBLE]
    # Kept aside for this very doubt, they are not any more; for another reason, they stay so.
    doubts = {one.detail for one in doubles}
    others = [one.detail for one in cases if one.kind in _KEEP_ASIDE and one.detail not in doubts]
    reasons = [hold for hold in (kept.hold, double.hold) if hold and hold not in doubts]
    kept.hold = None if kept.stop else next(iter([*reasons, *others]), None)
    result = f"Fiches réunies : {double.reference} dans {kept.reference}."
    for case in doubles:
        quality.close(session, case, result=result, by=by, at=at)
