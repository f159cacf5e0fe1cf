"""The writing of a confirmed list: people, numbers, households, enrolments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import values
from campaigns.models import (
    Enrolment,
    FileNumber,
    Household,
    ImportBatch,
    Person,
    Phone,
    Stage,
    Wish,
)
from importers import bulk, matching
from importers.cleaning import CleanRow
from importers.deciding import Decision
from importers.matching import Member
from importers.register import Change, Stored

_FIRST_PRIORITY = 5


def write(
    session: Session,
    batch: ImportBatch,
    decisions: Sequence[Decision],
    stored: Sequence[Stored],
    changes: Sequence[Change | None],
    *,
    labels: Sequence[int],
    at: datetime,
) -> None:
    """Write all people of a list, in the caller’s transaction.

    ``labels`` are the households of ``members``, as ``matching.households`` gives them.
    """
    fresh = [decision for decision in decisions if decision.stored is None]
    ids = list(bulk.reserve(session, Person, len(fresh)))
    homes = _new_households(session, labels[len(stored) :], stored, labels)
    bulk.insert(
        session,
        Person,
        [
            _person(decision, person_id, homes[label], batch, at)
            for decision, person_id, label in zip(fresh, ids, labels[len(stored) :], strict=True)
        ],
    )
    known = [stored[each.stored].id for each in decisions if each.stored is not None]
    _write_details(session, batch, list(zip(ids, (each.row for each in fresh), strict=True)))
    _write_changes(session, batch, decisions, stored, changes, at)
    _enrol(session, batch, [*ids, *known], at)


def count(labels: Sequence[int], decisions: Sequence[Decision], stored_count: int) -> int:
    """How many households the people of a list are."""
    known = [labels[each.stored] for each in decisions if each.stored is not None]
    return len({*labels[stored_count:], *known})


def members(decisions: Sequence[Decision], stored: Sequence[Stored]) -> list[Member]:
    """Everybody stored, then each new person of the list, as ``matching.households`` asks."""
    known = [
        Member(
            household=person.household_id,
            family=values.fold(person.columns["last_name"]),
            phones=person.phones,
            home=matching.home_of(person.columns["address"], person.columns["insee"]),
        )
        for person in stored
    ]
    return known + [_member(each.row) for each in decisions if each.stored is None]


def _member(row: CleanRow) -> Member:
    return Member(
        household=None,
        family=values.fold(row.last_name),
        phones=tuple(phone.e164 for phone in row.phones if phone.e164),
        home=matching.home_of(row.address, row.insee),
    )


def _new_households(
    session: Session, fresh: Sequence[int], stored: Sequence[Stored], labels: Sequence[int]
) -> dict[int, int]:
    """Label → household id: the stored household where there is one, else a new row."""
    homes: dict[int, int] = {}
    for person, label in zip(stored, labels, strict=False):
        homes.setdefault(label, person.household_id)
    missing = list(dict.fromkeys(label for label in fresh if label not in homes))
    ids = bulk.reserve(session, Household, len(missing))
    bulk.insert(session, Household, [{"id": household_id} for household_id in ids])
    homes.update(zip(missing, ids, strict=True))
    return homes


def _person(
    decision: Decision, person_id: int, household_id: int, batch: ImportBatch, at: datetime
) -> dict[str, Any]:
    row = decision.row
    hold = row.hold
    if decision.doubt is not None:
        # Whoever may be known already is called by nobody before somebody has looked.
        hold = f"peut-être déjà dans la liste : {matching.HOWS[decision.doubt.how]}"
    return {
        "id": person_id,
        "household_id": household_id,
        "title": row.title,
        "last_name": row.last_name,
        "first_name": row.first_name,
        "birth_name": row.birth_name,
        "name_key": row.name_key,
        "birth_date": row.birth_date,
        "email": row.email,
        "address": row.address,
        "postal_code": row.postal_code,
        "town": row.town,
        "insee": row.insee,
        "language": row.language,
        "manner": row.manner,
        "schemes": " ".join(row.schemes),
        "notify_person": row.contact_person,
        "home_help": row.home_help,
        "hold": hold or None,
        "mayor_opt_out": False,
        "batch_id": batch.id,
        "created_at": at,
        "updated_at": at,
    }


def _write_details(
    session: Session, batch: ImportBatch, people: Sequence[tuple[int, CleanRow]]
) -> None:
    """The numbers and the file number of each new person."""
    phones = [
        {"person_id": person_id, "position": position, "e164": phone.e164, "label": phone.note}
        for person_id, row in people
        for position, phone in enumerate(row.phones)
    ]
    bulk.insert(session, Phone, phones)
    bulk.insert(session, FileNumber, _file_numbers(batch, people))


def _file_numbers(
    batch: ImportBatch, people: Sequence[tuple[int, CleanRow]]
) -> list[dict[str, Any]]:
    return [
        {"person_id": person_id, "source": batch.source, "number": row.file_number}
        for person_id, row in people
        if row.file_number
    ]


def _write_changes(
    session: Session,
    batch: ImportBatch,
    decisions: Sequence[Decision],
    stored: Sequence[Stored],
    changes: Sequence[Change | None],
    at: datetime,
) -> None:
    """What the list changes of people already stored."""
    for decision, change in zip(decisions, changes, strict=True):
        if change is None or decision.stored is None or change.is_empty:
            continue
        person = stored[decision.stored]
        written = dict(change.columns)
        if {"last_name", "first_name"} & written.keys():
            names = {**person.columns, **written}
            written["name_key"] = values.name_key(names["last_name"], names["first_name"])
        if not person.is_edited:
            written |= {"batch_id": batch.id, "updated_at": at}
        if written:
            session.execute(sa.update(Person).where(Person.id == person.id).values(written))
        start = len(person.phones)
        bulk.insert(session, Phone, [
            {"person_id": person.id, "position": start + at_, "e164": e164, "label": note}
            for at_, (e164, note) in enumerate(change.phones)
        ])  # fmt: skip
        if change.file_number:
            bulk.insert(session, FileNumber, _file_numbers(batch, [(person.id, decision.row)]))


def _enrol(session: Session, batch: ImportBatch, people: Sequence[int], at: datetime) -> None:
    """Everybody of the list is in the campaign, once; who was in it keeps their place."""
    inside = set(
        session.scalars(
            sa.select(Enrolment.person_id).where(Enrolment.campaign_id == batch.campaign_id)
        )
    )
    bulk.insert(
        session,
        Enrolment,
        [
            {
                "campaign_id": batch.campaign_id,
                "person_id": person_id,
                "stage": Stage.SWEEP.value,
                "wish": Wish.UNDECIDED.value,
                "priority": _FIRST_PRIORITY,
                "is_alarm": False,
                "other_caller": False,
                "times_by_last": 0,
                "created_at": at,
            }
            for person_id in dict.fromkeys(people)
            if person_id not in inside
        ],
    )
