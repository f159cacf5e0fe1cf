"""The volunteers of a campaign in one week: half-days worked, room, languages, home."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import capacity, planner, weeks
from campaigns.models import Absence, Availability, Campaign, Membership, Role, User
from campaigns.sheets import languages

Ticked = tuple[int, str]  # weekday (0 is Monday), "am" or "pm"


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A volunteer as one week finds them. ``ticked`` are the half-days given every week."""

    id: int
    name: str
    ticked: tuple[Ticked, ...]
    caller: planner.Caller

    @property
    def is_away(self) -> bool:
        """Half-days were ticked, but none is worked this week."""
        return bool(self.ticked) and not self.caller.half_days


def read(session: Session, campaign: Campaign, week: str) -> list[Volunteer]:
    """The campaign's active volunteers by name, each with their room in the week.

    Absences and public holidays are taken off; a suspended or closed account has no place here.
    """
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
        )
        .where(*_active(campaign))
        .order_by(User.last_name, User.first_name, User.id)
    ).all()
    ticked = _ticked(session, campaign)
    absences = _absences(session, campaign, week)
    return [
        Volunteer(
            id=row.id,
            name=f"{row.first_name} {row.last_name}".strip(),
            ticked=ticked.get(row.id, ()),
            caller=_caller(row, campaign, week, ticked.get(row.id, ()), absences.get(row.id, [])),
        )
        for row in rows
    ]


def _active(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    takes_part = sa.select(Membership.user_id).where(Membership.campaign_id == campaign.id)
    return (
        User.id.in_(takes_part),
        User.role == Role.VOLUNTEER,
        User.disabled_at.is_(None),
        User.suspended_at.is_(None),
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


def _caller(
    row: sa.Row[int, str, str, str, int | None, int | None, str | None, int | None],
    campaign: Campaign,
    week: str,
    ticked: tuple[Ticked, ...],
    absences: list[capacity.Absence],
) -> planner.Caller:
    monday = weeks.monday(week)
    given = [(monday + timedelta(days=weekday), half) for weekday, half in ticked]
    closed = [(day, day) for day in _holidays(monday.year) | _holidays(monday.year + 1)]
    away = [*absences, *closed]
    return planner.Caller(
        id=row.id,
        territory=row.territory_id,
        languages=languages.spoken(row.languages),
        capacity=capacity.of_week(
            given,
            absences=away,
            pace=campaign.pace if row.pace is None else row.pace,
            weekly_limit=row.weekly_limit,
        ),
        half_days=capacity.half_days_worked(given, away),
        commune=row.home_insee,
    )


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))
