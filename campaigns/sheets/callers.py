"""The volunteers of a campaign in one week: half-days worked, room, languages, home."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import capacity, directory, launch, planner, retry, weeks
from campaigns.models import (
    Absence,
    Availability,
    Campaign,
    CampaignState,
    Line,
    Membership,
    Role,
    Sheet,
    User,
    WeekPlan,
)
from campaigns.sheets import languages

Ticked = tuple[int, str]  # weekday (0 is Monday), "am" or "pm"


class _Row(NamedTuple):
    id: int
    first_name: str
    last_name: str
    languages: str
    pace: int | None
    weekly_limit: int | None
    home_insee: str | None
    territory_id: int | None
    only_territory: bool
    trained_at: datetime | None


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A volunteer as one week finds them. ``ticked`` are the half-days given every week;
    ``to_train`` whether they have no room before their training; ``elsewhere`` the lines they
    have that week in other campaigns, already taken off their room, and ``open_elsewhere`` those
    not closed yet."""

    id: int
    name: str
    ticked: tuple[Ticked, ...]
    caller: planner.Caller
    to_train: bool = False
    elsewhere: int = 0
    open_elsewhere: int = 0

    @property
    def is_away(self) -> bool:
        """Half-days were ticked, but none is worked this week."""
        return bool(self.ticked) and not self.caller.half_days


def read(session: Session, campaign: Campaign, week: str) -> list[Volunteer]:
    """The campaign's active volunteers by name, each with their room in the week.

    Absences and days on which the campaign does not call are taken off; a suspended or closed
    account has no place here, and during a pilot only its volunteers have. Who has no training
    yet, where it is required, has no room. A half-day given to another campaign is not given
    twice: its lines take of the room.
    """
    worked = _days_worked(session, campaign, week)
    ticked = _ticked(session, campaign)
    absences = _absences(session, campaign, week)
    elsewhere = _elsewhere(session, campaign, week)

    def found(row: _Row) -> Volunteer:
        every_week = ticked.get(row.id, ())
        given = [(worked[weekday], half) for weekday, half in every_week if weekday in worked]
        caller = _caller(row, campaign, given=given, absences=absences.get(row.id, []))
        lines, still_open = elsewhere.get(row.id, (0, 0))
        return Volunteer(
            id=row.id,
            name=f"{row.first_name} {row.last_name}".strip(),
            ticked=every_week,
            caller=replace(caller, capacity=max(0, caller.capacity - lines)) if lines else caller,
            to_train=_is_to_train(row, campaign),
            elsewhere=lines,
            open_elsewhere=still_open,
        )

    return [found(row) for row in _rows(session, campaign)]


def _rows(session: Session, campaign: Campaign) -> list[_Row]:
    rows = session.execute(
        sa.select(
            User.id,
            User.first_name,
            User.last_name,
            User.languages,
            User.pace,
            User.weekly_limit,
            User.home_insee,
            User.territory_id,
            User.only_territory,
            User.trained_at,
        )
        .where(*_active(campaign))
        .order_by(User.last_name, User.first_name, User.id)
    )
    return [_Row._make(row) for row in rows]


def _active(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    takes_part = sa.select(Membership.user_id).where(Membership.campaign_id == campaign.id)
    return (
        User.id.in_(takes_part),
        User.role == Role.VOLUNTEER,
        User.disabled_at.is_(None),
        User.suspended_at.is_(None),
        *launch.pilot.may_call(campaign),
    )


def _ticked(session: Session, campaign: Campaign) -> dict[int, tuple[Ticked, ...]]:
    found: dict[int, list[Ticked]] = {}
    for row in session.execute(
        sa.select(Availability.user_id, Availability.weekday, Availability.half)
        .join(User, User.id == Availability.user_id)
        .where(*_active(campaign))
        .order_by(Availability.user_id, Availability.weekday, Availability.half)
    ):
        found.setdefault(row.user_id, []).append((row.weekday, row.half))
    return {user_id: tuple(halves) for user_id, halves in found.items()}


def _absences(session: Session, campaign: Campaign, week: str) -> dict[int, list[capacity.Absence]]:
    found: dict[int, list[capacity.Absence]] = {}
    for row in session.execute(
        sa.select(Absence.user_id, Absence.first_on, Absence.last_on)
        .join(User, User.id == Absence.user_id)
        .where(
            *_active(campaign),
            Absence.first_on <= weeks.sunday(week),
            Absence.last_on >= weeks.monday(week),
        )
    ):
        found.setdefault(row.user_id, []).append((row.first_on, row.last_on))
    return found


def _elsewhere(session: Session, campaign: Campaign, week: str) -> dict[int, tuple[int, int]]:
    """By volunteer, their lines of the week in other campaigns that call: all, and not closed."""
    rows = session.execute(
        sa.select(
            Sheet.volunteer_id,
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(Line.closed_at.is_(None)),
        )
        .join(Line, Line.sheet_id == Sheet.id)
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .join(Campaign, Campaign.id == WeekPlan.campaign_id)
        .where(
            WeekPlan.week == week,
            WeekPlan.campaign_id != campaign.id,
            Campaign.state.in_((CampaignState.PILOT, CampaignState.OPEN)),
        )
        .group_by(Sheet.volunteer_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _caller(
    row: _Row,
    campaign: Campaign,
    *,
    given: list[planner.HalfDay],
    absences: list[capacity.Absence],
) -> planner.Caller:
    room = capacity.of_week(
        given,
        absences=absences,
        pace=campaign.pace if row.pace is None else row.pace,
        weekly_limit=row.weekly_limit,
    )
    return planner.Caller(
        id=row.id,
        territory=row.territory_id,
        languages=languages.spoken(row.languages),
        capacity=0 if _is_to_train(row, campaign) else room,
        half_days=capacity.half_days_worked(given, absences),
        commune=row.home_insee,
        only_territory=row.only_territory,
    )


def _is_to_train(row: _Row, campaign: Campaign) -> bool:
    return campaign.training_required and row.trained_at is None


def _days_worked(session: Session, campaign: Campaign, week: str) -> dict[int, date]:
    """The days of the week on which the campaign calls, by weekday."""
    monday = weeks.monday(week)
    days_off = directory.days_off(session, monday.year)
    rules = retry.merged(campaign.rules or {}, holidays=days_off)
    days = ((weekday, monday + timedelta(days=weekday)) for weekday in range(7))
    return {weekday: day for weekday, day in days if rules.works_on(day)}
