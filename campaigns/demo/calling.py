"""The volunteers at their telephones, one stretch of the day after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from campaigns import accounts, calls, journal, sheets, weeks
from campaigns.demo import answers, helped
from campaigns.demo.answers import Attempt
from campaigns.models import (
    Call,
    Campaign,
    Enrolment,
    Line,
    LinkKind,
    Person,
    Sheet,
    SignInLink,
    User,
    WeekPlan,
)
from campaigns.sheets import callers


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the day; ``fresh`` is how many households a volunteer starts in it."""

    half: str
    start: time
    end: time
    fresh: int


BANDS: Final = (
    Band("am", time(9, 30), time(12, 0), 12),
    Band("pm", time(13, 30), time(16, 0), 7),
    Band("pm", time(16, 0), time(18, 30), 5),
)
_EVENING = BANDS[-1]


@dataclass(frozen=True, slots=True)
class Shift:
    """A volunteer in a band. ``fresh`` is 0 when they only ring again who did not answer; ``most``
    caps all they dial."""

    volunteer_id: int
    fresh: int
    most: int = 40


@dataclass(frozen=True, slots=True)
class _Dial:
    at: datetime
    line_id: int
    volunteer_id: int
    attempt: Attempt


Rota = Mapping[tuple[date, Band], Sequence[Shift]]


def rota(session: Session, campaign: Campaign, week: str) -> Rota:
    """Who calls when in a week: the half-days ticked, and the evening after the last of them."""
    found: dict[tuple[date, Band], list[Shift]] = {}
    for one in callers.read(session, campaign, week):
        halves = sorted(one.caller.half_days)
        for day, half in halves:
            for band in BANDS:
                if band.half == half:
                    found.setdefault((day, band), []).append(Shift(one.id, band.fresh))
        if halves:
            again = min(halves[-1][0] + timedelta(days=1), weeks.monday(week) + timedelta(days=4))
            if (again, "pm") not in halves and calls.rules_of(again.year).works_on(again):
                found.setdefault((again, _EVENING), []).append(Shift(one.id, 0))
    return found


def play(
    session: Session,
    campaign: Campaign,
    plan: WeekPlan,
    day: date,
    band: Band,
    shifts: Sequence[Shift],
    *,
    random: Random,
) -> int:
    """Log what the volunteers of a band dial, oldest first; give how many reports were kept."""
    start = weeks.at(day, band.start.hour, band.start.minute)
    end = weeks.at(day, band.end.hour, band.end.minute)
    waiting = _waiting(session, plan, [one.volunteer_id for one in shifts], before=end)
    dials = [
        dial
        for shift in shifts
        for dial in _dials(waiting.get(shift.volunteer_id, []), shift, start, end, random)
    ]
    dials.sort(key=lambda one: (one.at, one.line_id))
    lines = _lines(session, dials)
    homes = _homes(session, campaign, {line.household_id for line in lines.values()})
    asked = helped.asked(
        session, campaign, [one for home in homes.values() for one in home], at=end
    )
    users = {one.volunteer_id: session.get_one(User, one.volunteer_id) for one in shifts}
    for user in users.values():
        _enter(session, user, week=plan.week, at=start)
    kept = 0
    # A household is called once a band, so no report reads what another one writes: all of them
    # are flushed together, which halves the time.
    with session.no_autoflush:
        for dial in dials:
            line = lines[dial.line_id]
            members = homes.get(line.household_id, [])
            by = users[dial.volunteer_id]
            kept += _dial(
                session, line, dial, members, asked, campaign=campaign, by=by, random=random
            )
    return kept


def _enter(session: Session, user: User, *, week: str, at: datetime) -> None:
    """The first time in a week, a volunteer opens the sheet by the link that was mailed."""
    link = session.scalar(
        sa.select(SignInLink)
        .where(
            SignInLink.user_id == user.id,
            SignInLink.kind == LinkKind.WEEKLY,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at == weeks.ends_at(week),
        )
        .order_by(SignInLink.id)
        .limit(1)
    )
    if link is not None and accounts.spend(session, link, at=at):
        accounts.open_for(session, user, at=at)
        kind = link.kind.value
        journal.record(session, "signed_in", about=user, by=user, at=at, kind=kind)


def _waiting(
    session: Session, plan: WeekPlan, volunteers: Sequence[int], *, before: datetime
) -> dict[int, list[sa.Row[int, int, datetime | None, bool]]]:
    """Open lines by volunteer, in the order of their sheets, with whether they were tried."""
    tried = sa.select(sa.literal(1)).where(Call.line_id == Line.id).exists()
    rows = session.execute(
        sa.select(Sheet.volunteer_id, Line.id, Line.next_at, tried)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .where(
            Line.plan_id == plan.id,
            Sheet.volunteer_id.in_(volunteers),
            Line.closed_at.is_(None),
            sa.or_(Line.next_at.is_(None), Line.next_at < before),
        )
        .order_by(Sheet.volunteer_id, Line.position, Line.id)
    )
    return {key: list(found) for key, found in groupby(rows, key=lambda row: row[0])}


def _dials(
    lines: Sequence[sa.Row[int, int, datetime | None, bool]],
    shift: Shift,
    start: datetime,
    end: datetime,
    random: Random,
) -> list[_Dial]:
    """What one volunteer dials: call-backs at their hour, others again, then new households."""
    at = start + timedelta(minutes=random.uniform(0, 10))
    again = [row for row in lines if row[3] or row[2] is not None]
    fresh = [row for row in lines if not row[3] and row[2] is None][: shift.fresh]
    found = []
    every = sorted(again, key=lambda row: row[2] or start) + fresh
    for _, line_id, next_at, _ in every[: shift.most]:
        at = max(at, next_at or at)
        if at >= end:
            break
        attempt = answers.attempt(random)
        found.append(_Dial(at, line_id, shift.volunteer_id, attempt))
        at += timedelta(minutes=attempt.minutes(random))
    return found


def _lines(session: Session, dials: Sequence[_Dial]) -> dict[int, Line]:
    rows = session.scalars(
        sa.select(Line)
        .where(Line.id.in_([one.line_id for one in dials]))
        .options(joinedload(Line.sheet).joinedload(Sheet.plan))
    )
    return {line.id: line for line in rows}


def _homes(
    session: Session, campaign: Campaign, households: set[int]
) -> dict[int, list[Enrolment]]:
    """The people of each household, read at once: logging then finds them in the session."""
    rows = session.scalars(
        sa.select(Enrolment)
        .join(Enrolment.person)
        .options(
            contains_eager(Enrolment.person).options(
                selectinload(Person.phones), joinedload(Person.commune)
            )
        )
        .where(Enrolment.campaign_id == campaign.id, Person.household_id.in_(households))
        .order_by(Person.id)
    )
    found: dict[int, list[Enrolment]] = {}
    for enrolment in rows:
        found.setdefault(enrolment.person.household_id, []).append(enrolment)
    return found


def _dial(
    session: Session,
    line: Line,
    dial: _Dial,
    members: Sequence[Enrolment],
    asked: helped.Asked,
    *,
    campaign: Campaign,
    by: User,
    random: Random,
) -> int:
    """One call, with a report for each person of the household who speaks."""
    kept, at = 0, dial.at
    rules = calls.rules_of(at.year)
    for enrolment in members:
        if line.closed_at is not None or not calls.waits_now(enrolment, line, at=at):
            continue
        said = answers.filled(dial.attempt, enrolment, random=random, rules=rules, at=at)
        if dial.attempt.is_talk:
            said = replace(said, aside=helped.said(asked.get(enrolment.person_id, ())))
        calls.log(session, line, filled=said, campaign=campaign, by=by, at=at)
        kept += 1
        if not dial.attempt.is_talk:
            break
        at += timedelta(minutes=1)
    return kept


def next_week(
    session: Session, campaign: Campaign, week: str, *, by: User, at: datetime
) -> WeekPlan:
    """Split a week and publish it, as the lead does."""
    plan = sheets.propose(session, campaign, week, at=at)
    sheets.publish(session, plan, by=by, at=at)
    return plan
