"""Fields corrected here, to be carried into the software the lists come from (T13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import (
    Campaign,
    Commune,
    Correction,
    Enrolment,
    FileNumber,
    Person,
    User,
)


@dataclass(frozen=True, slots=True)
class Corrected:
    """One field to change in the source software, found there by its file number."""

    source: str
    file_number: str
    name: str
    birth_date: date | None
    field: str
    before: str
    after: str
    at: datetime


def note(
    session: Session,
    person: Person,
    *,
    field: str,
    before: str,
    after: str,
    by: User | None,
    at: datetime,
) -> None:
    """Remember a correction until it is carried into the source software."""
    session.add(
        Correction(
            person_id=person.id,
            field=field,
            before=before[:300],
            after=after[:300],
            at=at,
            by_id=by.id if by else None,
        )
    )


def of_record(session: Session, person: Person, *, limit: int = 20) -> list[Correction]:
    """What was corrected on one record, the newest first."""
    return list(
        session.scalars(
            sa.select(Correction)
            .where(Correction.person_id == person.id)
            .order_by(Correction.at.desc(), Correction.id.desc())
            .limit(limit)
        )
    )


def waiting(
    session: Session, campaign: Campaign, *, territories: Sequence[int] | None
) -> tuple[int, int]:
    """How many corrections nobody has carried over yet, and the number of the last one."""
    row = session.execute(
        _not_sent(campaign, territories)
        .with_only_columns(sa.func.count(), sa.func.coalesce(sa.func.max(Correction.id), 0))
        .order_by(None)
    ).one()
    return row[0], row[1]


def to_send(
    session: Session, campaign: Campaign, *, territories: Sequence[int] | None
) -> list[Corrected]:
    """The corrections nobody has carried over yet, once for each source that names the person."""
    rows = session.execute(
        _not_sent(campaign, territories)
        .outerjoin(FileNumber, FileNumber.person_id == Person.id)
        .with_only_columns(Correction, Person, FileNumber.source, FileNumber.number)
    )
    return [
        Corrected(
            source=source or "",
            file_number=number or "",
            name=person.full_name,
            birth_date=person.birth_date,
            field=fault.field,
            before=fault.before,
            after=fault.after,
            at=fault.at,
        )
        for fault, person, source, number in rows
    ]


def sent(
    session: Session,
    campaign: Campaign,
    *,
    territories: Sequence[int] | None,
    until: int,
    by: User,
    at: datetime,
) -> int:
    """Somebody carried them over, up to the one numbered ``until``; give how many they were."""
    ids = _not_sent(campaign, territories).with_only_columns(Correction.id).order_by(None)
    chosen = list(session.scalars(ids.where(Correction.id <= until)))
    session.execute(sa.update(Correction).where(Correction.id.in_(chosen)).values(exported_at=at))
    journal.record(session, "corrections_sent", about=campaign, by=by, at=at, count=len(chosen))
    return len(chosen)


def _not_sent(campaign: Campaign, territories: Sequence[int] | None) -> sa.Select[Correction]:
    query = (
        sa.select(Correction)
        .join(Person, Person.id == Correction.person_id)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(Enrolment.campaign_id == campaign.id, Correction.exported_at.is_(None))
        .order_by(Correction.at, Correction.id)
    )
    if territories is not None:
        query = query.where(Commune.territory_id.in_(territories))
    return query
