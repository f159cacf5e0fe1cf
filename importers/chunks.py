"""Clean rows waiting for a confirmation, some hundreds at a time, as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import ImportBatch, ImportChunk
from campaigns.values import PhoneReading
from importers.cleaning import CleanRow

_SIZE = 500
_NAMES = [field.name for field in fields(CleanRow)]


def keep(session: Session, batch: ImportBatch, people: Sequence[CleanRow]) -> None:
    """Keep the rows of a batch, in place of those it had."""
    session.execute(sa.delete(ImportChunk).where(ImportChunk.batch_id == batch.id))
    session.add_all(
        ImportChunk(
            batch_id=batch.id,
            number=number,
            rows=[_written(row) for row in people[start : start + _SIZE]],
        )
        for number, start in enumerate(range(0, len(people), _SIZE))
    )
    session.flush()  # so that the rows are there for whoever reads by query


def read(session: Session, batch: ImportBatch) -> list[CleanRow]:
    """The rows of a batch, in the order of the file."""
    found = session.scalars(
        sa.select(ImportChunk.rows)
        .where(ImportChunk.batch_id == batch.id)
        .order_by(ImportChunk.number)
    )
    return [_read(row) for chunk in found for row in chunk]


def _written(row: CleanRow) -> dict[str, Any]:
    """Only what is filled: a third of the bytes."""
    found = {name: value for name in _NAMES if (value := getattr(row, name))}
    if row.birth_date:
        found["birth_date"] = row.birth_date.isoformat()
    if row.phones:
        found["phones"] = [asdict(phone) for phone in row.phones]
    return found


def _read(row: dict[str, Any]) -> CleanRow:
    phones = tuple(PhoneReading(**phone) for phone in row.get("phones", ()))
    born = row.get("birth_date")
    return CleanRow(
        **{
            **row,
            "phones": phones,
            "schemes": tuple(row.get("schemes", ())),
            "birth_date": date.fromisoformat(born) if born else None,
            "last_name": row.get("last_name", ""),
        }
    )
