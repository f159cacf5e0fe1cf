"""Requests about data for the pages a browser opens: late, soon, extended, erased."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import rights, team, weeks
from campaigns.models import Alarm, Need, Person, Right, RightsRequest, Role, StopReason, User


def things(session: Session, *, at: datetime) -> dict[str, list[dict[str, object]]]:
    """What stands in the addresses of the DPO's pages about people; written once, where there are
    people."""
    dpo = team.first_of(session, Role.DPO)
    assert dpo
    found = list(session.scalars(sa.select(RightsRequest).order_by(RightsRequest.id)))
    if not found:
        found = _written(session, by=dpo, at=at)
    if not found:
        return {}
    people = {one.person_id for one in found if not one.certificate}
    return {
        "dpo.person": [{"person_id": min(one for one in people if one)}],
        "dpo.request": [{"request_id": one.id} for one in found],
        "dpo.certificate": [{"request_id": one.id} for one in found if one.certificate],
    }


def _written(session: Session, *, by: User, at: datetime) -> list[RightsRequest]:
    busy = sa.select(Need.person_id).union(sa.select(Alarm.person_id))
    free = (
        sa.select(Person)
        .where(Person.id.not_in(busy), Person.merged_into_id.is_(None))
        .where(Person.stop.is_(None) | (Person.stop != StopReason.DUPLICATE))
        .order_by(Person.id)
        .limit(6)
    )
    people = list(session.scalars(free))
    busy_id = session.scalar(sa.select(sa.func.min(Need.person_id)))
    if busy_id is None or len(people) < 6:
        return []
    busy_one = session.get_one(Person, busy_id)
    told = (
        (Right.ACCESS, people[0], 40),
        (Right.CORRECTION, people[1], 27),
        (Right.OBJECTION, people[2], 3),
        (Right.ERASURE, people[3], 2),
        (Right.ERASURE, busy_one, 1),
        (Right.ERASURE, people[4], 12),
    )
    found = [
        rights.asking.note(
            session,
            whom,
            right,
            channel=rights.Channel.LETTER,
            received_on=weeks.local_day(at) - timedelta(days=ago),
            words="Souhaite une réponse par courrier." if ago == 40 else "",
            by=by,
            at=at,
        )
        for right, whom, ago in told
    ]
    rights.erasing.erase(session, found[-1], left_register=True, by=by, at=at)
    return found
