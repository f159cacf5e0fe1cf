"""Cells merged down several rows: where they are, and their text on each line they cover.

A program keeps the text in the first cell alone; what is written once is meant on every line.
Known to the process that opens files: nothing else of ours is loaded here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any  # a cell is of any type before it is cleaned

Span = Sequence[int]  # first line, column, last line: lines from 1, columns from 0
Covered = Mapping[int, frozenset[int]]  # line → the columns a cell above covers

# Nobody merges more: beyond, cells are left as they stand.
MOST_COVERED = 200_000


def bounded(spans: Iterable[Span], *, lines: int) -> list[Span]:
    """The spans of several lines, none beyond the last line a sheet may have."""
    kept: list[Span] = []
    left = MOST_COVERED
    for first, column, last in spans:
        covered = min(last, lines) - first
        if covered > 0 and (left := left - covered) >= 0:
            kept.append((first, column, first + covered))
    return kept


def fill(rows: Sequence[tuple[int, list[Any]]], spans: Iterable[Span]) -> dict[int, frozenset[int]]:
    """Write what a merged cell holds on every line it covers; the rows change in place.

    Returns the columns that were filled, by line. A line that holds nothing else is none of ours.
    """
    found: dict[int, set[int]] = {}
    by_line: dict[int, list[Any]] = {}
    for first, column, last in spans:
        by_line = by_line or dict(rows)
        above = by_line.get(first, ())
        if column >= len(above) or above[column] in ("", None):
            continue
        for line in range(first + 1, last + 1):
            row = by_line.get(line)
            if row is not None:
                row.extend([""] * (column + 1 - len(row)))
                row[column] = above[column]
                found.setdefault(line, set()).add(column)
    return {line: frozenset(columns) for line, columns in found.items()}
