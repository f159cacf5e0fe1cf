"""What a list changes of people already known, and what stood before, so that it can be undone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bulk
from campaigns.models import FileNumber, ImportBatch, ImportChange, Person, Phone
from importers.intake import Amendment, as_json


def write(
    session: Session,
    batch: ImportBatch,
    amendments: Sequence[Amendment],
    *,
    enrolled: Sequence[int],
    named: Sequence[int],
    new: Sequence[int],
    at: datetime,
) -> None:
    """Write the changes, and keep what undoing them needs.

    ``enrolled`` and ``named`` are who entered the campaign and whom the source names for the first
    time; ``new`` are the newcomers, of whom nothing stood before.
    """
    fresh = set(new)
    entered, first = set(enrolled) - fresh, set(named) - fresh
    _keep(session, batch, {each.person_id: each for each in amendments}, entered, first)
    _update(session, batch, amendments, at=at)
    bulk.insert(
        session,
        Phone,
        ("person_id", "position", "e164", "label"),
        [
            (each.person_id, each.position + rank, e164, label)
            for each in amendments
            for rank, (e164, label) in enumerate(each.phones)
        ],
    )
    add_file_numbers(
        session,
        batch,
        [(each.file_number, each.person_id) for each in amendments if each.file_number],
    )


def add_file_numbers(
    session: Session, batch: ImportBatch, given: Sequence[tuple[str, int]]
) -> None:
    """Give file numbers of the list’s source to people; the first who had one keeps it."""
    whose: dict[str, int] = {}
    for number, person_id in given:
        whose.setdefault(number, person_id)
    for some in bulk.in_thousands(list(whose)):
        taken = session.scalars(
            sa.select(FileNumber.number).where(
                FileNumber.source == batch.source, FileNumber.number.in_(some)
            )
        )
        for number in list(taken):
            del whose[number]
    rows = list(whose.items())
    bulk.insert(session, FileNumber, ("number", "person_id"), rows, source=batch.source)


def _keep(
    session: Session,
    batch: ImportBatch,
    amendments: Mapping[int, Amendment],
    entered: Collection[int],
    first: Collection[int],
) -> None:
    """One row a person: what the list overwrote, what it added."""
    people = sorted({*amendments, *entered, *first})
    for some in bulk.in_thousands(people):
        stood = {
            person_id: {"batch_id": batch_id, "updated_at": updated_at}
            for person_id, batch_id, updated_at in session.execute(
                sa.select(Person.id, Person.batch_id, Person.updated_at).where(Person.id.in_(some))
            )
        }
        rows = []
        for person_id in some:
            kept: dict[str, Any] = {"enrolled": person_id in entered, "named": person_id in first}
            if each := amendments.get(person_id):
                kept |= {
                    "before": as_json({**each.before, **stood[person_id]}),
                    "after": as_json(each.after),
                    "phones": [e164 for e164, _ in each.phones],
                    "file_number": each.file_number,
                }
            rows.append({"batch_id": batch.id, "person_id": person_id, "before": kept})
        session.execute(sa.insert(ImportChange), rows)


def _update(
    session: Session, batch: ImportBatch, amendments: Sequence[Amendment], *, at: datetime
) -> None:
    """Write the columns that change, people who change the same ones together."""
    table = cast("sa.Table", Person.__table__)
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for each in amendments:
        written = {**each.after, "updated_at": at}
        if not each.is_edited:  # else it is known for good that somebody changed them here
            written["batch_id"] = batch.id
        alike.setdefault(tuple(written), []).append({**written, "_person": each.person_id})
    for names, rows in alike.items():
        statement = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("_person"))
            .values({name: sa.bindparam(name) for name in names})
        )
        session.connection().execute(statement, rows)
