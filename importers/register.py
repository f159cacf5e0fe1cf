"""The people already stored, read once for a whole list; and what a list would change of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import values
from campaigns.models import (
    Commune,
    FileNumber,
    FormerCommune,
    ImportBatch,
    Objection,
    Person,
    Phone,
)
from importers.cleaning import CleanRow
from importers.matching import Known, home_of
from importers.places import PlaceIndex

# Columns a list may change, and the field of a clean row each takes.
_TAKEN = {
    "title": "title", "last_name": "last_name", "first_name": "first_name",
    "birth_name": "birth_name", "birth_date": "birth_date", "email": "email",
    "address": "address", "postal_code": "postal_code", "town": "town", "insee": "insee",
    "language": "language", "manner": "manner", "notify_person": "contact_person",
    "home_help": "home_help",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """A person as the database has them. ``is_edited``: somebody corrected them since a list."""

    id: int
    household_id: int
    name_key: str
    columns: Mapping[str, Any]
    schemes: tuple[str, ...]
    hold: str | None
    is_stopped: bool
    is_edited: bool
    phones: tuple[str, ...]
    file_numbers: tuple[str, ...]

    @property
    def known(self) -> Known:
        """The keys under which this person is known again."""
        columns = self.columns
        names = [self.name_key]
        if columns["birth_name"]:
            names.append(values.name_key(columns["birth_name"], columns["first_name"]))
        return Known(
            names=tuple(dict.fromkeys(names)),
            birth_date=columns["birth_date"],
            phones=self.phones,
            insee=columns["insee"],
            home=home_of(columns["address"], columns["insee"]),
            file_numbers=self.file_numbers,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What a list changes of a person: columns to write, numbers and schemes to add."""

    columns: Mapping[str, Any]
    phones: tuple[tuple[str, str], ...]
    file_number: str
    kept: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Does the list say nothing new?"""
        return not (self.columns or self.phones or self.file_number)


def people(session: Session, *, source: str) -> list[Stored]:
    """Everybody stored, by id; file numbers are those of this source only."""
    phones: dict[int, list[str]] = {}
    for person_id, e164 in session.execute(
        sa.select(Phone.person_id, Phone.e164).order_by(Phone.person_id, Phone.position, Phone.id)
    ):
        phones.setdefault(person_id, []).append(e164)
    numbers: dict[int, list[str]] = {}
    for person_id, number in session.execute(
        sa.select(FileNumber.person_id, FileNumber.number)
        .where(FileNumber.source == source)
        .order_by(FileNumber.id)
    ):
        numbers.setdefault(person_id, []).append(number)
    return [_stored(row, phones, numbers) for row in session.execute(_all_people()).mappings()]


def places(session: Session) -> PlaceIndex:
    """The communes of this instance, ready to be asked."""
    communes = session.execute(
        sa.select(Commune.insee, Commune.name, Commune.postal_codes, Commune.territory_id).order_by(
            Commune.insee
        )
    )
    former = session.execute(
        sa.select(FormerCommune.name, FormerCommune.current_insee).order_by(FormerCommune.id)
    )
    return PlaceIndex(
        (
            (insee, name, codes.split("|"), str(territory) if territory else None)
            for insee, name, codes, territory in communes
        ),
        ((name, insee) for name, insee in former),
    )


def objections(session: Session) -> frozenset[str]:
    """The sealed marks of people who said « ne plus appeler »."""
    return frozenset(session.scalars(sa.select(Objection.fingerprint)))


def change(stored: Stored, row: CleanRow) -> Change:
    """What a line adds to a person: nothing is erased, a correction made by hand is kept."""
    columns: dict[str, Any] = {}
    kept = []
    for name, field in _TAKEN.items():
        new, old = getattr(row, field), stored.columns[name]
        if not new or _alike(new, old):
            continue
        if old and stored.is_edited:
            kept.append(name)
        else:
            columns[name] = new
    schemes = tuple(dict.fromkeys((*stored.schemes, *row.schemes)))
    if schemes != stored.schemes:
        columns["schemes"] = " ".join(schemes)
    if row.hold and not stored.hold and not stored.is_stopped and not stored.is_edited:
        columns["hold"] = row.hold
    return Change(
        columns=columns,
        phones=tuple(
            (phone.e164, phone.note)
            for phone in row.phones
            if phone.e164 and phone.e164 not in stored.phones
        ),
        file_number=row.file_number if row.file_number not in ("", *stored.file_numbers) else "",
        kept=tuple(kept),
    )


def _alike(new: object, old: object) -> bool:
    """Case, accents and spaces are no change."""
    if new == old:
        return True
    if isinstance(new, date) or isinstance(old, date) or old is None:
        return False
    return values.fold(str(new)) == values.fold(str(old))


def _all_people() -> sa.Select[Any]:
    columns = [getattr(Person, name) for name in _TAKEN]
    return (
        sa.select(
            Person.id, Person.household_id, Person.name_key, Person.schemes, Person.hold,
            Person.stop, Person.updated_at, ImportBatch.confirmed_at, *columns,
        )
        .outerjoin(ImportBatch, ImportBatch.id == Person.batch_id)
        .order_by(Person.id)
    )  # fmt: skip


def _stored(
    row: sa.RowMapping, phones: Mapping[int, list[str]], numbers: Mapping[int, list[str]]
) -> Stored:
    imported_at: datetime | None = row["confirmed_at"]
    return Stored(
        id=row["id"],
        household_id=row["household_id"],
        name_key=row["name_key"],
        columns={name: row[name] for name in _TAKEN},
        schemes=tuple(row["schemes"].split()),
        hold=row["hold"],
        is_stopped=row["stop"] is not None,
        is_edited=imported_at is None or row["updated_at"] > imported_at,
        phones=tuple(phones.get(row["id"], ())),
        file_numbers=tuple(numbers.get(row["id"], ())),
    )
