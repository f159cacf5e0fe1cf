"""Lines that leave a sheet: who called is away, has no time left, is suspended, passes one on."""

from collections import Counter
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, journal, team, weeks
from campaigns.models import Campaign, Line, User, WeekPlan
from campaigns.refusal import Refusal
from campaigns.sheets import locks
from campaigns.sheets.moving import saying
from campaigns.sheets.moving.dealing import Dealt, Rest, deal, tell_losers
from campaigns.sheets.moving.saying import Moved, moved
from campaigns.sheets.moving.standing import Place, Standing, is_over, read, running

_NO_SHEET = "Aucune feuille n’est publiée cette semaine."
_NONE = Dealt({}, frozenset(), frozenset())
_NOTHING = "Il n’y avait aucun appel à confier à d’autres."


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
    total = _NONE
    for plan in _plans(session, campaign, first_on, last_on, at=at):
        standing = read(session, campaign, plan, at=at)
        if not _loses_half_days(standing, volunteer, first_on, last_on):
            continue
        leaving = [place.household_id for place in _beyond(standing, volunteer)]
        found = _hand_on(session, standing, {volunteer.id: leaving}, why=why, by=by)
        total = total.and_also(found)
    return _told("L’absence est notée.", total, none="")


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
    standing = read(session, campaign, plan, at=at)
    leaving = [place.household_id for place in standing.open_of(volunteer.id)]
    why = saying.NO_TIME.format(name=volunteer.first_name)
    found = _hand_on(session, standing, {volunteer.id: leaving}, why=why, by=by)
    journal.record(session, "lines_given_back", about=volunteer, by=by, at=at, count=len(leaving))
    return _told("C’est noté.", found)


def suspend(
    session: Session, campaign: Campaign, volunteer: User, *, by: User, at: datetime
) -> Moved:
    """Cut a volunteer's access at their next click and hand on what they had still to call.

    Their reports stay. Refusal when they are suspended already.
    """
    if volunteer.suspended_at is not None:
        raise Refusal("L’accès de cette personne est déjà suspendu.")
    volunteer.suspended_at = at
    accounts.end_all(session, volunteer, at=at)
    locks.leave_all(session, by=volunteer)
    journal.record(session, "volunteer_suspended", about=volunteer, by=by, at=at)
    total = _NONE
    for plan in _plans(session, campaign, None, None, at=at):
        standing = read(session, campaign, plan, at=at)
        leaving = [place.household_id for place in standing.open_of(volunteer.id)]
        found = _hand_on(
            session,
            standing,
            {volunteer.id: leaving},
            why=saying.FREED,
            by=by,
            rest="leave",
        )
        total = total.and_also(found)
    return _told("L’accès est suspendu.", total)


def take_back_unfinished(session: Session, campaign: Campaign, *, at: datetime) -> Moved:
    """Hand on what is left on the sheets of those whose last half-day of the week has passed.

    To those who still have half-days; who finds no room waits in the pool. A line with attempts
    moves with them. What somebody asked for the same day stays theirs.
    """
    plan = running(session, campaign, at=at)
    if plan is None:
        return Moved(0, 0, _NO_SHEET)
    standing = read(session, campaign, plan, at=at)
    gone, finished = _unfinished(standing)
    # Nobody will open the sheets of those who left the campaign: nothing stays there.
    found = _hand_on(session, standing, gone, why=saying.FREED, by=None, rest="leave")
    found = found.and_also(_hand_on(session, standing, finished, why=saying.UNFINISHED, by=None))
    count = found.given_count + len(found.pooled)
    if count:
        journal.record(session, "lines_taken_back", about=plan, by=None, at=at, count=count)
    return _told("", found, none="Personne n’a d’appel en retard.")


def pass_on(session: Session, campaign: Campaign, line: Line, *, by: User, at: datetime) -> Dealt:
    """Hand one line on to a colleague this week, attempts included.

    Who it must not return to stands in Skip or Barred already. With nobody to take it, a line
    without attempts leaves the sheet, one with attempts is closed: the household waits.
    """
    plan = session.get_one(WeekPlan, line.plan_id)
    standing = read(session, campaign, plan, at=at)
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


def _hand_on(
    session: Session,
    standing: Standing,
    leaving: dict[int, list[int]],
    *,
    why: str,
    by: User | None,
    rest: Rest = "return",
) -> Dealt:
    """Deal what leaves these sheets to the others, and tell those who did not do it themselves."""
    households = [one for some in leaving.values() for one in some]
    if not households:
        return _NONE
    to = standing.callers(but=leaving)
    found = deal(session, standing, households, to, why=why, rest=rest)
    if standing.plan.published_at is None:
        return found
    gone = Counter(
        {
            volunteer_id: sum(one not in found.stuck for one in some)
            for volunteer_id, some in leaving.items()
            if by is None or by.id != volunteer_id
        }
    )
    tell_losers(session, standing, gone)
    return found


def _plans(
    session: Session,
    campaign: Campaign,
    first_on: date | None,
    last_on: date | None,
    *,
    at: datetime,
) -> list[WeekPlan]:
    """The plans of this week and later ones that touch the days, published or not."""
    query = sa.select(WeekPlan).where(
        WeekPlan.campaign_id == campaign.id, WeekPlan.week >= weeks.current(at)
    )
    if first_on is not None and last_on is not None:
        query = query.where(WeekPlan.week >= weeks.of(first_on), WeekPlan.week <= weeks.of(last_on))
    return list(session.scalars(query.order_by(WeekPlan.week)))


def _loses_half_days(standing: Standing, volunteer: User, first_on: date, last_on: date) -> bool:
    """Whether the days away take half-days to come: else what the sheet holds is as before."""
    who = standing.volunteer(volunteer.id)
    if who is None:
        return False
    monday = weeks.monday(standing.plan.week)
    given = [(monday + timedelta(days=weekday), half) for weekday, half in who.ticked]
    return any(first_on <= one[0] <= last_on and not is_over(one, at=standing.at) for one in given)


def _beyond(standing: Standing, volunteer: User) -> list[Place]:
    """The open lines that no longer fit: promises for other days first, then the last served."""
    who = standing.volunteer(volunteer.id)
    if who is None:
        return standing.open_of(volunteer.id)
    left, lines = standing.half_days_left(who), standing.open_of(volunteer.id)
    broken: list[Place] = []
    kept: list[Place] = []
    for place in lines:
        promised = standing.due[place.household_id].half_day
        (broken if promised is not None and promised not in left else kept).append(place)
    return broken + kept[standing.can_still_do(who) :]


def _unfinished(standing: Standing) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The open households of those who left the campaign, and of those whose week is over."""
    gone: dict[int, list[int]] = {}
    finished: dict[int, list[int]] = {}
    for volunteer_id in sorted({one.volunteer_id for one in standing.places.values()}):
        who, lines = standing.volunteer(volunteer_id), standing.open_of(volunteer_id)
        if who is None:
            gone[volunteer_id] = [place.household_id for place in lines]
        elif not standing.half_days_left(who):
            finished[volunteer_id] = [
                place.household_id for place in lines if not _asked_today(place, standing.at)
            ]
    return gone, finished


def _asked_today(place: Place, at: datetime) -> bool:
    return (
        place.moved_why == saying.ASKED
        and place.moved_at is not None
        and weeks.local_day(place.moved_at) == weeks.local_day(at)
    )


def _told(head: str, found: Dealt, *, none: str = _NOTHING) -> Moved:
    return moved(
        head,
        given=found.given_count,
        back=len(found.pooled),
        stuck=len(found.stuck),
        none=none,
    )
