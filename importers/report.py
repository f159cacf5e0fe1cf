"""What an import says when it is done: figures, columns, and each line with its reason."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any  # a JSON object

from importers.columns import Column


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should look at: line in the file (0: the file), column, and why."""

    row: int
    column: str
    code: str
    say: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many lines were read, and what becomes of the people on them."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    to_confirm: int = 0
    households: int = 0


@dataclass(frozen=True, slots=True)
class PhoneCounts:
    """How the numbers of a list were: written otherwise and put right, none for a person, not
    taken, kept but to be checked, several in one cell."""

    repaired: int = 0
    missing: int = 0
    invalid: int = 0
    doubtful: int = 0
    two_in_cell: int = 0


@dataclass(frozen=True, slots=True)
class PlaceCounts:
    """How many people live in a commune we know, in one that was merged since, in none we know."""

    known: int = 0
    former: int = 0
    unknown: int = 0


def build(
    counts: Counts,
    *,
    columns: Sequence[Column],
    problems: Iterable[Problem],
    seconds: float,
    phones: PhoneCounts | None = None,
    places: PlaceCounts | None = None,
) -> dict[str, Any]:
    """The report in the stable shape of ``import people --json``; problems by line.

    « phones » and « places » are there for a list of people only.
    """
    ordered = sorted(problems, key=lambda problem: (problem.row, problem.column, problem.code))
    return {
        **asdict(counts),
        "columns": {column.header: column.field for column in columns if column.is_taken},
        "dropped_columns": [column.header for column in columns if not column.is_taken],
        "problems": [asdict(problem) for problem in ordered],
        "seconds": round(seconds, 3),
        **({} if phones is None else {"phones": asdict(phones)}),
        **({} if places is None else {"places": asdict(places)}),
    }
