"""Who is owed a call in a week, and why: the one rule, as SQL over people and enrolments.

The split, the volunteers' queues and the counters all ask it.
"""

from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa

from campaigns import weeks
from campaigns.models import Enrolment, Line, Person, Phone, Stage, Stream

_Id = int | sa.BindParameter[int]  # known, or asked when the statement is run
STREAMS = {stream.value: stream for stream in Stream}
# The order a volunteer serves their sheet in (handbook, section 7).
SERVING = (Stream.APPOINTMENT, Stream.ALARM, Stream.ROSTER, Stream.SWEEP, Stream.RETRY)


def is_callable() -> sa.ColumnElement[bool]:
    """Nobody objects, nothing is to be confirmed first, and a number may be dialled."""
    return sa.and_(Person.stop.is_(None), Person.hold.is_(None), has_number())


def has_number() -> sa.ColumnElement[bool]:
    """The person has a number that was not found to be wrong."""
    return (
        sa.select(sa.literal(1))
        .where(Phone.person_id == Person.id, Phone.invalid_at.is_(None))
        .exists()
    )


def is_not_away(week: str) -> sa.ColumnElement[bool]:
    """The person may be called before the week is over; ``suspended_until`` is their first day."""
    return sa.or_(
        Enrolment.suspended_until.is_(None), Enrolment.suspended_until <= weeks.sunday(week)
    )


def stream_in(week: str) -> sa.ColumnElement[str | None]:
    """Why the person is owed a call in the week, as a value of ``Stream``; NULL when they are not.

    A cycle is open exactly when its next attempt has an instant: an attempt that waits until after
    the week is not owed in it, whatever the wish.
    """
    next_at = sa.func.coalesce(Enrolment.appointment_at, Enrolment.not_before_at)
    return sa.case(
        (next_at >= sa.bindparam(None, weeks.ends_at(week), Enrolment.not_before_at.type), None),
        (Enrolment.appointment_at.is_not(None), Stream.APPOINTMENT.value),
        (sa.and_(next_at.is_not(None), Enrolment.is_alarm.is_(True)), Stream.ALARM.value),
        (next_at.is_not(None), Stream.RETRY.value),
        (Enrolment.stage == Stage.SWEEP, Stream.SWEEP.value),
        (
            sa.and_(Enrolment.stage == Stage.ROSTER, Enrolment.next_due_on <= weeks.sunday(week)),
            Stream.ROSTER.value,
        ),
        else_=None,
    )


def ready_at(next_at: datetime | None, suspended_until: date | None) -> datetime | None:
    """The instant before which the person is not to be called; None when any moment will do."""
    if suspended_until is None:
        return next_at
    back = weeks.at(suspended_until, 0)
    return back if next_at is None else max(next_at, back)


def turn_at(
    next_at: datetime | None,
    suspended_until: date | None,
    due_on: date | None,
    last_at: datetime | None,
    *,
    week: str,
) -> datetime | None:
    """The instant before which a person owed a call is not to be called; None for any moment.

    Of who had an attempt in the week already (``last_at``), and is due again in it on ``due_on``
    (an alert asks for one call a day), the next call waits for its day.
    """
    had_theirs = last_at is not None and last_at >= _starts_at(week)
    if next_at is None and due_on is not None and had_theirs:
        next_at = weeks.at(due_on, 0)
    return ready_at(next_at, suspended_until)


@lru_cache(maxsize=8)  # asked for everybody of a sheet
def _starts_at(week: str) -> datetime:
    return weeks.starts_at(week)


def is_open(campaign_id: _Id, week: str) -> sa.ColumnElement[bool]:
    """A line still asks for a call: not closed, and somebody of the household is owed one."""
    return sa.and_(Line.closed_at.is_(None), anybody_at_line(campaign_id, week))


def anybody_at_line(campaign_id: _Id, week: str) -> sa.ColumnElement[bool]:
    """Somebody of the household of a line, open or closed, is owed a call in the week."""
    return (
        sa.select(sa.literal(1))
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Person.household_id == Line.household_id,
            # The sum keeps SQLite from looking for a line's people through the whole campaign
            # before it has counted its rows: seconds instead of milliseconds.
            Enrolment.campaign_id + 0 == campaign_id,
            is_callable(),
            is_not_away(week),
            stream_in(week).is_not(None),
        )
        .correlate(Line)
        .exists()
    )
