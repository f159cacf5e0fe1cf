"""A volunteer's own sheet: what to call now, what comes later, what is done, and the counters."""

from collections.abc import Iterable, Sequence
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
_LINES = (
    sa.select(
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
    .join(Line.sheet)
    .where(*_OWN)
    .order_by(Line.position, Line.id)
)


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


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One household of the sheet, as the list shows it.

    ``names`` are the members who may be called (all of them once nobody may), ``stream`` why the
    household is called as things stand now, ``last_outcome`` the label of its last attempt,
    ``best_half`` when somebody of the household prefers to be called ("am", "pm", empty: any).
    """

    line: SheetLine
    names: tuple[str, ...]
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
    household_id: int
    person_id: int
    title: Title
    first_name: str
    last_name: str
    place: str | None
    town: str
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
    def is_owed(self) -> bool:
        return self.may_be_called and self.stream is not None

    @property
    def name(self) -> str:
        return " ".join(
            part for part in (self.title.label, self.first_name, self.last_name) if part
        )


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
    row, lighter ones first. A suspended volunteer has none. Three statements, however long the
    sheet; one fewer when ``rest`` is known (``care.resting.of_today``), one more after hard calls.
    """
    if user.suspended_at is not None:
        return Queue((), (), ())
    asked = {"user_id": user.id, "campaign_id": campaign.id, "week": week}
    lines = [SheetLine._make(row) for row in rows.read(session, _LINES, asked)]
    if not lines:
        return Queue((), (), ())
    members: dict[int, list[_Member]] = {}
    for member in map(_Member._make, rows.run(session, _members(week), asked)):
        members.setdefault(member.household_id, []).append(member)
    found = [_line(line, members.get(line.household_id, []), week=week, now=now) for line in lines]
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
def _members(week: str) -> sa.Executable:
    """The people at home of a sheet's lines, each with their last attempt. Asked by every page of a
    volunteer: built once a week."""
    return (
        sa.select(
            Person.household_id,
            Person.id,
            Person.title,
            Person.first_name,
            Person.last_name,
            Commune.name,
            Person.town,
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
        .join(Person, Person.household_id == Line.household_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .outerjoin(Call, Call.id == _last_call())
        .where(Enrolment.campaign_id == sa.bindparam("campaign_id"), *_OWN)
        .order_by(Person.household_id, Person.id)
    )


def _last_call() -> sa.ScalarSelect[int]:
    """The number of a person's last attempt."""
    earlier = aliased(Call)
    return (
        sa.select(earlier.id)
        .where(earlier.person_id == Person.id, earlier.campaign_id == sa.bindparam("campaign_id"))
        .order_by(earlier.at.desc(), earlier.id.desc())
        .limit(sa.literal_column("1"))
        .correlate(Person)
        .scalar_subquery()
    )


def _line(
    line: SheetLine,
    members: Sequence[_Member],
    *,
    week: str,
    now: datetime,
) -> QueueLine:
    listed = [one for one in members if one.is_listed] or members
    tried = [(one.last_at, one.last_id, one.last_outcome) for one in members if one.last_outcome]
    stream, next_at = _turn(line, members, week=week, now=now)
    return QueueLine(
        line=line,
        names=tuple(one.name for one in listed),
        place=next((one.place or one.town for one in listed), ""),
        why=line.why,
        stream=stream,
        next_at=next_at,
        last_outcome=reference.outcomes()[max(tried)[2]].label if tried else None,
        is_open=line.closed_at is None and any(one.is_owed for one in members),
        best_half=next((one.best_half for one in listed if one.best_half), ""),
    )


def _turn(
    line: SheetLine,
    members: Iterable[_Member],
    *,
    week: str,
    now: datetime,
) -> tuple[Stream, datetime | None]:
    """Why the household is called as things stand, and the instant to wait for, or awaited.

    The people are asked, never the line: it was written when the week was split, and calls made
    since, on this week's lines or the last's, decided otherwise.
    """
    turns: list[tuple[Stream, datetime | None]] = []
    for one in members:
        if one.is_owed and one.stream:
            instant = owed.turn_at(
                one.next_at, one.suspended_until, one.next_due_on, one.last_at, week=week
            )
            turns.append((owed.STREAMS[one.stream], instant))
    ready = [one for one in turns if one[1] is None or one[1] <= now]
    if ready:  # the most pressing: an appointment made on Monday comes first on Thursday
        return min(ready, key=lambda one: (_PRESSING[one[0]], one[1] or now))
    return min(turns, key=lambda one: one[1] or now, default=(line.stream, None))
