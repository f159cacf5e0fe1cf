"""Small true rows for tests: a campaign, its people and households, its volunteers, a sheet, a call.

Everything is flushed: ids exist. Columns not named keep the value an import would give. Numbers
come from the ranges kept for fiction, addresses from example.org.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from itertools import count
from typing import Any

import flask.testing
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, calls, launch, retry, sealing, sheets
from campaigns.calls import Logged
from campaigns.models import (
    Availability,
    Campaign,
    CampaignState,
    Commune,
    Coverage,
    Enrolment,
    Household,
    Line,
    Membership,
    Organisation,
    Person,
    Phone,
    Role,
    Sheet,
    Territory,
    User,
    WeekPlan,
)
from campaigns.sheets.serving import SheetLine
from campaigns.values import fold

WEEK = "2026-W48"
EVE = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # the Friday before that week
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # ten o’clock in Paris
MORNINGS = ((0, "am"), (3, "am"))  # Monday, Thursday
_numbers = count(1)


def campaign(session: Session, slug: str = "essai", **columns: Any) -> Campaign:
    """An open campaign with its guide, in an organisation without places."""
    if session.get(Organisation, 1) is None:
        session.add(
            Organisation(id=1, name="Département", of_name="du Département", departement="80")
        )
    made = launch.create_campaign(session, name=slug, slug=slug, by=None, at=EVE)
    made.state = CampaignState.OPEN
    return _set(session, made, columns)


def commune(session: Session, insee: str = "80021", name: str = "Amiens") -> Commune:
    """A commune in a territory of its own."""
    found = session.get(Commune, insee)
    if found is not None:
        return found
    territory = Territory(code=f"T-{insee}", name=f"Territoire de {name}")
    session.add(territory)
    session.flush()
    made = Commune(insee=insee, name=name, postal_codes="80000", territory_id=territory.id)
    return _set(session, made, {})


def person(
    session: Session,
    of: Campaign,
    *,
    household: Household | None = None,
    has_number: bool = True,
    enrolled: dict[str, Any] | None = None,
    **columns: Any,
) -> Person:
    """Somebody of the campaign waiting for their first call; ``enrolled`` sets their enrolment."""
    household = household or _set(session, Household(), {})
    values = {
        "last_name": f"Personne{next(_numbers)}",
        "first_name": "Paulette",
        "created_at": EVE,
        "updated_at": EVE,
    } | columns
    made = Person(household_id=household.id, **values)
    made.name_key = fold(f"{made.last_name} {made.first_name}")
    _set(session, made, {})
    if has_number:
        session.add(Phone(person_id=made.id, e164=f"+33639980{next(_numbers) % 1000:03d}"))
    about = {"created_at": EVE} | (enrolled or {})
    session.add(Enrolment(campaign_id=of.id, person_id=made.id, **about))
    session.flush()
    session.refresh(made, ["phones", "household"])
    return made


def enrolment(session: Session, whom: Person) -> Enrolment:
    """The person’s enrolment; of the newest campaign when they are in several."""
    return session.scalars(
        sa.select(Enrolment).where(Enrolment.person_id == whom.id).order_by(Enrolment.id.desc())
    ).first() or _missing(whom)


def user(
    session: Session,
    role: Role,
    *campaigns_of: Campaign,
    territories: Collection[int] = (),
    **columns: Any,
) -> User:
    """An account of a role that takes part in some campaigns."""
    number = next(_numbers)
    values = {
        "email": f"{role.value}{number}@example.org",
        "first_name": "Michelle",
        "last_name": f"Nom{number:04d}",
        "role": role,
        "created_at": EVE,
    } | columns
    made = _set(session, User(**values), {})
    session.add_all(Membership(campaign_id=one.id, user_id=made.id) for one in campaigns_of)
    session.add_all(Coverage(user_id=made.id, territory_id=one) for one in territories)
    session.flush()
    return made


def volunteer(
    session: Session,
    of: Campaign,
    half_days: Collection[tuple[int, str]] = MORNINGS,
    **columns: Any,
) -> User:
    """A volunteer of the campaign with the half-days they give every week."""
    made = user(session, Role.VOLUNTEER, of, **columns)
    session.add_all(
        Availability(user_id=made.id, weekday=weekday, half=half) for weekday, half in half_days
    )
    session.flush()
    return made


def published(session: Session, of: Campaign, week: str = WEEK, *, at: datetime = EVE) -> WeekPlan:
    """The week split between the volunteers there are, and published."""
    plan = sheets.propose(session, of, week, at=at)
    sheets.publish(session, plan, by=None, at=at)
    return plan


def lines(session: Session, plan: WeekPlan, whose: User | None = None) -> list[Line]:
    """The lines of a plan (of one volunteer) in the order they were dealt."""
    query = sa.select(Line).join(Sheet, Sheet.id == Line.sheet_id).where(Line.plan_id == plan.id)
    if whose is not None:
        query = query.where(Sheet.volunteer_id == whose.id)
    return list(session.scalars(query.order_by(Line.position, Line.id)))


def call(
    session: Session,
    line: Line | SheetLine,
    whom: Person,
    *,
    by: User,
    at: datetime,
    **answers: Any,
) -> Logged:
    """A call logged as the page logs it; ``answers`` are those of the page, « oui, bien » unless
    told. ``line`` may be one of a queue."""
    held = session.get_one(Line, line.id)
    plan = session.get_one(WeekPlan, held.plan_id)
    told = answers or {"spoke": retry.Spoke.YES, "mood": retry.Mood.WELL}
    filled = calls.Filled(
        key=sealing.fresh_nonce(), person_id=whom.id, answers=retry.Answers(**told)
    )
    of = session.get_one(Campaign, plan.campaign_id)
    return calls.log(session, held, filled=filled, campaign=of, by=by, at=at)


def sign_in(
    session: Session, client: flask.testing.FlaskClient, whom: User, *, at: datetime
) -> None:
    """Open a session for somebody in a test client; keep the transaction before asking a page."""
    key = accounts.open_for(session, whom, at=at)
    with client.session_transaction() as cookie:
        cookie["key"] = key


def _set(session: Session, row: Any, columns: dict[str, Any]) -> Any:  # Any: a row of any table
    for name, value in columns.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def _missing(whom: Person) -> Enrolment:
    raise LookupError(f"{whom.reference} is in no campaign")
