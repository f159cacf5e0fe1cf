"""Where somebody stands in the training: for them, and for the lead's team page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Labelled, QuizAttempt, Rehearsal, User
from campaigns.training import finishing
from campaigns.training.charter import charter_in_force
from campaigns.training.scenarios import SCENARIOS


class Step(Labelled):
    """What is to be done, in this order."""

    QUIZ = "quiz", "lire, puis répondre à cinq questions"
    CHARTER = "charter", "accepter la charte"
    REHEARSALS = "rehearsals", "faire deux appels d’essai"


@dataclass(frozen=True, slots=True)
class Progress:
    """``missing`` holds the steps still to be done, ``left`` the scenarios not played yet."""

    missing: tuple[Step, ...]
    left: tuple[str, ...]
    trained_at: datetime | None
    charter_at: datetime | None

    @property
    def is_ready(self) -> bool:
        """Whether real names may be shown."""
        return self.trained_at is not None and Step.CHARTER not in self.missing


def is_ready(user: User, *, at: datetime) -> bool:
    """Whether somebody is trained, and bound by a charter not older than a year. Asks no table."""
    return user.trained_at is not None and charter_in_force(user, at=at)


def progress(session: Session, user: User, *, at: datetime) -> Progress:
    """What a volunteer has done and what is left; somebody trained otherwise owes the charter
    alone."""
    left = tuple(one for one in SCENARIOS if one not in finishing.rehearsed(session, user))
    is_trained = user.trained_at is not None
    missing = {
        Step.QUIZ: not (is_trained or finishing.passed_quiz(session, user)),
        Step.CHARTER: not charter_in_force(user, at=at),
        Step.REHEARSALS: bool(left) and not is_trained,
    }
    return Progress(
        missing=tuple(step for step, is_missing in missing.items() if is_missing),
        left=left,
        trained_at=user.trained_at,
        charter_at=user.charter_at,
    )


def standings(session: Session, users: Sequence[User], *, at: datetime) -> dict[int, str]:
    """Where each volunteer stands, in a few words, by their id. Three queries for all of them."""
    ids = [one.id for one in users]
    passed = set(
        session.scalars(
            sa.select(QuizAttempt.user_id)
            .where(QuizAttempt.user_id.in_(ids), finishing.IS_PASS)
            .distinct()
        )
    )
    tried = set(
        session.scalars(
            sa.select(QuizAttempt.user_id).where(QuizAttempt.user_id.in_(ids)).distinct()
        )
    )
    played = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(Rehearsal.user_id, sa.func.count(Rehearsal.id))
            .where(Rehearsal.user_id.in_(ids))
            .group_by(Rehearsal.user_id)
        )
    }
    return {
        one.id: _words(one, one.id in tried, one.id in passed, played.get(one.id, 0), at=at)
        for one in users
    }


def _words(user: User, has_tried: bool, has_passed: bool, played: int, *, at: datetime) -> str:
    """Trained, or the step they are at."""
    if user.trained_at is not None:
        return "Formation faite" if charter_in_force(user, at=at) else "Charte à renouveler"
    if has_passed:
        if not charter_in_force(user, at=at):
            return "Quiz réussi, charte à accepter"
        return f"Essais : {played} sur {len(SCENARIOS)}"
    return "Quiz commencé" if has_tried else "Formation à commencer"
