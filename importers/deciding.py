"""From lines and links to one decision a person: new, known, or to be asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from importers.cleaning import CleanRow
from importers.matching import HOWS, Link
from importers.report import Problem


@dataclass(frozen=True, slots=True)
class Decision:
    """One person of the list: what its lines say together, and who it is.

    ``stored`` is the index of the person already known, None for somebody new; ``doubt`` is who
    this new person might be, when somebody must be asked; ``lines`` are the lines in the file;
    ``at`` is the index of their first row.
    """

    row: CleanRow
    at: int
    lines: tuple[int, ...]
    stored: int | None = None
    doubt: Link | None = None


def decide(
    rows: Sequence[CleanRow], links: Sequence[Link | None], stored_count: int
) -> list[Decision]:
    """One decision a person, in the order of their first line; repeated lines are joined."""
    decisions: list[Decision] = []
    of_stored: dict[int, int] = {}
    of_line: dict[int, int] = {}
    for position, (row, link) in enumerate(zip(rows, links, strict=True)):
        known = link.target if link is not None and link.is_sure else None
        if known is not None:
            at = of_stored.get(known) if known < stored_count else of_line[known - stored_count]
            if at is not None:
                joined = decisions[at]
                decisions[at] = replace(
                    joined, row=union(joined.row, row), lines=(*joined.lines, row.row)
                )
                continue
            of_stored[known] = len(decisions)
        of_line[position] = len(decisions)
        doubt = link if known is None else None
        decisions.append(Decision(row, position, (row.row,), known, doubt))
    return decisions


def problems_of(
    decisions: Sequence[Decision],
    rows: Sequence[CleanRow],
    stored_count: int,
    *,
    standing: Callable[[int], str] = lambda _: "",
) -> list[Problem]:
    """What must be said of lines that are one person, or may be.

    ``standing`` tells, by index, why nobody calls a person already known; empty when they may.
    """
    found = []
    for decision in decisions:
        first, *others = decision.lines
        for line in others:
            say = f"Même personne que la ligne {first} : les deux lignes sont réunies."
            found.append(Problem(line, "", "repeated", say))
        if decision.doubt is not None:
            target = decision.doubt.target
            say = why_doubtful(
                decision.doubt,
                rows,
                stored_count,
                standing=standing(target) if target < stored_count else "",
            )
            found.append(Problem(first, "", "to_confirm", say))
    return found


def why_doubtful(
    doubt: Link, rows: Sequence[CleanRow], stored_count: int, *, standing: str = ""
) -> str:
    """The reason to ask, as the person's hold and the report show it."""
    if doubt.target < stored_count:
        who = "une personne déjà connue" + (f", {standing}," if standing else "")
    else:
        who = f"la personne de la ligne {rows[doubt.target - stored_count].row}"
    return f"Peut-être {who} ({HOWS[doubt.how]}) : à confirmer."


def union(first: CleanRow, second: CleanRow) -> CleanRow:
    """Two lines of one person: the first one speaks, the second fills what it leaves open."""
    numbers = {phone.e164: phone for phone in (*second.phones, *first.phones)}
    order = dict.fromkeys(phone.e164 for phone in (*first.phones, *second.phones))
    return replace(
        first,
        birth_name=first.birth_name or second.birth_name,
        title=first.title or second.title,
        birth_date=first.birth_date or second.birth_date,
        phones=tuple(numbers[number] for number in order),
        email=first.email or second.email,
        address=first.address or second.address,
        postal_code=first.postal_code or second.postal_code,
        town=first.town or second.town,
        insee=first.insee or second.insee,
        schemes=tuple(dict.fromkeys((*first.schemes, *second.schemes))),
        file_number=first.file_number or second.file_number,
        language=first.language or second.language,
        contact_person=first.contact_person or second.contact_person,
        home_help=first.home_help or second.home_help,
        hold=first.hold or second.hold,
        manner=first.manner or second.manner,
        mayor_opt_out=first.mayor_opt_out or second.mayor_opt_out,
        key_holder=first.key_holder or second.key_holder,
        guardian=first.guardian or second.guardian,
        best_half=first.best_half or second.best_half,
        priority=min(first.priority, second.priority),
    )
