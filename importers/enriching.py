"""A list that only brings what is missing: numbers, e-mails, addresses of people we know (L20).

What protects somebody is taken from it too: « ne pas appeler », an opposition.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from importers import changing, chunks, comparison, deciding, matching, register
from importers.cleaning import CleanRow
from importers.comparison import Comparison
from importers.intake import Amendment, Intake
from importers.matching import Link
from importers.register import Stored
from importers.report import Problem

_TRUSTED = {"file_number", "birth"}
_HOME = ("address", "postal_code", "town", "insee")
_PROTECTS = {"hold", "mayor_opt_out"}
_UNKNOWN = "Personne inconnue : une liste d’enrichissement n’ajoute personne."


def compare(
    session: Session, people: Sequence[CleanRow], *, campaign_id: int, source: str
) -> Comparison:
    """Who of the list we know, by file number, else by name and birth date; what it fills.

    Nobody is created, nothing written is replaced. A line about nobody we know is refused.
    """
    stamp = comparison.stamp_of(session, campaign_id, {})
    stored = register.people(session, source=source)
    links = matching.match(
        [person.known for person in stored], [matching.known_of(row) for row in people]
    )
    found: dict[int, tuple[Stored, CleanRow]] = {}
    problems = []
    for row, link in zip(people, links, strict=True):
        person = _known(link, stored)
        if person is None:
            problems.append(Problem(row.row, "", "unknown_person", _UNKNOWN))
            continue
        _, before = found.get(person.id, (person, row))
        found[person.id] = person, deciding.union(before, row)
    amendments = [each for pair in found.values() if (each := _filled(*pair)) is not None]
    filled, unknown = len(amendments), len(problems)
    problems += [told for pair in found.values() for told in comparison.about_hold(*pair)]
    matched = len(people) - unknown
    counts = {
        "created": 0, "updated": filled, "unchanged": matched - filled, "to_confirm": 0,
        "households": len({person.household_id for person in stored if person.id in found}),
    }  # fmt: skip
    intake = _intake(stamp, len(people), amendments, counts)
    said = {"enrichment": {"matched": matched, "filled": filled, "unknown": unknown}}
    rows = [chunks.packed(row) for row in people]
    return Comparison(rows, intake, problems, said, unknown)


def _intake(
    stamp: Sequence[Any], lines: int, amendments: Sequence[Amendment], counts: Mapping[str, int]
) -> Intake:
    return Intake(
        stamp=stamp,
        lines=lines,
        newcomers=(),
        new_homes=0,
        amendments=amendments,
        known=(),
        absent=(),
        rulings=(),
        counts=counts,
        massive=(),
    )


def _known(link: Link | None, stored: Sequence[Stored]) -> Stored | None:
    if link is None or link.target >= len(stored) or link.how not in _TRUSTED:
        return None
    return stored[link.target]


def _filled(person: Stored, row: CleanRow) -> Amendment | None:
    """What the row brings where the person has nothing, and what protects; None for nothing."""
    after: dict[str, Any] = {}
    if row.email and not person.column("email"):
        after["email"] = row.email
    # One address: its town comes with it, unless the person lives in another.
    if row.address and not person.column("address") and person.column("insee") in (None, row.insee):
        after |= {name: value for name in _HOME if (value := getattr(row, name))}
    phones = [] if person.phones else [(each.e164, each.note) for each in row.phones if each.e164]
    was, protected = _protected(person, row)
    if not (after or phones or protected):
        return None
    before = {name: person.column(name) for name in after}
    return Amendment(person.id, before | was, after | protected, phones, 0, "", person.is_edited)


def _protected(person: Stored, row: CleanRow) -> tuple[dict[str, Any], dict[str, Any]]:
    """Hold and opposition to the mayor, before and after, as any other list changes them."""
    amendment, _ = changing.change(person, row)
    if amendment is None:
        return {}, {}
    names = _PROTECTS & amendment.after.keys()
    return {name: amendment.before[name] for name in names}, {
        name: amendment.after[name] for name in names
    }
