"""The campaign's people, by what stands between them and a call; what the instance keeps."""

from collections.abc import Collection
from dataclasses import dataclass, fields
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
    Stage,
    StopReason,
    Wish,
)
from campaigns.overview import area
from campaigns.sheets import Measured, measured, owed, waiting


class RegularCalls(TypedDict):
    """The two figures of ``capacity.ahead`` about the people already reached."""

    roster: float | None
    joining: float


@dataclass(frozen=True, slots=True)
class Targets:
    """Where the people stand in a week, each once: all but the last two add up to ``total``.

    Owed a call in the week: ``placed`` on a sheet, ``waiting`` on the list, or ``arrived`` since
    the split (all of them, before there is one). Not owed one: ``later`` in another week,
    ``resting`` since nobody has to call again, ``unreachable``, ``away`` until the week is over.
    May not be called: ``no_number``, ``to_confirm``, ``stopped``.
    """

    placed: int
    waiting: int
    arrived: int
    later: int
    resting: int
    unreachable: int
    away: int
    no_number: int
    to_confirm: int
    stopped: int
    reached: int  # spoken to at least once, among all
    weekly_waiting: int  # who asked for a call each week, among those waiting

    @property
    def due(self) -> int:
        """People owed a call in the week, as the split counts them."""
        return self.placed + self.waiting + self.arrived

    @property
    def ready(self) -> int:
        """People who may be called, this week or another."""
        return self.due + self.later + self.resting + self.unreachable + self.away

    @property
    def blocked(self) -> int:
        """People who may not be called."""
        return self.no_number + self.to_confirm + self.stopped

    @property
    def total(self) -> int:
        """People of the campaign."""
        return self.ready + self.blocked


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


def targets(
    session: Session, campaign: Campaign, week: str, *, within: Collection[int] | None = None
) -> Targets:
    """Count the campaign's people by where they stand in a week; ``within`` these territories.

    The rules are those of the split and of the queues (``owed``, ``waiting``): who is due here is
    who they would serve. One statement.
    """
    query = (
        sa.select(
            _standing(campaign, week).label("stands"),
            sa.func.count(),
            sa.func.count(Enrolment.last_conversation_at),
            sa.func.count().filter(Enrolment.wish == Wish.WEEKLY),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.campaign_id == campaign.id, *area.lives(within))
        .group_by(sa.text("stands"))
    )
    rows = session.execute(query).all()
    found = {row[0]: int(row[1]) for row in rows}
    names = [one.name for one in fields(Targets)][:-2]
    return Targets(
        **{name: found.get(name, 0) for name in names},
        reached=sum(int(row[2]) for row in rows),
        weekly_waiting=sum(int(row[3]) for row in rows if row[0] == "waiting"),
    )


def _standing(campaign: Campaign, week: str) -> sa.ColumnElement[str]:
    """The name of the field of ``Targets`` each person counts in."""
    return sa.case(
        (Person.stop.is_not(None), "stopped"),
        (Person.hold.is_not(None), "to_confirm"),
        (~owed.has_number(), "no_number"),
        (~owed.is_not_away(week), "away"),
        (owed.stream_in(week).is_not(None), waiting.place(campaign, week)),
        (Enrolment.stage == Stage.RESTING, "resting"),
        (Enrolment.stage == Stage.UNREACHABLE, "unreachable"),
        else_="later",
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
