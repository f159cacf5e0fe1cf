"""What must not come back with an older backup: numbers, and the fingerprints of objections.

Rows of the database, copied outside it (``appel_solidaire.purging``): a backup brings back the
people of its day, the copy says who has gone since.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self  # what JSON holds

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import objections, once, sealing
from campaigns.models import Person, StopReason, Tombstone, TombstoneKind
from campaigns.objections import Who
from campaigns.sealing import Keys


@dataclass(frozen=True, slots=True)
class Stone:
    """One tombstone as plain values; ``rank`` is its row, ``fingerprints`` of an objection only."""

    rank: int
    kind: TombstoneKind
    object_kind: str
    object_id: int
    fingerprints: tuple[Any, ...]
    at: datetime

    @classmethod
    def of(cls, row: Tombstone) -> Self:
        """The stone of a row."""
        return cls(
            row.id, row.kind, row.object_kind, row.object_id, tuple(row.fingerprints), row.at
        )

    @classmethod
    def read(cls, told: dict[str, Any]) -> Self:
        """A stone from its plain form; KeyError, TypeError or ValueError when it is none."""
        return cls(
            rank=int(told["rank"]),
            kind=TombstoneKind(told["kind"]),
            object_kind=str(told["of"]),
            object_id=int(told["id"]),
            fingerprints=tuple(told["marks"]),
            at=datetime.fromisoformat(str(told["at"])),
        )

    def plain(self) -> dict[str, Any]:
        """The stone as JSON holds it."""
        return {
            "rank": self.rank,
            "kind": self.kind.value,
            "of": self.object_kind,
            "id": self.object_id,
            "marks": list(self.fingerprints),
            "at": self.at.astimezone(UTC).isoformat(),
        }

    @property
    def what(self) -> tuple[str, str, int]:
        """What it stands for: a later one about the same replaces it."""
        return self.kind.value, self.object_kind, self.object_id


def bury(
    session: Session,
    kind: TombstoneKind,
    object_kind: str,
    object_id: int,
    fingerprints: Collection[Any] = (),
    *,
    at: datetime,
) -> None:
    """Note that something was purged, erased or objected to, for every later restoration.

    Twice about the same object is once, with the newer instant and fingerprints.
    """
    marks = _sorted(fingerprints)
    row = once.added(
        session,
        Tombstone,
        kind=kind,
        object_kind=object_kind,
        object_id=object_id,
        fingerprints=marks,
        at=at,
    )
    if row is None:
        session.execute(
            sa.update(Tombstone)
            .where(
                Tombstone.kind == kind,
                Tombstone.object_kind == object_kind,
                Tombstone.object_id == object_id,
            )
            .values(fingerprints=marks, at=at)
        )
    session.info.setdefault("waiting", set()).add("forgetting")


def since(session: Session, rank: int) -> list[Stone]:
    """The stones laid after this one, in their order."""
    query = sa.select(Tombstone).where(Tombstone.id > rank).order_by(Tombstone.id)
    return [Stone.of(row) for row in session.scalars(query)]


def newest(session: Session) -> int:
    """The rank of the last stone; 0 when there is none."""
    return session.scalar(sa.select(sa.func.max(Tombstone.id))) or 0


def objections_changed(session: Session, *, at: datetime) -> list[Stone]:
    """Lay a stone for each person who objected, and lift those of who changed their mind.

    An objection taken back keeps its stone, without fingerprints. Gives the stones that changed.
    """
    laid = {
        row.object_id: row
        for row in session.scalars(
            sa.select(Tombstone).where(
                Tombstone.kind == TombstoneKind.OBJECTED, Tombstone.object_kind == "person"
            )
        )
    }
    objectors = session.scalars(
        sa.select(Person)
        .where(Person.stop == StopReason.OBJECTED, Person.forgotten_at.is_(None))
        .order_by(Person.id)
    ).all()
    keys: Keys = session.info["keys"]
    changed = []
    for person in objectors:
        if person.id not in laid or not laid[person.id].fingerprints:
            marks = objections.to_keep(keys.objection, who(person))
            stopped_at = person.stopped_at or at
            bury(session, TombstoneKind.OBJECTED, "person", person.id, marks, at=stopped_at)
            changed.append(person.id)
    for person_id, row in laid.items():
        if row.fingerprints and _changed_their_mind(session.get(Person, person_id)):
            bury(session, TombstoneKind.OBJECTED, "person", person_id, at=at)
            changed.append(person_id)
    return _stones(session, changed)


def _changed_their_mind(person: Person | None) -> bool:
    """Somebody who is called again; who was forgotten since objects for ever."""
    return person is not None and person.forgotten_at is None and person.stop is None


def _stones(session: Session, people: Sequence[int]) -> list[Stone]:
    session.flush()  # stones just laid are among them
    query = (
        sa.select(Tombstone)
        .where(
            Tombstone.kind == TombstoneKind.OBJECTED,
            Tombstone.object_kind == "person",
            Tombstone.object_id.in_(people),
        )
        .order_by(Tombstone.id)
        .execution_options(populate_existing=True)
    )
    return [Stone.of(row) for row in session.scalars(query)]


def who(person: Person) -> Who:
    """What recognises somebody, as an objection keeps it."""
    return Who(
        last_name=person.last_name,
        first_name=person.first_name,
        birth_name=person.birth_name,
        birth_date=person.birth_date,
        phones=tuple(phone.e164 for phone in person.phones),
    )


def hashed(session: Session, stone: Tombstone) -> str:
    """A number as a report may hold it: it proves, with the key, and tells nothing without."""
    keys: Keys = session.info["keys"]
    text = f"{stone.object_kind}:{stone.object_id}"
    return sealing.fingerprint(keys.journal, "forgotten", text)[:16]


def _sorted(marks: Collection[Any]) -> list[Any]:
    return sorted(marks) if all(isinstance(one, str) for one in marks) else list(marks)
