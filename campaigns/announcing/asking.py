"""What a volunteer asks the coordination; the answer may serve everybody, without any name."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from campaigns import journal
from campaigns.announcing import naming
from campaigns.models import Call, Campaign, Person, Question, User
from campaigns.refusal import Refusal

LONGEST, LONGEST_ANSWER = 500, 1000  # characters
MOST_WAITING = 5  # of one volunteer: more is a telephone call
_MOST = 100


def ask(session: Session, campaign: Campaign, text: str, *, by: User, at: datetime) -> Question:
    """Put a question to the coordination.

    Refusal (field ``text``) when it is empty or too long, or several of theirs wait already.
    """
    said = _said(text, LONGEST, "Écrivez votre question.", field="text")
    mine = sa.select(Question).where(
        Question.user_id == by.id,
        Question.campaign_id == campaign.id,
        Question.answered_at.is_(None),
    )
    found = session.scalars(mine.order_by(Question.id).limit(MOST_WAITING)).all()
    same = next((one for one in found if one.text == said), None)
    if same is not None:  # sent twice
        return same
    if len(found) == MOST_WAITING:
        raise Refusal(
            f"{MOST_WAITING} de vos questions attendent déjà : appelez plutôt la coordination.",
            field="text",
        )
    asked = Question(campaign_id=campaign.id, user_id=by.id, text=said, at=at)
    session.add(asked)
    session.flush()  # the journal needs asked.id
    journal.record(session, "question_asked", about=asked, by=by, at=at)
    return asked


def waiting(session: Session, campaign: Campaign) -> Sequence[Question]:
    """The questions nobody has answered, the oldest first."""
    return session.scalars(
        _of(campaign)
        .where(Question.answered_at.is_(None))
        .order_by(Question.at, Question.id)
        .limit(_MOST)
    ).all()


def waiting_count(session: Session, campaign: Campaign) -> int:
    """How many questions nobody has answered."""
    query = sa.select(sa.func.count()).where(
        Question.campaign_id == campaign.id, Question.answered_at.is_(None)
    )
    return session.scalar(query) or 0


def answered(session: Session, campaign: Campaign) -> Sequence[Question]:
    """The questions answered, the last answer first."""
    return session.scalars(
        _of(campaign)
        .where(Question.answered_at.is_not(None))
        .order_by(Question.answered_at.desc(), Question.id.desc())
        .limit(_MOST)
    ).all()


def of_volunteer(session: Session, campaign: Campaign, user: User) -> Sequence[Question]:
    """What a volunteer asked, the newest first."""
    return session.scalars(
        _of(campaign)
        .where(Question.user_id == user.id)
        .order_by(Question.at.desc(), Question.id.desc())
        .limit(20)
    ).all()


def unseen(session: Session, campaign: Campaign, user: User) -> Sequence[Question]:
    """The answers a volunteer has not said they read, the oldest first."""
    return session.scalars(
        _of(campaign)
        .where(
            Question.user_id == user.id,
            Question.answered_at.is_not(None),
            Question.seen_at.is_(None),
        )
        .order_by(Question.answered_at, Question.id)
        .limit(20)
    ).all()


def shared(session: Session, campaign: Campaign) -> Sequence[Question]:
    """The questions whose answer serves everybody, the last answer first."""
    return session.scalars(
        _of(campaign)
        .where(Question.is_shared.is_(True))
        .order_by(Question.answered_at.desc(), Question.id.desc())
        .limit(_MOST)
    ).all()


def one(session: Session, campaign: Campaign, question_id: int) -> Question | None:
    """One question of the campaign."""
    return session.scalar(_of(campaign).where(Question.id == question_id))


def answer(
    session: Session,
    question: Question,
    text: str,
    *,
    shared_as: str | None = None,
    by: User,
    at: datetime,
) -> None:
    """Answer a volunteer; they read it on their sheet.

    ``shared_as`` is the question said again, for an answer all may read; None keeps it between the
    two. Refusal (field ``answer``) when it is empty or too long, or a colleague answered meanwhile;
    as ``share`` when it is shared.
    """
    said = _said(text, LONGEST_ANSWER, "Écrivez votre réponse.", field="answer")
    _hold(session, question)
    if question.answered_at is not None:
        raise Refusal(
            "Quelqu’un vient d’y répondre : relisez sa réponse. La vôtre n’est pas partie.",
            field="answer",
        )
    wanted = None if shared_as is None else _shareable(session, question, shared_as, said)
    question.answer, question.answered_at, question.answered_by_id = said, at, by.id
    journal.record(session, "question_answered", about=question, by=by, at=at)
    session.flush()  # who looks under the lock next sees it
    if wanted is not None:
        _share(session, question, wanted, by=by, at=at)


def share(session: Session, question: Question, asked: str, *, by: User, at: datetime) -> None:
    """Let every volunteer read an answer, under the question said again without any name.

    Refusal (field ``shared_as`` or ``answer``) without an answer, or while one of the two names
    somebody: who asked, who they called, or « Mme » and a name.
    """
    _hold(session, question)
    if question.answered_at is None:
        raise Refusal("Répondez d’abord à cette question.", field="answer")
    wanted = _shareable(session, question, asked, question.answer)
    _share(session, question, wanted, by=by, at=at)


def keep_apart(session: Session, question: Question, *, by: User, at: datetime) -> None:
    """Share an answer no more; who asked keeps it."""
    _hold(session, question)
    if question.is_shared:
        question.is_shared, question.shared_as = False, ""
        journal.record(session, "question_unshared", about=question, by=by, at=at)
        session.flush()  # who looks under the lock next sees it


def seen(session: Session, question: Question, *, at: datetime) -> None:
    """« J’ai lu »: the answer leaves the sheet."""
    if question.answered_at is not None:
        question.seen_at = question.seen_at or at
        session.flush()  # the sheet that follows asks again


def _of(campaign: Campaign) -> sa.Select[Question]:
    return (
        sa.select(Question)
        .where(Question.campaign_id == campaign.id)
        .options(joinedload(Question.user))
    )


def _share(session: Session, question: Question, asked: str, *, by: User, at: datetime) -> None:
    question.is_shared, question.shared_as = True, asked
    journal.record(session, "question_shared", about=question, by=by, at=at)
    session.flush()  # who looks under the lock next sees it


def _shareable(session: Session, question: Question, asked: str, answered: str) -> str:
    """The question as all may read it; Refusal while it or the answer names somebody."""
    said = _said(asked, LONGEST, "Écrivez la question sans nommer personne.", field="shared_as")
    names = _names_around(session, question)
    for text, field in ((said, "shared_as"), (answered, "answer")):
        named = next(iter(naming.called(text)), "") or naming.known(text, names)
        if named:
            raise Refusal(
                f"« {named} » nomme quelqu’un : tout le monde le lirait. Retirez le nom, ou ne "
                "partagez pas.",
                field=field,
            )
    return said


def _names_around(session: Session, question: Question) -> set[str]:
    """The last names of who asked and of the people they called."""
    called = (
        sa.select(Person.last_name)
        .join(Call, Call.person_id == Person.id)
        .where(Call.volunteer_id == question.user_id)
        .distinct()
    )
    return {question.user.last_name, *session.scalars(called)}


def _hold(session: Session, question: Question) -> None:
    """Of two who act at once, the second sees what the first did."""
    session.refresh(question, with_for_update={"of": Question})


def _said(text: str, longest: int, needed: str, *, field: str) -> str:
    """A text without what surrounds it; Refusal when nothing is left or it is too long."""
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Refusal(needed, field=field)
    if len(said) > longest:
        raise Refusal(f"{longest} signes au plus : gardez l’essentiel.", field=field)
    return said
