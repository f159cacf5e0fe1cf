"""Whose calls all go to others: suspended, account closed, half-days over or given no more."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import accounts, journal, team, weeks
from campaigns.models import Campaign, User, WeekPlan
from campaigns.refusal import Refusal
from campaigns.sheets import locks
from campaigns.sheets.moving import saying
from campaigns.sheets.moving.dealing import Dealt
from campaigns.sheets.moving.handing import NONE, hand_on, plans_of, told
from campaigns.sheets.moving.saying import Moved
from campaigns.sheets.moving.standing import Place, Standing, learn_sheets, read, running

_NO_SHEET = "Aucune feuille n’est publiée cette semaine."


def suspend(
    session: Session, campaign: Campaign, volunteer: User, *, by: User, at: datetime
) -> Moved:
    """Cut a volunteer's access at their next click and hand on what they had still to call, in
    all their campaigns.

    Their reports stay. Refusal when they are suspended already.
    """
    if volunteer.suspended_at is not None:
        raise Refusal("L’accès de cette personne est déjà suspendu.")
    volunteer.suspended_at = at
    accounts.end_all(session, volunteer, at=at)
    journal.record(session, "volunteer_suspended", about=volunteer, by=by, at=at)
    return told("L’accès est suspendu.", _leave_all(session, campaign, volunteer, by=by, at=at))


def close_account(
    session: Session, campaign: Campaign, user: User, *, by: User, at: datetime
) -> Moved:
    """Close an account at once and hand on what they had still to call, in all their campaigns.

    Their reports stay. Refusal for one's own account.
    """
    team.close_account(session, user, by=by, at=at)
    found = _leave_all(session, campaign, user, by=by, at=at)
    return told("Le compte est fermé.", found, none="")


def _leave_all(
    session: Session, campaign: Campaign, volunteer: User, *, by: User, at: datetime
) -> Dealt:
    """Nobody will open their sheets any more: nothing to call stays there."""
    locks.leave_all(session, by=volunteer)
    total = NONE
    for of, plan in plans_of(session, campaign, volunteer, at=at):
        standing = read(session, of, plan, at=at, on_sheets_of=[volunteer.id])
        leaving = {volunteer.id: [one.household_id for one in standing.open_of(volunteer.id)]}
        found = hand_on(session, standing, leaving, why=saying.FREED, by=by, rest="leave")
        total = total.and_also(found)
    return total


def take_back_unfinished(session: Session, campaign: Campaign, *, at: datetime) -> Moved:
    """Hand on what is left on the sheets of those whose last half-day of the week has passed.

    To those who still have half-days; who finds no room waits in the pool. A line with attempts
    moves with them. What somebody asked for the same day stays theirs.
    """
    plan = running(session, campaign, at=at)
    if plan is None:
        return Moved(0, 0, _NO_SHEET)
    standing = read(session, campaign, plan, at=at, among=())
    learn_sheets(session, standing, _whose_week_is_over(standing))
    gone, finished = _unfinished(standing)
    # Nobody will open the sheets of those who left the campaign: nothing stays there.
    found = hand_on(session, standing, gone, why=saying.FREED, by=None, rest="leave")
    found = found.and_also(hand_on(session, standing, finished, why=saying.UNFINISHED, by=None))
    count = found.given_count + len(found.pooled)
    if count:
        journal.record(session, "lines_taken_back", about=plan, by=None, at=at, count=count)
    return told("", found, none="Personne n’a d’appel en retard.")


def take_back_without_room(
    session: Session, campaign: Campaign, plan: WeekPlan, *, at: datetime
) -> None:
    """Hand on what stands on the sheets of who has no room in that week any more.

    Accounts suspended or closed, half-days unticked, days away: before the week begins all that
    their half-days no longer hold, once it runs only the sheets of those who have none left of it.
    """
    standing = read(session, campaign, plan, at=at, among=())
    rooms = {one.id: one.caller.capacity for one in standing.volunteers}
    worked = {one.id for one in standing.volunteers if one.caller.half_days}
    has_begun = weeks.starts_at(plan.week) <= at
    heavy = [
        volunteer_id
        for volunteer_id, count in sorted(standing.opens.items())
        if volunteer_id not in rooms
        or (volunteer_id not in worked if has_begun else count > rooms[volunteer_id])
    ]
    learn_sheets(session, standing, heavy)
    gone: dict[int, list[int]] = {}
    beyond: dict[int, list[int]] = {}
    for volunteer_id in heavy:
        places = standing.open_of(volunteer_id)
        if volunteer_id not in rooms:
            gone[volunteer_id] = [one.household_id for one in places]
        else:
            kept = 0 if has_begun else rooms[volunteer_id]
            beyond[volunteer_id] = [
                one.household_id for one in places[kept:] if not _asked_today(one, at)
            ]
    hand_on(session, standing, gone, why=saying.FREED, by=None, rest="leave")
    hand_on(session, standing, beyond, why=saying.FREED, by=None)


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


def _whose_week_is_over(standing: Standing) -> list[int]:
    """Volunteers with open lines who left the campaign, or have no half-day left this week."""
    who = {one.id: one for one in standing.volunteers}
    return [
        volunteer_id
        for volunteer_id, count in standing.opens.items()
        if count and not (volunteer_id in who and standing.half_days_left(who[volunteer_id]))
    ]


def _asked_today(place: Place, at: datetime) -> bool:
    return (
        place.moved_why == saying.ASKED
        and place.moved_at is not None
        and weeks.local_day(place.moved_at) == weeks.local_day(at)
    )
