"""What was true of a person before a call: told by the calls that came before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import people, quality
from campaigns.calls import effects, replaying
from campaigns.calls.foreseeing import Past
from campaigns.models import (
    Alarm,
    Call,
    Campaign,
    Enrolment,
    Objection,
    Person,
    Phone,
    QualityCase,
    QualityKind,
    Stage,
    StopReason,
    User,
    Wish,
)
from campaigns.retry import Attempt
from campaigns.sealing import Keys

_OTHER_LANGUAGE, _ALERT = "LANGUE", "JOINT_ALERTE"


@dataclass(frozen=True, slots=True)
class Before:
    """An enrolment as it stood when a call began."""

    attempts: tuple[Attempt, ...]
    wish: Wish
    stage: Stage
    cycle_started_at: datetime | None
    last_volunteer_id: int | None
    times_by_last: int
    last_conversation_at: datetime | None
    is_alarm: bool
    other_caller: bool

    @property
    def past(self) -> Past:
        """What the rules ask of it."""
        return Past(self.attempts, self.wish, self.last_conversation_at is not None)


def of(session: Session, call: Call, enrolment: Enrolment) -> Before:
    """Read again the calls before this one, the oldest first."""
    earlier = session.scalars(
        sa.select(Call)
        .where(
            Call.enrolment_id == enrolment.id,
            sa.or_(Call.at < call.at, sa.and_(Call.at == call.at, Call.id < call.id)),
        )
        .order_by(Call.at, Call.id)
    ).all()
    campaign = session.get_one(Campaign, enrolment.campaign_id)
    told = replaying.told(earlier, campaign=campaign, phones=enrolment.person.phones)
    talks = [one for one in earlier if one.is_conversation]
    said = [one.wish for one in earlier if one.wish is not None]
    # Nobody said a wish before: the one in force is the list’s, unless this call changed it.
    wish = said[-1] if said else (enrolment.wish if call.wish is None else Wish.UNDECIDED)
    return Before(
        attempts=tuple(Attempt(one.at, one.outcome) for one in told.cycle),
        wish=wish,
        # A call that closed no cycle left the stage as it was.
        stage=told.stage if enrolment.cycle_started_at is None else enrolment.stage,
        cycle_started_at=told.cycle[0].at if told.cycle else None,
        last_volunteer_id=told.voice,
        times_by_last=_times_by_last(talks, voice=told.voice),
        last_conversation_at=talks[-1].at if talks else None,
        is_alarm=told.is_alarm or _was_sought(session, call, enrolment),
        other_caller=told.other_caller,
    )


def rewind(session: Session, call: Call, enrolment: Enrolment, before: Before, *, by: User) -> None:
    """Undo what a call wrote: the enrolment, a stop, a hold, a dropped number, a point to check.

    What somebody else wrote since stays.
    """
    person, at = enrolment.person, call.at
    for name in (
        "wish",
        "stage",
        "cycle_started_at",
        "last_volunteer_id",
        "times_by_last",
        "last_conversation_at",
        "is_alarm",
        "other_caller",
    ):
        setattr(enrolment, name, getattr(before, name))
    if person.stop is not None and person.stopped_at == at:
        if person.stop is StopReason.OBJECTED:
            _forget_objection(session, enrolment, since=at)
        person.stop = person.stopped_at = None
    if person.hold is not None and person.hold == effects.HOLDS.get(call.outcome):
        person.hold = None
    session.execute(
        sa.update(Phone)
        .where(
            Phone.person_id.in_(
                [one.id for one in people.of_household(session, person.household_id)]
            ),
            Phone.invalid_at == at,
        )
        .values(invalid_at=None)
    )
    _close_cases(session, call, by=by)


def forget_language(session: Session, call: Call, person: Person) -> None:
    """The language a call noted is not theirs after all; one told another time, or written on the
    record by hand, stays."""
    told = sa.select(Call.id).where(
        Call.person_id == person.id, Call.outcome == _OTHER_LANGUAGE, Call.id != call.id
    )
    by_hand = "language" in person.by_hand.split()
    if call.outcome == _OTHER_LANGUAGE and not by_hand and session.scalar(told.limit(1)) is None:
        person.language = ""


def _close_cases(session: Session, call: Call, *, by: User) -> None:
    """The points to check that this call opened need no look any more."""
    kind = effects.TO_CHECK.get(call.outcome)
    kinds = {QualityKind.NUMBER} if kind is None else {QualityKind.NUMBER, kind}
    opened = session.scalars(
        sa.select(QualityCase.kind).where(
            QualityCase.person_id == call.person_id,
            QualityCase.opened_at == call.at,
            QualityCase.closed_at.is_(None),
        )
    )
    if found := kinds.intersection(opened):
        result = "Compte rendu corrigé par la personne qui a appelé."
        quality.settle(session, call.person, found, result=result, by=by, at=call.at)


def _forget_objection(session: Session, enrolment: Enrolment, *, since: datetime) -> None:
    """The « no » noted by mistake leaves no fingerprint; an older one stays."""
    keys: Keys = session.info["keys"]
    marks = people.fingerprints(keys.objection, enrolment.person)
    session.execute(
        sa.delete(Objection).where(Objection.fingerprint.in_(marks), Objection.made_at >= since)
    )


def _times_by_last(talks: Sequence[Call], *, voice: int | None) -> int:
    count = 0
    for one in reversed(talks):
        if one.volunteer_id != voice:
            break
        count += 1
    return count


def _was_sought(session: Session, call: Call, enrolment: Enrolment) -> bool:
    """Whether the call followed up a « levée de doute », or one is open: so does the next."""
    if enrolment.is_alarm and call.outcome != _ALERT:
        return True
    alarm = sa.select(Alarm.id).where(
        Alarm.person_id == call.person_id,
        Alarm.campaign_id == call.campaign_id,
        Alarm.closed_at.is_(None),
    )
    return session.scalar(alarm.limit(1)) is not None
