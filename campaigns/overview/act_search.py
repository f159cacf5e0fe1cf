"""Which acts of the journal somebody asks for: about whom, by whom, of what kind, which days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings, weeks
from campaigns.models import Base, Enrolment, JournalEntry, User
from campaigns.overview.act_families import FAMILIES

_MOST = 500  # accounts offered to choose from
# What an export is about, in the journal: never somebody alone.
_LISTS = ("campaign", "export", "importbatch", "issuedsheet", "organisation")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the journal; a field left empty asks nothing.

    ``act`` is the code of an act or of a family of acts; both days are included.
    """

    person_id: int | None = None
    actor_id: int | None = None
    act: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_anything(self) -> bool:
        """Whether nothing in particular is asked."""
        return self == Wanted()

    def conditions(self, session: Session) -> Iterator[sa.ColumnElement[bool]]:
        """The same as conditions on the journal's lines."""
        if self.person_id is not None:
            yield _about(session, self.person_id)
        if self.actor_id is not None:
            yield JournalEntry.actor_id == self.actor_id
        if self.act:
            acts = FAMILIES[self.act].acts if self.act in FAMILIES else {self.act}
            yield JournalEntry.action.in_(sorted(acts))
        if self.since is not None:
            yield JournalEntry.at >= weeks.at(self.since, 0)
        if self.until is not None:
            yield JournalEntry.at < weeks.at(self.until + timedelta(days=1), 0)


def actors(session: Session) -> list[User]:
    """Everybody with an account, closed ones too, in the order of a register."""
    query = sa.select(User).order_by(User.last_name, User.first_name, User.id).limit(_MOST)
    return list(session.scalars(query))


def _about(session: Session, person_id: int) -> sa.ColumnElement[bool]:
    """Acts about somebody, about every row that is theirs, and exports of a list they stood on.

    As a union, each part of which has its index: one long « or » would walk the whole journal.
    """
    people = holdings.same_person(session, person_id)
    homes = holdings.homes_of(session, people)
    begun = sa.select(sa.func.min(Enrolment.created_at)).where(Enrolment.person_id.in_(people))
    exported = sa.select(JournalEntry.id).where(
        JournalEntry.object_kind.in_(_LISTS),
        JournalEntry.action.in_(sorted(FAMILIES["exports"].acts)),
        JournalEntry.at >= begun.scalar_subquery(),
    )
    return JournalEntry.id.in_(sa.union_all(exported, *_about_rows(people, homes)))


def _about_rows(people: Sequence[int], homes: Sequence[int]) -> Iterator[sa.Select[int]]:
    """The lines about the rows of one table, for each table whose rows are about people."""
    for name in holdings.about_people():
        where = holdings.rows_about(name, people, homes)
        kind = _kinds().get(name)
        if where is not None and kind is not None:
            ids = sa.select(holdings.table(name).c.id).where(where)
            yield sa.select(JournalEntry.id).where(
                JournalEntry.object_kind == kind, JournalEntry.object_id.in_(ids)
            )


@cache
def _kinds() -> dict[str, str]:
    """How the journal calls the rows of a table that have a number: their model's name."""
    return {
        cast("sa.Table", mapper.local_table).name: mapper.class_.__name__.lower()
        for mapper in Base.registry.mappers
        if "id" in mapper.local_table.columns
    }
