"""What binds the split about one volunteer: own territory only, most a week."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import User
from campaigns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Limits:
    """``weekly_limit`` counts households; None: as many as the half-days hold."""

    only_territory: bool = False
    weekly_limit: int | None = None


def limits_of(user: User) -> Limits:
    """The limits in force."""
    return Limits(user.only_territory, user.weekly_limit)


def limit(session: Session, user: User, wanted: Limits, *, by: User, at: datetime) -> None:
    """Set the limits of a volunteer; the next split follows.

    Refusal when they are kept to their territory without having one, or the limit is below zero.
    """
    if wanted.only_territory and user.territory_id is None:
        raise Refusal("Choisissez d’abord son territoire habituel.", field="only_territory")
    if wanted.weekly_limit is not None and wanted.weekly_limit < 0:
        raise Refusal("Indiquez un nombre de foyers, 0 ou plus.", field="weekly_limit")
    user.only_territory = wanted.only_territory
    user.weekly_limit = wanted.weekly_limit
    journal.record(session, "volunteer_changed", about=user, by=by, at=at)
