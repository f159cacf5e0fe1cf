"""Where a need goes, and why: category by commune, never by postal code. Nothing goes nowhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from campaigns import reference
from campaigns.reference import Category, Mode, Question, Route, Urgency
from campaigns.routing.directory import (
    Destination,
    Directory,
    Place,
    coordination,
    is_reachable,
    resolve,
)
from campaigns.routing.reasons import (
    DANGER,
    FARM_SCHEME,
    GENERAL_SCHEME,
    fallback_sentence,
    sentence,
)

__all__ = [
    "CONDITION_QUESTIONS",
    "DANGER",
    "FARM_SCHEME",
    "GENERAL_SCHEME",
    "Destination",
    "Directory",
    "Gap",
    "Place",
    "Step",
    "conditions_to_ask",
    "coordination",
    "facts_from_answers",
    "is_reachable",
    "missing_combinations",
    "route",
    "urgency",
]

# The question to put for each condition. The general scheme is the farm scheme's "no".
CONDITION_QUESTIONS: Mapping[str, str] = {
    FARM_SCHEME: "Est-elle au régime agricole (MSA)\u00a0?",
    "plan_apa_pch": "A-t-elle un plan d’aide APA ou PCH\u00a0?",
    "allocataire_rsa": "Touche-t-elle le RSA\u00a0?",
    "moins_de_26_ans": "A-t-elle moins de 26 ans\u00a0?",
    "prescription_medicale": "Un médecin a-t-il prescrit ce transport\u00a0?",
    "en_etablissement": "Vit-elle en établissement\u00a0?",
    DANGER: "Le danger est-il immédiat\u00a0?",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One destination of a need: send by mail or show the number, and the sentence saying why."""

    destination: Destination
    mode: Mode
    reason: str
    rank: int
    is_fallback: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A need of this category, from this place, would fall back on the coordination."""

    category: str
    place: Place
    wanted: tuple[str, ...]


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
        true = [row for row in rows if row.rank == rank and _is_true(row.condition, facts)]
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
    unknown = _unknown(rows, facts)

    def destinations(answers: Mapping[str, bool]) -> tuple[tuple[str, Mode], ...]:
        steps = route(
            category, place=place, facts={**facts, **answers}, directory=directory, routes=rows
        )
        return tuple((step.destination.code, step.mode) for step in steps)

    return tuple(
        condition
        for condition in unknown
        if any(
            destinations({**others, condition: True}) != destinations({**others, condition: False})
            for others in _assignments([other for other in unknown if other != condition])
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


def missing_combinations(
    places: Iterable[Place],
    *,
    directory: Directory,
    routes: Sequence[Route] | None = None,
) -> tuple[Gap, ...]:
    """The category × place pairs that would, under some answer, end in the coordination's basket
    for want of a destination; ``wanted`` names the destinations asked for in vain.
    """
    by_category: dict[str, list[Route]] = {code: [] for code in reference.categories()}
    for row in _rows(routes):
        by_category[row.category].append(row)
    gaps = []
    for place in places:
        for category, rows in by_category.items():
            falls = any(
                route(category, place=place, facts=facts, directory=directory, routes=rows)[
                    0
                ].is_fallback
                for facts in _assignments(_unknown(rows, {}))
            )
            if falls:
                wanted = tuple(dict.fromkeys(row.destination for row in rows))
                gaps.append(Gap(category, place, wanted))
    return tuple(gaps)


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


def _unknown(rows: Iterable[Route], facts: Mapping[str, bool | None]) -> list[str]:
    """The conditions of these rows to be asked, the two schemes being one question."""
    asked = {
        FARM_SCHEME if row.condition == GENERAL_SCHEME else row.condition: None for row in rows
    }
    known = {condition for condition, answer in facts.items() if answer is not None}
    if GENERAL_SCHEME in known:
        known.add(FARM_SCHEME)
    return [condition for condition in asked if condition != "toujours" and condition not in known]


def _assignments(conditions: Sequence[str]) -> Iterator[dict[str, bool]]:
    for answers in product((False, True), repeat=len(conditions)):
        yield dict(zip(conditions, answers, strict=True))


def _is_true(condition: str, facts: Mapping[str, bool | None]) -> bool:
    if condition == "toujours":
        return True
    told = facts.get(condition)
    # General until known otherwise (domain README); either answer settles the other scheme.
    if told is None and condition == GENERAL_SCHEME:
        return not facts.get(FARM_SCHEME)
    if told is None and condition == FARM_SCHEME:
        return facts.get(GENERAL_SCHEME) is False
    return bool(told)


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
        unreachable = row.mode is Mode.MAIL and not is_reachable(office, row.mode)
        if unreachable or (office.code, row.mode) in seen:
            continue
        seen.add((office.code, row.mode))
        reason = sentence(row, office, need=need, place=place, facts=facts)
        yield Step(office, row.mode, reason, row.rank)
