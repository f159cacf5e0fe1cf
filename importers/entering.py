"""The writing of a confirmed list: people, numbers, households, enrolments, all of it at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bulk
from campaigns.models import (
    Enrolment,
    Household,
    ImportBatch,
    MatchChoice,
    Person,
    Phone,
    Provenance,
    User,
)
from importers import amending, checking, register
from importers.answers import USUAL
from importers.chunks import AT, Packed
from importers.intake import Intake, Ruling

# Columns of a new person that their row fills, and the field of the row each takes.
_TAKEN = {
    **register.TAKEN, "name_key": "name_key", "schemes": "schemes",
    "mayor_opt_out": "mayor_opt_out", "by_hand": "by_hand",
}  # fmt: skip
_filled = itemgetter(*(AT[field] for field in _TAKEN.values()))
_PHONES, _FILE_NUMBER, _PRIORITY = AT["phones"], AT["file_number"], AT["priority"]


def write(
    session: Session,
    batch: ImportBatch,
    intake: Intake,
    rows: Sequence[Packed],
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Write what a list brings, in the caller’s transaction; ``rows`` are those it was read as."""
    ids = bulk.reserve(session, Person, len(intake.newcomers))
    brought = [
        (person_id, rows[new.row]) for person_id, new in zip(ids, intake.newcomers, strict=True)
    ]
    _add_people(session, batch, intake, ids, rows, at=at)
    _add_details(session, batch, brought)
    priorities = {person_id: row[_PRIORITY] for person_id, row in brought}
    enrolled = _enrol(session, batch, [*ids, *intake.known], priorities, at=at)
    named = _name(session, batch, ids, intake)
    amending.write(
        session, batch, intake.amendments, enrolled=enrolled, named=named, new=ids, at=at
    )
    checking.open_cases(session, batch, intake, ids, rows, by=by, at=at)
    _remember(session, intake.rulings, ids, by=by, at=at)


def _add_people(
    session: Session,
    batch: ImportBatch,
    intake: Intake,
    ids: Sequence[int],
    rows: Sequence[Packed],
    *,
    at: datetime,
) -> None:
    homes = bulk.reserve(session, Household, intake.new_homes)
    bulk.insert(session, Household, ("id",), [(home,) for home in homes])
    bulk.insert(
        session,
        Person,
        ("id", "household_id", "hold", *_TAKEN),
        [
            (
                person_id,
                home if home > 0 else homes[~home],
                hold[:200] or None,
                *_filled(rows[row]),
            )
            for person_id, (row, home, hold, *_) in zip(ids, intake.newcomers, strict=True)
        ],
        batch_id=batch.id,
        created_at=at,
        updated_at=at,
    )


def _add_details(
    session: Session, batch: ImportBatch, brought: Sequence[tuple[int, Packed]]
) -> None:
    """The numbers and the file number of each new person."""
    bulk.insert(
        session,
        Phone,
        ("person_id", "position", "e164", "label"),
        [
            (person_id, position, e164, label)
            for person_id, row in brought
            for position, (e164, label, _) in enumerate(row[_PHONES])
        ],
    )
    amending.add_file_numbers(
        session,
        batch,
        [(number, person_id) for person_id, row in brought if (number := row[_FILE_NUMBER])],
    )


def _enrol(
    session: Session,
    batch: ImportBatch,
    people: Sequence[int],
    priorities: Mapping[int, int],
    *,
    at: datetime,
) -> list[int]:
    """Everybody of the list is in the campaign, once; gives those who were not.

    A newcomer takes the priority their row gives; that of somebody known is changed by hand.
    """
    inside = register.inside(session, batch.campaign_id)
    entering = [person_id for person_id in dict.fromkeys(people) if person_id not in inside]
    bulk.insert(
        session,
        Enrolment,
        ("person_id", "priority"),
        [(person_id, priorities.get(person_id, USUAL)) for person_id in entering],
        campaign_id=batch.campaign_id,
        created_at=at,
    )
    return entering


def _name(session: Session, batch: ImportBatch, new: Sequence[int], intake: Intake) -> list[int]:
    """This source names these people, last in this list; gives those it had never named."""
    before = set(
        session.scalars(sa.select(Provenance.person_id).where(Provenance.source == batch.source))
    )
    again = [person_id for person_id in intake.known if person_id in before]
    for some in bulk.in_thousands(again):
        session.execute(
            sa.update(Provenance)
            .where(Provenance.source == batch.source, Provenance.person_id.in_(some))
            .values(last_batch_id=batch.id)
        )
    first = [
        person_id for person_id in dict.fromkeys((*new, *intake.known)) if person_id not in before
    ]
    bulk.insert(
        session,
        Provenance,
        ("person_id",),
        [(person_id,) for person_id in first],
        source=batch.source,
        last_batch_id=batch.id,
    )
    return first


def _remember(
    session: Session,
    rulings: Sequence[Ruling],
    new: Sequence[int],
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Keep each answer for the next list; the last one said stands."""
    for row_key, who, is_same in rulings:
        person_id = who if who > 0 else new[~who]
        about = (MatchChoice.row_key == row_key, MatchChoice.person_id == person_id)
        session.execute(sa.delete(MatchChoice).where(*about))
        session.add(
            MatchChoice(
                row_key=row_key,
                person_id=person_id,
                is_same=is_same,
                by_id=by.id if by else None,
                at=at,
            )
        )
    session.flush()  # an undone list looks for its answers by query
