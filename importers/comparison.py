"""A list set against the register: who is new, who is known, what would change, who must wait."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaigns import sealing, values
from importers import deciding, entering, matching, register
from importers.cleaning import CleanRow
from importers.deciding import Decision
from importers.register import Change, Stored
from importers.report import Counts, Problem


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who is who in a list, and what it would change."""

    people: Sequence[CleanRow]
    stored: list[Stored]
    decisions: list[Decision]
    changes: list[Change | None]
    labels: list[int]
    problems: list[Problem]
    counts: Counts
    objected: int


def compare(session: Session, people: Sequence[CleanRow], *, source: str) -> Comparison:
    """Who is who, and what each would change: the same for the preview and for the writing."""
    stored = register.people(session, source=source)
    known = [person.known for person in stored]
    links = matching.match(known, [matching.known_of(row) for row in people])
    decisions = deciding.decide(people, links, len(stored))
    decisions, objected = _without_objectors(session, decisions)
    problems = [*objected, *deciding.problems_of(decisions, people, len(stored))]
    changes = [
        None if each.stored is None else register.change(stored[each.stored], each.row)
        for each in decisions
    ]
    for decision, change in zip(decisions, changes, strict=True):
        if change is not None and change.kept:
            say = "La fiche a été corrigée à la main : la correction est gardée."
            problems.append(Problem(decision.lines[0], "", "correction_kept", say))
    members = entering.members(decisions, stored)
    labels = matching.households(members)
    problems += _shared(decisions, matching.shared_too_much(members))
    doubtful = sum(each.doubt is not None for each in decisions)
    updated = sum(change is not None and not change.is_empty for change in changes)
    fresh = sum(change is None for change in changes)
    lines = sum(len(each.lines) for each in decisions)
    counts = Counts(
        created=fresh - doubtful,
        updated=updated,
        unchanged=lines - fresh - updated,
        to_confirm=doubtful,
        households=entering.count(labels, decisions, len(stored)),
    )
    return Comparison(people, stored, decisions, changes, labels, problems, counts, len(objected))


def _shared(decisions: Sequence[Decision], numbers: set[str]) -> Iterator[Problem]:
    """A number behind which many people stand is an institution's, or a slip: one to check."""
    for decision in decisions:
        for phone in decision.row.phones:
            if phone.e164 in numbers:
                say = f"Numéro partagé par plus de quatre personnes ({phone.written}) : à vérifier."
                yield Problem(decision.lines[0], "", "phone_shared", say)


def _without_objectors(
    session: Session, decisions: list[Decision]
) -> tuple[list[Decision], list[Problem]]:
    """People who said « ne plus appeler » and were forgotten since do not come back (RGPD 21)."""
    marks = register.objections(session)
    if not marks:
        return decisions, []
    key: bytes = session.info["keys"].objection
    kept, said = [], []
    for decision in decisions:
        if decision.stored is None and _objected(decision.row, key, marks):
            say = "Cette personne a demandé à ne plus être appelée : elle n’est pas reprise."
            said += [Problem(line, "", "objected", say) for line in decision.lines]
        else:
            kept.append(decision)
    return kept, said


def _objected(row: CleanRow, key: bytes, marks: frozenset[str]) -> bool:
    own = values.objection_marks(
        last_name=row.last_name,
        first_name=row.first_name,
        birth_date=row.birth_date,
        phones=[phone.e164 for phone in row.phones if phone.e164],
    )
    return any(sealing.fingerprint(key, *mark) in marks for mark in own)
