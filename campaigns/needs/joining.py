"""Two needs about the same thing become one: everything stays readable from the one kept."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import access, journal
from campaigns.models import (
    Appointment,
    Campaign,
    MeetingState,
    Need,
    NeedQuestion,
    NeedState,
    NeedStep,
    ReferralState,
    Result,
    User,
    Voucher,
    VoucherState,
)
from campaigns.needs.holding import hold_open, still_open, touch
from campaigns.needs.referring import OVER, is_internal
from campaigns.needs.steps import acknowledge, lock, note
from campaigns.refusal import Refusal


def candidates(
    session: Session, user: User, campaign: Campaign, need: Need, *, at: datetime
) -> Sequence[Need]:
    """Other open needs of the same person a coordinator may read: those it could join."""
    return list(
        session.scalars(
            access.visible_needs(session, user, campaign, at=at)
            .where(
                Need.person_id == need.person_id,
                Need.id != need.id,
                Need.state != NeedState.CLOSED,
                Need.is_sensitive.is_(need.is_sensitive),
            )
            .options(joinedload(Need.raised_by))
            .order_by(Need.id)
            .limit(20)
        )
    )


def joined(session: Session, need: Need) -> Sequence[Need]:
    """The needs that were joined to this one, with their steps and where they were sent."""
    return list(
        session.scalars(
            sa.select(Need)
            .where(Need.joined_to_id == need.id)
            .options(
                joinedload(Need.raised_by),
                selectinload(Need.referrals),
                selectinload(Need.steps).joinedload(NeedStep.by),
            )
            .order_by(Need.id)
            .limit(20)
        )
    )


def join(session: Session, need: Need, kept: Need, *, by: User, version: int, at: datetime) -> None:
    """Close a need as a duplicate of the one kept, which takes over all that was going on.

    The kept one has the greater urgency and the earlier time of the two; partners who hold the
    duplicate go on with it, and so do appointments to come, vouchers to decide and questions
    without an answer. Refusal unless both are open, of the same person, and read alike.
    """
    for one in sorted((need, kept), key=lambda each: each.id):
        lock(session, one)  # always in this order: two people joining them never wait for ever
    hold_open(session, need, version)
    if kept.id == need.id or kept.person_id != need.person_id:
        raise Refusal("Choisissez un autre besoin de la même personne.", field="kept")
    still_open(kept)
    if kept.is_sensitive is not need.is_sensitive or kept.campaign_id != need.campaign_id:
        raise Refusal("Ces deux besoins ne sont pas lus par les mêmes personnes.", field="kept")
    _take_over(need, kept)
    _carry(session, need, kept)
    if need.joint_review_at is not None:
        kept.joint_review_at = kept.joint_review_at or need.joint_review_at
    kept.face_to_face = kept.face_to_face or need.face_to_face
    kept.urgency, kept.due_at = min(kept.urgency, need.urgency), min(kept.due_at, need.due_at)
    acknowledge(kept, at=at)
    acknowledge(need, at=at)
    need.state, need.result, need.closed_at = NeedState.CLOSED, Result.DUPLICATE, at
    need.closing_note = f"Suivi avec {kept.reference}."
    need.joined_to_id = kept.id
    touch(need, at=at)
    touch(kept, at=at)
    note(need, "joined", f"Réuni à {kept.reference}, qui continue.", by=by, at=at)
    say = f"{need.reference}, signalé par {need.raised_by.first_name}, est réuni à ce besoin."
    note(kept, "joined", say, by=by, at=at)
    journal.record(session, "need_joined", about=need, by=by, at=at, kept=kept.id)
    session.flush()  # both versions move on with the act


def _take_over(need: Need, kept: Need) -> None:
    """Partners who hold the duplicate answer for the one kept; the others are told it is over."""
    going_on = {one.destination for one in kept.referrals if one.state not in OVER}
    for referral in list(need.referrals):
        if referral.state in OVER:
            continue
        if is_internal(referral):
            referral.state = ReferralState.DONE
        elif referral.destination not in going_on:
            referral.need = kept


def _carry(session: Session, need: Need, kept: Need) -> None:
    """What is still waited for is found on the page of the one kept, not on a closed one."""
    to_come = sa.select(Appointment).where(
        Appointment.need_id == need.id, Appointment.state == MeetingState.PLANNED
    )
    to_decide = sa.select(Voucher).where(
        Voucher.need_id == need.id, Voucher.state == VoucherState.ASKED
    )
    unanswered = sa.select(NeedQuestion).where(
        NeedQuestion.need_id == need.id, NeedQuestion.answered_at.is_(None)
    )
    for appointment in session.scalars(to_come):
        appointment.need_id = kept.id
    for voucher in session.scalars(to_decide):
        voucher.need_id = kept.id
    for question in session.scalars(unanswered):
        question.need_id = kept.id
