"""Who needs help to finish the week, and spreading what is left."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, planner, weeks
from campaigns.models import Campaign, Stream, User
from campaigns.refusal import Refusal
from campaigns.sheets import callers, counting, room
from campaigns.sheets.moving import saying
from campaigns.sheets.moving.dealing import Dealt, deal, tell_losers
from campaigns.sheets.moving.saying import Moved, moved
from campaigns.sheets.moving.standing import (
    Place,
    Standing,
    learn_sheets,
    read,
    running,
)

_PROMISED = frozenset({Stream.APPOINTMENT, Stream.ALARM})


@dataclass(frozen=True, slots=True)
class Late:
    """A volunteer with more to call than their half-days left can hold: households, half-days."""

    volunteer: User
    left: int
    half_days_left: int


def late(session: Session, campaign: Campaign, *, at: datetime) -> list[Late]:
    """Who needs help this week, the longest rest first. Counts are those of the queues."""
    week = weeks.current(at)
    counts = counting.counts(session, campaign, week)
    people = {one.id: one for one in callers.read(session, campaign, week)}
    by_half_day = room.paces(session, campaign, list(people))
    found: list[tuple[int, int, int]] = []
    for volunteer_id, (total, done) in counts.items():
        who, left = people.get(volunteer_id), total - done
        half_days = len(room.half_days_left(who, at=at)) if who else 0
        if left > half_days * by_half_day.get(volunteer_id, 0):
            found.append((volunteer_id, left, half_days))
    users = {
        user.id: user
        for user in session.scalars(sa.select(User).where(User.id.in_([one[0] for one in found])))
    }
    found.sort(key=lambda one: (-one[1], one[0]))
    return [Late(users[who], left, half_days) for who, left, half_days in found]


def rebalance(session: Session, campaign: Campaign, *, by: User, at: datetime) -> Moved:
    """Move what volunteers can no longer do this week to those who have room, and nothing else.

    Promised call-backs and lines nobody has room for stay where they are. Refusal when no sheet is
    published.
    """
    plan = running(session, campaign, at=at)
    if plan is None:
        raise Refusal("Aucune feuille n’est publiée cette semaine.")
    standing = read(session, campaign, plan, at=at, among=())
    places = surplus(session, standing)
    found = shift(session, standing, places, standing.callers(), why=saying.EVENED)
    journal.record(session, "week_rebalanced", about=plan, by=by, at=at, count=found.given_count)
    return moved("", given=found.given_count, back=0, none="Rien à déplacer : chacun peut finir.")


def surplus(session: Session, standing: Standing, *, but: int | None = None) -> list[Place]:
    """The lines beyond what each volunteer can still call, last served first to go.

    Reads the sheets that hold too many, and no other.
    """
    can_do = {one.id: standing.can_still_do(one) for one in standing.volunteers}
    heavy = sorted(
        volunteer_id
        for volunteer_id, count in standing.opens.items()
        if volunteer_id != but and count > can_do.get(volunteer_id, 0)
    )
    learn_sheets(session, standing, heavy)
    return [
        place
        for volunteer_id in heavy
        for place in standing.open_of(volunteer_id)[can_do.get(volunteer_id, 0) :]
        if place.stream not in _PROMISED
    ]


def shift(
    session: Session,
    standing: Standing,
    places: Sequence[Place],
    to: Sequence[planner.Caller],
    *,
    why: str,
) -> Dealt:
    """Move lines to these callers; those nobody has room for stay. Who loses some is told."""
    found = deal(session, standing, [one.household_id for one in places], to, why=why, rest="stay")
    gone = Counter(one.volunteer_id for one in places if one.household_id not in found.stuck)
    tell_losers(session, standing, gone)
    return found
