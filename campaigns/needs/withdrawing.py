"""Taking back a need said by mistake, as long as nobody has opened it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from campaigns import journal
from campaigns.models import (
    Call,
    JournalEntry,
    Need,
    NeedState,
    ReferralState,
    Result,
    User,
)
from campaigns.needs.steps import acknowledge, lock, note
from campaigns.refusal import Refusal

_UNREAD = frozenset(
    {ReferralState.TO_SEND, ReferralState.SENT, ReferralState.REFUSED, ReferralState.EXPIRED}
)


def of_call(session: Session, call: Call) -> Sequence[Need]:
    """The needs raised by a call, in the order they were said."""
    return session.scalars(
        sa.select(Need)
        .where(Need.call_id == call.id)
        .options(selectinload(Need.referrals), selectinload(Need.steps))
        .order_by(Need.id)
    ).all()


def may_be_withdrawn(session: Session, need: Need) -> bool:
    """Whether nobody has opened, taken or answered it yet."""
    if need.state is not NeedState.NEW or need.owner_id is not None:
        return False
    if need.acknowledged_at is not None:
        return False
    if any(one.state not in _UNREAD for one in need.referrals):
        return False
    opened = sa.select(JournalEntry.id).where(
        JournalEntry.action == "need_opened",
        JournalEntry.object_kind == "need",
        JournalEntry.object_id == need.id,
    )
    return session.scalar(opened.limit(1)) is None


def withdraw(session: Session, need: Need, *, by: User, at: datetime) -> None:
    """Take a need back: it stays in the history, closed as withdrawn, and its links die.

    Refusal once somebody has opened it: they are told by telephone instead.
    """
    lock(session, need)
    if not may_be_withdrawn(session, need):
        raise Refusal(
            f"Quelqu’un s’occupe déjà du besoin {need.reference} : il ne peut plus être retiré "
            "ici. Dites à la coordination ce qu’il faut changer."
        )
    need.state, need.result, need.closed_at = NeedState.CLOSED, Result.WITHDRAWN, at
    need.closing_note = "Retiré par la personne qui l’avait noté, le jour même."
    need.moved_at = at
    acknowledge(need, at=at)
    for one in need.referrals:
        one.state, one.moved_at = ReferralState.EXPIRED, at
    note(need, "withdrawn", need.closing_note, by=by, at=at)
    journal.record(session, "need_withdrawn", about=need, by=by, at=at)
    session.flush()  # who acts next reads the version it has now
