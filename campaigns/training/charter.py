"""The charter of confidentiality: one page, accepted before the first name, renewed each year."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import User
from campaigns.refusal import Refusal
from campaigns.training import finishing

CHARTER_LIFE = timedelta(days=365)


def charter_in_force(user: User, *, at: datetime) -> bool:
    """Whether somebody accepted the charter less than a year ago."""
    return user.charter_at is not None and at - user.charter_at < CHARTER_LIFE


def accept_charter(session: Session, user: User, *, agreed: bool, at: datetime) -> None:
    """Note that a volunteer commits to keep what they are told. Refusal when they did not tick."""
    if not agreed:
        raise Refusal(
            "Cochez la case si vous êtes d’accord. Si un point vous gêne, parlez-en à la "
            "coordination avant de commencer.",
            field="agreed",
        )
    user.charter_at = at
    journal.record(session, "charter_accepted", about=user, by=user, at=at)
    finishing.finish(session, user, at=at)
