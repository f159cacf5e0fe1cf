"""Five questions, one a theme. Right or wrong, each is explained; all five end right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import QuizAttempt, User
from campaigns.reference.table import Row, rows
from campaigns.refusal import Refusal
from campaigns.training import finishing, texts

_COLUMNS = "code theme question a b c right explanation"
_LETTERS = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the bank, with its three answers by letter and why one is right."""

    code: str
    theme: str
    words: str
    choices: tuple[tuple[str, str], ...]
    right: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands for one volunteer; ``chosen``: their last answer, None before."""

    question: Question
    chosen: str | None

    @property
    def is_right(self) -> bool:
        """Whether the last answer was the right one."""
        return self.chosen == self.question.right


@dataclass(frozen=True, slots=True)
class Quiz:
    """The five questions of a volunteer, and whether they have all been answered right."""

    asked: tuple[Asked, ...]
    is_passed: bool

    @property
    def wrong_count(self) -> int:
        """How many answers are to be given again; 0 before the first try."""
        return sum(one.chosen is not None and not one.is_right for one in self.asked)


def quiz(session: Session, user: User, *, at: datetime) -> Quiz:
    """The questions drawn for a volunteer this month, with their last answers; once passed, those
    they passed."""
    tried = sa.select(QuizAttempt).where(QuizAttempt.user_id == user.id)
    newest = tried.order_by(QuizAttempt.id.desc()).limit(1)
    passed = session.scalar(newest.where(finishing.IS_PASS))
    if passed is not None:  # what they answered that day, whatever the month's draw is now
        known = [one for one in bank() if one.code in passed.answers]
        return Quiz(_asked(known, passed), is_passed=True)
    return Quiz(_asked(_drawn(user, at=at), session.scalar(newest)), is_passed=False)


def answer(session: Session, user: User, given: Mapping[str, str], *, at: datetime) -> Quiz:
    """Keep a try at the quiz: letters by the questions' codes.

    It is passed when the five are right; a wrong answer is explained and given again, as often as
    one likes: the aim is that it is known, not that it is measured. Refusal when one is missing.
    """
    asked = tuple(Asked(one, _letter(given.get(one.code))) for one in _drawn(user, at=at))
    missing = sum(one.chosen is None for one in asked)
    if missing:
        left = "une question" if missing == 1 else f"{missing} questions"
        raise Refusal(f"Il reste {left} sans réponse. Choisissez ce qui vous paraît le plus juste.")
    right = sum(one.is_right for one in asked)
    session.add(
        QuizAttempt(
            user_id=user.id,
            at=at,
            answers={one.question.code: one.chosen for one in asked},
            right=right,
            asked=len(asked),
        )
    )
    if right == len(asked):
        journal.record(session, "quiz_passed", about=user, by=user, at=at)
        finishing.finish(session, user, at=at)
    return Quiz(asked, is_passed=right == len(asked))


@cache
def bank() -> tuple[Question, ...]:
    """Every question that ships; ValueError names the line that is wrong."""
    found = tuple(_read(row) for row in rows("quiz.csv", texts.shipped("quiz.csv"), _COLUMNS))
    missing = set(texts.themes()) - {one.theme for one in found}
    if missing:
        raise ValueError(f"quiz.csv: no question about {', '.join(sorted(missing))}")
    return found


def _read(row: Row) -> Question:
    return Question(
        code=row["code"],
        theme=row.one_of("theme", texts.themes()),
        words=row.text("question"),
        choices=tuple((letter, row.text(letter)) for letter in _LETTERS),
        right=row.one_of("right", _LETTERS),
        explanation=row.text("explanation"),
    )


def _drawn(user: User, *, at: datetime) -> list[Question]:
    """One question a theme. The same for a volunteer all month, so that a page may be left."""
    month = f"{weeks.local_day(at):%Y-%m}"

    def rank(one: Question) -> str:
        return sha256(f"{user.id}:{month}:{one.code}".encode()).hexdigest()

    return [
        min((one for one in bank() if one.theme == theme), key=rank) for theme in texts.themes()
    ]


def _asked(questions: Sequence[Question], tried: QuizAttempt | None) -> tuple[Asked, ...]:
    given = tried.answers if tried is not None else {}
    return tuple(Asked(one, given.get(one.code)) for one in questions)


def _letter(said: str | None) -> str | None:
    return said if said in _LETTERS else None
