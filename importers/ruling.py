"""Who is who, as somebody said it of a list: what is remembered for the next one."""

from collections.abc import Sequence

from campaigns import values
from importers.cleaning import CleanRow
from importers.deciding import Decision
from importers.doubts import Answer
from importers.intake import Ruling
from importers.register import Stored


class Who:
    """From the target of a link to the id of a person, or ``~n`` for the n-th newcomer."""

    def __init__(self, decisions: Sequence[Decision], stored: Sequence[Stored]) -> None:
        self._stored = stored
        fresh = (decision for decision in decisions if decision.stored is None)
        self._newcomers = {decision.at: at for at, decision in enumerate(fresh)}
        self._known = {each.at: each.stored for each in decisions if each.stored is not None}

    def of(self, target: int) -> int | None:
        """None when nobody enters for that line: they asked not to be called."""
        if target < len(self._stored):
            return self._stored[target].id
        position = target - len(self._stored)
        if (known := self._known.get(position)) is not None:
            return self._stored[known].id
        at = self._newcomers.get(position)
        return None if at is None else ~at


def to_keep(
    answers: Sequence[Answer],
    people: Sequence[CleanRow],
    decisions: Sequence[Decision],
    stored: Sequence[Stored],
) -> list[Ruling]:
    """What is remembered of a list: its answers, and who its lines became that were typed over."""
    return [*_of_answers(answers, decisions, stored), *_of_typed_lines(people, decisions, stored)]


def _of_answers(
    answers: Sequence[Answer], decisions: Sequence[Decision], stored: Sequence[Stored]
) -> list[Ruling]:
    """The answers given for this list, as they will be remembered."""
    who = Who(decisions, stored) if answers else None
    return [
        Ruling(answer.row_key, found, answer.is_same)
        for answer in answers
        if who is not None and (found := who.of(answer.target)) is not None
    ]


def _of_typed_lines(
    people: Sequence[CleanRow], decisions: Sequence[Decision], stored: Sequence[Stored]
) -> list[Ruling]:
    """Who each line became that somebody typed over: the same line again is the same person."""
    marks = {row.row: row.mark for row in people if row.mark}
    found, fresh = [], 0
    for decision in decisions if marks else ():
        who = ~fresh if decision.stored is None else stored[decision.stored].id
        fresh += decision.stored is None
        found += [Ruling(marks[line], who, True) for line in decision.lines if line in marks]
    return found


def namesakes(
    answers: Sequence[Answer], people: Sequence[CleanRow], stored: Sequence[Stored]
) -> set[int]:
    """Lines somebody told apart from a person of the same name who asked not to be called.

    A wrong « two people » would call who said no: somebody else looks at it once more.
    """
    return {
        answer.position
        for answer in answers
        if not answer.is_same
        and answer.target < len(stored)
        and stored[answer.target].has_objected
        and values.fold(stored[answer.target].column("last_name"))
        == values.fold(people[answer.position].last_name)
    }
