"""What was true of a person before a call: told by the calls that came before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import people, quality, reference
from campaigns.calls import rules
from campaigns.calls.effects import HOLDS, TO_CHECK, is_attempt
from campaigns.calls.foreseeing import Past
from campaigns.models import (
    Call,
    Campaign,
    Enrolment,
    Objection,
    Phone,
    QualityCase,
    Stage,
    StopReason,
    User,
    Wish,
)
from campaigns.retry import Attempt
from campaigns.sealing import Keys

_ROSTER = frozenset({Wish.WEEKLY, Wish.FORTNIGHTLY, Wish.MONTHLY})


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
    most = rules.of(campaign, call.at.year).max_per_cycle
    cycle = _open_cycle(earlier, most=most)
    talks = [one for one in earlier if one.is_conversation]
    said = [one.wish for one in earlier if one.wish is not None]
    # Nobody said a wish before: the one in force is the list's, unless this call changed it.
    wish = said[-1] if said else (enrolment.wish if call.wish is None else Wish.UNDECIDED)
    return Before(
        attempts=tuple(Attempt(one.at, one.outcome) for one in cycle),
        wish=wish,
        stage=_stage(earlier, wish),
        cycle_started_at=cycle[0].at if cycle else None,
        last_volunteer_id=talks[-1].volunteer_id if talks else None,
        times_by_last=_times_by_last(talks),
        last_conversation_at=talks[-1].at if talks else None,
        is_alarm=_is_alarm(earlier),
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
    ):
        setattr(enrolment, name, getattr(before, name))
    if person.stop is not None and person.stopped_at == at:
        if person.stop is StopReason.OBJECTED:
            _forget_objection(session, enrolment, since=at)
        person.stop = person.stopped_at = None
    if person.hold is not None and person.hold == HOLDS.get(call.outcome):
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


def _close_cases(session: Session, call: Call, *, by: User) -> None:
    """The points to check that this call opened need no look any more."""
    kind = TO_CHECK.get(call.outcome)
    if kind is None:
        return
    opened = sa.select(QualityCase.id).where(
        QualityCase.person_id == call.person_id,
        QualityCase.opened_at == call.at,
        QualityCase.kind == kind,
        QualityCase.closed_at.is_(None),
    )
    if session.scalar(opened.limit(1)) is not None:
        result = "Compte rendu corrigé par la personne qui a appelé."
        quality.settle(session, call.person, {kind}, result=result, by=by, at=call.at)


def _forget_objection(session: Session, enrolment: Enrolment, *, since: datetime) -> None:
    """The « no » noted by mistake leaves no fingerprint; an older one stays."""
    keys: Keys = session.info["keys"]
    marks = people.fingerprints(keys.objection, enrolment.person)
    session.execute(
        sa.delete(Objection).where(Objection.fingerprint.in_(marks), Objection.made_at >= since)
    )


def _open_cycle(earlier: Sequence[Call], *, most: int) -> list[Call]:
    """The attempts of the cycle still open when the call began."""
    cycle: list[Call] = []
    for one in earlier:
        if is_attempt(one):
            cycle.append(one)
        if reference.outcomes()[one.outcome].closes_cycle or len(cycle) >= most:
            cycle = []
    return cycle


def _stage(earlier: Sequence[Call], wish: Wish) -> Stage:
    closings = (reference.outcomes()[one.outcome].closes_cycle for one in earlier)
    if wish in _ROSTER:
        return Stage.ROSTER
    return Stage.RESTING if any(closings) else Stage.SWEEP


def _times_by_last(talks: Sequence[Call]) -> int:
    count = 0
    for one in reversed(talks):
        if one.volunteer_id != talks[-1].volunteer_id:
            break
        count += 1
    return count


def _is_alarm(earlier: Sequence[Call]) -> bool:
    for one in reversed(earlier):
        if one.outcome == "JOINT_ALERTE":
            return True
        if one.is_conversation or reference.outcomes()[one.outcome].closes_cycle:
            return False
    return False
