"""The calls of a period: who was reached, when, by how many volunteers."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any  # the columns of ``Counts``

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.models import Call, Campaign, Commune, Enrolment, Person, Territory
from campaigns.overview import area, hours
from campaigns.overview.periods import cells


def called(
    session: Session,
    campaign: Campaign,
    start: datetime,
    end: datetime,
    *,
    within: Collection[int] | None = None,
) -> dict[str, Any]:
    """What the calls from ``start`` to before ``end`` say, as columns of ``Counts``.

    ``within`` keeps the calls to who lives in some territories.
    """
    those = (
        Call.campaign_id == campaign.id,
        Call.at >= start,
        Call.at < end,
        *area.was_called(within),
    )
    outcomes = cells.by(session, Call.outcome, *those)
    reached = _reached(session, those)
    return {
        "reached": sum(reached.values()),
        "reached_by_territory": reached,
        "attempts": sum(outcomes.values()),
        "outcomes": outcomes,
    } | _by_half_day(session, those)


def standing(session: Session, campaign: Campaign, end: datetime) -> dict[str, Any]:
    """Who is on the list before ``end``, and who of them was spoken to by then."""
    listed = _listed(session, campaign, end)
    return {
        "people": sum(listed.values()),
        "people_by_territory": listed,
        "reached_so_far": _reached_so_far(session, campaign, end),
    }


def _listed(session: Session, campaign: Campaign, end: datetime) -> dict[str, int]:
    """People of the list by territory, "" where their commune is not known."""
    return _territories(
        session,
        sa.select(sa.func.coalesce(Territory.code, ""), sa.func.count())
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.campaign_id == campaign.id, Enrolment.created_at < end),
    )


def _reached(session: Session, those: tuple[sa.ColumnElement[bool], ...]) -> dict[str, int]:
    return _territories(
        session,
        sa.select(sa.func.coalesce(Territory.code, ""), sa.func.count(sa.distinct(Call.person_id)))
        .select_from(Call)
        .join(Person, Person.id == Call.person_id)
        .where(*those, Call.is_conversation.is_(True)),
    )


def _territories(session: Session, people: sa.Select[str, int]) -> dict[str, int]:
    rows = session.execute(
        people.outerjoin(Commune, Commune.insee == Person.insee)
        .outerjoin(Territory, Territory.id == Commune.territory_id)
        .group_by(Territory.code)
        .order_by(Territory.code)
    )
    return {row[0]: int(row[1]) for row in rows}


def _reached_so_far(session: Session, campaign: Campaign, end: datetime) -> int:
    """One look in the index for each person, instead of every call of the campaign."""
    spoken_to = (
        sa.select(sa.literal(1))
        .where(Call.enrolment_id == Enrolment.id, Call.at < end, Call.is_conversation.is_(True))
        .exists()
    )
    query = (
        sa.select(sa.func.count())
        .select_from(Enrolment)
        .where(
            Enrolment.campaign_id == campaign.id,
            spoken_to,
        )
    )
    return session.scalar(query) or 0


def _by_half_day(session: Session, those: tuple[sa.ColumnElement[bool], ...]) -> dict[str, Any]:
    """Grouped by hours in the database, by local half-days here."""
    tried: Counter[str] = Counter()
    talked: Counter[str] = Counter()
    worked: set[tuple[int, date, str]] = set()
    conversations = 0
    half_day = cache(_half_day)  # many volunteers call in the same hours
    for volunteer_id, hour, rang_back, attempts, talks in _hours(session, those):
        conversations += talks
        if rang_back:
            continue
        day, half, name = half_day(hour)
        worked.add((volunteer_id, day, half))
        tried[name] += attempts
        talked[name] += talks
    return {
        "conversations": conversations,
        "tried": dict(sorted(tried.items())),
        "talked": dict(sorted(talked.items())),
        "volunteers": len({volunteer_id for volunteer_id, _, _ in worked}),
        "half_days": len(worked),
    }


def _half_day(hour: datetime) -> tuple[date, str, str]:
    """The local day of an hour, its half and the name of that half-day in the week."""
    local = hour.astimezone(weeks.PARIS)
    half = weeks.half_of(local)
    return local.date(), half, f"{local.weekday()}-{half}"


def _hours(
    session: Session, those: tuple[sa.ColumnElement[bool], ...]
) -> Sequence[sa.Row[int, datetime, bool, int, int]]:
    return session.execute(
        sa.select(
            Call.volunteer_id,
            hours.of_call(session).label("hour"),
            Call.rang_back,
            sa.func.count(),
            sa.func.count().filter(Call.is_conversation.is_(True)),
        )
        .where(*those)
        .group_by(Call.volunteer_id, sa.text("hour"), Call.rang_back)
    ).all()
