"""The points a list leaves to be checked by somebody: numbers, communes, doubts, who is absent."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bulk
from campaigns.models import ImportBatch, QualityCase, QualityKind, User
from importers.choices import Choices
from importers.chunks import AT, Packed
from importers.intake import Intake

_PHONES, _INSEE, _HOLD = AT["phones"], AT["insee"], AT["hold"]
_POSTAL_CODE, _TOWN = AT["postal_code"], AT["town"]
_Case = tuple[int, str, str, int | None]  # person, kind, detail, who they may be


def open_cases(
    session: Session,
    batch: ImportBatch,
    intake: Intake,
    ids: Sequence[int],
    rows: Sequence[Packed],
    *,
    by: User | None,
    at: datetime,
) -> None:
    """Open a point for each thing to check of the people a list brings or changes.

    Points the list itself answers are closed: a number that was missing, somebody who is back.
    """
    cases = [*_of_newcomers(intake, ids, rows), *_of_known(intake)]
    if Choices.of(batch.choices or {}).close_absent:
        missing = f"Absente de la liste « {batch.source} » du {at:%d/%m/%Y}."
        waiting = _waiting(session, QualityKind.ABSENT)
        cases += [
            (person_id, QualityKind.ABSENT.value, missing, None)
            for person_id in intake.absent
            if person_id not in waiting
        ]
    bulk.insert(
        session,
        QualityCase,
        ("person_id", "kind", "detail", "other_id"),
        cases,
        opened_at=at,
        opened_by_id=by.id if by else None,
    )
    found = [each.person_id for each in intake.amendments if each.phones]
    brought, again = answers(batch.source)
    _close(session, QualityKind.NUMBER, found, brought, by=by, at=at)
    back = sorted(_waiting(session, QualityKind.ABSENT).intersection(intake.known))
    _close(session, QualityKind.ABSENT, back, again, by=by, at=at)


def answers(source: str) -> tuple[str, str]:
    """What closes a point when a list of this source brings a number, or names somebody again."""
    return f"Numéro trouvé dans la liste « {source} ».", f"De nouveau dans la liste « {source} »."


def _of_newcomers(intake: Intake, ids: Sequence[int], rows: Sequence[Packed]) -> Iterator[_Case]:
    for person_id, new in zip(ids, intake.newcomers, strict=True):
        row = rows[new.row]
        if not row[_PHONES]:
            yield person_id, QualityKind.NUMBER.value, "", None
        if row[_INSEE] is None:
            written = f"{row[_POSTAL_CODE]} {row[_TOWN]}".strip()
            yield person_id, QualityKind.PLACE.value, written[:300], None
        if new.double is not None:
            other = new.double if new.double > 0 else ids[~new.double]
            yield person_id, QualityKind.DOUBLE.value, new.doubt[:300], other
        elif new.doubt:
            yield person_id, QualityKind.HOLD.value, new.doubt[:300], None
        # What the list says itself outlives the doubt, whoever they turn out to be.
        if hold := row[_HOLD]:
            yield person_id, QualityKind.HOLD.value, hold[:300], None


def _of_known(intake: Intake) -> Iterator[_Case]:
    for each in intake.amendments:
        if hold := each.after.get("hold"):
            yield each.person_id, QualityKind.HOLD.value, hold[:300], None


def _waiting(session: Session, kind: QualityKind) -> set[int]:
    return set(
        session.scalars(
            sa.select(QualityCase.person_id).where(
                QualityCase.kind == kind, QualityCase.closed_at.is_(None)
            )
        )
    )


def _close(
    session: Session,
    kind: QualityKind,
    people: Sequence[int],
    result: str,
    *,
    by: User | None,
    at: datetime,
) -> None:
    for some in bulk.in_thousands(people):
        session.execute(
            sa.update(QualityCase)
            .where(
                QualityCase.kind == kind,
                QualityCase.closed_at.is_(None),
                QualityCase.person_id.in_(some),
            )
            .values(closed_at=at, closed_by_id=by.id if by else None, result=result)
        )
