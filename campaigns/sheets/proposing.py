"""Splitting a week: read who is due and who is free, solve, write the sheets."""

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner
from campaigns.models import Campaign, IssuedSheet, LeftOut, Line, Sheet, SheetNotice, WeekPlan
from campaigns.planner.facts import PROMISED
from campaigns.sheets import callers, candidates, distances, giving, room, writing
from campaigns.sheets.callers import Volunteer
from campaigns.sheets.candidates import Due

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a split is made from: who is due, the volunteers, and what each already has to call.

    ``free`` are the volunteers with the places and the half-days they have left at the instant.
    """

    due: Due
    volunteers: Sequence[Volunteer]
    free: Sequence[planner.Caller]
    loads: dict[int, int]
    settings: planner.Settings

    def network(self) -> planner.Network:
        """The week as the planner takes it: the places left on each sheet."""
        return planner.build(self.due.candidates, self.free, self.settings)


def propose(
    session: Session,
    campaign: Campaign,
    week: str,
    *,
    at: datetime,
    clock: Clock | None = None,
) -> WeekPlan:
    """Give each free volunteer their households for the week, as a proposal to be published.

    Computed again, it replaces a proposal. A published week is only topped up: nothing that
    stands on a sheet moves, households due since then take the places left. ``clock`` gives
    seconds and times the steps; ``summary`` of the plan has the shape of ``plan --json`` and,
    under other keys, what the page shows. ValueError when the week is not written ``YYYY-Www``.
    """
    with _collector_at_rest():
        ticks = [_tick(clock)]
        plan, returned = _opened(session, campaign, week, at=at)
        facts = read(session, campaign, week, at=at, plan=plan)
        ticks.append(_tick(clock))
        network = facts.network()
        split = planner.read(network, planner.solve(network))
        ticks.append(_tick(clock))
        writing.write(session, plan, split, due=facts.due, volunteers=facts.volunteers, at=at)
        ticks.append(_tick(clock))
        _put_off(session, plan, returned)
        plan.computed_at = at
        plan.summary = _summary(session, plan, split, facts) | {"seconds": _seconds(ticks)}
        session.flush()  # readers of this transaction find the plan by its week
    return plan


def read(
    session: Session, campaign: Campaign, week: str, *, at: datetime, plan: WeekPlan | None
) -> Facts:
    """Read what a split of the week is made from; ``plan`` holds the lines that stand already.

    Who passed a household on this week does not get it back before the next.
    """
    volunteers = callers.read(session, campaign, week)
    return Facts(
        due=candidates.read(session, campaign, week, at=at, beyond=plan, skipped_in=plan),
        volunteers=volunteers,
        free=room.callers(session, campaign, plan, volunteers, at=at),
        loads=loads(session, plan) if plan else {},
        settings=settings_of(session, campaign),
    )


def settings_of(session: Session, campaign: Campaign) -> planner.Settings:
    """What the campaign decides about its split, with how far its territories lie apart."""
    apart = distances.between(session)
    plain = planner.Settings()
    return planner.Settings(
        sweep_share=campaign.sweep_percent / 100,
        own_commune_allowed=campaign.own_commune_allowed,
        other_territory_cost=max([plain.other_territory_cost, *apart.values()]),
        distances=apart,
        pace=campaign.pace,
    )


def of(session: Session, campaign: Campaign, week: str) -> WeekPlan | None:
    """The plan of a week, proposed or published."""
    return session.scalar(
        sa.select(WeekPlan).where(WeekPlan.campaign_id == campaign.id, WeekPlan.week == week)
    )


def loads(session: Session, plan: WeekPlan) -> dict[int, int]:
    """How many lines each volunteer's sheet of the plan holds, closed ones included."""
    rows = session.execute(
        sa.select(Sheet.volunteer_id, sa.func.count(Line.id))
        .outerjoin(Line, Line.sheet_id == Sheet.id)
        .where(Sheet.plan_id == plan.id)
        .group_by(Sheet.volunteer_id)
    )
    return {row[0]: row[1] for row in rows}


def _opened(
    session: Session, campaign: Campaign, week: str, *, at: datetime
) -> tuple[WeekPlan, frozenset[int]]:
    """The week's plan, ready to be written: without the lines of an earlier proposal.

    With it the households that stood on a sheet of the week since it was published, and wait.
    """
    # Two people computing the same week take turns (one writer at a time on SQLite anyway).
    session.execute(sa.select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    plan = of(session, campaign, week)
    if plan is None:
        plan = WeekPlan(campaign_id=campaign.id, week=week, computed_at=at)
        session.add(plan)
        session.flush()  # sheets and lines need plan.id
        return plan, frozenset()
    returned: frozenset[int] = frozenset()
    if plan.published_at is not None:
        returned = frozenset(
            session.scalars(
                sa.select(LeftOut.household_id).where(
                    LeftOut.plan_id == plan.id,
                    LeftOut.reason == planner.LeftOutReason.RETURNED.value,
                )
            )
        )
    else:
        giving.drop_untouched(session, plan, sa.true())
        _drop_empty_sheets(session, plan)
    session.execute(sa.delete(LeftOut).where(LeftOut.plan_id == plan.id))
    return plan, returned


def _put_off(session: Session, plan: WeekPlan, placed: Collection[int]) -> None:
    """Keep in mind which of those who wait had a place in this week: they are first in the next."""
    if not placed:
        return
    rows = session.execute(
        sa.select(LeftOut.id, LeftOut.household_id).where(LeftOut.plan_id == plan.id)
    )
    reason = planner.LeftOutReason.RETURNED.value
    found = [{"id": row.id, "reason": reason} for row in rows if row.household_id in placed]
    if found:
        session.execute(sa.update(LeftOut), found)


def _drop_empty_sheets(session: Session, plan: WeekPlan) -> None:
    """Delete the sheets of a proposal on which nothing is held."""
    used = sa.or_(
        sa.select(sa.literal(1)).where(Line.sheet_id == Sheet.id).exists(),
        sa.select(sa.literal(1)).where(IssuedSheet.sheet_id == Sheet.id).exists(),
        sa.select(sa.literal(1)).where(SheetNotice.sheet_id == Sheet.id).exists(),
    )
    session.execute(
        sa.delete(Sheet)
        .where(Sheet.plan_id == plan.id, ~used)
        .execution_options(synchronize_session="fetch")
    )


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python's cyclic collector from walking tens of thousands of rows again and again while
    they are made: they hold no cycle, and it took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _tick(clock: Clock | None) -> float:
    return clock() if clock else 0.0


def _seconds(ticks: Sequence[float]) -> dict[str, float]:
    spans = (round(end - start, 3) for start, end in pairwise(ticks))
    return dict(zip(("read", "solve", "write"), spans, strict=True))


def _summary(
    session: Session, plan: WeekPlan, split: planner.Split, facts: Facts
) -> dict[str, Any]:
    """Count the whole plan: what stood already, and what this split adds."""
    stood = sum(facts.loads.values())
    known = plan.summary.get("known_pairs", 0) if stood else 0
    sizes, streams, kept = _tally(session, plan)
    streams.update(one.candidate.stream for one in split.left_out)
    for one in facts.volunteers:
        if one.caller.capacity:
            sizes.setdefault(one.id, 0)
    return {
        "week": plan.week,
        "due": stood + len(facts.due.candidates),
        "assigned": stood + len(split.assigned),
        "unassigned": _by_reason(split),
        "known_pairs": known + split.known_pairs,
        "kept_pairs": kept,
        "volunteers": len(sizes),
        "load": _load(sizes.values()),
        "optimal": split.optimal,
        "what_would_help": [*_training_that_helps(split, facts), *split.what_would_help],
        "half_days_missing": split.half_days_missing,
        "streams": {stream.value: streams[stream.value] for stream in planner.Stream},
        "promised_left_out": sum(one.candidate.stream in PROMISED for one in split.left_out),
    }


def _training_that_helps(split: planner.Split, facts: Facts) -> list[str]:
    """Say what training would open, when people only wait for room."""
    waiting = [one.caller for one in facts.volunteers if one.to_train and one.caller.half_days]
    if not waiting or not split.half_days_missing:
        return []
    whose = "d’un volontaire" if len(waiting) == 1 else f"de {len(waiting)} volontaires"
    count = sum(len(one.half_days) for one in waiting)
    opened = f"{count} demi-journée{'s' if count > 1 else ''}"
    return [f"La formation {whose} ouvrirait {opened} cette semaine."]


def _by_reason(split: planner.Split) -> dict[str, int]:
    counted = Counter(one.reason for one in split.left_out)
    return {reason.value: count for reason, count in sorted(counted.items())}


def _tally(session: Session, plan: WeekPlan) -> tuple[dict[int, int], Counter[str], int]:
    """The plan's lines by volunteer and by stream, and how many keep their voice."""
    sizes: Counter[int] = Counter()
    streams: Counter[str] = Counter()
    kept = 0
    for row in session.execute(
        sa.select(
            Sheet.volunteer_id,
            Line.stream,
            sa.func.count(),
            sa.func.count().filter(Line.kept_voice.is_(True)),
        )
        .join(Sheet, Sheet.id == Line.sheet_id)
        .where(Line.plan_id == plan.id)
        .group_by(Sheet.volunteer_id, Line.stream)
    ):
        sizes[row[0]] += row[2]
        streams[row[1].value] += row[2]
        kept += row[3]
    return sizes, streams, kept


def _load(sizes: Collection[int]) -> dict[str, float]:
    if not sizes:
        return {"min": 0, "median": 0, "max": 0}
    middle = median(sizes)
    return {
        "min": min(sizes),
        "median": int(middle) if middle == int(middle) else middle,
        "max": max(sizes),
    }
