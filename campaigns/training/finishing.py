"""When every step is done, the volunteer is trained: the one place that says so."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import QuizAttempt, Rehearsal, User
from campaigns.training.scenarios import SCENARIOS

# An attempt that ends the quiz: every question right.
IS_PASS = sa.and_(QuizAttempt.asked > 0, QuizAttempt.right == QuizAttempt.asked)


def passed_quiz(session: Session, user: User) -> bool:
    """Whether somebody answered all the questions of a quiz."""
    found = sa.select(QuizAttempt.id).where(QuizAttempt.user_id == user.id, IS_PASS).limit(1)
    return session.scalar(found) is not None


def rehearsed(session: Session, user: User) -> frozenset[str]:
    """The scenarios somebody has played to the end."""
    return frozenset(
        session.scalars(sa.select(Rehearsal.scenario).where(Rehearsal.user_id == user.id))
    )


def finish(session: Session, user: User, *, at: datetime) -> None:
    """Open the real names to a volunteer who has just done the last step, in whatever order."""
    if user.trained_at is not None or user.charter_at is None:
        return
    session.flush()  # the step just done counts
    if passed_quiz(session, user) and rehearsed(session, user) >= set(SCENARIOS):
        user.trained_at = at
        journal.record(session, "training_done", about=user, by=user, at=at)
