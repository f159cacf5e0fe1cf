"""A filled sheet comes back: each row is all or nothing, and the others go on."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any  # what JSON holds

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, journal, weeks
from campaigns.models import Campaign, IssuedSheet, ReturnedSheet, Sheet, User, WeekPlan
from campaigns.refusal import Refusal
from campaigns.returns import finding, rows
from campaigns.returns.rows import Entered, State
from campaigns.returns.written import Written

Unit = Callable[[], AbstractContextManager[Session]]
_NOT_YET = "Pas encore enregistrée\u00a0: la lecture s’est arrêtée avant elle. Renvoyez-la."
_MOST_ROWS = 400  # far above a sheet of a week


@dataclass(frozen=True, slots=True)
class Fix:
    """What somebody decides of a row that waits: as corrected, both kept, or left aside."""

    written: Written
    keep_both: bool = False
    ignore: bool = False


def receive(
    unit: Unit,
    issued_id: int,
    filled: Sequence[Written],
    *,
    day: date | None,
    by_id: int,
    at: datetime,
) -> int:
    """Take in the filled rows of an issued sheet; give the id of what came back.

    Each row is entered in a transaction of its own, which notes what became of it: cut anywhere,
    the same sheet is dropped in again and nothing is logged twice. ``day`` is that of calls
    without one; the row above tells it otherwise. Refusal when nothing is filled in.
    """
    told = [row for row in _dated(filled) if not row.is_blank]
    if not told:
        raise Refusal(
            "Aucune ligne n’est remplie : il manque partout le code de ce qui s’est passé."
        )
    if len(told) > _MOST_ROWS:
        raise Refusal("Ce classeur a plus de lignes que la feuille qui est sortie.")
    with unit() as session:
        returned = _opened(session, issued_id, told, day=day, by_id=by_id, at=at)
    for place, row in enumerate(told):
        _settle(unit, returned, place, Fix(row), at=at)
    return returned


def settle(
    unit: Unit, returned_id: int, fixes: Mapping[int, Fix], *, by_id: int, at: datetime
) -> None:
    """Apply what somebody decided of the rows that wait, by their place in the sheet."""
    with unit() as session:
        returned = session.get_one(ReturnedSheet, returned_id)
        waiting = {
            place
            for place, row in enumerate(returned.report["rows"])
            if row["state"] in {State.WRONG, State.CONFLICT}
        }
        by = session.get_one(User, by_id)
        count = len(waiting & fixes.keys())
        journal.record(session, "sheet_rows_settled", about=returned, by=by, at=at, count=count)
    for place in sorted(waiting & fixes.keys()):
        _settle(unit, returned_id, place, fixes[place], at=at)


def _dated(filled: Sequence[Written]) -> list[Written]:
    """A day left blank is that of the row above, as people write lists."""
    dated: list[Written] = []
    day = ""
    for row in filled:
        day = row.called_on.strip() or day
        dated.append(replace(row, called_on=day))
    return dated


def _opened(
    session: Session,
    issued_id: int,
    told: Sequence[Written],
    *,
    day: date | None,
    by_id: int,
    at: datetime,
) -> int:
    week = _week_of(session, issued_id)
    kept = [row.kept() for row in told]
    returned = ReturnedSheet(
        issued_id=issued_id,
        sha256=sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest(),
        returned_at=at,
        by_id=by_id,
        report={
            "day": (day or min(weeks.local_day(at), weeks.sunday(week))).isoformat(),
            "rows": [
                {"code": row.code, "state": State.WRONG, "say": _NOT_YET, "written": row.kept()}
                for row in told
            ],
        },
    )
    session.add(returned)
    by = session.get_one(User, by_id)
    journal.record(session, "sheet_returned", about=returned, by=by, at=at, count=len(told))
    session.flush()  # its id is the answer
    return returned.id


def _settle(unit: Unit, returned_id: int, place: int, fix: Fix, *, at: datetime) -> None:
    try:
        with unit() as session:
            returned, campaign, sheet = _under_lock(session, returned_id)
            row = fix.written
            if fix.ignore or _was_ignored(session, returned, row):
                say = "Ligne ignorée : rien n’est enregistré."
                _note(returned, place, row, Entered(State.IGNORED, say))
                return
            day = date.fromisoformat(returned.report["day"])
            entered = rows.enter(
                session, campaign, sheet, row, day=day, keep_both=fix.keep_both, at=at
            )
            _note(returned, place, row, entered)
    except calls.Conflict as conflict:
        # Somebody typed the same row at the same instant: theirs is shown beside it.
        told = Entered(State.CONFLICT, conflict.say, conflict.kept[0].id)
        _note_alone(unit, returned_id, place, fix.written, told)
    except Refusal as refusal:
        told = Entered(State.WRONG, refusal.say)
        _note_alone(unit, returned_id, place, fix.written, told, field=refusal.field or "")


def _note_alone(
    unit: Unit, returned_id: int, place: int, row: Written, told: Entered, *, field: str = ""
) -> None:
    with unit() as session:
        returned, _, _ = _under_lock(session, returned_id)
        _note(returned, place, row, told, field=field)


def _note(
    returned: ReturnedSheet, place: int, row: Written, entered: Entered, *, field: str = ""
) -> None:
    """Write a row's fate. What was typed is kept only while somebody must look at it."""
    told: dict[str, Any] = {
        "code": row.code,
        "state": entered.state.value,
        "say": entered.say,
        "call_id": entered.call_id,
    }
    if entered.state in {State.WRONG, State.CONFLICT}:
        told |= {"written": row.kept(), "field": field}
    if entered.state is State.IGNORED:
        told["mark"] = _mark(row)
    changed = list(returned.report["rows"])
    changed[place] = told
    returned.report = {**returned.report, "rows": changed}


def _was_ignored(session: Session, returned: ReturnedSheet, row: Written) -> bool:
    """Whether this very row came back before and somebody chose to leave it aside."""
    reports = session.scalars(
        sa.select(ReturnedSheet.report).where(
            ReturnedSheet.issued_id == returned.issued_id, ReturnedSheet.id < returned.id
        )
    )
    mark = _mark(row)
    return any(old.get("mark") == mark for report in reports for old in report["rows"])


def _mark(row: Written) -> str:
    return sha256(json.dumps(asdict(row), sort_keys=True).encode()).hexdigest()


def _under_lock(session: Session, returned_id: int) -> tuple[ReturnedSheet, Campaign, finding.Out]:
    returned = session.get_one(ReturnedSheet, returned_id, with_for_update=True)
    row = session.execute(
        sa.select(IssuedSheet, WeekPlan, User)
        .join(Sheet, Sheet.id == IssuedSheet.sheet_id)
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .join(User, User.id == Sheet.volunteer_id)
        .where(IssuedSheet.id == returned.issued_id)
    ).one()
    issued, plan, volunteer = row
    campaign = session.get_one(Campaign, plan.campaign_id)
    return returned, campaign, finding.Out(issued, plan.week, volunteer)


def _week_of(session: Session, issued_id: int) -> str:
    return session.scalars(
        sa.select(WeekPlan.week)
        .join(Sheet, Sheet.plan_id == WeekPlan.id)
        .join(IssuedSheet, IssuedSheet.sheet_id == Sheet.id)
        .where(IssuedSheet.id == issued_id)
    ).one()
