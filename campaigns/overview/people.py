"""The campaign's people, by what stands between them and a call; when all had their first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import capacity
from campaigns.models import Campaign, Enrolment, Person, Stage, Wish
from campaigns.overview import area
from campaigns.sheets import Measured, owed, waiting


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


_MAY_NOT_BE_CALLED = ("no_number", "to_confirm", "stopped")
_STANDS = tuple(field.name for field in fields(Targets))[:-2]


@dataclass(frozen=True, slots=True)
class Headcount:
    """The people of a campaign in a week, and households where a call is a household's.

    ``open_lines`` are the households on a sheet of the week, published or not, where somebody is
    still owed a call. ``first_people`` and the ``first_households`` they make may be called and
    wait for their first; ``regular`` are the households owed regular calls, by rhythm.
    """

    targets: Targets
    open_lines: int
    first_people: int
    first_households: int
    regular: Mapping[Wish, int]


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


def targets(
    session: Session, campaign: Campaign, week: str, *, within: Collection[int] | None = None
) -> Targets:
    """Count the campaign's people by where they stand in a week; ``within`` these territories."""
    return headcount(session, campaign, week, within=within).targets


def headcount(
    session: Session, campaign: Campaign, week: str, *, within: Collection[int] | None = None
) -> Headcount:
    """Count the campaign's people by where they stand in a week, and the households they make.

    The rules are those of the split and of the queues (``owed``, ``waiting``): who is due here is
    who they would serve. One statement, which reads each person once; ``within`` keeps those who
    live in these territories.
    """
    one = _everybody(campaign, week, within)
    may_be_called = one.c.stands.not_in(_MAY_NOT_BE_CALLED)
    first = sa.and_(one.c.stage == Stage.SWEEP, may_be_called)
    again = sa.and_(one.c.stage == Stage.ROSTER, may_be_called, one.c.spoken_at.is_not(None))
    households = sa.func.count(sa.distinct(one.c.household_id))
    row = (
        session.execute(
            sa.select(
                *(sa.func.count().filter(one.c.stands == name).label(name) for name in _STANDS),
                sa.func.count(one.c.spoken_at).label("reached"),
                sa.func.count()
                .filter(one.c.stands == "waiting", one.c.wish == Wish.WEEKLY)
                .label("weekly_waiting"),
                households.filter(one.c.stands == "placed").label("open_lines"),
                sa.func.count().filter(first).label("first_people"),
                households.filter(first).label("first_households"),
                *(households.filter(again, one.c.wish == wish).label(wish.value) for wish in Wish),
            )
        )
        .mappings()
        .one()
    )
    return Headcount(
        targets=Targets(**{field.name: row[field.name] for field in fields(Targets)}),
        open_lines=row["open_lines"],
        first_people=row["first_people"],
        first_households=row["first_households"],
        regular={wish: row[wish.value] for wish in Wish},
    )


def _everybody(campaign: Campaign, week: str, within: Collection[int] | None) -> sa.CTE:
    """A row a person, with where they stand."""
    rows = (
        sa.select(
            _standing(campaign, week).label("stands"),
            Enrolment.stage,
            Enrolment.wish,
            Enrolment.last_conversation_at.label("spoken_at"),
            Person.household_id,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.campaign_id == campaign.id, *area.lives(within))
    )
    # Without the word, both engines would work out where a person stands again for each count.
    return rows.cte("everybody").prefix_with("MATERIALIZED")


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


def forecast(campaign: Campaign, found: Measured, *, more: int = 20) -> Sweep:
    """Say who still waits for a first call and when the sweep ends, measured where it can be."""
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
