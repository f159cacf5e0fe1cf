"""A list set against the register: who is new, who is known, what would change, who must wait."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from campaigns.objections import Objectors
from importers import chunks, deciding, doubts, grouping, matching, register, vocabulary
from importers.chunks import Packed
from importers.cleaning import CleanRow
from importers.deciding import Decision
from importers.doubts import Answer
from importers.intake import Amendment, Intake, Newcomer, Ruling
from importers.matching import Link
from importers.register import Stored
from importers.report import Problem

# A field that a list overwrites for more than this share of the people it knows is looked at by
# somebody, from so many people on: half of a list of two is no sign of a shifted column.
_MASSIVE_SHARE = 0.3
_MASSIVE_FROM = 10


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who is who in a list, what it would write, and what must be said of it.

    ``said`` is its part of the report. ``objected`` counts the people who are not taken because
    they asked not to be called.
    """

    rows: list[Packed]
    intake: Intake
    problems: list[Problem]
    said: dict[str, Any]
    objected: int


def compare(
    session: Session,
    people: Sequence[CleanRow],
    *,
    campaign_id: int,
    source: str,
    same: Mapping[int, bool],
) -> Comparison:
    """Who is who, and what each would change; writes nothing.

    ``same`` holds the answers given to doubts, by line of the file.
    """
    stamp = stamp_of(session, campaign_id, same)
    stored = register.people(session, source=source)
    links, answers = _links(session, people, stored, same)
    decisions, objected = _without_objectors(session, deciding.decide(people, links, len(stored)))
    amendments, kept = _amendments(decisions, stored)
    homes, new_homes, households = grouping.homes(decisions, stored)
    rows, newcomers = _newcomers(people, decisions, homes, stored)
    known = [stored[each.stored].id for each in decisions if each.stored is not None]
    intake = Intake(
        stamp=stamp,
        lines=len(people),
        newcomers=newcomers,
        new_homes=new_homes,
        amendments=amendments,
        known=known,
        absent=register.absent(session, campaign_id, source=source, known=known),
        rulings=_rulings(answers, decisions, stored),
        counts=_counts(decisions, amendments, households),
        massive=_massive(amendments, len(known)),
    )
    problems = [
        *objected,
        *deciding.problems_of(decisions, people, len(stored)),
        *kept,
        *grouping.crowded(decisions, stored),
    ]
    said = {"doubts": doubts.to_ask(decisions, people, stored), **_to_confirm(intake)}
    return Comparison(rows, intake, problems, said, len(objected))


def _to_confirm(intake: Intake) -> dict[str, Any]:
    """What of an intake somebody may want to decide, as the report says it."""
    absent = {"count": len(intake.absent), "people": intake.absent}
    return {"absent": absent, "massive": intake.massive}


def stamp_of(session: Session, campaign_id: int, same: Mapping[int, bool]) -> list[Any]:
    """What a comparison depends on, in figures: the register, and the answers given."""
    said = sorted(f"{line}:{answer}" for line, answer in same.items())
    return [*register.stamp(session, campaign_id), *said]


def _links(
    session: Session, people: Sequence[CleanRow], stored: Sequence[Stored], same: Mapping[int, bool]
) -> tuple[list[Link | None], list[Answer]]:
    lines = [matching.known_of(row) for row in people]
    at_id = {person.id: at for at, person in enumerate(stored)}
    links = matching.match(
        [person.known for person in stored],
        lines,
        ruled=doubts.remembered(session, lines, stored),
        joined={at: at_id[each.kept_id] for at, each in enumerate(stored) if each.kept_id},
    )
    return doubts.answered(session, links, lines, people, same=same)


def _amendments(
    decisions: Sequence[Decision], stored: Sequence[Stored]
) -> tuple[list[Amendment], list[Problem]]:
    """What changes of people already stored, and where a correction made here is kept."""
    found, kept = [], []
    numbers = {number for person in stored for number in person.file_numbers}
    say = "La fiche a été corrigée à la main : la correction est gardée."
    for decision in decisions:
        if decision.stored is None:
            continue
        amendment, corrected = register.change(
            stored[decision.stored], decision.row, numbers=numbers
        )
        if amendment is not None:
            found.append(amendment)
        if corrected:
            kept.append(Problem(decision.lines[0], "", "correction_kept", say))
    return found, kept


def _newcomers(
    people: Sequence[CleanRow],
    decisions: Sequence[Decision],
    homes: Sequence[int],
    stored: Sequence[Stored],
) -> tuple[list[Packed], list[Newcomer]]:
    """The rows as they are kept, those that join several last; and the people who are new."""
    rows = [chunks.packed(row) for row in people]
    fresh = [decision for decision in decisions if decision.stored is None]
    who = _Who(decisions, stored)
    newcomers = []
    for decision, home in zip(fresh, homes, strict=True):
        at, hold, double = decision.at, decision.row.hold, None
        if len(decision.lines) > 1:
            at = len(rows)
            rows.append(chunks.packed(decision.row))
        if decision.doubt is not None:
            # Whoever may be known already is called by nobody before somebody has looked.
            hold = f"peut-être déjà dans la liste : {matching.HOWS[decision.doubt.how]}"
            double = who.of(decision.doubt.target)
        newcomers.append(Newcomer(at, home, hold, double))
    return rows, newcomers


class _Who:
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


def _rulings(
    answers: Sequence[Answer], decisions: Sequence[Decision], stored: Sequence[Stored]
) -> list[Ruling]:
    """The answers given for this list, as they will be remembered."""
    who = _Who(decisions, stored) if answers else None
    return [
        Ruling(answer.row_key, found, answer.is_same)
        for answer in answers
        if who is not None and (found := who.of(answer.target)) is not None
    ]


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


def _massive(amendments: Sequence[Amendment], known: int) -> list[dict[str, Any]]:
    """Fields overwritten for so many people that a column may have moved in the file."""
    counts = Counter(
        name
        for each in amendments
        for name, old in each.before.items()
        if old and name in register.TAKEN
    )
    least = max(_MASSIVE_FROM, int(known * _MASSIVE_SHARE) + 1)
    return [
        {
            "field": field,
            "label": vocabulary.LABELS.get(field, field),
            "changed": counts[name],
            "of": known,
        }
        for name, field in register.TAKEN.items()
        if counts[name] >= least
    ]


def _without_objectors(
    session: Session, decisions: list[Decision]
) -> tuple[list[Decision], list[Problem]]:
    """People who said « ne plus appeler » and were forgotten since do not come back (RGPD 21)."""
    marks = register.objections(session)
    if not marks:
        return decisions, []
    objectors = Objectors(session.info["keys"].objection, marks)
    kept, said = [], []
    for decision in decisions:
        if decision.stored is None and _objected(decision.row, objectors):
            say = "Cette personne a demandé à ne plus être appelée : elle n’est pas reprise."
            said += [Problem(line, "", "objected", say) for line in decision.lines]
        else:
            kept.append(decision)
    return kept, said


def _objected(row: CleanRow, objectors: Objectors) -> bool:
    return objectors.has(
        last_name=row.last_name,
        first_name=row.first_name,
        birth_name=row.birth_name,
        birth_date=row.birth_date,
        phones=[phone.e164 for phone in row.phones if phone.e164],
    )
