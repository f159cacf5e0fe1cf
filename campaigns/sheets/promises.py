"""Call-backs promised for a half-day on which nobody will make them: « promises en danger »."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.models import Campaign, Enrolment, Line, Person, Sheet, User, WeekPlan
from campaigns.sheets import owed
from campaigns.sheets.callers import Volunteer


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A promised call-back to come, on the sheet of somebody who does not call at that moment."""

    volunteer: User
    promised_at: datetime


def at_risk(
    session: Session,
    campaign: Campaign,
    plan: WeekPlan,
    *,
    volunteers: Iterable[Volunteer],
    at: datetime,
) -> list[AtRisk]:
    """The call-backs still to come in the week that nobody will make as things stand, the
    earliest first. ``volunteers`` are those of the plan’s week (``callers.read``)."""
    worked = {one.id: one.caller.half_days for one in volunteers}
    rows = session.execute(
        sa.select(Line.id, User, Enrolment.appointment_at)
        .select_from(Line)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .join(User, User.id == Sheet.volunteer_id)
        .join(Person, Person.household_id == Line.household_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Line.plan_id == plan.id,
            Line.closed_at.is_(None),
            Enrolment.campaign_id == campaign.id,
            Enrolment.appointment_at >= at,
            Enrolment.appointment_at < weeks.ends_at(plan.week),
            owed.is_callable(),
        )
        .order_by(Enrolment.appointment_at.desc(), Line.id)
    )
    # The earliest of a household is the last read.
    by_line = {row[0]: AtRisk(row[1], row[2]) for row in rows if row[2] is not None}
    found = sorted(by_line.values(), key=lambda one: (one.promised_at, one.volunteer.id))
    return [
        one
        for one in found
        if (weeks.local_day(one.promised_at), weeks.half_of(one.promised_at))
        not in worked.get(one.volunteer.id, frozenset())
    ]
