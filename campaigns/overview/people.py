"""The campaign's people, by what stands between them and a call; what the instance keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import capacity
from campaigns.models import (
    Barred,
    Call,
    Campaign,
    Enrolment,
    Need,
    NeedState,
    Objection,
    Person,
    Phone,
    Stage,
    StopReason,
)
from campaigns.sheets import Measured, measured, owed


class RegularCalls(TypedDict):
    """The two figures of ``capacity.ahead`` about the people already reached."""

    roster: float | None
    joining: float


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the campaign's people stand. The causes and ``ready`` add up to ``total``."""

    total: int
    stopped: int
    to_confirm: int
    no_number: int
    ready: int
    reached: int  # spoken to at least once, among all


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is left of the first calls, and when they end at today's pace.

    ``reach`` is the share of attempts that become a conversation; ``ends_in`` and
    ``ends_in_with_more`` count weeks, None when the sweep never ends.
    """

    people: int
    households: int
    volunteers: int
    reach: float
    is_measured: bool
    ends_in: int | None
    ends_in_with_more: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What personal data the instance holds, for the DPO."""

    people: int
    stopped: int
    objected: int
    fingerprints: int
    calls: int
    needs: int
    open_needs: int
    barred: int


def targets(session: Session, campaign: Campaign) -> Targets:
    """Count the campaign's people by what stands between them and a call.

    ``ready`` is ``owed.is_callable``, the rule of the split and of the queues.
    """
    usable = (
        sa.select(sa.literal(1))
        .where(Phone.person_id == Person.id, Phone.invalid_at.is_(None))
        .exists()
    )
    cause = sa.case(
        (Person.stop.is_not(None), "stopped"),
        (Person.hold.is_not(None), "to_confirm"),
        (~usable, "no_number"),
        else_="ready",
    )
    rows = session.execute(
        sa.select(
            cause,
            sa.func.count(),
            sa.func.count(Enrolment.last_conversation_at),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.campaign_id == campaign.id)
        .group_by(cause)
    ).all()
    found = {row[0]: int(row[1]) for row in rows}
    names = ("stopped", "to_confirm", "no_number", "ready")
    return Targets(
        total=sum(found.values()),
        reached=sum(int(row[2]) for row in rows),
        **{name: found.get(name, 0) for name in names},
    )


def waiting_for_first_call(session: Session, campaign: Campaign) -> int:
    """Callable people of the first sweep nobody has spoken to yet."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .where(
                Enrolment.campaign_id == campaign.id,
                Enrolment.stage == Stage.SWEEP,
                owed.is_callable(),
            )
        )
        or 0
    )


def sweep(session: Session, campaign: Campaign, *, at: datetime, more: int = 20) -> Sweep:
    """Say who still waits for a first call and when the sweep ends, measured where it can be."""
    found = measured(session, campaign, at=at)
    ends = capacity.forecast(
        found.households_left,
        people=found.people_left,
        volunteers=found.volunteers,
        attempts_each=found.attempts_each or campaign.pace,
        share=campaign.sweep_percent / 100,
        reach=found.pick_up,
        more=more,
        **regular_calls(found),
    )
    return Sweep(
        found.people_left,
        found.households_left,
        found.volunteers,
        found.pick_up,
        found.is_measured,
        ends.weeks,
        ends.weeks_with_more,
    )


def regular_calls(found: Measured) -> RegularCalls:
    """What a forecast is told of the regular calls: nothing before anybody was reached, it then
    counts on them to take all that is not kept for the sweep."""
    if found.joining is None:
        return {"roster": None, "joining": 0.0}
    return {"roster": found.weekly_roster, "joining": found.joining}


def kept(session: Session) -> Kept:
    """Count what the instance keeps about people, all campaigns together."""
    people, stopped, objected = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(Person.stop),
            sa.func.count().filter(Person.stop == StopReason.OBJECTED),
        ).select_from(Person)
    ).one()
    needs, open_needs = session.execute(
        sa.select(
            sa.func.count(), sa.func.count().filter(Need.state != NeedState.CLOSED)
        ).select_from(Need)
    ).one()
    fingerprints, calls, barred = (
        session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
        for model in (Objection, Call, Barred)
    )
    return Kept(people, stopped, objected, fingerprints, calls, needs, open_needs, barred)
