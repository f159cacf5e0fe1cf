"""What personal data the instance keeps, all campaigns together."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Barred, Call, Need, NeedState, Objection, Person, StopReason


@dataclass(frozen=True, slots=True)
class Kept:
    """What personal data the instance holds, for the DPO."""

    people: int
    stopped: int
    objected: int
    fingerprints: int
    calls: int
    needs: int
    open_needs: int
    barred: int


def kept(session: Session) -> Kept:
    """Count what the instance keeps about people, all campaigns together."""
    people, stopped, objected = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(Person.stop),
            sa.func.count().filter(Person.stop == StopReason.OBJECTED),
        ).select_from(Person)
    ).one()
    needs, open_needs = session.execute(
        sa.select(
            sa.func.count(), sa.func.count().filter(Need.state != NeedState.CLOSED)
        ).select_from(Need)
    ).one()
    fingerprints, calls, barred = (
        session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
        for model in (Objection, Call, Barred)
    )
    return Kept(people, stopped, objected, fingerprints, calls, needs, open_needs, barred)
