"""What a forecast of the first sweep is made from: who is left, who calls, who picks up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.models import Call, Campaign, Enrolment, Person, Stage, Wish
from campaigns.sheets import callers, owed
from campaigns.sheets.callers import Volunteer

# Handbook, section 1: one attempt in two answered, until the campaign has its own figure.
EXPECTED_PICK_UP = 0.5
ENOUGH_ATTEMPTS = 200
LATELY = timedelta(weeks=4)  # what tells who picks up today
# How many calls a week each rhythm asks for; a month is a twelfth of a year.
A_WEEK = {Wish.WEEKLY: 1.0, Wish.FORTNIGHTLY: 0.5, Wish.MONTHLY: 12 * 7 / 365.25}


@dataclass(frozen=True, slots=True)
class Measured:
    """Where a campaign stands. ``people_left`` and the ``households_left`` they make wait for
    their first call; ``volunteers`` work ``half_days`` this week and have ``room`` households.

    ``pick_up`` is the share of attempts that become a conversation: of the last four weeks once
    ``attempts`` are enough (``is_measured``), else the expected one. ``weekly_roster`` is how many
    households a week are owed a regular call; ``joining`` the part of those reached who ask for
    one, None before anybody was.
    """

    people_left: int
    households_left: int
    volunteers: int
    half_days: int
    room: int
    attempts: int
    pick_up: float
    is_measured: bool
    weekly_roster: float
    joining: float | None

    @property
    def attempts_each(self) -> float:
        """What one volunteer dials in a week, in attempts; 0 without volunteers."""
        return self.room / self.volunteers if self.volunteers else 0.0


def measured(session: Session, campaign: Campaign, *, at: datetime) -> Measured:
    """Measure a campaign for ``capacity.forecast``; five statements, none a person."""
    roster, reached = _roster(session, campaign)
    return of_counts(
        callers.read(session, campaign, weeks.current(at)),
        left=_left(session, campaign),
        lately=_attempts(session, campaign, at=at),
        roster=roster,
        reached=reached,
    )


def of_counts(
    volunteers: Iterable[Volunteer],
    *,
    left: tuple[int, int],
    lately: tuple[int, int],
    roster: float,
    reached: int,
) -> Measured:
    """The same from what a page has read: the ``volunteers`` of the week, the people and the
    households ``left``, the attempts and conversations ``LATELY``, the ``roster`` in calls a week
    and how many were ever ``reached``."""
    givers = [one.caller for one in volunteers if one.caller.capacity]
    attempts, conversations = lately
    is_measured = attempts >= ENOUGH_ATTEMPTS
    return Measured(
        people_left=left[0],
        households_left=left[1],
        volunteers=len(givers),
        half_days=sum(len(one.half_days) for one in givers),
        room=sum(one.capacity for one in givers),
        attempts=attempts,
        pick_up=conversations / attempts if is_measured else EXPECTED_PICK_UP,
        is_measured=is_measured,
        weekly_roster=roster,
        joining=min(1.0, roster / reached) if reached else None,
    )


def _left(session: Session, campaign: Campaign) -> tuple[int, int]:
    row = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.distinct(Person.household_id)))
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Enrolment.stage == Stage.SWEEP,
            owed.is_callable(),
        )
    ).one()
    return row[0], row[1]


def _attempts(session: Session, campaign: Campaign, *, at: datetime) -> tuple[int, int]:
    row = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(Call.is_conversation.is_(True))).where(
            Call.campaign_id == campaign.id, Call.at >= at - LATELY, Call.at < at
        )
    ).one()
    return row[0], row[1]


def _roster(session: Session, campaign: Campaign) -> tuple[float, int]:
    """Households owed a regular call in a week, and how many people were ever reached."""
    rows = session.execute(
        sa.select(
            Enrolment.wish,
            sa.func.count(),
            sa.func.count(sa.distinct(Person.household_id)).filter(
                Enrolment.stage == Stage.ROSTER, owed.is_callable()
            ),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.campaign_id == campaign.id, Enrolment.last_conversation_at.is_not(None))
        .group_by(Enrolment.wish)
    ).all()
    reached = sum(row[1] for row in rows)
    return sum(A_WEEK.get(row[0], 0.0) * row[2] for row in rows), reached
