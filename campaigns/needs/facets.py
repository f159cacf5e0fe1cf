"""What stands in the inbox to choose from, counted in one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access
from campaigns.directory import opening_of
from campaigns.models import (
    Campaign,
    Commune,
    NeedState,
    Person,
    Referral,
    ReferralState,
    SavedView,
    User,
)
from campaigns.needs import delays, finding, idle

_Part = sa.Select[str, str, str, int]
_Waited = Mapping[int, datetime]  # working days of a basket → who last moved before it
_BLANK: sa.ColumnElement[str] = sa.literal_column("''", sa.String)
_GONE = (ReferralState.NOT_OURS, ReferralState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose in a filter: its key, its words, how many needs."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts by state over everything a coordinator reads; choices over a tab's own needs.

    ``idle`` counts needs by basket: those that waited so many working days, or more, as the filter
    shows them.
    ``late`` counts those nobody has answered in time. ``views`` are the saved ones (their count is
    0). Labels of categories are the codes.
    """

    states: Mapping[NeedState, int]
    categories: Sequence[Choice]
    communes: Sequence[Choice]
    owners: Sequence[Choice]
    partners: Sequence[Choice]
    idle: Mapping[int, int]
    late: int
    views: Sequence[Choice]


def facets(
    session: Session,
    user: User,
    campaign: Campaign,
    *,
    states: Sequence[NeedState],
    at: datetime,
) -> Facets:
    """Count what a coordinator may read, and what a tab (its ``states``) offers to choose."""
    mine = access.visible_needs(session, user, campaign, at=at).cte("mine")
    days = delays.of(campaign).stages
    opening = opening_of(session, at.year)
    waited = {one: idle.cutoff(one, at=at, opening=opening) for one in days}
    rows = session.execute(sa.union_all(*_parts(mine, user, states, waited, at)))
    found: dict[str, list[Choice]] = {}
    for kind, key, label, count in rows:
        found.setdefault(kind, []).append(Choice(key, label or "", int(count)))

    def by_label(kind: str) -> list[Choice]:
        return sorted(found.get(kind, ()), key=lambda one: (one.label, one.key))

    known = {state.value: state for state in NeedState}
    reached = {int(one.key): one.count for one in found.get("idle", ())}
    return Facets(
        states={known[one.key]: one.count for one in found.get("state", ())},
        categories=by_label("category"),
        communes=by_label("commune"),
        owners=by_label("owner"),
        partners=by_label("partner"),
        idle={one: reached.get(one, 0) for one in days},
        late=sum(one.count for one in found.get("late", ())),
        views=by_label("view"),
    )


def _parts(
    mine: sa.CTE, user: User, states: Sequence[NeedState], waited: _Waited, at: datetime
) -> list[_Part]:
    """The counts, each as (kind, key, label, count)."""
    here = mine.c.state.in_(states)
    town = sa.func.coalesce(Person.insee, finding.NOWHERE)
    named = sa.func.min(User.first_name + " " + User.last_name)
    category = mine.c.category
    return [
        _part(mine, "state", mine.c.state, _BLANK).group_by(mine.c.state),
        _part(mine, "category", category, category).where(here).group_by(category),
        _part(mine, "commune", town, sa.func.min(Commune.name))
        .join(Person, Person.id == mine.c.person_id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(here)
        .group_by(Person.insee),
        _part(mine, "owner", mine.c.owner_id, named)
        .join(User, User.id == mine.c.owner_id)
        .where(here)
        .group_by(mine.c.owner_id),
        _part(mine, "partner", Referral.destination, sa.func.min(Referral.name))
        .join(Referral, Referral.need_id == mine.c.id)
        .where(here, Referral.territory_id.is_(None), Referral.state.not_in(_GONE))
        .group_by(Referral.destination),
        _part(mine, "late", _BLANK, _BLANK).where(
            here, *finding.is_late(mine.c.state, mine.c.due_at, at)
        ),
        *_idle(mine, here, waited),
        sa.select(
            sa.literal_column("'view'", sa.String),
            sa.cast(SavedView.id, sa.String),
            SavedView.name,
            sa.literal_column("0", sa.Integer),
        ).where(SavedView.user_id == user.id),
    ]


def _idle(mine: sa.CTE, here: sa.ColumnElement[bool], waited: _Waited) -> list[_Part]:
    """How many needs of the tab have waited each basket's days, or more."""
    waiting = (here, mine.c.state != NeedState.CLOSED)
    return [
        _part(mine, "idle", sa.literal_column(f"'{days}'"), _BLANK).where(
            mine.c.moved_at < since, *waiting
        )
        for days, since in waited.items()
    ]


def _part(
    mine: sa.CTE,
    kind: str,
    key: sa.SQLColumnExpression[Any],  # Any: a column of any table
    label: sa.SQLColumnExpression[Any],  # Any: a column of any table
) -> _Part:
    named = sa.literal_column(f"'{kind}'", sa.String)
    return sa.select(named, sa.cast(key, sa.String), label, sa.func.count()).select_from(mine)
