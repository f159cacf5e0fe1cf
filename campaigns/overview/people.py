"""The campaign's people, by what stands between them and a call; what the instance keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
from campaigns.overview.presence import Presence
from campaigns.sheets import owed

# Handbook, section 1: one attempt in two answered, until the campaign has its own figure.
_EXPECTED_REACH = 0.5
_ENOUGH_CALLS = 100
_MEASURED_OVER = timedelta(weeks=4)


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
    return _left(session, campaign)[0]


def sweep(
    session: Session, campaign: Campaign, present: Presence, *, at: datetime, more: int = 20
) -> Sweep:
    """Say who still waits for a first call and when the sweep ends, measured where it can be.

    ``present`` are this week’s volunteers. The pick-up rate is that of the last weeks once there
    are calls enough, else the expected one.
    """
    people, households = _left(session, campaign)
    givers = present.total - present.without_half_day
    measured = _reach(session, campaign, at=at)
    reach = _EXPECTED_REACH if measured is None else measured
    forecast = capacity.forecast(
        households,
        people=people,
        volunteers=givers,
        attempts_each=present.room / givers if givers else campaign.pace,
        share=campaign.sweep_percent / 100,
        reach=reach,
        more=more,
    )
    return Sweep(
        people,
        households,
        givers,
        reach,
        measured is not None,
        forecast.weeks,
        forecast.weeks_with_more,
    )


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


def _left(session: Session, campaign: Campaign) -> tuple[int, int]:
    """People, and the households they make."""
    row = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.distinct(Person.household_id)))
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.stage == Stage.SWEEP,
            owed.is_callable(),
        )
    ).one()
    return row[0], row[1]


def _reach(session: Session, campaign: Campaign, *, at: datetime) -> float | None:
    attempts, conversations = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(Call.is_conversation.is_(True))).where(
            Call.campaign_id == campaign.id, Call.at >= at - _MEASURED_OVER, Call.at < at
        )
    ).one()
    return conversations / attempts if attempts >= _ENOUGH_CALLS else None
