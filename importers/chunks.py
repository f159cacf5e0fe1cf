"""A list read and compared, waiting for somebody: its rows and what they would write, as JSON.

A row is kept as a plain list, without the names of its fields: half the bytes, and it goes to the
database as it stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import ImportBatch, ImportChunk
from campaigns.values import PhoneReading
from importers.cleaning import CleanRow
from importers.intake import Intake

_SIZE = 1_000
_INTAKE = -1  # the number of the chunk that holds what the rows would write
# These five have a form of their own; a couple is proposed by the report, not by the row.
_FORMED = ("row", "name_key", "birth_date", "schemes", "phones")
_PLAIN = tuple(field.name for field in fields(CleanRow) if field.name not in {*_FORMED, "couple"})
_plain = attrgetter(*_PLAIN)
AT = {name: at for at, name in enumerate((*_FORMED, *_PLAIN))}

Packed = Sequence[Any]  # a row as JSON keeps it: its fields in the order of ``AT``


def packed(row: CleanRow) -> Packed:
    """A row as it is kept: the day of birth and the schemes as text, a number as three texts."""
    return (
        row.row,
        row.name_key,
        row.birth_date.isoformat() if row.birth_date else None,
        " ".join(row.schemes),
        [(phone.e164, phone.note, phone.written) for phone in row.phones if phone.e164],
        *_plain(row),
    )


def keep(session: Session, batch: ImportBatch, people: Sequence[Packed], intake: Intake) -> None:
    """Keep the rows of a batch and what they would write, in place of what it had."""
    forget(session, batch)
    chunks = [
        {"batch_id": batch.id, "number": number, "rows": people[start : start + _SIZE]}
        for number, start in enumerate(range(0, len(people), _SIZE))
    ]
    chunks.append({"batch_id": batch.id, "number": _INTAKE, "rows": intake.as_json()})
    for chunk in chunks:
        session.execute(sa.insert(ImportChunk), chunk)


def intake(session: Session, batch: ImportBatch) -> Intake:
    """What the rows of a batch would write, as it stood when it was read."""
    return Intake.of_json(
        session.scalars(
            sa.select(ImportChunk.rows).where(
                ImportChunk.batch_id == batch.id, ImportChunk.number == _INTAKE
            )
        ).one()
    )


def rows(session: Session, batch: ImportBatch) -> list[Packed]:
    """The rows of a batch as they are kept, in the order of the file."""
    found = session.scalars(
        sa.select(ImportChunk.rows)
        .where(ImportChunk.batch_id == batch.id, ImportChunk.number > _INTAKE)
        .order_by(ImportChunk.number)
    )
    return [row for chunk in found for row in chunk]


def people(kept: Iterable[Packed]) -> list[CleanRow]:
    """Rows that were kept, as they were cleaned."""
    return [_unpacked(row) for row in kept]


def forget(session: Session, batch: ImportBatch) -> None:
    """Erase the rows of a batch."""
    session.execute(sa.delete(ImportChunk).where(ImportChunk.batch_id == batch.id))


def _unpacked(row: Packed) -> CleanRow:
    line, _, born, schemes, phones, *plain = row
    return CleanRow(
        row=line,
        birth_date=date.fromisoformat(born) if born else None,
        schemes=tuple(schemes.split()),
        phones=tuple(PhoneReading(e164, written, note) for e164, note, written in phones),
        **dict(zip(_PLAIN, plain, strict=True)),
    )
