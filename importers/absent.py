"""People a source named before and does not name any more, page by page."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import ImportBatch, Person

PAGE = 50


def count(batch: ImportBatch) -> int:
    """How many people of the source are not in its new list."""
    return int(batch.report.get("absent", {}).get("count", 0))


def people(session: Session, batch: ImportBatch, *, page: int) -> list[Person]:
    """One page of them, ``PAGE`` at a time, in the order of their records."""
    ids = sorted(batch.report.get("absent", {}).get("people", ()))
    wanted = ids[(page - 1) * PAGE : page * PAGE]
    return list(session.scalars(sa.select(Person).where(Person.id.in_(wanted)).order_by(Person.id)))
