"""A département half a year into its campaign: a hundred and fifty thousand calls behind it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire.instance import Instance
from campaigns import reference, sheets, weeks
from campaigns.models import (
    Agreement,
    Alarm,
    AlarmWhy,
    Call,
    Campaign,
    Enrolment,
    Line,
    Need,
    NeedState,
    Person,
    Report,
    Result,
    Sheet,
    Stage,
    Stream,
    Urgency,
    User,
    WeekPlan,
    Wish,
)
from scripts.benches.fiction.departement import WEEK, _add, fill

CALLS, WEEKS = 150_000, 25
AT = weeks.at(weeks.monday(WEEK) + timedelta(days=2), 15)  # a Wednesday afternoon
_ONE_IN = {"need": 12, "alarm": 2_500}  # calls for one of them
_HOURS = (9, 10, 11, 14, 15, 16, 17)
_STATES = (NeedState.NEW, NeedState.TAKEN, NeedState.IN_PROGRESS, *(NeedState.CLOSED,) * 9)


def live(instance: Instance, *, calls: int = CALLS) -> int:
    """Fill an empty instance with people and the weeks behind them; give its campaign's id.

    The last week is split and published by the product itself, and called until its Wednesday.
    """
    campaign_id = fill(instance)
    draw = random.Random(12)
    with instance.database.unit() as session:
        session.execute(sa.update(Person), list(_births(session, draw)))
        voices = list(session.scalars(sa.select(User.id).order_by(User.id)))
        called = _enrolments(session)
        for number in range(WEEKS - 1, 0, -1):
            week = weeks.after(WEEK, -number)
            _past(session, campaign_id, week, called, voices, calls // WEEKS, draw)
        _remember(session, called, draw)
        campaign = session.get_one(Campaign, campaign_id)
        before = weeks.at(weeks.monday(WEEK) - timedelta(days=3), 9)
        plan = sheets.propose(session, campaign, WEEK, at=before)
        sheets.publish(session, plan, by=None, at=before)
    with instance.database.unit() as session:
        _this_week(session, campaign_id, plan.id, calls // WEEKS // 2, draw)
        _needs_and_alarms(session, campaign_id, draw)
    with instance.database.writer.begin() as connection:
        connection.execute(sa.text("ANALYZE"))
    return campaign_id


def _births(session: Session, draw: random.Random) -> Iterator[dict[str, Any]]:
    for person_id in session.scalars(sa.select(Person.id)):
        yield {"id": person_id, "birth_date": date(draw.randint(1926, 1966), 5, 17)}


def _enrolments(session: Session) -> list[tuple[int, int, int]]:
    """The two thirds of the people somebody has called: enrolment, person, household."""
    rows = session.execute(
        sa.select(Enrolment.id, Person.id, Person.household_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.not_before_at.is_(None), Enrolment.appointment_at.is_(None))
        .order_by(Enrolment.id)
    ).all()
    return [(row[0], row[1], row[2]) for row in rows[: 2 * len(rows) // 3]]


def _past(
    session: Session,
    campaign_id: int,
    week: str,
    called: list[tuple[int, int, int]],
    voices: list[int],
    calls: int,
    draw: random.Random,
) -> None:
    """A week that is over: a sheet each, a line a household, one or two calls a line."""
    at = weeks.starts_at(week)
    plan = WeekPlan(campaign_id=campaign_id, week=week, computed_at=at, published_at=at, summary={})
    session.add(plan)
    session.flush()
    _add(
        session,
        Sheet,
        [{"plan_id": plan.id, "volunteer_id": one, "capacity": 30} for one in voices],
    )
    sheet_ids = list(session.scalars(sa.select(Sheet.id).where(Sheet.plan_id == plan.id)))
    chosen = draw.sample(called, min(calls * 2 // 3, len(called)))
    lines = [
        {
            "plan_id": plan.id,
            "sheet_id": sheet_ids[place % len(sheet_ids)],
            "household_id": household,
            "position": place,
            "stream": Stream.ROSTER,
            "why": "Appel régulier.",
            "closed_at": at + timedelta(days=4),
        }
        for place, (_, _, household) in enumerate(chosen)
    ]
    _add(session, Line, lines)
    line_of = dict(
        session.execute(sa.select(Line.household_id, Line.id).where(Line.plan_id == plan.id)).all()
    )
    said = [(one, line_of[one[2]]) for one in chosen]
    said += draw.sample(said, min(calls - len(said), len(said)))
    _log(session, campaign_id, weeks.monday(week), 5, said, voices, draw)


def _log(
    session: Session,
    campaign_id: int,
    monday: date,
    days: int,
    said: list[tuple[tuple[int, int, int], int]],
    voices: list[int],
    draw: random.Random,
) -> None:
    first = (session.scalar(sa.select(sa.func.max(Report.id))) or 0) + 1
    reports, logged = [], []
    for number, ((enrolment, person, _), line) in enumerate(said, first):
        at = weeks.at(monday + timedelta(days=number % days), draw.choice(_HOURS), number % 60)
        who = voices[enrolment % len(voices)] if draw.random() < 0.9 else draw.choice(voices)
        reports.append(_report(number, who, line, at))
        whom = {"campaign_id": campaign_id, "enrolment_id": enrolment, "person_id": person}
        logged.append(whom | _call(reports[-1], spoke=draw.random() < 0.5))
    _add(session, Report, reports)
    _add(session, Call, logged)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT setval('report_id_seq', (SELECT max(id) FROM report))"))


def _report(number: int, who: int, line: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "user_id": who,
        "key": f"{number:032d}",
        "digest": "x",
        "line_id": line,
        "received_at": at,
    }


def _call(report: dict[str, Any], *, spoke: bool) -> dict[str, Any]:
    """What a report of one person logged."""
    return {
        "report_id": report["id"],
        "line_id": report["line_id"],
        "volunteer_id": report["user_id"],
        "at": report["received_at"],
        "outcome": "JOINT_OK" if spoke else "NON_REPONSE",
        "is_conversation": spoke,
    }


def _remember(session: Session, called: list[tuple[int, int, int]], draw: random.Random) -> None:
    """What the calls left on the enrolments: the last voice, the wish, when the next is due."""
    talked = dict(
        session.execute(
            sa.select(Call.enrolment_id, sa.func.max(Call.at))
            .where(Call.is_conversation.is_(True))
            .group_by(Call.enrolment_id)
        ).all()
    )
    rows = []
    for enrolment, _, _ in called:
        if enrolment not in talked:
            continue
        regular = draw.random() < 0.3
        rows.append(
            {
                "id": enrolment,
                "last_conversation_at": talked[enrolment],
                "stage": Stage.ROSTER if regular else Stage.RESTING,
                "wish": Wish.WEEKLY if regular else Wish.ONCE,
                "next_due_on": weeks.monday(WEEK) if regular else None,
            }
        )
    session.execute(sa.update(Enrolment), rows)


def _this_week(
    session: Session, campaign_id: int, plan_id: int, calls: int, draw: random.Random
) -> None:
    rows = session.execute(
        sa.select(Enrolment.id, Person.id, Line.household_id, Line.id, Sheet.volunteer_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Line, Line.household_id == Person.household_id)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .where(Line.plan_id == plan_id)
        .order_by(Line.id)
        .limit(calls)
    ).all()
    voices = sorted({row[4] for row in rows})
    said = [((row[0], row[1], row[2]), row[3]) for row in rows]
    _log(session, campaign_id, weeks.monday(WEEK), 3, said, voices, draw)
    done = [row[3] for row in rows[::2]]
    session.execute(sa.update(Line).where(Line.id.in_(done)).values(closed_at=AT))


def _needs_and_alarms(session: Session, campaign_id: int, draw: random.Random) -> None:
    rows = session.execute(
        sa.select(Call.id, Call.person_id, Call.volunteer_id, Call.at)
        .where(Call.campaign_id == campaign_id, Call.is_conversation.is_(True))
        .order_by(Call.id)
    ).all()
    codes = sorted(reference.categories())
    territories = [*session.scalars(sa.text("SELECT id FROM territory ORDER BY id")), None]
    needs = []
    for call_id, person_id, by_id, at in rows[:: _ONE_IN["need"] // 2]:
        is_recent = at > AT - timedelta(weeks=2)
        state = draw.choice(_STATES) if is_recent or draw.random() < 0.1 else NeedState.CLOSED
        is_closed = state is NeedState.CLOSED
        needs.append(
            {
                "campaign_id": campaign_id,
                "person_id": person_id,
                "call_id": call_id,
                "territory_id": draw.choice(territories),
                "category": draw.choice(codes),
                "urgency": draw.choice((Urgency.U2, Urgency.U3)),
                "agreement": Agreement.YES,
                "text": "Des courses chaque semaine.",
                "state": state,
                "raised_at": at,
                "raised_by_id": by_id,
                "due_at": at + timedelta(days=2),
                "moved_at": at,
                "closed_at": at + timedelta(days=5) if is_closed else None,
                "result": Result.SOLVED if is_closed else None,
            }
        )
    _add(session, Need, needs)
    _add(session, Alarm, [_alarm(campaign_id, row) for row in rows[:: _ONE_IN["alarm"]]])


def _alarm(campaign_id: int, row: sa.Row[int, int, int, datetime]) -> dict[str, Any]:
    return {
        "campaign_id": campaign_id,
        "person_id": row[1],
        "why": AlarmWhy.SILENCE,
        "say": "A répondu six semaines de suite, puis plus.",
        "opened_at": row[3],
        "due_at": row[3] + timedelta(days=1),
        "version": 1,
    }
