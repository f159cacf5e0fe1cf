"""The lines of a list somebody may put right: their cells as they stand, and what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any  # a report is JSON, a cell of any type

from campaigns.values import masked, readable
from importers import vocabulary
from importers.choices import Choices
from importers.report import Problem

PAGE = 25
CORRECTED = "corrected"
LEFT_OUT = "left_out"  # in the report of a list: lines that are not taken, now and before
_LONGEST = 300
_NAMES = ("last_name", "first_name", "full_name")
# What a line is shown under, with the start of the codes it gathers; the rest of them is « other ».
_KINDS = {
    "refused": ("no_name",),
    "phones": ("phone_",),
    "dates": ("date_",),
    "places": ("unknown_town", "postal_code"),
    "missing": ("no_phone",),
}
KINDS = (*_KINDS, "other", CORRECTED)
# Said of a line that nobody can put right by typing: it is answered elsewhere, or not at all.
_NOT_TYPED = frozenset(
    {
        "repeated", "to_confirm", "objected", "number_of_objector", "couple", "correction_kept",
        "dropped_row", "left_out", "other_table", "forbidden", "held", "hold_released",
        "merged_cells",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fixable:
    """One cell: the title of its column, what it holds now, what the file says, what is wrong."""

    position: int
    header: str
    text: str
    original: str
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number in the file, what is wrong with it, the cells asked first, the others.

    ``says`` is what concerns no single cell; ``is_again``: it was left out of an earlier list.
    """

    number: int
    says: tuple[str, ...]
    asked: tuple[Fixable, ...] = field(repr=False)
    others: tuple[Fixable, ...] = field(repr=False)
    is_left_out: bool = False
    is_again: bool = False

    @property
    def cells(self) -> tuple[Fixable, ...]:
        """Every cell of the line that may be typed again."""
        return (*self.asked, *self.others)


def counts(report: Mapping[str, Any], choices: Choices) -> dict[str, int]:
    """How many lines there are of each kind, in the order they are looked at; none is left out."""
    lines: dict[str, set[int]] = {}
    for problem in _typed_problems(report):
        lines.setdefault(kind_of(problem["code"]), set()).add(problem["row"])
    lines[CORRECTED] = _corrected(report, choices)
    return {kind: len(lines[kind]) for kind in KINDS if lines.get(kind)}


def numbers(report: Mapping[str, Any], choices: Choices, kind: str) -> list[int]:
    """The lines of a kind, in the order of the file."""
    if kind == CORRECTED:
        return sorted(_corrected(report, choices))
    return sorted({p["row"] for p in _typed_problems(report) if kind_of(p["code"]) == kind})


def lines(
    rows: Mapping[int, Sequence[str]],
    report: Mapping[str, Any],
    choices: Choices,
    *,
    wanted: Iterable[int],
) -> list[Line]:
    """The lines wanted, with their cells as they stand; columns the law forbids are never shown.

    ``rows`` are their cells as the file has them, in the order of its columns.
    """
    problems: dict[int, list[Mapping[str, Any]]] = {}
    for problem in _typed_problems(report):
        problems.setdefault(problem["row"], []).append(problem)
    shown = _shown_columns(report)
    out, again = left_out_of(report, choices), left_again(report)
    found = (
        _line(number, rows.get(number, []), problems.get(number, []), shown, choices)
        for number in wanted
    )
    return [
        replace(line, is_left_out=line.number in out, is_again=line.number in again)
        for line in found
    ]


def with_typed(
    choices: Choices, shown: Sequence[Line], typed: Mapping[int, Mapping[int, str]],
    *, left_out: frozenset[int],
) -> Choices:  # fmt: skip
    """The choices once these lines were sent back: line → position of the column → text.

    A cell typed as the file has it is no fix any more; other lines keep what was decided.
    """
    fixes = {line: dict(cells) for line, cells in choices.fixes.items()}
    for line in shown:
        given, mine = typed.get(line.number, {}), fixes.setdefault(line.number, {})
        for cell in line.cells:
            if cell.position not in given:
                continue
            text = masked(readable(given[cell.position]))[:_LONGEST]
            mine.pop(cell.header, None)
            if text != cell.original:
                mine[cell.header] = text
        if not mine:
            del fixes[line.number]
    here = {line.number for line in shown}
    again = {line.number for line in shown if line.is_again}
    return replace(
        choices,
        fixes=fixes,
        left_out=(choices.left_out - here) | (left_out & here - again),
        taken_back=(choices.taken_back - here) | (again - left_out),
    )


def left_again(report: Mapping[str, Any]) -> frozenset[int]:
    """The lines of a list that were left out of an earlier one."""
    return frozenset(report.get(LEFT_OUT, {}).get("again", ()))


def left_out_of(report: Mapping[str, Any], choices: Choices) -> frozenset[int]:
    """The lines of a list that are not taken, by what was decided of it so far."""
    return choices.left_out | (left_again(report) - choices.taken_back)


def kind_of(code: str) -> str:
    """What a line is shown under, by the code of what is wrong with it."""
    return next((kind for kind, starts in _KINDS.items() if code.startswith(starts)), "other")


def typed(problems: Iterable[Problem]) -> set[int]:
    """The lines with something that can be put right by typing."""
    return {problem.row for problem in problems if problem.row and is_typed(problem.code)}


def is_typed(code: str) -> bool:
    """Whether what a code says can be put right by typing a cell again."""
    return code not in _NOT_TYPED


def written(cell: object) -> str:
    """A cell as people type it: days as « 07/03/1941 », whole numbers without decimals."""
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return readable(str(cell))


def _line(
    number: int,
    row: Sequence[str],
    problems: Sequence[Mapping[str, Any]],
    shown: Mapping[int, tuple[str, str]],
    choices: Choices,
) -> Line:
    says: dict[str, list[str]] = {}
    for problem in problems:
        says.setdefault(problem["column"], []).append(problem["say"])
    fixed = choices.fixes.get(number, {})
    names_missing = any(problem["code"] == "no_name" for problem in problems)
    asked: list[Fixable] = []
    others: list[Fixable] = []
    for position, (header, field_name) in shown.items():
        original = row[position] if position < len(row) else ""
        cell = Fixable(
            position, header, fixed.get(header, original), original, tuple(says.pop(header, ()))
        )
        is_asked = cell.says or header in fixed or (names_missing and field_name in _NAMES)
        (asked if is_asked else others).append(cell)
    of_the_line = tuple(say for left in says.values() for say in left)
    return Line(number, of_the_line, tuple(asked), tuple(others))


def _shown_columns(report: Mapping[str, Any]) -> dict[int, tuple[str, str]]:
    """Position → header and field of the columns that are taken; the others change nothing."""
    return {
        position: (each["header"], each["field"])
        for position, each in enumerate(report.get("proposals", ()))
        if each["field"] in vocabulary.LABELS
    }


def _typed_problems(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [p for p in report.get("problems", ()) if p["row"] and is_typed(p["code"])]


def _corrected(report: Mapping[str, Any], choices: Choices) -> set[int]:
    return {*choices.fixes, *choices.left_out, *left_again(report)}


def reasons(report: Mapping[str, Any]) -> dict[int, list[str]]:
    """Line → what is wrong with it in words, each after the title of its column."""
    found: dict[int, list[str]] = {}
    for problem in _typed_problems(report):
        column = problem["column"].replace("\n", " ").strip()
        found.setdefault(problem["row"], []).append(
            f"{column} : {problem['say']}" if column else problem["say"]
        )
    return dict(sorted(found.items()))
