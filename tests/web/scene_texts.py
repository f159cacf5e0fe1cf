"""A text the night found, for the matrix of access: of the DPO and of the coordination alone."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import scanning
from campaigns.models import Person
from tests.factories import TUESDAY


def add(session: Session, note: Callable[..., None]) -> None:
    """Somebody's manner says an illness; the night found it. A thing for each folder of pages."""
    person = session.scalars(sa.select(Person).order_by(Person.id).limit(1)).one()
    person.manner = "Elle est diabétique."
    session.flush()  # the reading asks the database
    place = scanning.KINDS["person"]
    batch = scanning.read(session, place, scanning.Mark(), at=TUESDAY)
    scanning.keep(session, batch, at=TUESDAY)
    found = scanning.waiting(session)[-1]
    note("text", "coordination", finding_id=found.id)
    note("text_of_dpo", "dpo", finding_id=found.id)
    note("no_text", finding_id=999_999)
    note("document", "dpo", slug="registre")
    note("no_seat", slug="personne", path="")
    note("no_document", slug="rien")
