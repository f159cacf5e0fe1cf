"""A list set against the register: who is new, who is known, what would change, who must wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from campaigns.objections import Objectors
from importers import (
    changing,
    chunks,
    deciding,
    doubts,
    grouping,
    massive,
    matching,
    register,
    ruling,
)
from importers.choices import Choices
from importers.chunks import Packed
from importers.cleaning import CleanRow
from importers.deciding import Decision
from importers.doubts import Answer
from importers.intake import Amendment, Intake, Newcomer
from importers.matching import Known, Link
from importers.register import Stored
from importers.report import Problem

_CORRECTED = "La fiche a été corrigée à la main : la correction est gardée."
_OF_HOLD = {
    changing.HELD: "Mise de côté, personne ne l’appelle avant votre avis : {hold}.",
    changing.HOLD_RELEASED: (
        "La liste redit « {hold} » ; quelqu’un l’a déjà vérifié ici : la fiche reste à appeler."
    ),
}
_NAMESAKE = "du nom d’une personne qui ne souhaite plus être appelée : à vérifier"
_OBJECTED = "Cette personne a demandé à ne plus être appelée : elle n’est pas reprise."
_THEIR_NUMBER = (
    "Ce numéro est aussi celui d’une personne qui a demandé à ne plus être appelée : celle-ci est "
    "reprise, vérifiez que ce n’est pas la même."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who is who in a list, what it would write, and what must be said of it.

    ``said`` is its part of the report. ``objected`` counts the people who are not taken because
    they asked not to be called. ``answers`` are those that were followed.
    """

    rows: list[Packed]
    intake: Intake
    problems: list[Problem]
    said: dict[str, Any]
    objected: int
    answers: Sequence[Answer] = ()


def compare(
    session: Session,
    people: Sequence[CleanRow],
    *,
    campaign_id: int,
    source: str,
    choices: Choices,
    is_part: bool = False,
) -> Comparison:
    """Who is who, and what each would change; writes nothing.

    ``choices`` holds the answers given to doubts. ``is_part``: these are some lines of a list seen
    before, who is not among them is not absent.
    """
    stamp = stamp_of(session, campaign_id, choices.same)
    stored = register.people(session, source=source)
    people = _still_somebody(people, stored)
    lines = [matching.known_of(row) for row in people]
    links, answers = _links(session, people, lines, stored, choices)
    decisions, objectors = _without_objectors(session, deciding.decide(people, links, len(stored)))
    amendments, kept = _amendments(decisions, stored)
    homes, new_homes, households = grouping.homes(decisions, stored)
    rows, newcomers = _newcomers(people, decisions, homes, stored, answers)
    known = [stored[each.stored].id for each in decisions if each.stored is not None]
    intake = Intake(
        stamp=stamp,
        lines=len(people),
        newcomers=newcomers,
        new_homes=new_homes,
        amendments=amendments,
        known=known,
        absent=[] if is_part else register.absent(session, campaign_id, source=source, known=known),
        rulings=ruling.to_keep(answers, people, decisions, stored),
        counts=_counts(decisions, amendments, households),
        massive=massive.fields(decisions, stored, amendments),
    )
    problems = [*objectors, *_problems(decisions, people, stored), *kept]
    said = _to_confirm(intake, doubts.to_ask(session, decisions, people, lines, stored))
    objected = sum(problem.code == "objected" for problem in objectors)
    return Comparison(rows, intake, problems, said, objected, answers)


def _problems(
    decisions: Sequence[Decision], people: Sequence[CleanRow], stored: Sequence[Stored]
) -> list[Problem]:
    """What must be said of who is who, and of the numbers too many people share."""
    return [
        *deciding.problems_of(
            decisions, people, len(stored), standing=lambda at: stored[at].standing
        ),
        *grouping.crowded(decisions, stored),
    ]


def _to_confirm(intake: Intake, asked: list[dict[str, Any]]) -> dict[str, Any]:
    """What of an intake somebody may want to decide, as the report says it."""
    absent = {"count": len(intake.absent), "people": intake.absent}
    return {"doubts": asked, "absent": absent, "massive": intake.massive}


def stamp_of(session: Session, campaign_id: int, same: Mapping[int, bool]) -> list[Any]:
    """What a comparison depends on, in figures: the register, and the answers given."""
    said = sorted(f"{line}:{answer}" for line, answer in same.items())
    return [*register.stamp(session, campaign_id), *said]


def _links(
    session: Session,
    people: Sequence[CleanRow],
    lines: Sequence[Known],
    stored: Sequence[Stored],
    choices: Choices,
) -> tuple[list[Link | None], list[Answer]]:
    at_id = {person.id: at for at, person in enumerate(stored)}
    links = matching.match(
        [person.known for person in stored],
        lines,
        ruled=doubts.remembered(session, lines, stored),
        joined={at: at_id[each.kept_id] for at, each in enumerate(stored) if each.kept_id},
        named={
            at: at_id[row.person_id]
            for at, row in enumerate(people)
            if row.person_id is not None and row.person_id in at_id
        },
    )
    return doubts.answered(session, links, lines, people, choices=choices, stored=stored)


def _amendments(
    decisions: Sequence[Decision], stored: Sequence[Stored]
) -> tuple[list[Amendment], list[Problem]]:
    """What changes of people already stored, and where a correction made here is kept."""
    found, kept = [], []
    numbers = {number for person in stored for number in person.file_numbers}
    for decision in decisions:
        if decision.stored is None:
            continue
        known, line = stored[decision.stored], decision.lines[0]
        amendment, corrected = changing.change(known, decision.row, numbers=numbers)
        if amendment is not None:
            found.append(amendment)
        if corrected:
            kept.append(Problem(line, "", "correction_kept", _CORRECTED))
        kept += about_hold(known, decision.row)
    return found, kept


def about_hold(known: Stored, row: CleanRow) -> list[Problem]:
    """What must be said when a line asks not to call somebody we know; nothing when it does not."""
    code = changing.said_of_hold(known, row)
    return [Problem(row.row, "", code, _OF_HOLD[code].format(hold=row.hold))] if code else []


def _newcomers(
    people: Sequence[CleanRow],
    decisions: Sequence[Decision],
    homes: Sequence[int],
    stored: Sequence[Stored],
    answers: Sequence[Answer],
) -> tuple[list[Packed], list[Newcomer]]:
    """The rows as they are kept, those that join several last; and the people who are new.

    ``answers`` may tell some of them apart from somebody who objected.
    """
    namesakes = ruling.namesakes(answers, people, stored)
    rows = [chunks.packed(row) for row in people]
    fresh = [decision for decision in decisions if decision.stored is None]
    who = ruling.Who(decisions, stored)
    newcomers = []
    for decision, home in zip(fresh, homes, strict=True):
        at, double = decision.at, None
        # Lines that are joined carry their hold along; a single one is kept as it was read.
        is_hidden = decision.row.hold == _NAMESAKE and len(decision.lines) == 1
        doubt = _NAMESAKE if at in namesakes or is_hidden else ""
        if len(decision.lines) > 1:
            at = len(rows)
            rows.append(chunks.packed(decision.row))
        if decision.doubt is not None:
            # Whoever may be known already is called by nobody before somebody has looked.
            doubt = f"{doubts.PERHAPS}{matching.HOWS[decision.doubt.how]}"
            double = who.of(decision.doubt.target)
        newcomers.append(Newcomer(at, home, decision.row.hold or doubt, double, doubt))
    return rows, newcomers


def _still_somebody(people: Sequence[CleanRow], stored: Sequence[Stored]) -> Sequence[CleanRow]:
    """Without the lines that name nobody but through a record that was forgotten since."""
    if all(row.person_id is None for row in people):
        return people
    ids = {person.id for person in stored}
    return [row for row in people if row.last_name or row.first_name or row.person_id in ids]


def _counts(
    decisions: Sequence[Decision], amendments: Sequence[Amendment], households: int
) -> dict[str, int]:
    doubtful = sum(each.doubt is not None for each in decisions)
    fresh = sum(each.stored is None for each in decisions)
    lines = sum(len(each.lines) for each in decisions)
    return {
        "created": fresh - doubtful,
        "updated": len(amendments),
        "unchanged": lines - fresh - len(amendments),
        "to_confirm": doubtful,
        "households": households,
    }


def _without_objectors(
    session: Session, decisions: list[Decision]
) -> tuple[list[Decision], list[Problem]]:
    """People who said « ne plus appeler » and were forgotten since do not come back (RGPD 21).

    A line too short to tell, « DUPONT R. » under their surname, waits for somebody to look.
    """
    marks = register.objections(session)
    if not marks:
        return decisions, []
    objectors = Objectors(session.info["keys"].objection, marks)
    kept, said = [], []
    for decision in decisions:
        if decision.stored is None and objectors.has(**_identity(decision.row)):
            said += [Problem(line, "", "objected", _OBJECTED) for line in decision.lines]
            continue
        kept.append(_held_if_hidden(decision, objectors))
        if decision.stored is None and any(map(objectors.has_number, _numbers(decision.row))):
            said.append(Problem(decision.lines[0], "", "number_of_objector", _THEIR_NUMBER))
    return kept, said


def _held_if_hidden(decision: Decision, objectors: Objectors) -> Decision:
    """Nothing to add where somebody has to look already: a hold, a person they may be."""
    row = decision.row
    if decision.stored is not None or decision.doubt is not None or row.hold:
        return decision
    if not objectors.may_hide(**_identity(row)):
        return decision
    return replace(decision, row=replace(row, hold=_NAMESAKE))


def _identity(row: CleanRow) -> dict[str, Any]:
    return {
        "last_name": row.last_name, "first_name": row.first_name, "birth_name": row.birth_name,
        "birth_date": row.birth_date, "phones": _numbers(row),
    }  # fmt: skip


def _numbers(row: CleanRow) -> list[str]:
    return [phone.e164 for phone in row.phones if phone.e164]
