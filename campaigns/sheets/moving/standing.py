"""A week as it stands at one instant: its lines, who is due, and the room left from now on."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner, weeks
from campaigns.models import Campaign, Line, Sheet, Skip, Stream, User, WeekPlan
from campaigns.planner import HalfDay
from campaigns.sheets import locks, owed, proposing
from campaigns.sheets.callers import Volunteer

# A half-day is over at that hour: nobody calls between noon and 13:30, nor after 18:30.
_ENDS = {"am": 13, "pm": 19}
_RANK = {stream: place for place, stream in enumerate(owed.SERVING)}


class Place(NamedTuple):
    """A line as it stands."""

    line_id: int
    household_id: int
    volunteer_id: int
    position: int
    stream: Stream
    kept_voice: bool
    is_closed: bool
    moved_at: datetime | None
    moved_why: str


@dataclass(slots=True)
class Standing:
    """What is known of a week before something moves in it.

    ``due`` holds the households owed a call this week by id, whether on a sheet or not;
    ``places`` the line of each household that has one; ``paces`` households a half-day.
    """

    plan: WeekPlan
    campaign: Campaign
    at: datetime
    due: dict[int, planner.Candidate]
    since_on: dict[int, date]
    ready_at: dict[int, datetime]
    settings: planner.Settings
    volunteers: Sequence[Volunteer]
    paces: dict[int, int]
    places: dict[int, Place]
    in_call: set[tuple[int, int]]
    _totals: Counter[int] = field(default_factory=Counter)
    _open: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for place in self.places.values():
            self._totals[place.volunteer_id] += 1
            self._open[place.volunteer_id] += self.is_open(place)

    def is_open(self, place: Place) -> bool:
        """The line still asks for a call this week."""
        return not place.is_closed and place.household_id in self.due

    def open_of(self, volunteer_id: int) -> list[Place]:
        """The open lines of one volunteer that nobody is calling just now, first served first."""
        mine = (
            place
            for place in self.places.values()
            if place.volunteer_id == volunteer_id
            and self.is_open(place)
            and (place.household_id, volunteer_id) not in self.in_call
        )
        return sorted(mine, key=_serving)

    def waiting(self) -> set[int]:
        """The pool: households owed a call that stand open on no sheet."""
        on_sheets = {one.household_id for one in self.places.values() if self.is_open(one)}
        return self.due.keys() - on_sheets

    def not_before(self, household_id: int) -> datetime | None:
        """The instant to come before which the household is not to be called."""
        instant = self.ready_at.get(household_id)
        return instant if instant is not None and instant > self.at else None

    def half_days_left(self, volunteer: Volunteer) -> frozenset[HalfDay]:
        """The half-days of the week this volunteer still works."""
        return half_days_left(volunteer, at=self.at)

    def can_still_do(self, volunteer: Volunteer) -> int:
        """How many households fit into the half-days left, whatever the sheet holds."""
        return len(self.half_days_left(volunteer)) * self.paces.get(volunteer.id, 0)

    def open_count(self, volunteer: Volunteer) -> int:
        """Lines of theirs that still ask for a call."""
        return self._open[volunteer.id]

    def room(self, volunteer: Volunteer) -> int:
        """How many more households they can take this week, from now on."""
        by_week = volunteer.caller.capacity - self._totals[volunteer.id]
        by_time = self.can_still_do(volunteer) - self._open[volunteer.id]
        return max(0, min(by_week, by_time))

    def note_given(self, volunteer_id: int) -> None:
        """One household more on their sheet: that much less room for what comes next."""
        self._totals[volunteer_id] += 1
        self._open[volunteer_id] += 1

    def volunteer(self, volunteer_id: int) -> Volunteer | None:
        """One of the campaign's active volunteers; None when suspended, gone or another's."""
        return next((one for one in self.volunteers if one.id == volunteer_id), None)

    def callers(self, *, but: Collection[int] = ()) -> list[planner.Caller]:
        """Who can take more, with the room and the half-days they have left."""
        return [
            replace(one.caller, capacity=self.room(one), half_days=self.half_days_left(one))
            for one in self.volunteers
            if one.id not in but
        ]


def read(session: Session, campaign: Campaign, plan: WeekPlan, *, at: datetime) -> Standing:
    """Read a week before moving something in it; whoever moves takes turns with the others."""
    session.execute(sa.select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    session.flush()  # absences and skips noted just now count
    facts = proposing.read(session, campaign, plan.week, at=at, plan=None)
    skipped = _skipped(session, plan)
    return Standing(
        plan=plan,
        campaign=campaign,
        at=at,
        due={one.id: _without(one, skipped.get(one.id)) for one in facts.due.candidates},
        since_on=facts.due.since_on,
        ready_at=facts.due.ready_at,
        # Nobody is held back for the first sweep any more: the week's shares were dealt.
        settings=replace(facts.settings, sweep_share=0.0),
        volunteers=facts.volunteers,
        paces=paces(session, campaign, [one.id for one in facts.volunteers]),
        places=_places(session, plan),
        in_call=locks.open_now(session, at=at),
    )


def running(session: Session, campaign: Campaign, *, at: datetime) -> WeekPlan | None:
    """The published plan of the week that runs."""
    plan = proposing.of(session, campaign, weeks.current(at))
    return plan if plan is not None and plan.published_at is not None else None


def half_days_left(volunteer: Volunteer, *, at: datetime) -> frozenset[HalfDay]:
    """The half-days of the week a volunteer still works; the one under way is one of them."""
    return frozenset(one for one in volunteer.caller.half_days if not is_over(one, at=at))


def is_over(half_day: HalfDay, *, at: datetime) -> bool:
    """Whether a half-day has passed: at 13:00, or at 19:00."""
    day, half = half_day
    return weeks.at(day, _ENDS[half]) <= at


def paces(session: Session, campaign: Campaign, ids: Collection[int]) -> dict[int, int]:
    """How many households a half-day each volunteer calls."""
    rows = session.execute(sa.select(User.id, User.pace).where(User.id.in_(ids)))
    return {row.id: campaign.pace if row.pace is None else row.pace for row in rows}


def _without(one: planner.Candidate, skipped: set[int] | None) -> planner.Candidate:
    return replace(one, barred=one.barred | skipped) if skipped else one


def _skipped(session: Session, plan: WeekPlan) -> dict[int, set[int]]:
    """Who passed a household on this week: it does not come back to them before the next."""
    found: dict[int, set[int]] = {}
    for row in session.execute(
        sa.select(Skip.household_id, Skip.volunteer_id).where(Skip.plan_id == plan.id)
    ):
        found.setdefault(row.household_id, set()).add(row.volunteer_id)
    return found


def _places(session: Session, plan: WeekPlan) -> dict[int, Place]:
    rows = session.execute(
        sa.select(
            Line.id,
            Line.household_id,
            Sheet.volunteer_id,
            Line.position,
            Line.stream,
            Line.kept_voice,
            Line.closed_at.is_not(None),
            Line.moved_at,
            Line.moved_why,
        )
        .join(Sheet, Sheet.id == Line.sheet_id)
        .where(Line.plan_id == plan.id)
        .order_by(Line.id)
    )
    return {place.household_id: place for place in map(Place._make, rows)}


def _serving(place: Place) -> tuple[int, bool, int, int]:
    return _RANK[place.stream], not place.kept_voice, place.position, place.line_id
