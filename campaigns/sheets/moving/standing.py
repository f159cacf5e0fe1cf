"""A week as it stands at one instant: its lines, who is due, and the room left from now on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner, weeks
from campaigns.models import Campaign, Line, Sheet, Stream, WeekPlan
from campaigns.planner import HalfDay
from campaigns.sheets import callers, candidates, locks, owed, past, proposing, room
from campaigns.sheets.callers import Volunteer

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

    Of the households it was asked about, ``due`` holds those owed a call this week by id, whether
    on a sheet or not, and ``places`` the line of each that has one. ``totals`` counts all the
    lines of each volunteer and ``opens`` those that still ask for a call; ``paces`` are households
    a half-day.
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
    totals: dict[int, int]
    opens: dict[int, int]

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
        return room.half_days_left(volunteer, at=self.at)

    def can_still_do(self, volunteer: Volunteer) -> int:
        """How many households fit into the half-days left, whatever the sheet holds."""
        return len(self.half_days_left(volunteer)) * self.paces.get(volunteer.id, 0)

    def open_count(self, volunteer: Volunteer) -> int:
        """Lines of theirs that still ask for a call."""
        return self.opens.get(volunteer.id, 0)

    def room(self, volunteer: Volunteer) -> int:
        """How many more households they can take this week, from now on."""
        return room.left(
            volunteer,
            total=self.totals.get(volunteer.id, 0),
            opens=self.open_count(volunteer),
            pace=self.paces.get(volunteer.id, 0),
            at=self.at,
        )

    def note_given(self, volunteer_id: int) -> None:
        """One household more on their sheet: that much less room for what comes next."""
        self.totals[volunteer_id] = self.totals.get(volunteer_id, 0) + 1
        self.opens[volunteer_id] = self.opens.get(volunteer_id, 0) + 1

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


def read(
    session: Session,
    campaign: Campaign,
    plan: WeekPlan,
    *,
    at: datetime,
    among: Collection[int] | None = None,
    on_sheets_of: Collection[int] = (),
) -> Standing:
    """Read a week before moving something in it; whoever moves takes turns with the others.

    ``among`` are the households that may move, and ``on_sheets_of`` the volunteers whose sheets
    may: one act reads tens of rows, not a whole département. None for everybody.
    """
    session.execute(sa.select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    session.flush()  # absences and skips noted just now count
    volunteers = callers.read(session, campaign, plan.week)
    totals, opens = room.counts(session, campaign, plan)
    standing = Standing(
        plan=plan,
        campaign=campaign,
        at=at,
        due={},
        since_on={},
        ready_at={},
        # Nobody is held back for the first sweep any more: the week's shares were dealt.
        settings=replace(proposing.settings_of(session, campaign), sweep_share=0.0),
        volunteers=volunteers,
        paces=room.paces(session, campaign, [one.id for one in volunteers]),
        places={},
        in_call=locks.open_now(session, at=at),
        totals=totals,
        opens=opens,
    )
    if on_sheets_of:
        among = {*(among or ()), *_on_sheets(session, plan, on_sheets_of)}
    learn(session, standing, among)
    return standing


def learn(session: Session, standing: Standing, among: Collection[int] | None) -> None:
    """Read these households too, with their lines; None for all who are due or on a sheet."""
    if among is not None and not among:
        return
    plan, campaign = standing.plan, standing.campaign
    due = candidates.read(
        session, campaign, plan.week, at=standing.at, beyond=None, among=among, skipped_in=plan
    )
    standing.due.update((one.id, one) for one in due.candidates)
    standing.since_on.update(due.since_on)
    standing.ready_at.update(due.ready_at)
    standing.places.update(_places(session, plan, among))


def learn_sheets(session: Session, standing: Standing, volunteers: Collection[int]) -> None:
    """Read the households on these volunteers' sheets too."""
    learn(session, standing, _on_sheets(session, standing.plan, volunteers))


def running(session: Session, campaign: Campaign, *, at: datetime) -> WeekPlan | None:
    """The published plan of the week that runs."""
    plan = proposing.of(session, campaign, weeks.current(at))
    return plan if plan is not None and plan.published_at is not None else None


def _on_sheets(session: Session, plan: WeekPlan, volunteers: Collection[int]) -> set[int]:
    return set(
        session.scalars(
            sa.select(Line.household_id)
            .join(Sheet, Sheet.id == Line.sheet_id)
            .where(Sheet.plan_id == plan.id, Sheet.volunteer_id.in_(volunteers))
        )
    )


def _places(session: Session, plan: WeekPlan, among: Collection[int] | None) -> dict[int, Place]:
    which = past.is_among(Line.household_id, among)
    rows: Iterable[sa.Row[*tuple[object, ...]]] = session.execute(
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
        .where(Line.plan_id == plan.id, *which)
        .order_by(Line.id)
    )
    return {place.household_id: place for place in map(Place._make, rows)}


def _serving(place: Place) -> tuple[int, bool, int, int]:
    return _RANK[place.stream], not place.kept_voice, place.position, place.line_id
