"""Questions of a coordinator to a volunteer about a need, answered on the volunteer's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from campaigns import journal, mails, weeks
from campaigns.models import (
    Campaign,
    Line,
    Need,
    NeedQuestion,
    NeedState,
    Person,
    Role,
    Sheet,
    User,
    WeekPlan,
)
from campaigns.needs.holding import hold_open, touch, worked_on
from campaigns.needs.steps import lock, note
from campaigns.refusal import Refusal

_NEWS = timedelta(days=14)
# Asked by every sheet: built once.
_QUESTIONS = (
    sa.select(NeedQuestion, Need, Person, User.first_name)
    .join(Need, Need.id == NeedQuestion.need_id)
    .join(Person, Person.id == Need.person_id)
    .join(User, User.id == NeedQuestion.asked_by_id)
    .where(
        NeedQuestion.to_id == sa.bindparam("user_id"),
        NeedQuestion.answered_at.is_(None),
        Need.campaign_id == sa.bindparam("campaign_id"),
        Need.state != NeedState.CLOSED,
    )
    .order_by(NeedQuestion.id)
    .limit(20)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the volunteer reads it. ``person`` is empty for a sensitive need."""

    id: int
    reference: str
    person: str
    text: str
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class JoinedNews:
    """Two needs about the same thing go on as one: told to the volunteers who raised them."""

    reference: str
    kept: str


def askable(session: Session, need: Need, *, at: datetime) -> list[User]:
    """Who may know more: the volunteer who raised the need, then who has the person this week.

    About a sensitive need only who heard it is asked.
    """
    found = [need.raised_by] if _still_calls(need.raised_by) else []
    if not need.is_sensitive:
        found += [user for user in _next_callers(session, need, at) if user not in found]
    return found


def ask(
    session: Session, need: Need, to: User, text: str, *, by: User, version: int, at: datetime
) -> NeedQuestion:
    """Ask a volunteer something about a need; a mail with the reference only tells them."""
    hold_open(session, need, version)
    if not text.strip():
        raise Refusal("Écrivez votre question.", field="question")
    if to not in askable(session, need, at=at):
        raise Refusal("Cette personne n’appelle plus : choisissez-en une autre.", field="asked")
    question = NeedQuestion(
        need_id=need.id, to=to, asked_by=by, text=text.strip()[:300], asked_at=at
    )
    session.add(question)
    session.flush()  # its mail needs question.id
    worked_on(need, by=by, at=at)
    note(
        need,
        "asked",
        f"Question à {to.first_name} : {question.text}",
        by=by,
        at=at,
        is_internal=True,
    )
    about = {"need": need.id, "question": question.id}
    mails.post(session, "need_question", to=to, key=f"question:{question.id}", about=about, at=at)
    journal.record(session, "need_asked", about=need, by=by, at=at, to=to.id)
    session.flush()  # the version moves on with the act
    return question


def of_need(session: Session, need: Need) -> list[NeedQuestion]:
    """Questions about a need and their answers, oldest first."""
    return list(
        session.scalars(
            sa.select(NeedQuestion)
            .where(NeedQuestion.need_id == need.id)
            .options(joinedload(NeedQuestion.to), joinedload(NeedQuestion.asked_by))
            .order_by(NeedQuestion.id)
            .limit(50)
        )
    )


def questions_for(session: Session, user: User, campaign: Campaign) -> list[Asked]:
    """Questions a volunteer has not answered yet, about needs that go on, oldest first."""
    rows = session.execute(_QUESTIONS, {"user_id": user.id, "campaign_id": campaign.id})
    return [
        Asked(
            id=question.id,
            reference=need.reference,
            person="" if need.is_sensitive else person.full_name,
            text=question.text,
            asked_by=name,
            asked_at=question.asked_at,
        )
        for question, need, person, name in rows
    ]


def joined_news(
    session: Session, user: User, campaign: Campaign, *, at: datetime
) -> Sequence[JoinedNews]:
    """Needs a volunteer raised that go on with somebody else's, for two weeks."""
    asked = {"user_id": user.id, "campaign_id": campaign.id, "since": at - _NEWS}
    rows = session.execute(_joined(), asked)
    return [JoinedNews(f"B-{joined}", f"B-{into}") for joined, into in rows]


@cache
def _joined() -> sa.Select[int, int]:
    """Asked by every sheet: built once."""
    kept, me = aliased(Need), sa.bindparam("user_id", type_=sa.Integer)
    return (
        sa.select(Need.id, kept.id)
        .join(kept, kept.id == Need.joined_to_id)
        .where(
            Need.campaign_id == sa.bindparam("campaign_id"),
            sa.or_(Need.raised_by_id == me, kept.raised_by_id == me),
            Need.closed_at > sa.bindparam("since"),
        )
        .order_by(Need.id)
        .limit(10)
    )


def question_for(
    session: Session, user: User, campaign: Campaign, question_id: int
) -> NeedQuestion | None:
    """One question asked to this volunteer in this campaign, or None."""
    return session.scalar(
        sa.select(NeedQuestion)
        .join(Need, Need.id == NeedQuestion.need_id)
        .where(
            NeedQuestion.id == question_id,
            NeedQuestion.to_id == user.id,
            Need.campaign_id == campaign.id,
        )
    )


def answer_question(
    session: Session, question: NeedQuestion, words: str, *, by: User, at: datetime
) -> None:
    """Keep a volunteer's answer; Refusal when empty, answered before, or the need is closed."""
    need = session.get_one(Need, question.need_id)
    lock(session, need)  # a coordinator may be closing it at this instant
    if question.answered_at is not None:
        raise Refusal("Vous avez déjà répondu à cette question. Merci.")
    if need.state is NeedState.CLOSED:
        raise Refusal("Ce besoin est réglé : il n’y a plus besoin de répondre. Merci.")
    if not words.strip():
        raise Refusal("Écrivez ce que vous savez, ou « je ne sais pas ».", field="reponse")
    question.answer, question.answered_at = words.strip()[:500], at
    say = f"Réponse de {by.first_name} : {question.answer}"
    note(need, "answered", say, by=by, at=at, is_internal=True)
    touch(need, at=at)
    journal.record(session, "question_answered", about=need, by=by, at=at)
    session.flush()  # the version moves on with the answer


def _still_calls(user: User) -> bool:
    return user.role is Role.VOLUNTEER and user.disabled_at is None and user.suspended_at is None


def _next_callers(session: Session, need: Need, at: datetime) -> list[User]:
    week = weeks.current(at)
    found = session.scalars(
        sa.select(User)
        .join(Sheet, Sheet.volunteer_id == User.id)
        .join(Line, Line.sheet_id == Sheet.id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(
            Line.household_id == need.person.household_id,
            Line.closed_at.is_(None),
            WeekPlan.campaign_id == need.campaign_id,
            WeekPlan.week == week,
            WeekPlan.published_at.is_not(None),
        )
        .order_by(User.id)
        .limit(3)
    )
    return [user for user in found if _still_calls(user)]
