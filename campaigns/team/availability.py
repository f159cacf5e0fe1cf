"""Half-days given every week, and days away."""

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import Absence, Availability, User
from campaigns.refusal import Refusal

HalfDay = tuple[int, str]  # weekday (0 is Monday), "am" or "pm"


def half_days_of(session: Session, ids: Collection[int]) -> dict[int, tuple[HalfDay, ...]]:
    """The half-days ticked by each user, in the order of the week."""
    found: dict[int, list[HalfDay]] = {}
    for row in session.execute(
        sa.select(Availability.user_id, Availability.weekday, Availability.half)
        .where(Availability.user_id.in_(ids))
        .order_by(Availability.user_id, Availability.weekday, Availability.half)
    ):
        found.setdefault(row.user_id, []).append((row.weekday, row.half))
    return {user_id: tuple(halves) for user_id, halves in found.items()}


def absences_of(session: Session, user: User, *, today: date) -> list[Absence]:
    """A user's absences, present and to come."""
    return list(
        session.scalars(
            sa.select(Absence)
            .where(Absence.user_id == user.id, Absence.last_on >= today)
            .order_by(Absence.first_on, Absence.id)
        )
    )


def set_half_days(
    session: Session, user: User, halves: Collection[HalfDay], *, by: User | None, at: datetime
) -> None:
    """Replace the half-days a volunteer gives; the next split follows them."""
    # A double click takes turns instead of inserting twice.
    session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())
    session.execute(sa.delete(Availability).where(Availability.user_id == user.id))
    session.add_all(
        Availability(user_id=user.id, weekday=weekday, half=half)
        for weekday, half in sorted(set(halves))
    )
    journal.record(session, "half_days_set", about=user, by=by, at=at, count=len(set(halves)))


def add_absence(
    session: Session, user: User, *, first_on: date, last_on: date, by: User, at: datetime
) -> None:
    """Note days a volunteer will not call; Refusal when they are in the wrong order."""
    if last_on < first_on:
        raise Refusal("La fin de l’absence vient avant son début.", field="last_on")
    session.add(Absence(user_id=user.id, first_on=first_on, last_on=last_on))
    journal.record(session, "absence_added", about=user, by=by, at=at)


def drop_absence(session: Session, user: User, absence_id: int, *, by: User, at: datetime) -> bool:
    """Remove one of a user's absences; False when it is not theirs."""
    absence = session.scalar(
        sa.select(Absence).where(Absence.id == absence_id, Absence.user_id == user.id)
    )
    if absence is None:
        return False
    session.delete(absence)
    journal.record(session, "absence_dropped", about=user, by=by, at=at)
    return True
