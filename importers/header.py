"""Which line of a sheet names its columns: titles, dates and logos often stand above it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any  # cells of any type, before cleaning

from importers import untitled, vocabulary
from importers.unreadable import Unreadable

Recogniser = Callable[[str], tuple[str | None, float]]
_DEEPEST, _SURE = 20, 0.9
# Groups of columns about somebody else: « Aidant » over « Nom » and « Téléphone ».
_OF_OTHERS = frozenset(
    {"contact_person", "adviser", "home_help", "guardian", "key_holder", "ignored"}
)
_NAMES = frozenset({"last_name", "full_name", "first_name"})


@dataclass(frozen=True, slots=True)
class Head:
    """The titles found: first and last line they fill (from 1), and how well they are known."""

    line: int
    last_line: int
    titles: tuple[str, ...]
    score: float


def find(
    rows: Sequence[tuple[int, Sequence[Any]]],
    *,
    at: int | None = None,
    knows: Recogniser = vocabulary.recognise,
) -> Head:
    """The best header among the first lines; the first filled one when none is recognised.

    ``at`` is the line a person chose, 0 when they said there is none; ``knows`` gives the field of
    a title and how sure it is. A sheet that begins with somebody has line 0 and no titles. Raises
    ``Unreadable`` (no_header) when the line chosen holds nothing.
    """
    if at == 0:
        return _NO_TITLES
    best = Head(0, 0, (), 0.0)
    for index, (line, cells) in enumerate(rows):
        if (at is None and line > _DEEPEST) or (at is not None and line != at):
            continue
        titles = tuple(_title(cell) for cell in cells)
        score = _score(titles, knows)
        if score > best.score or at is not None:
            best = Head(line, line, titles, score)
            below = rows[index + 1] if index + 1 < len(rows) else None
            if score and below is not None and (joined := _joined(titles, below, knows)):
                best = Head(line, below[0], joined, _score(joined, knows))
        if (
            line == best.line
            and index
            and (grouped := _grouped(rows[index - 1], rows[index], knows))
        ):
            best = Head(rows[index - 1][0], line, grouped, best.score)
    if at is not None and not best.line:
        raise Unreadable("no_header", line=at)
    if not best.line and rows:
        line, cells = next((row for row in rows if len(_filled(row[1])) > 1), rows[0])
        if untitled.is_somebody(cells):
            return _NO_TITLES
        line, cells = rows[0]
        best = Head(line, line, tuple(_title(cell) for cell in cells), 0.0)
    return best


def is_sideways(rows: Sequence[tuple[int, Sequence[Any]]]) -> bool:
    """Do the titles stand in the first column, one under the other, and people beside them?"""
    firsts = [_title(cells[0]) for _, cells in rows[:_DEEPEST] if cells]
    known = [vocabulary.recognise(first) for first in firsts if first]
    sure = {field for field, trust in known if field and trust > _SURE}
    return len(sure) > 1 and len(firsts) < _DEEPEST and len(sure) * 3 >= len(firsts) * 2


def _filled(cells: Sequence[Any]) -> list[Any]:
    return [cell for cell in cells if cell not in ("", None)]


def lettered(width: int) -> tuple[str, ...]:
    """The columns of a sheet without titles, as a spreadsheet names them: « Colonne A »."""
    return tuple(f"Colonne {untitled.letters(at)}" for at in range(width))


def numbered(titles: Sequence[str], width: int) -> tuple[str, ...]:
    """Every column under a name of its own: doubles and blanks are numbered."""
    names: dict[str, None] = {}
    for at in range(width):
        title = name = (titles[at] if at < len(titles) else "") or f"Colonne {at + 1}"
        number = 1
        while name in names:
            number += 1
            name = f"{title} ({number})"
        names[name] = None
    return tuple(names)


_NO_TITLES = Head(0, 0, (), 0.0)


def _title(cell: object) -> str:
    if isinstance(cell, str):
        return cell.strip()
    return "" if cell is None else str(cell)


def _score(titles: Sequence[str], knows: Recogniser) -> float:
    """Distinct fields recognised, a name counting double; figures are data, not titles."""
    fields: dict[str, float] = {}
    sure_of_a_name = False
    for title in titles:
        field, confidence = knows(title) if title else (None, 0.0)
        if field is not None and len(title) < 200:
            sure_of_a_name |= field in _NAMES and confidence > _SURE
            fields[field] = max(confidence, fields.get(field, 0.0))
    if len(fields) < 2 and not _NAMES & fields.keys():
        return 0.0
    # « 3 rue du Port », « suivie par le CIP » : somebody's line may look like titles.
    if not sure_of_a_name and any(map(untitled.is_data, titles)):
        return 0.0
    return sum(fields.values()) + len(_NAMES & fields.keys())


def _joined(
    titles: tuple[str, ...], below: tuple[int, Sequence[Any]], knows: Recogniser
) -> tuple[str, ...] | None:
    """The two lines of a header on two lines, joined; None when the second one is data."""
    seconds = [_title(cell) for cell in below[1]]
    filled = [second for second in seconds if second]
    if not filled or not all(isinstance(cell, str) for cell in below[1] if cell is not None):
        return None
    known = sum(knows(second)[1] > _SURE for second in filled)
    if known * 3 < len(filled) * 2 or any(map(_has_figures, filled)):
        return None
    width = max(len(titles), len(seconds))
    firsts = [*titles, *[""] * (width - len(titles))]
    seconds += [""] * (width - len(seconds))
    group, names = "", []
    for first, second in zip(firsts, seconds, strict=True):
        group = first or group  # a merged title spans the columns under it
        if not second:
            names.append(first)
        elif knows(second)[0] is None or knows(group)[0] in _OF_OTHERS:
            names.append(f"{group} {second}".strip())
        else:
            names.append(second)
    return tuple(names)


def _grouped(
    above: tuple[int, Sequence[Any]], row: tuple[int, Sequence[Any]], knows: Recogniser
) -> tuple[str, ...] | None:
    """A header under a line of groups, one of them about somebody else: joined, else None."""
    groups = [title for title in map(_title, above[1]) if title]
    if len(groups) < 2 or not any(knows(group)[0] in _OF_OTHERS for group in groups):
        return None
    return _joined(tuple(map(_title, above[1])), row, knows)


def _has_figures(title: str) -> bool:
    """Three figures or more: a year, a number, a code; titles count up to 99."""
    return sum(map(str.isdigit, title)) > 2
