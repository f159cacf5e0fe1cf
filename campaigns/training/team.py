"""What the lead decides about somebody's training."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import QuizAttempt, Rehearsal, User
from campaigns.refusal import Refusal


def mark_trained(session: Session, user: User, *, by: User, at: datetime) -> None:
    """Note that a volunteer learnt it otherwise. The charter stays theirs to accept.

    Refusal when they are trained already.
    """
    if user.trained_at is not None:
        raise Refusal("Cette personne est déjà formée.")
    user.trained_at = at
    journal.record(session, "training_waived", about=user, by=by, at=at)


def ask_again(session: Session, user: User, *, by: User, at: datetime) -> None:
    """Ask a volunteer to do the whole training once more, charter included; names close at once."""
    session.execute(sa.delete(QuizAttempt).where(QuizAttempt.user_id == user.id))
    session.execute(sa.delete(Rehearsal).where(Rehearsal.user_id == user.id))
    user.trained_at = user.charter_at = None
    journal.record(session, "training_asked", about=user, by=by, at=at)
