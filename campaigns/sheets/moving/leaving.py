"""Lines that leave a sheet: who called is away, has no time left, passes one on."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, team, weeks
from campaigns.models import Campaign, Line, Sheet, User, WeekPlan
from campaigns.planner import HalfDay
from campaigns.refusal import Refusal
from campaigns.sheets import locks, notices, room
from campaigns.sheets.moving import saying
from campaigns.sheets.moving.dealing import Dealt, deal
from campaigns.sheets.moving.handing import NONE, hand_on, plans_of, told
from campaigns.sheets.moving.saying import Moved
from campaigns.sheets.moving.standing import (
    Standing,
    read,
    running,
)

_NO_SHEET = "Aucune feuille n’est publiée cette semaine."


def absent(
    session: Session,
    campaign: Campaign,
    volunteer: User,
    *,
    first_on: date,
    last_on: date,
    by: User,
    at: datetime,
) -> Moved:
    """Note days a volunteer does not call, both included, and hand on what they cannot do.

    Their open lines beyond the half-days they still work, and the call-backs promised on the days
    away, go to whoever has room; the others stay. Refusal when the days are in the wrong order.
    """
    team.add_absence(session, volunteer, first_on=first_on, last_on=last_on, by=by, at=at)
    why = saying.ILL.format(name=volunteer.first_name)
    _put_down(session, volunteer, by=by)
    total, at_risk = NONE, 0
    for of, plan in plans_of(session, campaign, volunteer, between=(first_on, last_on), at=at):
        standing = read(session, of, plan, at=at, on_sheets_of=[volunteer.id])
        if not _loses_half_days(standing, volunteer, first_on, last_on):
            continue
        found, broken = _hand_on_absence(session, standing, volunteer, why=why, by=by)
        total, at_risk = total.and_also(found), at_risk + broken
    said = told("L’absence est notée.", total, none="")
    return replace(said, say=f"{said.say}{saying.promises_stay(at_risk)}")


def give_back(
    session: Session, campaign: Campaign, volunteer: User, *, by: User, at: datetime
) -> Moved:
    """Hand on everything still to be called on a volunteer's sheet to others who have room.

    Whoever is being called just now stays. Refusal when they have no sheet this week.
    """
    plan = running(session, campaign, at=at)
    if plan is None:
        raise Refusal(_NO_SHEET)
    _put_down(session, volunteer, by=by)
    standing = read(session, campaign, plan, at=at, on_sheets_of=[volunteer.id])
    leaving = [place.household_id for place in standing.open_of(volunteer.id)]
    why = saying.NO_TIME.format(name=volunteer.first_name)
    found = hand_on(session, standing, {volunteer.id: leaving}, why=why, by=by)
    journal.record(session, "lines_given_back", about=volunteer, by=by, at=at, count=len(leaving))
    return told("C’est noté.", found)


def pass_on(session: Session, campaign: Campaign, line: Line, *, by: User, at: datetime) -> Dealt:
    """Hand one line on to a colleague this week, attempts included.

    Who it must not return to stands in Skip or Barred already. With nobody to take it, a line
    without attempts leaves the sheet, one with attempts is closed: the household waits.
    """
    plan = session.get_one(WeekPlan, line.plan_id)
    standing = read(session, campaign, plan, at=at, among=[line.household_id])
    found = deal(
        session,
        standing,
        [line.household_id],
        standing.callers(but=[by.id]),
        why=saying.HANDED.format(name=by.first_name),
        rest="leave",
    )
    if line.household_id not in standing.due:  # nothing is owed there any more
        line.closed_at, line.next_at = line.closed_at or at, None
    return found


def _put_down(session: Session, volunteer: User, *, by: User) -> None:
    """Whoever hands their own calls on is calling nobody, whatever page they left open."""
    if by.id == volunteer.id:
        locks.leave_all(session, by=volunteer)


def _loses_half_days(standing: Standing, volunteer: User, first_on: date, last_on: date) -> bool:
    """Whether the days away take half-days to come: else what the sheet holds is as before."""
    who = standing.volunteer(volunteer.id)
    if who is None:
        return False
    promised = (standing.due[one.household_id].half_day for one in standing.open_of(volunteer.id))
    if any(one is not None and first_on <= one[0] <= last_on for one in promised):
        return True
    monday = weeks.monday(standing.plan.week)
    given = [(monday + timedelta(days=weekday), half) for weekday, half in who.ticked]
    return any(
        first_on <= one[0] <= last_on and not room.is_over(one, at=standing.at) for one in given
    )


def _hand_on_absence(
    session: Session, standing: Standing, volunteer: User, *, why: str, by: User
) -> tuple[Dealt, int]:
    """Hand on what no longer fits; give also how many promised call-backs nobody could take.

    A promise goes to who calls at that half-day, else to who calls that day, attempts included.
    """
    promised, beyond = _beyond(standing, volunteer)
    total, left = NONE, promised
    for whole_days in (False, True):
        to = standing.callers(but=[volunteer.id])
        if whole_days:
            to = [replace(one, half_days=_whole_days(one.half_days)) for one in to]
        leaving = {volunteer.id: left}
        found = hand_on(session, standing, leaving, why=why, by=by, to=to, rest="stay")
        left = [one for one in left if one in found.stuck]
        total = total.and_also(replace(found, stuck=frozenset()))
    found = hand_on(session, standing, {volunteer.id: left + beyond}, why=why, by=by)
    broken = len(found.stuck.intersection(left))
    if broken and standing.plan.published_at is not None:
        sheets = session.scalars(
            sa.select(Sheet.id).where(
                Sheet.plan_id == standing.plan.id, Sheet.volunteer_id == volunteer.id
            )
        )
        said = saying.promise_at_risk(broken)
        notices.post(session, dict.fromkeys(sheets, said), at=standing.at)
    return total.and_also(found), broken


def _whole_days(half_days: frozenset[HalfDay]) -> frozenset[HalfDay]:
    return frozenset((day, half) for day, _ in half_days for half in weeks.HALVES)


def _beyond(standing: Standing, volunteer: User) -> tuple[list[int], list[int]]:
    """The open households that no longer fit: those promised for other half-days, and of the
    others the last served."""
    who, lines = standing.volunteer(volunteer.id), standing.open_of(volunteer.id)
    left = standing.half_days_left(who) if who else frozenset()
    promised: list[int] = []
    kept: list[int] = []
    for place in lines:
        half_day = standing.due[place.household_id].half_day
        is_broken = half_day is not None and half_day not in left
        (promised if is_broken else kept).append(place.household_id)
    return promised, kept[standing.can_still_do(who) if who else 0 :]
