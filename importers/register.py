"""The people already stored, read once for a whole list."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import values
from campaigns.models import (
    Commune,
    Enrolment,
    FileNumber,
    FormerCommune,
    ImportBatch,
    MatchChoice,
    Objection,
    Person,
    Phone,
    Provenance,
    QualityCase,
    QualityKind,
    StopReason,
)
from importers.matching import Known, home_of
from importers.places import PlaceIndex

# Columns a list may change, and the field of a clean row each takes.
TAKEN = {
    "title": "title", "last_name": "last_name", "first_name": "first_name",
    "birth_name": "birth_name", "birth_date": "birth_date", "email": "email",
    "address": "address", "postal_code": "postal_code", "town": "town", "insee": "insee",
    "language": "language", "manner": "manner", "notify_person": "contact_person",
    "home_help": "home_help", "key_holder": "key_holder", "guardian": "guardian",
    "best_half": "best_half",
}  # fmt: skip
NAMES = tuple(TAKEN)
_AT = {name: at for at, name in enumerate(NAMES)}
_of_known = itemgetter(
    *(_AT[name] for name in
      ("last_name", "first_name", "birth_name", "birth_date", "address", "insee"))
)  # fmt: skip


class Stored(NamedTuple):
    """A person as the database has them; ``columns`` are those of ``TAKEN``, in its order.

    ``stop`` is the value of a ``StopReason``. ``is_edited``: something was changed here since a
    list. ``by_hand`` names the columns somebody corrected. ``kept_id`` is the record this one was
    joined to. ``released`` are the holds somebody here lifted.
    """

    id: int
    household_id: int
    name_key: str
    schemes: str
    hold: str | None
    stop: str | None
    is_edited: bool
    by_hand: str
    mayor_opt_out: bool
    kept_id: int | None
    columns: tuple[Any, ...]
    phones: tuple[str, ...]
    file_numbers: tuple[str, ...]
    released: tuple[str, ...] = ()

    @property
    def has_objected(self) -> bool:
        """Whether they asked not to be called any more."""
        return self.stop == StopReason.OBJECTED.value

    @property
    def standing(self) -> str:
        """Why nobody calls them, as it is shown beside a line that may be theirs; else empty."""
        if self.stop is not None:
            return StopReason(self.stop).label
        return self.hold or ""

    def column(self, name: str) -> Any:
        """What one column of ``TAKEN`` holds."""
        return self.columns[_AT[name]]

    @property
    def known(self) -> Known:
        """The keys under which this person is known again."""
        last_name, first_name, birth_name, born, address, insee = _of_known(self.columns)
        names: tuple[str, ...] = (self.name_key,)
        if birth_name or not last_name.isalpha():
            names = values.name_keys(last_name, first_name, birth_name)
        return Known(
            names=names,
            birth_date=born,
            phones=self.phones,
            insee=insee,
            home=home_of(address, insee),
            file_numbers=self.file_numbers,
            first=values.name_key(first_name, ""),
        )


def people(session: Session, *, source: str) -> list[Stored]:
    """Everybody stored, by id; file numbers are those of this source only.

    Who was forgotten is nobody any more: no line of a list is theirs.
    """
    phones = _gathered(
        session.execute(
            sa.select(Phone.person_id, Phone.e164).order_by(
                Phone.person_id, Phone.position, Phone.id
            )
        )
    )
    numbers = _gathered(
        session.execute(
            sa.select(FileNumber.person_id, FileNumber.number)
            .where(FileNumber.source == source)
            .order_by(FileNumber.id)
        )
    )
    released = _gathered(
        session.execute(
            sa.select(QualityCase.person_id, QualityCase.detail)
            .where(QualityCase.kind == QualityKind.HOLD, QualityCase.closed_at.is_not(None))
            .order_by(QualityCase.id)
        )
    )
    nothing: tuple[str, ...] = ()
    return [
        Stored._make(
            (*row[:10], row[10:], phones.get(row[0], nothing), numbers.get(row[0], nothing),
             released.get(row[0], nothing))
        )
        for row in session.execute(_all_people())
    ]  # fmt: skip


def _gathered(pairs: Iterable[sa.Row[int, str]]) -> dict[int, tuple[str, ...]]:
    """The texts of each person, in the order read; most have one."""
    found: dict[int, tuple[str, ...]] = {}
    for person_id, text in pairs:
        found[person_id] = (*found[person_id], text) if person_id in found else (text,)
    return found


def places(session: Session) -> PlaceIndex:
    """The communes of this instance, ready to be asked."""
    communes = session.execute(
        sa.select(Commune.insee, Commune.name, Commune.postal_codes, Commune.territory_id).order_by(
            Commune.insee
        )
    )
    former = session.execute(
        sa.select(FormerCommune.name, FormerCommune.current_insee).order_by(FormerCommune.id)
    )
    return PlaceIndex(
        (
            (insee, name, codes.split("|"), str(territory) if territory else None)
            for insee, name, codes, territory in communes
        ),
        ((name, insee) for name, insee in former),
    )


def objections(session: Session) -> frozenset[str]:
    """The sealed marks of people who said « ne plus appeler »."""
    return frozenset(session.scalars(sa.select(Objection.fingerprint)))


def inside(session: Session, campaign_id: int) -> set[int]:
    """The ids of everybody in a campaign."""
    return set(
        session.scalars(sa.select(Enrolment.person_id).where(Enrolment.campaign_id == campaign_id))
    )


def absent(session: Session, campaign_id: int, *, source: str, known: Sequence[int]) -> list[int]:
    """The ids of people of a campaign whom a source named before, and who are not ``known`` now.

    Who is not called any more is left out.
    """
    named = set(
        session.scalars(
            sa.select(Provenance.person_id)
            .join(Enrolment, Enrolment.person_id == Provenance.person_id)
            .join(Person, Person.id == Provenance.person_id)
            .where(
                Provenance.source == source,
                Enrolment.campaign_id == campaign_id,
                Person.stop.is_(None),
            )
        )
    )
    return sorted(named.difference(known))


def stamp(session: Session, campaign_id: int) -> list[Any]:
    """What the register is like, in figures: the same stamp, and a comparison made still holds."""
    enrolled = Enrolment.campaign_id == campaign_id
    queries = (
        sa.select(
            sa.func.count(), sa.func.max(Person.id), sa.func.sum(Person.household_id),
            sa.func.max(Person.updated_at),
        ),
        sa.select(sa.func.count(), sa.func.max(Phone.id)),
        sa.select(sa.func.count(), sa.func.max(FileNumber.id)),
        sa.select(sa.func.count(), sa.func.max(Objection.id)),
        sa.select(sa.func.count(), sa.func.max(MatchChoice.id)),
        sa.select(sa.func.count(), sa.func.max(Provenance.id)),
        sa.select(sa.func.count(), sa.func.max(Enrolment.id)).where(enrolled),
    )  # fmt: skip
    found = [value for query in queries for value in session.execute(query).one()]
    return [value if value is None or isinstance(value, int) else str(value) for value in found]


def _all_people() -> sa.Select[*tuple[Any, ...]]:
    columns = [getattr(Person, name) for name in NAMES if name != "title"]
    imported = ImportBatch.confirmed_at
    edited = sa.or_(imported.is_(None), Person.updated_at > imported)
    # The title as plain text: twenty-six thousand members of an enum take their time.
    title = sa.type_coerce(Person.title, sa.String)
    stop = sa.type_coerce(Person.stop, sa.String)
    return (
        sa.select(
            Person.id, Person.household_id, Person.name_key, Person.schemes, Person.hold,
            stop, edited, Person.by_hand, Person.mayor_opt_out,
            Person.merged_into_id, title, *columns,
        )
        .outerjoin(ImportBatch, ImportBatch.id == Person.batch_id)
        .where(Person.forgotten_at.is_(None))
        .order_by(Person.id)
    )  # fmt: skip
