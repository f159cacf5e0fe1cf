"""A département four weeks into its campaign: most people still wait for their first call."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire.instance import Instance
from campaigns import launch
from campaigns.models import (
    Availability,
    Base,
    CampaignState,
    Commune,
    Enrolment,
    Household,
    Membership,
    Person,
    Phone,
    Role,
    Stage,
    Territory,
    User,
    Wish,
)

PEOPLE, VOLUNTEERS = 26_400, 193
WEEK = "2026-W48"
NOW = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
ADDED = NOW - timedelta(weeks=4)


def fill(
    instance: Instance,
    *,
    people: int = PEOPLE,
    volunteers: int = VOLUNTEERS,
    is_new: bool = False,
) -> int:
    """Fill an empty instance; give the id of its campaign. The same sizes give the same rows.

    ``is_new``: nobody was called yet, everybody waits for their first call.
    """
    draw = random.Random(80)
    with instance.database.unit() as session:
        launch.found_organisation(session, departement="80", at=ADDED)
        campaign = launch.create_campaign(session, name="Mesure", by=None, at=ADDED)
        campaign.state = CampaignState.OPEN
        places = list(session.scalars(sa.select(Commune).order_by(Commune.insee)))
        territories = list(session.scalars(sa.select(Territory.id).order_by(Territory.id)))
        ids = range(1, people + 1)
        weights = [place.population + 1 for place in places]
        homes = draw.choices([place.insee for place in places], weights, k=people)
        _add(session, Household, [{"id": one} for one in ids])
        _add(session, Person, [_person(one, homes[one - 1], draw) for one in ids])
        _add(session, Phone, [_phone(one) for one in ids])
        helpers = range(1, volunteers + 1)
        _add(session, User, [_volunteer(one, draw.choice(territories), draw) for one in helpers])
        _add(session, Membership, [{"campaign_id": campaign.id, "user_id": one} for one in helpers])
        _add(session, Availability, [half for one in helpers for half in _halves(one, draw)])
        enrolled = [_enrolment(one, campaign.id, volunteers, draw) for one in ids]
        _add(session, Enrolment, [_new(row) for row in enrolled] if is_new else enrolled)
        return campaign.id


def _add(session: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    session.execute(sa.insert(model), list(rows))


def _person(one: int, insee: str, draw: random.Random) -> dict[str, Any]:
    return {
        "id": one,
        "household_id": one,
        "last_name": f"Nom{one}",
        "name_key": f"nom{one}",
        "insee": insee,
        "language": draw.choice(("portugais", "arabe", "turc")) if draw.random() < 0.02 else "",
        "best_half": draw.choice(("am", "pm")) if draw.random() < 0.15 else "",
        "created_at": ADDED,
        "updated_at": ADDED,
    }


def _phone(one: int) -> dict[str, Any]:
    return {"person_id": one, "e164": f"+336{one:08d}"}


def _volunteer(one: int, territory_id: int, draw: random.Random) -> dict[str, Any]:
    return {
        "id": one,
        "email": f"volontaire{one}@example.org",
        "first_name": f"Prénom{one}",
        "last_name": f"Nom{one}",
        "role": Role.VOLUNTEER,
        "territory_id": territory_id,
        "languages": draw.choice(("portugais", "arabe", "")) if draw.random() < 0.2 else "",
        "created_at": ADDED,
    }


def _halves(one: int, draw: random.Random) -> list[dict[str, Any]]:
    halves = [(weekday, half) for weekday in range(5) for half in ("am", "pm")]
    chosen = draw.sample(halves, draw.choice((1, 2, 2, 3)))
    return [{"user_id": one, "weekday": weekday, "half": half} for weekday, half in chosen]


def _enrolment(one: int, campaign_id: int, volunteers: int, draw: random.Random) -> dict[str, Any]:
    """Most wait for their first call, in three priorities; a sixth was called in four weeks."""
    row: dict[str, Any] = {
        "campaign_id": campaign_id,
        "person_id": one,
        "stage": Stage.SWEEP,
        "wish": Wish.UNDECIDED,
        "priority": draw.choices((3, 5, 7), (1, 8, 1))[0],
        "next_due_on": None,
        "cycle_started_at": None,
        "not_before_at": None,
        "appointment_at": None,
        "is_alarm": False,
        "last_volunteer_id": None,
        "times_by_last": 0,
        "created_at": ADDED,
    }
    kind = draw.random()
    voice = {"last_volunteer_id": draw.randint(1, volunteers), "times_by_last": draw.randint(1, 3)}
    if kind < 0.10:
        due = date(2026, 11, 23) + timedelta(days=draw.randrange(7))
        return row | voice | {"stage": Stage.ROSTER, "wish": Wish.WEEKLY, "next_due_on": due}
    if kind < 0.104:
        at = datetime(2026, 11, 23, 9, 30, tzinfo=UTC) + timedelta(days=draw.randrange(5))
        return row | voice | {"appointment_at": at, "cycle_started_at": ADDED}
    if kind < 0.108:
        return row | voice | {"is_alarm": True, "cycle_started_at": ADDED, "not_before_at": NOW}
    if kind < 0.17:
        return row | {"cycle_started_at": NOW - timedelta(days=2), "not_before_at": NOW}
    return row


def _new(row: dict[str, Any]) -> dict[str, Any]:
    """The same person before their first call."""
    kept = {name: row[name] for name in ("campaign_id", "person_id", "priority", "created_at")}
    return kept | {"stage": Stage.SWEEP, "wish": Wish.UNDECIDED, "times_by_last": 0}
