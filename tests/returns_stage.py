"""A sheet of three people that left the screen, and what comes back from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import printing, returns
from campaigns.models import Call, Campaign, Line, Person, Role, User
from campaigns.returns import Fix, Written
from tests import factories
from tests.factories import TUESDAY, WEEK

SENT = TUESDAY - timedelta(hours=1)
LATER = TUESDAY + timedelta(hours=6)


@dataclass
class Out:
    """A sheet of three people that left the screen on Tuesday morning."""

    database: Database
    issued_id: int
    volunteer_id: int
    coordination_id: int
    codes: list[str]
    people: list[int]

    def receive(self, *rows: Written, at: Any = LATER) -> returns.Back:
        back = returns.receive(
            self.database.unit, self.issued_id, rows, day=None, by_id=self.coordination_id, at=at
        )
        return self.back(back)

    def back(self, returned_id: int) -> returns.Back:
        with self.database.reading() as session:
            found = returns.back(session, self._campaign(session), returned_id)
            assert found
            session.expunge_all()  # read after the session is over
            return found

    def settle(self, back: returns.Back, **fixes: Fix) -> returns.Back:
        """Fixes by the place of the row: ``p0=Fix(…)``."""
        told = {int(place[1:]): fix for place, fix in fixes.items()}
        by = self.coordination_id
        returns.settle(self.database.unit, back.returned.id, told, by_id=by, at=LATER)
        return self.back(back.returned.id)

    def read(self, query: sa.Select[Any]) -> list[Any]:
        with self.database.reading() as session:
            found = list(session.scalars(query))
            session.expunge_all()  # read after the session is over
            return found

    def calls(self) -> list[tuple[int, str]]:
        with self.database.reading() as session:
            rows = session.execute(sa.select(Call.person_id, Call.outcome).order_by(Call.id))
            return [(self.people.index(row[0]), row[1]) for row in rows]

    def row(self, place: int, outcome: str = "1", **told: str) -> Written:
        return Written(self.codes[place], outcome, **{"called_on": "24/11", **told})

    def on_screen(self, place: int, *, at: Any, **answers: Any) -> None:
        """A call of the same volunteer, on screen."""
        with self.database.unit() as session:
            person = session.get_one(Person, self.people[place])
            line = session.scalars(
                sa.select(Line).where(Line.household_id == person.household_id)
            ).one()
            volunteer = session.get_one(User, self.volunteer_id)
            factories.call(session, line, person, by=volunteer, at=at, **answers)

    def _campaign(self, session: Session) -> Campaign:
        return session.scalars(sa.select(Campaign)).one()


def sent(database: Database) -> Out:
    """A campaign, its volunteer, three people, and their sheet printed on Tuesday morning."""
    with database.unit() as session:
        campaign = factories.campaign(session, paper_allowed=True)
        volunteer = factories.volunteer(session, campaign)
        by = factories.user(session, Role.COORDINATION, campaign)
        found = [factories.person(session, campaign) for _ in range(3)]
        factories.published(session, campaign)
        (issued,) = printing.issue(
            session, campaign, week=WEEK, kind="pdf", volunteers=None, by=by, at=SENT
        )
        session.flush()
        seats = printing.seats(session, campaign, [issued], week=WEEK)[issued.id]
        order = [seat.member.person_id for seat in seats if seat.member]
        assert set(order) == {one.id for one in found}
        return Out(database, issued.id, volunteer.id, by.id, [seat.code for seat in seats], order)
