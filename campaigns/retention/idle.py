"""Accounts of volunteers that nobody uses: a mail says so, then they are emptied."""

from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import mails
from campaigns.models import (
    Absence,
    AnnouncementRead,
    Availability,
    Coverage,
    Enrolment,
    MailState,
    Membership,
    OutgoingMail,
    QuizAttempt,
    Rehearsal,
    Role,
    SavedView,
    SignedSession,
    SignInLink,
    TombstoneKind,
    User,
)
from campaigns.retention import steps, tombstones
from campaigns.retention.steps import Step

NOTICE = timedelta(days=30)
KIND = "account_inactive"
_NAME = "Compte effacé"
# « .invalid » is nobody's, for ever (RFC 2606).
_ADDRESS = "efface-{}@compte.invalid"
_THEIRS = (
    Absence,
    AnnouncementRead,
    Availability,
    Coverage,
    Membership,
    QuizAttempt,
    Rehearsal,
    SavedView,
    SignedSession,
    SignInLink,
)
_seen_at = sa.func.coalesce(
    User.last_seen_at,
    sa.select(sa.func.max(SignedSession.seen_at))
    .where(SignedSession.user_id == User.id)
    .scalar_subquery(),
    User.created_at,
)


def to_tell(session: Session, *, before: datetime, limit: int) -> list[int]:
    """Ids of volunteers not seen since an instant, whom no mail told yet."""
    told = User.inactive_told_at.is_(None)
    return list(session.scalars(_idle(before).where(told).limit(limit)))


def to_forget(session: Session, *, before: datetime, at: datetime, limit: int) -> list[int]:
    """Ids of those who were told thirty days ago, and did not come."""
    told = User.inactive_told_at <= at - NOTICE
    return list(session.scalars(_idle(before).where(told).limit(limit)))


def tell(session: Session, ids: list[int], *, at: datetime) -> None:
    """Post the mail: the account is emptied in thirty days unless they sign in."""
    for user in session.scalars(sa.select(User).where(User.id.in_(ids)).order_by(User.id)):
        user.inactive_told_at = at
        if user.disabled_at is None:  # somebody who was closed out has no page to come to
            key = f"inactive:{user.id}:{at:%Y%m%d}"
            mails.post(session, KIND, to=user, key=key, about={}, at=at)


def forget(session: Session, ids: list[int], *, at: datetime) -> Counter[str]:
    """Empty accounts: the row stays, since calls say who made them; it opens nothing."""
    done = steps.do(session, plan(ids))
    for user in session.scalars(sa.select(User).where(User.id.in_(ids)).order_by(User.id)):
        _empty(user, at=at)
        tombstones.bury(session, TombstoneKind.PURGED, "user", user.id, at=at)
        done["user_account"] += 1
    session.flush()  # later strokes of the same transaction ask the rows
    return done


def plan(ids: list[int]) -> list[Step]:
    """What hangs on these accounts and goes with them."""
    found = []
    for model in _THEIRS:
        table = steps.table_of(model)
        found.append(steps.deleting(table, table.columns.user_id.in_(ids)))
    absence, user = steps.table_of(Absence), steps.table_of(User)
    enrolment, mail = steps.table_of(Enrolment), steps.table_of(OutgoingMail)
    return [
        *found,
        steps.emptying(absence, ["deputy_id"], absence.columns.deputy_id.in_(ids)),
        steps.emptying(user, ["deputy_id"], user.columns.deputy_id.in_(ids)),
        steps.emptying(
            enrolment, ["last_volunteer_id"], enrolment.columns.last_volunteer_id.in_(ids)
        ),
        steps.deleting(
            mail, mail.columns.user_id.in_(ids), mail.columns.state == MailState.WAITING
        ),
        steps.changing(mail, {"to_address": "", "user_id": None}, mail.columns.user_id.in_(ids)),
    ]


def _empty(user: User, *, at: datetime) -> None:
    user.email, user.first_name, user.last_name = _ADDRESS.format(user.id), _NAME, ""
    user.password_hash = user.totp_sealed = user.totp_last_step = None
    user.languages, user.home_insee, user.territory_id, user.deputy_id = "", None, None, None
    user.disabled_at = user.disabled_at or at
    user.forgotten_at = at


def _idle(before: datetime) -> sa.Select[int]:
    return (
        sa.select(User.id)
        .where(
            User.role == Role.VOLUNTEER,
            User.forgotten_at.is_(None),
            _seen_at <= before,
            User.created_at <= before,
        )
        .order_by(User.id)
    )
