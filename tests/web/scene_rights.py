"""Requests about data, for the matrix of access: they are the DPO's alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from campaigns import rights
from campaigns.models import Campaign, Person, Right, RightsRequest, User
from tests import factories
from tests.factories import TUESDAY


def asked(session: Session, whom: Person, right: Right, *, by: User) -> RightsRequest:
    """A request that came by letter on the Tuesday."""
    return rights.asking.note(
        session,
        whom,
        right,
        channel=rights.Channel.LETTER,
        received_on=TUESDAY.date(),
        by=by,
        at=TUESDAY,
    )


def add(
    session: Session, campaign: Campaign, people: Mapping[str, User], note: Callable[..., None]
) -> None:
    """Somebody who asks to see everything and to be erased; somebody who was."""
    dpo = people["dpo"]
    whom = factories.person(session, campaign)
    gone = factories.person(session, campaign)
    access = asked(session, whom, Right.ACCESS, by=dpo)
    note("asker", "dpo", person_id=whom.id)
    note("no_asker", person_id=999_999)
    note("right_access", "dpo", request_id=access.id)
    note("right_access_uncertified", request_id=access.id)
    note("right_erasure", "dpo", request_id=asked(session, whom, Right.ERASURE, by=dpo).id)
    erased = asked(session, gone, Right.ERASURE, by=dpo)
    rights.erasing.erase(session, erased, left_register=False, by=dpo, at=TUESDAY)
    note("right_erased", "dpo", request_id=erased.id)
    note("no_right", request_id=999_999)
    for user in people.values():  # an erasure lets the session forget what it read
        session.refresh(user)
