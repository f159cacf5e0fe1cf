"""A volunteer's own sheet: what to call now, what comes later, what is done, and the counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from campaigns import care, reference, rows
from campaigns.models import (
    Call,
    Campaign,
    Commune,
    Enrolment,
    Line,
    Person,
    Sheet,
    Stream,
    Title,
    User,
    WeekPlan,
)
from campaigns.sheets import ordering, owed

_PRESSING = {stream: place for place, stream in enumerate(Stream)}
# Asked by every page of a volunteer: built once.
_OWN = (
    Sheet.volunteer_id == sa.bindparam("user_id"),
    Sheet.plan_id.in_(
        sa.select(WeekPlan.id).where(
            WeekPlan.campaign_id == sa.bindparam("campaign_id"),
            WeekPlan.week == sa.bindparam("week"),
            WeekPlan.published_at.is_not(None),
        )
    ),
)
_SHEET = sa.select(Sheet).where(*_OWN)
_LINE = (
    Line.id,
    Line.household_id,
    Line.position,
    Line.stream,
    Line.kept_voice,
    Line.why,
    Line.closed_at,
    Line.moved_at,
    Line.moved_why,
)
_WHO = len(_LINE)  # where a row begins to tell of somebody


class SheetLine(NamedTuple):
    """A line as the list reads it: as ``models.Line``, without its row to write."""

    id: int
    household_id: int
    position: int
    stream: Stream
    kept_voice: bool
    why: str
    closed_at: datetime | None
    moved_at: datetime | None
    moved_why: str


class QueueLine(NamedTuple):
    """One household of the sheet, as the list shows it.

    ``names`` are the members who may be called (all of them once nobody may), ``name`` the same in
    one, ``stream`` why the household is called as things stand now, ``last_outcome`` the label of
    its last attempt, ``best_half`` when somebody of the household prefers to be called ("am", "pm",
    empty: any). A tuple, which the list unpacks: one is made for every line of every sheet opened.
    """

    line: SheetLine
    names: tuple[str, ...]
    name: str
    place: str
    why: str
    stream: Stream
    next_at: datetime | None
    last_outcome: str | None
    is_open: bool
    best_half: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A volunteer's sheet in the order to serve it. The three parts add up to ``total``."""

    now: tuple[QueueLine, ...]
    later: tuple[QueueLine, ...]
    done: tuple[QueueLine, ...]

    @property
    def total(self) -> int:
        """Every line of the sheet."""
        return len(self.now) + len(self.later) + len(self.done)

    @property
    def done_count(self) -> int:
        """Lines that ask for no call any more this week."""
        return len(self.done)

    @property
    def kept_count(self) -> int:
        """Households that kept their voice: the volunteer’s regulars."""
        return sum(one.line.kept_voice for one in (*self.now, *self.later, *self.done))


class _Member(NamedTuple):
    enrolment_id: int
    title: Title
    first_name: str
    last_name: str
    place: str
    is_listed: bool
    may_be_called: bool
    stream: str | None
    next_at: datetime | None
    suspended_until: date | None
    next_due_on: date | None
    best_half: str
    last_at: datetime | None
    last_id: int | None
    last_outcome: str | None

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.title.label, self.first_name, self.last_name)))


def queue(
    session: Session,
    user: User,
    campaign: Campaign,
    *,
    week: str,
    now: datetime,
    rest: care.resting.Rest | None = None,
) -> Queue:
    """The volunteer's own published lines of the week, in the order to serve them.

    Due appointments, alarms, weekly calls, first calls, then retries; after two hard calls in a
    row, lighter ones first. A suspended volunteer has none. Two statements, however long the
    sheet; one fewer when ``rest`` is known (``care.resting.of_today``), one more after hard calls.
    """
    if user.suspended_at is not None:
        return Queue((), (), ())
    asked = {"user_id": user.id, "campaign_id": campaign.id, "week": week}
    homes: list[tuple[SheetLine, list[_Member]]] = []
    for row in rows.run(session, _homes(week), asked).all():
        if not homes or homes[-1][0].id != row[0]:
            homes.append((SheetLine._make(row[:_WHO]), []))
        if row[_WHO] is not None:
            homes[-1][1].append(_Member._make(row[_WHO:]))
    found = [_line(line, members, week, now) for line, members in homes]
    waiting = [one for one in found if one.is_open]
    return Queue(
        now=ordering.to_serve(session, user, campaign, waiting, at=now, rest=rest),
        later=ordering.to_wait(waiting, at=now),
        done=tuple(one for one in found if not one.is_open),
    )


def next_line(
    session: Session,
    user: User,
    campaign: Campaign,
    *,
    week: str,
    now: datetime,
    after: int | None = None,
) -> QueueLine | None:
    """The line to serve now; ``after`` is the id of the line just left, which comes last."""
    waiting = queue(session, user, campaign, week=week, now=now).now
    ids = [one.line.id for one in waiting]
    if after in ids:
        place = ids.index(after) + 1
        waiting = waiting[place:] + waiting[:place]
    return waiting[0] if waiting else None


def own(session: Session, user: User, campaign: Campaign, *, week: str) -> Sheet | None:
    """A volunteer's published sheet of the week."""
    asked = {"user_id": user.id, "campaign_id": campaign.id, "week": week}
    return session.scalar(_SHEET, asked)


@lru_cache(maxsize=8)
def _homes(week: str) -> sa.Executable:
    """The lines of a sheet, each with the people at home and their last attempt: a row for each of
    them, one without anybody for a home where nobody is left. Asked by every page of a volunteer:
    built once a week."""
    return (
        sa.select(
            *_LINE,
            Enrolment.id,
            Person.title,
            Person.first_name,
            Person.last_name,
            sa.func.coalesce(Commune.name, Person.town),
            sa.and_(Person.stop.is_(None), Person.hold.is_(None)),
            sa.and_(owed.is_callable(), owed.is_not_away(week)),
            owed.stream_in(week),
            sa.func.coalesce(Enrolment.appointment_at, Enrolment.not_before_at),
            Enrolment.suspended_until,
            Enrolment.next_due_on,
            Person.best_half,
            Call.at,
            Call.id,
            Call.outcome,
        )
        .select_from(Sheet)
        .join(Line, Line.sheet_id == Sheet.id)
        .outerjoin(Person, Person.household_id == Line.household_id)
        .outerjoin(
            Enrolment,
            sa.and_(
                Enrolment.person_id == Person.id,
                Enrolment.campaign_id == sa.bindparam("campaign_id"),
            ),
        )
        .outerjoin(Commune, Commune.insee == Person.insee)
        .outerjoin(Call, Call.id == _last_call())
        .where(*_OWN)
        .order_by(Line.position, Line.id, Person.id)
    )


def _last_call() -> sa.ScalarSelect[int]:
    """The number of somebody’s last attempt in the campaign."""
    earlier = aliased(Call)
    return (
        sa.select(earlier.id)
        .where(earlier.enrolment_id == Enrolment.id)
        .order_by(earlier.at.desc(), earlier.id.desc())
        .limit(sa.literal_column("1"))
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _line(
    line: SheetLine,
    members: Sequence[_Member],
    week: str,
    now: datetime,
) -> QueueLine:
    listed = [one for one in members if one.is_listed] or members
    owed_one = [one for one in members if one.may_be_called and one.stream]
    tried = [(one.last_at, one.last_id, one.last_outcome) for one in members if one.last_outcome]
    stream, next_at = _turn(line, owed_one, week=week, now=now)
    names = tuple([one.name for one in listed])
    return QueueLine(
        line,
        names,
        " et ".join(names),
        listed[0].place if listed else "",
        line.why,
        stream,
        next_at,
        reference.outcomes()[max(tried)[2]].label if tried else None,
        is_open=line.closed_at is None and bool(owed_one),
        best_half=next((one.best_half for one in listed if one.best_half), ""),
    )


def _turn(
    line: SheetLine,
    owed_one: Sequence[_Member],
    *,
    week: str,
    now: datetime,
) -> tuple[Stream, datetime | None]:
    """Why the household is called as things stand, and the instant to wait for, or awaited.

    The people who are owed a call are asked, never the line: it was written when the week was
    split, and calls made since, on this week's lines or the last's, decided otherwise.
    """
    if not owed_one:
        return line.stream, None
    turns = [
        (
            owed.STREAMS[one.stream or ""],
            owed.turn_at(one.next_at, one.suspended_until, one.next_due_on, one.last_at, week=week),
        )
        for one in owed_one
    ]
    ready = [one for one in turns if one[1] is None or one[1] <= now]
    if ready:  # the most pressing: an appointment made on Monday comes first on Thursday
        return min(ready, key=lambda one: (_PRESSING[one[0]], one[1] or now))
    return min(turns, key=lambda one: one[1] or now)
