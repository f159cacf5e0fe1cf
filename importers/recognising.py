"""From a file to its table and columns, with what somebody chose and a source is used to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from campaigns import values
from campaigns.models import ImportBatch
from importers import columns, handed_back, sources, workbook
from importers.caps import Caps
from importers.choices import Choices
from importers.columns import Column
from importers.handed_back import Left
from importers.workbook import Table

_SAMPLE = 200
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Recognised:
    """The columns of a list, and those that are not as in the last list of its source.

    ``is_guessed``: no title tells them, and nobody has looked at them yet.
    """

    columns: list[Column]
    changed: list[dict[str, str]]
    is_guessed: bool = False


def table(
    batch: ImportBatch, choices: Choices, caps: Caps | None = None
) -> tuple[Table, dict[int, Left]]:
    """The rows of a list as they stand in its file, and those that left in a workbook as they left.

    Raises ``Unreadable``.
    """
    if batch.content is None:
        raise ValueError("the file is erased")
    found = workbook.read(
        batch.content,
        name=batch.filename,
        caps=caps,
        sheet=choices.sheet,
        encoding=choices.encoding,
        header_line=choices.header_line,
    )
    # A list without titles has somebody on its first line.
    return handed_back.taken_out(replace(found, headers=tuple(map(values.masked, found.headers))))


def columns_of(session: Session, batch: ImportBatch, found: Table, choices: Choices) -> Recognised:
    """What each column holds: as somebody chose, else as in the source’s last list, else as
    proposed. Whether one of them says who people are is not looked at."""
    is_guessed = False
    changed: list[dict[str, str]] = []
    sample = [cells for _, cells in found.rows[:_SAMPLE]]
    if choices.columns is not None:
        taken = columns.mapped(found.headers, dict(choices.columns), sample)
    else:
        proposed = columns.propose(found.headers, sample, is_untitled=found.is_untitled)
        source = sources.known(session, batch.source)
        is_guessed = found.is_untitled and not sources.holds_the_same(source, proposed)
        taken, changed = sources.as_last_time(None if is_guessed else source, proposed)
    return Recognised(taken, changed, is_guessed)


def preview(found: Table, taken: Sequence[Column]) -> dict[str, Any]:
    """Ten rows and the proposal, so that somebody can see before they confirm."""
    refused = {at for at, column in enumerate(taken) if column.is_refused}
    return {
        "sheet": found.sheet,
        "sheets": list(found.sheets),
        "encoding": found.encoding,
        "header_line": found.header_line,
        "proposals": [
            {"header": each.header, "field": each.field, "confidence": each.confidence,
             "why": each.why}
            for each in taken
        ],
        "preview": [
            ["" if at in refused else str(cell) for at, cell in enumerate(cells)]
            for _, cells in found.rows[:_SHOWN]
        ],
    }  # fmt: skip
