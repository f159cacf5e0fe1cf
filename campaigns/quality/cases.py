"""Points to check: opened by a list or a call, closed by somebody who looked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import (
    Campaign,
    Commune,
    Enrolment,
    Person,
    QualityCase,
    QualityKind,
    User,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class Case:
    """One point to check, as the list of them shows it."""

    id: int
    kind: QualityKind
    person_id: int
    name: str
    place: str
    detail: str
    other_id: int | None
    opened_at: datetime


def open_case(
    session: Session,
    person: Person,
    *,
    kind: QualityKind,
    at: datetime,
    detail: str = "",
    other: Person | None = None,
    by: User | None = None,
) -> QualityCase:
    """Note that something is to be checked; the same point already open only gets the news."""
    found = session.scalar(
        sa.select(QualityCase)
        .where(
            QualityCase.person_id == person.id,
            QualityCase.kind == kind,
            QualityCase.closed_at.is_(None),
        )
        .limit(1)
    )
    if found is None:
        found = QualityCase(
            person_id=person.id, kind=kind, opened_at=at, opened_by_id=by.id if by else None
        )
        session.add(found)
    found.detail = detail[:300] or found.detail or ""
    if other is not None:
        found.other_id = other.id
    return found


def counts(
    session: Session, campaign: Campaign, *, territories: Sequence[int] | None
) -> dict[QualityKind, int]:
    """How many points wait, by kind; ``territories`` None counts them all."""
    rows = session.execute(
        _open(campaign, territories).with_only_columns(QualityCase.kind, sa.func.count())
        .group_by(QualityCase.kind)
        .order_by(None)
    )  # fmt: skip
    found = {row[0]: row[1] for row in rows}
    return {kind: found[kind] for kind in QualityKind if kind in found}


def inbox(
    session: Session,
    campaign: Campaign,
    *,
    territories: Sequence[int] | None,
    kind: QualityKind | None = None,
    page: int = 1,
) -> list[Case]:
    """The points that wait, the oldest first, ``PAGE`` at a time."""
    query = _open(campaign, territories)
    if kind is not None:
        query = query.where(QualityCase.kind == kind)
    rows = session.execute(
        query.with_only_columns(QualityCase, Person, Commune.name)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return [
        Case(
            id=case.id,
            kind=case.kind,
            person_id=person.id,
            name=person.full_name,
            place=commune or person.town,
            detail=case.detail,
            other_id=case.other_id,
            opened_at=case.opened_at,
        )
        for case, person, commune in rows
    ]


def of_person(session: Session, person: Person) -> list[QualityCase]:
    """The points open about one person, the oldest first."""
    return list(
        session.scalars(
            sa.select(QualityCase)
            .where(QualityCase.person_id == person.id, QualityCase.closed_at.is_(None))
            .order_by(QualityCase.opened_at, QualityCase.id)
        )
    )


def one(
    session: Session, campaign: Campaign, case_id: int, *, territories: Sequence[int] | None
) -> QualityCase | None:
    """One open point this reader may see."""
    return session.scalar(
        _open(campaign, territories).with_only_columns(QualityCase).where(QualityCase.id == case_id)
    )


def close(
    session: Session, case: QualityCase, *, result: str, by: User | None, at: datetime
) -> None:
    """Somebody looked: the point is closed with what they found."""
    case.closed_at = at
    case.closed_by_id = by.id if by else None
    case.result = result[:300]
    kind = case.kind.value
    journal.record(
        session, "quality_closed", about=("person", case.person_id), by=by, at=at, kind=kind
    )


def settle(
    session: Session,
    person: Person,
    kinds: Collection[QualityKind],
    *,
    result: str,
    by: User | None,
    at: datetime,
) -> None:
    """Close the points an act has just answered."""
    for case in of_person(session, person):
        if case.kind in kinds:
            close(session, case, result=result, by=by, at=at)


def _open(campaign: Campaign, territories: Sequence[int] | None) -> sa.Select[QualityCase]:
    query = (
        sa.select(QualityCase)
        .join(Person, Person.id == QualityCase.person_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(Enrolment.campaign_id == campaign.id, QualityCase.closed_at.is_(None))
        .order_by(QualityCase.opened_at, QualityCase.id)
    )
    if territories is not None:
        query = query.where(Commune.territory_id.in_(territories))
    return query
