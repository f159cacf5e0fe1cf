"""The split written down: sheets, lines and who waits, thousands of rows a statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner
from campaigns.models import LeftOut, Line, Sheet, WeekPlan
from campaigns.models.base import Base
from campaigns.sheets.callers import Volunteer
from campaigns.sheets.candidates import Due
from campaigns.sheets.owed import SERVING, STREAMS

_CHUNK = 5_000
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
    _insert(
        session,
        LeftOut,
        [
            {
                "plan_id": plan.id,
                "household_id": one.candidate.id,
                "reason": _REASONS[one.reason],
                "since_on": due.since_on[one.candidate.id],
            }
            for one in split.left_out
        ],
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
    rows: list[dict[str, Any]] = []  # Any: a row of the table, column by column
    place = {caller_id: last for caller_id, (_, last) in sheets.items()}
    for one in sorted(assigned, key=lambda one: _serving(one, ready_at)):
        caller_id, household = one.caller.id, one.candidate
        place[caller_id] += 1
        instant = ready_at.get(household.id)
        rows.append(
            {
                "plan_id": plan.id,
                "sheet_id": sheets[caller_id][0],
                "household_id": household.id,
                "position": place[caller_id],
                "stream": household.stream.value,
                "kept_voice": one.kept,
                "why": one.why,
                "next_at": instant if instant is not None and instant > at else None,
                "moved_why": "",
            }
        )
    _insert(session, Line, rows)


def _serving(
    one: planner.Assignment, ready_at: Mapping[int, datetime]
) -> tuple[int, float, int, int, int]:
    """The order of a sheet: by stream, the earliest moment, the highest turn, then by id."""
    person = one.candidate
    instant = ready_at.get(person.id)
    moment = instant.timestamp() if instant else 0.0
    return _SERVED[STREAMS[person.stream]], moment, person.priority, -person.weeks_waited, person.id


def _insert(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Add rows that all have the same columns, each a plain value; by COPY where it exists."""
    table, connection = cast("sa.Table", model.__table__), session.connection()
    if rows and connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
        return
    for start in range(0, len(rows), _CHUNK):
        connection.execute(sa.insert(table), rows[start : start + _CHUNK])


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """PostgreSQL’s own bulk door, in the transaction of the session."""
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    # Names of columns come from the models, never from outside.
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))
    cursor.close()
