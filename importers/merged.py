"""Lines under one name merged above them are one person, with all their telephones.

Clerks merge a name down the rows of somebody's telephones, as they merge an address down those of
a household (spreadsheets, section 4).
"""

from collections.abc import Sequence
from typing import Any  # a cell is of any type before it is cleaned

from importers import cells
from importers.columns import Column
from importers.report import Problem
from importers.spans import Covered

_NAMES = frozenset({"last_name", "full_name", "first_name"})
_IDENTITY = _NAMES | {"birth_name", "birth_date", "title", "file_number", "role"}
_SEVERAL = frozenset({"phone", "comment", "scheme", None})  # of these one person may have two


def gather(
    rows: list[tuple[int, list[Any]]], covered: Covered, columns: Sequence[Column]
) -> list[Problem]:
    """Read lines under one merged name as one person: the telephones of all, and what is said.

    A line that brings a first name, a date or a file number of its own is somebody else's. The
    rows change in place.
    """
    if not covered:
        return []
    kept: list[tuple[int, list[Any]]] = []
    said: list[Problem] = []
    for line, row in rows:
        if (
            kept
            and _brings_nobody(row, covered.get(line, frozenset()), columns)
            and (both := _both(kept[-1][1], row, columns)) is not None
        ):
            first = kept[-1][0]
            kept[-1] = (first, both)
            say = f"Nom fusionné avec la ligne {first} : lue avec elle, comme une seule personne."
            said.append(Problem(line, "", "merged_cells", say))
        else:
            kept.append((line, row))
    rows[:] = kept
    return said


def _brings_nobody(row: Sequence[Any], covered: frozenset[int], columns: Sequence[Column]) -> bool:
    """Is a name written above all that says who this line is about?"""
    who = [at for at, each in enumerate(columns[: len(row)]) if each.field in _IDENTITY]
    if any(at not in covered and row[at] not in ("", None) for at in who):
        return False
    return any(columns[at].field in _NAMES for at in who if at in covered)


def _both(
    above: Sequence[Any], below: Sequence[Any], columns: Sequence[Column]
) -> list[Any] | None:
    """The cells of two lines about one person; None when they do not agree, as on the town."""
    width = max(len(above), len(below))
    joined = []
    for at in range(width):
        one, other = (row[at] if at < len(row) else "" for row in (above, below))
        if other in ("", None) or other == one:
            joined.append(one)
        elif one in ("", None):
            joined.append(other)
        elif at < len(columns) and columns[at].field in _SEVERAL:
            joined.append(f"{cells.text(one)}; {cells.text(other)}")
        else:
            return None
    return joined
