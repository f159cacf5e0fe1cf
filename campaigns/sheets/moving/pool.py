"""Who waits for a place this week, in the turn of the split, a few at a time."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner, weeks
from campaigns.models import Campaign, Commune, Enrolment, Line, Person, WeekPlan
from campaigns.sheets import candidates, owed, past
from campaigns.sheets.moving.standing import Standing

_WEEK = 7 * 24 * 3600  # seconds
_FIRST = 50  # read at first, besides what the caller has room for: some will not suit them
_NEXT = 500
_RANKS = {stream.value: place for place, stream in enumerate(planner.Stream)}


def in_turn(session: Session, standing: Standing, caller: planner.Caller) -> Iterator[list[int]]:
    """The households owed a call that stand open on no sheet, by their ids, in lists.

    First whose turn it is, of equals those nearest to where the caller usually calls: who takes
    them in this order as long as there is room takes those the split itself would give. Nothing
    is read of those beyond the last list asked for.
    """
    query = _query(standing, caller)
    first = list(session.scalars(query.limit(2 * caller.capacity + _FIRST)))
    yield from _fresh(first, set())
    if len(first) == 2 * caller.capacity + _FIRST:
        seen = set(first)
        ids = [one for one in session.scalars(query) if one not in seen]
        for start in range(0, len(ids), _NEXT):
            yield from _fresh(ids[start : start + _NEXT], seen)


def _fresh(ids: list[int], seen: set[int]) -> Iterator[list[int]]:
    """The ids not seen yet, each once: a household comes with each of its members."""
    fresh = [one for one in dict.fromkeys(ids) if one not in seen]
    seen.update(fresh)
    if fresh:
        yield fresh


def _query(standing: Standing, caller: planner.Caller) -> sa.Select[int]:
    campaign, plan = standing.campaign, standing.plan
    stream = owed.stream_in(plan.week)
    open_lines = sa.select(Line.household_id).where(
        Line.plan_id == plan.id, Line.closed_at.is_(None)
    )
    query = (
        sa.select(Person.household_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(
            Enrolment.campaign_id == campaign.id,
            stream.is_not(None),
            owed.is_callable(),
            owed.is_not_away(plan.week),
            Person.household_id.not_in(open_lines),
        )
        .order_by(
            *_turn(stream, campaign, plan),
            _steps(standing.settings, caller),
            Person.household_id,
        )
    )
    if caller.is_bound:
        query = query.where(Commune.territory_id == caller.territory)
    return query


def _turn(
    stream: sa.ColumnElement[str | None], campaign: Campaign, plan: WeekPlan
) -> tuple[sa.ColumnElement[int] | sa.ColumnElement[bool], ...]:
    """``planner.costs.turn`` as SQL, the first served first."""
    monday = sa.cast(sa.extract("epoch", sa.literal(weeks.monday(plan.week))), sa.Integer())
    since = sa.cast(sa.extract("epoch", candidates.since_on()), sa.Integer())
    waited = (monday - since) / _WEEK
    return (
        sa.case(_RANKS, value=stream),
        sa.case((Person.household_id.in_(past.unserved(campaign, plan.week)), 0), else_=1),
        Enrolment.priority.expression,
        sa.case((waited > 0, waited), else_=0).desc(),
    )


def _steps(settings: planner.Settings, caller: planner.Caller) -> sa.ColumnElement[int]:
    """How far each household is from where the caller usually calls."""
    if caller.territory is None:
        return sa.literal(0)
    near = {
        territory: steps
        for (territory, other), steps in settings.distances.items()
        if other == caller.territory
    }
    return sa.case(
        (Commune.territory_id.is_(None), 0),
        *(
            (Commune.territory_id == one, steps)
            for one, steps in (near | {caller.territory: 0}).items()
        ),
        else_=settings.other_territory_cost,
    )
