"""Which line of a sheet names its columns: titles, dates and logos often stand above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any  # cells of any type, before cleaning

from importers import vocabulary

_DEEPEST = 20
_NAMES = frozenset({"last_name", "full_name", "first_name"})


@dataclass(frozen=True, slots=True)
class Head:
    """The titles found: first and last line they fill (from 1), and how well they are known."""

    line: int
    last_line: int
    titles: tuple[str, ...]
    score: float


def find(rows: Sequence[tuple[int, Sequence[Any]]]) -> Head:
    """The best header among the first lines; the first filled one when none is recognised."""
    best = Head(0, 0, (), 0.0)
    for index, (line, cells) in enumerate(rows):
        if line > _DEEPEST:
            break
        titles = tuple(_title(cell) for cell in cells)
        score = _score(titles)
        if score > best.score:
            best = Head(line, line, titles, score)
            below = rows[index + 1] if index + 1 < len(rows) else None
            if below is not None and (joined := _joined(titles, below)):
                best = Head(line, below[0], joined, _score(joined))
    if not best.line and rows:
        line, cells = rows[0]
        best = Head(line, line, tuple(_title(cell) for cell in cells), 0.0)
    return best


def numbered(titles: Sequence[str], width: int) -> tuple[str, ...]:
    """Every column under a name of its own: doubles and blanks are numbered."""
    seen: dict[str, int] = {}
    names: list[str] = []
    for at in range(width):
        title = titles[at] if at < len(titles) else ""
        title = title or f"Colonne {at + 1}"
        seen[title] = seen.get(title, 0) + 1
        names.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return tuple(names)


def _title(cell: object) -> str:
    if isinstance(cell, str):
        return cell.strip()
    return "" if cell is None else str(cell)


def _score(titles: Sequence[str]) -> float:
    """Distinct fields recognised, a name counting double; figures are data, not titles."""
    fields: dict[str, float] = {}
    for title in titles:
        field, confidence = vocabulary.recognise(title) if title else (None, 0.0)
        if field is not None and len(title) < 200:
            fields[field] = max(confidence, fields.get(field, 0.0))
    if len(fields) < 2 and not _NAMES & fields.keys():
        return 0.0
    return sum(fields.values()) + len(_NAMES & fields.keys())


def _joined(titles: tuple[str, ...], below: tuple[int, Sequence[Any]]) -> tuple[str, ...] | None:
    """The two lines of a header on two lines, joined; None when the second one is data."""
    seconds = [_title(cell) for cell in below[1]]
    filled = [second for second in seconds if second]
    if not filled or not all(
        isinstance(cell, str) and vocabulary.recognise(cell)[1] > 0.9
        for cell in below[1]
        if cell not in ("", None)
    ):
        return None
    width = max(len(titles), len(seconds))
    firsts = [*titles, *[""] * (width - len(titles))]
    seconds += [""] * (width - len(seconds))
    group, names = "", []
    for first, second in zip(firsts, seconds, strict=True):
        group = first or group  # a merged title spans the columns under it
        names.append(first if not second else f"{group} {second}".strip() if not first else second)
    return tuple(names)
