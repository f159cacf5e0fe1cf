"""Giving households to whoever has room, and writing it: a line that moves keeps its id, so that
its attempts and whatever is being typed about it stay with it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner
from campaigns.models import LeftOut, Line, Sheet
from campaigns.sheets import giving, notices, owed, past
from campaigns.sheets.callers import Volunteer
from campaigns.sheets.moving import saying
from campaigns.sheets.moving.standing import Standing

_RANK = {stream: place for place, stream in enumerate(owed.SERVING)}


# What becomes of lines nobody has room for. They stay on their sheet, as who waits goes on waiting;
# or return to the pool, but for those an attempt holds, which stay; or all leave for it, and these
# are closed.
Rest = Literal["stay", "return", "leave"]


@dataclass(frozen=True, slots=True)
class Dealt:
    """What became of the households dealt: how many each volunteer got, and who got none.

    ``pooled`` wait for a place; ``stuck`` stay where they are, because an attempt or a printed
    sheet holds their line there; ``printed`` are those of them that only paper holds. All are ids
    of households.
    """

    given: dict[int, int]
    pooled: frozenset[int]
    stuck: frozenset[int]
    printed: frozenset[int] = frozenset()

    def and_also(self, other: "Dealt") -> "Dealt":
        """Both together."""
        given = Counter(self.given) + Counter(other.given)
        return Dealt(
            dict(given),
            self.pooled | other.pooled,
            self.stuck | other.stuck,
            self.printed | other.printed,
        )

    @property
    def given_count(self) -> int:
        """Households that have another voice now."""
        return sum(self.given.values())


def deal(
    session: Session,
    standing: Standing,
    households: Collection[int],
    callers: Sequence[planner.Caller],
    *,
    why: str,
    rest: Rest = "return",
) -> Dealt:
    """Give households to these callers with as little else moved as can be: nothing.

    ``why`` is the sentence their lines and sheets show, ``rest`` what becomes of those who find
    no room. The lines are locked first: a call that is being saved is kept, then counts as started.
    """
    asked = [standing.due[one] for one in sorted(households) if one in standing.due]
    split = planner.assign(asked, callers, standing.settings)
    standing_lines = _locked(session, standing, [one.id for one in asked])
    given = _give(session, standing, split.assigned, standing_lines, why=why)
    left = {one.candidate.id: one.reason.value for one in split.left_out}
    here = [line for household, line in standing_lines.items() if household in left]
    stuck = leaving = {line.household_id for line in here if line.closed_at is None}
    on_paper: set[int] = set()
    if rest != "stay":
        stuck, on_paper = _drop(session, standing, here)
    if rest == "leave":
        _close(here, stuck, at=standing.at)
        stuck, on_paper = set(), set()
    # Who stood on a sheet and loses the place is first next week, unlike who never had one.
    left |= dict.fromkeys(leaving, planner.LeftOutReason.RETURNED.value)
    waiting = {one: reason for one, reason in left.items() if one not in stuck}
    if rest == "stay":
        waiting = {}
    _note_pool(session, standing, {one.candidate.id for one in split.assigned}, waiting)
    session.flush()  # the counters below read what was just written
    recount(session, standing)
    return Dealt(given, frozenset(waiting), frozenset(stuck), frozenset(on_paper))


def _locked(session: Session, standing: Standing, households: Collection[int]) -> dict[int, Line]:
    """The lines of these households, held until the end: whoever is saving a call comes first."""
    ids = [standing.places[one].line_id for one in households if one in standing.places]
    if not ids:
        return {}
    rows = session.scalars(
        sa.select(Line)
        .where(Line.id.in_(ids))
        .order_by(Line.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {line.household_id: line for line in rows}


def _give(
    session: Session,
    standing: Standing,
    assigned: Sequence[planner.Assignment],
    lines: Mapping[int, Line],
    *,
    why: str,
) -> dict[int, int]:
    """Move the lines there are, add those there are not; give how many each volunteer got."""
    sheets = _sheets(session, standing, {one.caller.id for one in assigned})
    given: Counter[int] = Counter()
    for one in sorted(assigned, key=lambda one: _serving(standing, one)):
        household, caller_id = one.candidate.id, one.caller.id
        place, line = standing.places.get(household), lines.get(household)
        if place is not None and (line is None or (line.closed_at is not None) != place.is_closed):
            continue  # closed or gone while we waited for its lock: nothing to move any more
        if line is None or line.closed_at is not None:
            line = line or Line(plan_id=standing.plan.id, household_id=household)
            line.next_at = standing.not_before(household)
            session.add(line)
        sheet_id, last = sheets[caller_id]
        sheets[caller_id] = (sheet_id, last + 1)
        line.sheet_id, line.position = sheet_id, last + 1
        line.stream = owed.STREAMS[one.candidate.stream]
        line.kept_voice, line.why, line.closed_at = one.kept, one.why[:300], None
        line.moved_at, line.moved_why = standing.at, why[:200]
        given[caller_id] += 1
        standing.note_given(caller_id)
    if standing.plan.published_at is not None:
        said = {sheets[who][0]: saying.more_for_you(count, why) for who, count in given.items()}
        notices.post(session, said, at=standing.at)
    session.flush()  # sheets of the lines are read again from their new ids
    for line in lines.values():
        session.expire(line, ["sheet"])
    return dict(given)


def _serving(standing: Standing, one: planner.Assignment) -> tuple[int, float, int, int, int]:
    """The order of a sheet, as the split writes it."""
    instant = standing.ready_at.get(one.candidate.id)
    return (
        _RANK[owed.STREAMS[one.candidate.stream]],
        instant.timestamp() if instant else 0.0,
        one.candidate.priority,
        -one.candidate.weeks_waited,
        one.candidate.id,
    )


def _sheets(
    session: Session, standing: Standing, volunteers: Collection[int]
) -> dict[int, tuple[int, int]]:
    """For each volunteer the id of their sheet, made when they had none, and its last position."""
    found = {
        row.volunteer_id: (row.id, row.last or 0)
        for row in session.execute(
            sa.select(Sheet.id, Sheet.volunteer_id, sa.func.max(Line.position).label("last"))
            .outerjoin(Line, Line.sheet_id == Sheet.id)
            .where(Sheet.plan_id == standing.plan.id, Sheet.volunteer_id.in_(volunteers))
            .group_by(Sheet.id, Sheet.volunteer_id)
        )
    }
    fresh = [open_sheet(session, standing, one) for one in sorted(set(volunteers) - found.keys())]
    session.flush()  # lines need sheet.id
    return found | {sheet.volunteer_id: (sheet.id, 0) for sheet in fresh}


def open_sheet(session: Session, standing: Standing, volunteer_id: int) -> Sheet:
    """An empty sheet for a volunteer who had none this week."""
    who: Volunteer | None = standing.volunteer(volunteer_id)
    sheet = Sheet(
        plan_id=standing.plan.id,
        volunteer_id=volunteer_id,
        capacity=who.caller.capacity if who else 0,
        half_days=len(who.caller.half_days) if who else 0,
    )
    session.add(sheet)
    return sheet


def _drop(session: Session, standing: Standing, lines: Sequence[Line]) -> tuple[set[int], set[int]]:
    """Take lines off their sheets, but for those a call, a report or paper holds: give the
    households of these, and of those that only paper holds."""
    ids = [line.id for line in lines]
    if not ids:
        return set(), set()
    started = set(session.scalars(sa.select(Line.id).where(Line.id.in_(ids), giving.is_started())))
    on_paper = giving.printed_in(session, standing.plan)
    stuck: set[int] = set()
    only_printed: set[int] = set()
    for line in lines:
        if line.id not in started | on_paper:
            session.delete(line)
        elif line.closed_at is None:
            stuck.add(line.household_id)
            if line.id not in started:
                only_printed.add(line.household_id)
    return stuck, only_printed


def _close(lines: Sequence[Line], households: Collection[int], *, at: datetime) -> None:
    for line in lines:
        if line.household_id in households:
            line.closed_at, line.next_at = at, None


def _note_pool(
    session: Session, standing: Standing, dealt: Collection[int], waiting: Mapping[int, str]
) -> None:
    """Say who waits from now on, and why; who was dealt waits no more."""
    plan = standing.plan
    session.execute(
        sa.delete(LeftOut).where(LeftOut.plan_id == plan.id, LeftOut.household_id.in_(dealt))
    )
    if not waiting:
        return
    known = session.scalars(
        sa.select(LeftOut.household_id).where(
            LeftOut.plan_id == plan.id, *past.is_among(LeftOut.household_id, waiting)
        )
    )
    session.add_all(
        LeftOut(
            plan_id=plan.id,
            household_id=household,
            reason=waiting[household],
            since_on=standing.since_on[household],
        )
        for household in sorted(waiting.keys() - set(known))
    )


def tell_losers(session: Session, standing: Standing, gone: Mapping[int, int]) -> None:
    """Say on the sheets lines left that they did, by volunteer and how many."""
    told = {who: count for who, count in gone.items() if count}
    rows = session.execute(
        sa.select(Sheet.id, Sheet.volunteer_id).where(
            Sheet.plan_id == standing.plan.id, Sheet.volunteer_id.in_(told)
        )
    )
    said = {row.id: saying.fewer_for_you(told[row.volunteer_id]) for row in rows}
    notices.post(session, said, at=standing.at)


def recount(session: Session, standing: Standing) -> None:
    """Bring the counts kept with the plan to what its sheets hold now."""
    plan = standing.plan
    sizes = session.execute(
        sa.select(sa.func.count(Line.id), sa.func.count(Line.id).filter(Line.kept_voice.is_(True)))
        .select_from(Sheet)
        .outerjoin(Line, Line.sheet_id == Sheet.id)
        .where(Sheet.plan_id == plan.id)
        .group_by(Sheet.id)
    ).all()
    # Who waits after attempts has a line too, a closed one: due once all the same.
    with_line = LeftOut.household_id.in_(
        sa.select(Line.household_id).where(Line.plan_id == plan.id)
    )
    rows = session.execute(
        sa.select(LeftOut.reason, sa.func.count(), sa.func.count().filter(with_line))
        .where(LeftOut.plan_id == plan.id)
        .group_by(LeftOut.reason)
        .order_by(LeftOut.reason)
    ).all()
    counts = [row[0] for row in sizes] or [0]
    plan.summary = plan.summary | {
        "assigned": sum(counts),
        "due": sum(counts) + sum(waiting - with_line for _, waiting, with_line in rows),
        "unassigned": {reason: waiting for reason, waiting, _ in rows},
        "kept_pairs": sum(row[1] for row in sizes),
        "load": {"min": min(counts), "median": median(counts), "max": max(counts)},
    }
