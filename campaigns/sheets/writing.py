"""The split written down: sheets, lines and who waits, thousands of rows a statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bulk, planner
from campaigns.models import LeftOut, Line, Sheet, WeekPlan
from campaigns.sheets.callers import Volunteer
from campaigns.sheets.candidates import Due
from campaigns.sheets.owed import SERVING, STREAMS

_COLUMNS = (
    "sheet_id",
    "household_id",
    "position",
    "stream",
    "kept_voice",
    "why",
    "next_at",
)
_REASONS = {reason: reason.value for reason in planner.LeftOutReason}  # plain text, once
_SERVED = {stream: place for place, stream in enumerate(SERVING)}


def write(
    session: Session,
    plan: WeekPlan,
    split: planner.Split,
    *,
    due: Due,
    volunteers: Sequence[Volunteer],
    at: datetime,
) -> None:
    """Add what a split gives to a plan; what stands on its sheets already is not touched."""
    sheets = _sheets(session, plan, volunteers)
    _lines(session, plan, split.assigned, sheets=sheets, ready_at=due.ready_at, at=at)
    day = cache(bulk.plain(session, LeftOut, "since_on"))
    since_on = due.since_on
    bulk.insert(
        session,
        LeftOut,
        ("household_id", "reason", "since_on"),
        [
            (one.candidate.id, _REASONS[one.reason], day(since_on[one.candidate.id]))
            for one in split.left_out
        ],
        plan_id=plan.id,
    )


def _sheets(
    session: Session, plan: WeekPlan, volunteers: Sequence[Volunteer]
) -> dict[int, tuple[int, int]]:
    """For each volunteer with room or lines: the id of their sheet, and its last position."""
    standing = {
        row.volunteer_id: (row.id, row.last or 0)
        for row in session.execute(
            sa.select(Sheet.id, Sheet.volunteer_id, sa.func.max(Line.position).label("last"))
            .outerjoin(Line, Line.sheet_id == Sheet.id)
            .where(Sheet.plan_id == plan.id)
            .group_by(Sheet.id, Sheet.volunteer_id)
        )
    }
    known = [one for one in volunteers if one.id in standing]
    if known:  # half-days ticked or lost since the week was published
        session.execute(
            sa.update(Sheet),
            [{"id": standing[one.id][0], **_room(one)} for one in known],
        )
    fresh = [
        {"plan_id": plan.id, "volunteer_id": one.id, **_room(one)}
        for one in volunteers
        if one.caller.capacity and one.id not in standing
    ]
    if fresh:
        made = session.execute(sa.insert(Sheet).returning(Sheet.volunteer_id, Sheet.id), fresh)
        standing |= {row.volunteer_id: (row.id, 0) for row in made}
    return standing


def _room(volunteer: Volunteer) -> dict[str, int]:
    return {
        "capacity": volunteer.caller.capacity,
        "half_days": len(volunteer.caller.half_days),
    }


def _lines(
    session: Session,
    plan: WeekPlan,
    assigned: Sequence[planner.Assignment],
    *,
    sheets: Mapping[int, tuple[int, int]],
    ready_at: Mapping[int, datetime],
    at: datetime,
) -> None:
    rows: list[tuple[Any, ...]] = []  # Any: a row of the table, column by column
    moment = bulk.plain(session, Line, "next_at")
    place = {caller_id: last for caller_id, (_, last) in sheets.items()}
    for one in sorted(assigned, key=lambda one: _serving(one, ready_at)):
        caller_id, household = one.caller.id, one.candidate
        place[caller_id] += 1
        instant = ready_at.get(household.id)
        rows.append(
            (
                sheets[caller_id][0],
                household.id,
                place[caller_id],
                household.stream.value,
                one.kept,
                one.why,
                moment(instant) if instant is not None and instant > at else None,
            )
        )
    bulk.insert(session, Line, _COLUMNS, rows, plan_id=plan.id)


def _serving(
    one: planner.Assignment, ready_at: Mapping[int, datetime]
) -> tuple[int, float, int, int, int]:
    """The order of a sheet: by stream, the earliest moment, the highest turn, then by id."""
    person = one.candidate
    instant = ready_at.get(person.id)
    moment = instant.timestamp() if instant else 0.0
    return _SERVED[STREAMS[person.stream]], moment, person.priority, -person.weeks_waited, person.id
