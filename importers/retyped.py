"""Lines somebody typed over, known again when a file brings them back as they were written.

A name that was put right here is still wrong in the software the list comes from: its next list, or
the very same file, must not ask again. Only a seal of what the line says is kept (``MatchChoice``).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import sealing
from campaigns.models import MatchChoice
from importers import corrections
from importers.choices import Choices
from importers.columns import Column
from importers.workbook import Table

LETTER = "L"  # a line as it is written; the seal of what a clean row says has none
_LENGTH = 64
# What says who somebody is. The rest of a line may change without it being somebody else.
_IDENTITY = frozenset(
    {"last_name", "first_name", "full_name", "birth_name", "birth_date", "phone", "file_number",
     "address", "postal_code", "town", "postal_and_town", "insee"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Retyped:
    """Of a file, by line: ``marks`` are the seals of those somebody types over now, ``known`` the
    person each line became that was typed over in an earlier list."""

    marks: Mapping[int, str] = field(default_factory=dict)
    known: Mapping[int, int] = field(default_factory=dict)


NOTHING = Retyped()


def of_file(session: Session, table: Table, columns: Sequence[Column], choices: Choices) -> Retyped:
    """What is known of the lines of a file, before the text typed replaces it in the table.

    Two lines that say the same of somebody are told apart by nothing: neither is known again.
    """
    people = _people(session)
    if not (people or choices.fixes):
        return NOTHING
    written = _written(table, columns)
    counted = Counter(written.values())
    alone = {line: text for line, text in written.items() if text and counted[text] == 1}
    marks = {line: _seal(session, alone[line]) for line in choices.fixes if line in alone}
    known = {}
    for line, text in alone.items() if people else ():
        if line not in choices.fixes and (person := people.get(_seal(session, text))) is not None:
            known[line] = person
    return Retyped(marks, known)


def _people(session: Session) -> dict[str, int]:
    """Seal → the person that line became."""
    rows = session.execute(
        sa.select(MatchChoice.row_key, MatchChoice.person_id)
        .where(MatchChoice.row_key.like(f"{LETTER}%"), MatchChoice.is_same.is_(True))
        .order_by(MatchChoice.id)
    )
    return {row[0]: row[1] for row in rows}


def _written(table: Table, columns: Sequence[Column]) -> dict[int, str]:
    """Line → what it says of who somebody is, in an order that is not the columns’; empty when it
    says too little to tell two people apart."""
    places = sorted(
        (column.field or "", at) for at, column in enumerate(columns) if column.field in _IDENTITY
    )
    found = {}
    for line, row in table.rows:
        cells = [
            (name, text)
            for name, at in places
            if at < len(row) and (text := corrections.written(row[at]).strip())
        ]
        is_enough = len({name for name, _ in cells}) > 1
        found[line] = "\x1f".join(f"{name}\x1e{text}" for name, text in cells) if is_enough else ""
    return found


def _seal(session: Session, text: str) -> str:
    sealed = sealing.fingerprint(session.info["keys"].objection, "line", text)
    return f"{LETTER}{sealed}"[:_LENGTH]
