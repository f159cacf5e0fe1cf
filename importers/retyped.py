"""Lines somebody typed over, known again when a file brings them back as they were written.

A name that was put right here is still wrong in the software the list comes from: its next list, or
the very same file, must not ask again. Only a seal of what the line says is kept (``MatchChoice``).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any  # a report is JSON

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import sealing
from campaigns.models import MatchChoice
from importers import corrections, handed_back, vocabulary
from importers.choices import Choices
from importers.cleaning import CleanRow
from importers.columns import Column
from importers.handed_back import Left
from importers.refused import TITLES
from importers.workbook import Table

LETTER = "L"  # a line as it is written; the seal of what a clean row says has none
OFFERED = "W"  # the same of a line nobody typed over, but that may come back put right
_LENGTH = 64
# What says who somebody is. The rest of a line may change without it being somebody else.
_IDENTITY = frozenset(
    {"last_name", "first_name", "full_name", "birth_name", "birth_date", "phone", "file_number",
     "address", "postal_code", "town", "postal_and_town", "insee"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Retyped:
    """Of a file, by line. ``marks`` are the seals of those somebody types over now, here or in the
    workbook of the lines to correct, and ``typed`` the titles of the cells put right in it.
    ``known`` is the person each line became that was typed over in an earlier list, ``led`` the
    one each line became that left in the workbook."""

    marks: Mapping[int, str] = field(default_factory=dict)
    known: Mapping[int, int] = field(default_factory=dict)
    typed: Mapping[int, Sequence[str]] = field(default_factory=dict)
    led: Mapping[int, int] = field(default_factory=dict)


NOTHING = Retyped()


def of_file(
    session: Session,
    table: Table,
    columns: Sequence[Column],
    choices: Choices,
    left: Mapping[int, Left],
) -> Retyped:
    """What is known of the lines of a file, before the text typed replaces it in the table.

    ``left`` are its lines as they left in a workbook. Two lines that say the same of somebody are
    told apart by nothing: neither is known again.
    """
    people = _people(session, LETTER)
    typed = handed_back.changed(_key(session), table, left, but=TITLES)
    if not (people or choices.fixes or left):
        return NOTHING
    alone = sealed(session, table, columns, every=bool(people), wanted=choices.fixes)
    marks = {line: alone[line] for line in choices.fixes if line in alone}
    marks |= {line: f"{LETTER}{seal}" for line in typed if (seal := left[line].seal)}
    known = {
        line: person
        for line, seal in alone.items()
        if line not in choices.fixes and line not in typed
        if (person := people.get(seal)) is not None
    }
    offered = _people(session, OFFERED) if left else {}
    led = {
        line: person
        for line, was in left.items()
        if (person := people.get(LETTER + was.seal) or offered.get(OFFERED + was.seal)) is not None
    }
    return Retyped(marks, known, typed, led)


def offered(
    session: Session,
    table: Table,
    columns: Sequence[Column],
    people: Sequence[CleanRow],
    lines: Collection[int],
) -> list[CleanRow]:
    """The people of a list, those of ``lines`` marked that nothing else would tell again.

    They are offered to be put right in a workbook: neither a number nor a birth date says that
    the line that comes back is theirs.
    """
    met = Counter(row.row for row in people)
    weak = {
        row.row
        for row in people
        if row.row in lines and met[row.row] == 1 and not (row.file_number or row.birth_date)
        if not (row.mark or row.person_id)
    }
    if not weak:
        return list(people)
    seals = sealed(session, table, columns, every=False, wanted=weak)
    return [
        replace(row, mark=f"{OFFERED}{seals[row.row][1:]}") if row.row in seals else row
        for row in people
    ]


def sealed(
    session: Session,
    table: Table,
    columns: Sequence[Column],
    *,
    every: bool = True,
    wanted: Collection[int] = (),
) -> dict[int, str]:
    """Line → the seal of what it says of who somebody is, for the lines that say it alone.

    ``every`` line, else only those ``wanted``.
    """
    places = _places([column.field for column in columns])
    written = {line: _written(row, places) for line, row in table.rows}
    counted = Counter(written.values())
    return {
        line: _seal(session, text)
        for line, text in written.items()
        if text and counted[text] == 1 and (every or line in wanted)
    }


def tokens(
    session: Session, rows: Mapping[int, Sequence[str]], report: Mapping[str, Any]
) -> dict[int, str]:
    """What the workbook of the lines to correct holds of each line, to know it again.

    ``rows`` are their cells as the file has them, ``report`` that of their list.
    """
    proposals = report.get("proposals", ())
    fields = [each["field"] for each in proposals]
    places = _places(fields)
    kept = [at for at, field in enumerate(fields) if field not in vocabulary.REFUSED]
    found = {}
    for line, cells in rows.items():
        text = _written(cells, places)
        pairs = [(proposals[at]["header"], cells[at] if at < len(cells) else "") for at in kept]
        seal = _seal(session, text)[1:] if text else ""
        found[line] = handed_back.token(_key(session), seal, pairs)
    return found


def _people(session: Session, letter: str) -> dict[str, int]:
    """Seal → the person that line became, of the seals that begin with a letter."""
    rows = session.execute(
        sa.select(MatchChoice.row_key, MatchChoice.person_id)
        .where(MatchChoice.row_key.like(f"{letter}%"), MatchChoice.is_same.is_(True))
        .order_by(MatchChoice.id)
    )
    return {row[0]: row[1] for row in rows}


def _places(fields: Sequence[str | None]) -> list[tuple[str, int]]:
    """The columns that say who somebody is, in an order that is not theirs."""
    return sorted((field, at) for at, field in enumerate(fields) if field in _IDENTITY and field)


def _written(row: Sequence[object], places: Sequence[tuple[str, int]]) -> str:
    """What a line says of who somebody is; empty when it says too little to tell two apart."""
    cells = [
        (field, text)
        for field, at in places
        if at < len(row) and (text := corrections.written(row[at]).strip())
    ]
    if len({field for field, _ in cells}) < 2:
        return ""
    return "\x1f".join(f"{field}\x1e{text}" for field, text in cells)


def _seal(session: Session, text: str) -> str:
    return f"{LETTER}{sealing.fingerprint(_key(session), 'line', text)}"[:_LENGTH]


def _key(session: Session) -> bytes:
    key: bytes = session.info["keys"].objection
    return key
