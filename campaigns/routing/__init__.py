"""Where a need goes, and why: category by commune, never by postal code. Nothing goes nowhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from campaigns import reference
from campaigns.reference import Category, Mode, Question, Route, Urgency
from campaigns.routing.conditions import (
    ALWAYS,
    CONDITION_QUESTIONS,
    CONDITION_WORDS,
    assignments,
    is_true,
    unknown,
)
from campaigns.routing.directory import (
    Destination,
    Directory,
    Place,
    coordination,
    is_reachable,
    mode_for,
    resolve,
)
from campaigns.routing.gaps import Missing, missing_combinations
from campaigns.routing.kinds import BY_PLACE, GENERIC, KINDS, Kind, label
from campaigns.routing.narrowing import AUDIENCES, Rule, everywhere, narrowed
from campaigns.routing.reasons import (
    DANGER,
    FARM_SCHEME,
    GENERAL_SCHEME,
    fallback_sentence,
    sentence,
)

__all__ = [
    "ALWAYS",
    "AUDIENCES",
    "BY_PLACE",
    "CONDITION_QUESTIONS",
    "CONDITION_WORDS",
    "DANGER",
    "FARM_SCHEME",
    "GENERAL_SCHEME",
    "GENERIC",
    "KINDS",
    "Destination",
    "Directory",
    "Kind",
    "Missing",
    "Place",
    "Rule",
    "Step",
    "assignments",
    "conditions_to_ask",
    "coordination",
    "everywhere",
    "facts_from_answers",
    "is_reachable",
    "label",
    "missing_combinations",
    "mode_for",
    "narrowed",
    "resolve",
    "route",
    "unknown",
    "urgency",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One destination of a need: send by mail or show the number, and the sentence saying why."""

    destination: Destination
    mode: Mode
    reason: str
    rank: int
    is_fallback: bool = False


def route(
    category: str,
    *,
    place: Place,
    facts: Mapping[str, bool | None],
    directory: Directory,
    routes: Sequence[Route] | None = None,
) -> tuple[Step, ...]:
    """Say where a need goes and why; never empty.

    All rows of the lowest rank that has at least one usable row act. A row is usable when its
    condition is true and its destination exists and can be reached by its mode. Nothing usable:
    the coordination. ``facts`` holds the conditions known; an unknown one is not true, but the
    scheme is the general one until known. KeyError for a category that does not exist.
    """
    need = reference.categories()[category]
    rows = [row for row in _rows(routes) if row.category == category]
    for rank in sorted({row.rank for row in rows}):
        true = [row for row in rows if row.rank == rank and is_true(row.condition, facts)]
        found = [
            (row, office)
            for row in true
            if (office := resolve(row.destination, place, directory)) is not None
        ]
        if any(is_reachable(office, row.mode) for row, office in found):
            return tuple(_steps(found, need=need, place=place, facts=facts))
    reason = fallback_sentence(need, place)
    return (Step(coordination(directory), Mode.MAIL, reason, rank=0, is_fallback=True),)


def conditions_to_ask(
    category: str,
    *,
    place: Place,
    facts: Mapping[str, bool | None],
    directory: Directory,
    routes: Sequence[Route] | None = None,
) -> tuple[str, ...]:
    """The unknown conditions whose answer would change where this need goes, here and now.

    Codes of ``CONDITION_QUESTIONS``, in the order of the routing table.
    """
    rows = tuple(row for row in _rows(routes) if row.category == category)
    asked = unknown(rows, facts)

    def destinations(answers: Mapping[str, bool]) -> tuple[tuple[str, Mode], ...]:
        steps = route(
            category, place=place, facts={**facts, **answers}, directory=directory, routes=rows
        )
        return tuple((step.destination.code, step.mode) for step in steps)

    return tuple(
        condition
        for condition in asked
        if any(
            destinations({**others, condition: True}) != destinations({**others, condition: False})
            for others in assignments([other for other in asked if other != condition])
        )
    )


def urgency(
    category: str,
    answers: Mapping[str, bool | None],
    *,
    categories: Mapping[str, Category] | None = None,
    questions: Sequence[Question] | None = None,
) -> Urgency:
    """The category's own urgency, raised by the questions answered yes (ids of ``Question``)."""
    kinds = reference.categories() if categories is None else categories
    raised = [
        question.urgency for question in _questions(category, questions) if answers.get(question.id)
    ]
    return min([kinds[category].urgency, *raised])


def facts_from_answers(
    category: str,
    answers: Mapping[str, bool | None],
    *,
    questions: Sequence[Question] | None = None,
) -> dict[str, bool]:
    """What the urgency questions already say about the route, so that nothing is asked twice.

    A yes that makes the need vital is an immediate danger; all such answered no, there is none.
    """
    vital = [answers.get(question.id) for question in _questions(category, questions, Urgency.U0)]
    if any(vital):
        return {DANGER: True}
    return {DANGER: False} if vital and None not in vital else {}


def _rows(routes: Sequence[Route] | None) -> Sequence[Route]:
    return reference.routes() if routes is None else routes


def _questions(
    category: str, questions: Sequence[Question] | None, level: Urgency | None = None
) -> list[Question]:
    return [
        question
        for question in (reference.questions() if questions is None else questions)
        if question.category == category and level in {None, question.urgency}
    ]


def _steps(
    found: Iterable[tuple[Route, Destination]],
    *,
    need: Category,
    place: Place,
    facts: Mapping[str, bool | None],
) -> Iterator[Step]:
    """One step a destination; a call stays in the plan when its number has still to be found."""
    seen: set[tuple[str, Mode]] = set()
    for row, office in found:
        mode = mode_for(office, row.mode)
        unreachable = row.mode is Mode.MAIL and not is_reachable(office, row.mode)
        if unreachable or (office.code, mode) in seen:
            continue
        seen.add((office.code, mode))
        reason = sentence(row, office, mode=mode, need=need, place=place, facts=facts)
        yield Step(office, mode, reason, row.rank)
