"""First days in the demonstration: who is trained, and the coordination reading reports again."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from campaigns import calls, training
from campaigns.care import reviewing
from campaigns.models import Agreement, Call, Campaign, Mood, Need, Review, User
from campaigns.retry import Answers, Spoke

_READ_A_TURN = 100
_WITHIN = timedelta(days=1)
_REMARKED = 4  # one report in four earns a remark, the others a simple thank-you


def train(session: Session, user: User, *, number: int, by: User, at: datetime) -> None:
    """Most volunteers did it all; in each eight, one is trained otherwise, one is half-way and one
    has not begun. The first, whom visitors become, is trained."""
    place = number % 8
    if place == 7:
        return
    if place == 5:
        training.mark_trained(session, user, by=by, at=at)
        training.accept_charter(session, user, agreed=True, at=at)
        return
    asked = training.quiz(session, user, at=at).asked
    right = {one.question.code: one.question.right for one in asked}
    training.answer(session, user, right, at=at)
    if place == 6:
        return
    training.accept_charter(session, user, agreed=True, at=at)
    for scenario in training.SCENARIOS.values():
        told = [training.Told(one, Agreement.YES) for one in sorted(scenario.categories)]
        training.rehearse(
            session,
            user,
            scenario,
            Answers(
                Spoke.YES,
                mood=scenario.mood or Mood.WELL,
                has_needs=bool(told),
                wish=scenario.wish,
            ),
            told,
            alerted=scenario.needs_alert,
            rules=calls.rules_of(at.year),
            at=at,
        )


def read_again(session: Session, campaign: Campaign, *, by: User, at: datetime) -> int:
    """The coordination reads the reports of the days before, today's still wait; give how many."""
    waiting = session.scalars(
        sa.select(Review)
        .where(
            Review.campaign_id == campaign.id,
            Review.reviewed_at.is_(None),
            Review.asked_at <= at - _WITHIN,
        )
        .options(joinedload(Review.call))
        .order_by(Review.id)
        .limit(_READ_A_TURN)
    ).all()
    calls_of = [one.call_id for one in waiting]
    with_needs = set(session.scalars(sa.select(Need.call_id).where(Need.call_id.in_(calls_of))))
    for review in waiting:
        words = ""
        if review.id % _REMARKED == 0:
            words = _remark(review.call, has_needs=review.call_id in with_needs)
        reviewing.read(session, review, remark=words, by=by, at=at)
    return len(waiting)


def _remark(call: Call, *, has_needs: bool) -> str:
    """Thanks for the report, for its need, or a word about what the next caller could use."""
    thanks, about_need, *_, tell_more, _, _ = reviewing.remarks()
    if has_needs:
        return about_need
    return thanks if call.note else tell_more
