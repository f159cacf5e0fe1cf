"""A list taken back (L19): its newcomers go, what it changed of others is as it was.

Possible until a first call was logged about somebody it brought, and for thirty days.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bulk, journal
from campaigns.models import (
    Alarm,
    Base,
    Call,
    CallSuggestion,
    Enrolment,
    FileNumber,
    GoodNews,
    ImportBatch,
    ImportChange,
    ImportState,
    MatchChoice,
    Need,
    Person,
    Phone,
    Provenance,
    QualityCase,
    QualityKind,
    RightsRequest,
    User,
)
from campaigns.refusal import Refusal
from importers import checking, forgetting

_LONGEST = timedelta(days=30)
# What was noted about a person: once there is any, they stay.
_SAID = (Need, Alarm, GoodNews, CallSuggestion, RightsRequest)
_KEPT_AS_THEY_ARE = {"batch_id", "updated_at"}


def why_not(session: Session, batch: ImportBatch, *, at: datetime) -> str | None:
    """The reason why a list cannot be undone any more, in French; None when it can."""
    if batch.state is not ImportState.CONFIRMED or batch.confirmed_at is None:
        return "Cette liste n’est pas entrée : il n’y a rien à annuler."
    if batch.undone_at is not None:
        return "Cette liste est déjà annulée."
    if at > batch.confirmed_at + _LONGEST:
        return "Cette liste est entrée il y a plus de trente jours : elle ne s’annule plus."
    new = _newcomers(batch)
    if _exists(session, sa.select(Call.id).where(Call.person_id.in_(new))):
        return "Une personne de cette liste a déjà été appelée : la liste ne s’annule plus."
    if any(_exists(session, sa.select(one.id).where(one.person_id.in_(new))) for one in _SAID):
        return (
            "Quelque chose est déjà noté au sujet d’une personne de cette liste : "
            "la liste ne s’annule plus."
        )
    changed = sa.select(ImportChange.person_id).where(ImportChange.batch_id == batch.id)
    since = Person.stopped_at >= batch.confirmed_at
    joined = sa.and_(
        Person.merged_into_id.is_not(None),
        sa.or_(
            Person.merged_into_id.in_(new),
            Person.id.in_(new),
            sa.and_(sa.or_(Person.merged_into_id.in_(changed), Person.id.in_(changed)), since),
        ),
    )
    if _exists(session, sa.select(Person.id).where(joined)):
        return "Une fiche a été réunie à une personne de cette liste : la liste ne s’annule plus."
    if _another_came(session, batch):
        return "Une autre liste a nommé ces personnes depuis : annulez d’abord la plus récente."
    return None


def undo(session: Session, batch: ImportBatch, *, by: User | None, at: datetime) -> None:
    """Take a list back, all of it; ``Refusal`` with the reason when it is too late.

    What somebody corrected here since the list stays corrected.
    """
    bulk.one_list_at_a_time(session)
    if reason := why_not(session, batch, at=at):
        raise Refusal(reason)
    new = list(session.scalars(_newcomers(batch)))
    changes = list(
        session.scalars(
            sa.select(ImportChange)
            .where(ImportChange.batch_id == batch.id)
            .order_by(ImportChange.person_id)
        )
    )
    _reopen(session, batch, changes)
    _drop_additions(session, batch, changes)
    _put_back(session, changes)
    forgetting.forget(session, new)
    _name_as_before(session, batch)
    # What was answered to let it in was said of this list: a mistake there goes with it.
    session.execute(sa.delete(MatchChoice).where(MatchChoice.at == batch.confirmed_at))
    session.execute(sa.delete(ImportChange).where(ImportChange.batch_id == batch.id))
    batch.undone_at = at
    session.flush()  # else the next line forgets it
    session.expire_all()  # rows were removed and changed by query
    journal.record(session, "import_undone", about=batch, by=by, at=at, people=len(new))


def _newcomers(batch: ImportBatch) -> sa.Select[int]:
    """The ids of people this list brought; those it only changed have something to put back."""
    changed = sa.select(ImportChange.person_id).where(ImportChange.batch_id == batch.id)
    return (
        sa.select(Person.id)
        .where(Person.batch_id == batch.id, Person.id.not_in(changed))
        .order_by(Person.id)
    )


def _exists(session: Session, query: sa.Select[int]) -> bool:
    return session.scalar(query.limit(1)) is not None


def _another_came(session: Session, batch: ImportBatch) -> bool:
    """Did a later list name, or change, somebody this one brought or changed?"""
    mine = sa.union(
        sa.select(Person.id).where(Person.batch_id == batch.id),
        sa.select(ImportChange.person_id).where(ImportChange.batch_id == batch.id),
    ).subquery()
    people = sa.select(mine.c[0])
    later = sa.select(ImportBatch.id).where(
        ImportBatch.id > batch.id,
        ImportBatch.state == ImportState.CONFIRMED,
        ImportBatch.undone_at.is_(None),
    )
    named = sa.select(Provenance.id).where(
        Provenance.last_batch_id.in_(later), Provenance.person_id.in_(people)
    )
    changed = sa.select(ImportChange.id).where(
        ImportChange.batch_id.in_(later), ImportChange.person_id.in_(people)
    )
    return _exists(session, named) or _exists(session, changed)


def _reopen(session: Session, batch: ImportBatch, changes: Sequence[ImportChange]) -> None:
    """The points this list opened about others go; those it answered are open again."""
    for some in bulk.in_thousands([change.person_id for change in changes]):
        session.execute(
            sa.delete(QualityCase).where(
                QualityCase.person_id.in_(some),
                QualityCase.opened_at == batch.confirmed_at,
                QualityCase.closed_at.is_(None),
            )
        )
    session.execute(
        sa.delete(QualityCase).where(
            QualityCase.kind == QualityKind.ABSENT, QualityCase.opened_at == batch.confirmed_at
        )
    )
    session.execute(
        sa.update(QualityCase)
        .where(
            QualityCase.closed_at == batch.confirmed_at,
            QualityCase.result.in_(checking.answers(batch.source)),
        )
        .values(closed_at=None, closed_by_id=None, result="")
    )


def _drop_additions(session: Session, batch: ImportBatch, changes: Sequence[ImportChange]) -> None:
    """Numbers, file numbers, the campaign and the source that the list gave people we knew."""
    for change in changes:
        kept, person_id = change.before, change.person_id
        mine: list[tuple[type[Base], Sequence[sa.ColumnElement[bool]]]] = []
        if phones := kept.get("phones"):
            mine.append((Phone, (Phone.person_id == person_id, Phone.e164.in_(phones))))
        if number := kept.get("file_number"):
            theirs = (FileNumber.person_id == person_id, FileNumber.number == number)
            mine.append((FileNumber, (FileNumber.source == batch.source, *theirs)))
        if kept.get("named"):
            mine.append(
                (Provenance, (Provenance.source == batch.source, Provenance.person_id == person_id))
            )
        if kept.get("enrolled") and not _was_called(session, batch, person_id):
            campaign = Enrolment.campaign_id == batch.campaign_id
            mine.append((Enrolment, (campaign, Enrolment.person_id == person_id)))
        for model, which in mine:
            session.execute(sa.delete(model).where(*which))


def _was_called(session: Session, batch: ImportBatch, person_id: int) -> bool:
    return _exists(
        session,
        sa.select(Call.id).where(
            Call.person_id == person_id, Call.campaign_id == batch.campaign_id
        ),
    )


def _put_back(session: Session, changes: Sequence[ImportChange]) -> None:
    """Each column as it stood, unless somebody changed it since."""
    for change in changes:
        before: Mapping[str, Any] = change.before.get("before", {})
        after: Mapping[str, Any] = change.before.get("after", {})
        if not before:
            continue
        person = session.get_one(Person, change.person_id)
        untouched = all(_text(getattr(person, name)) == value for name, value in after.items())
        for name, value in before.items():
            if name in _KEPT_AS_THEY_ARE:
                if untouched:
                    setattr(person, name, _value(name, value))
            elif _text(getattr(person, name)) == after.get(name):
                setattr(person, name, _value(name, value))
    session.flush()  # what follows is by query


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _value(name: str, kept: Any) -> Any:
    if kept is None or name not in ("birth_date", "updated_at"):
        return kept
    return date.fromisoformat(kept) if name == "birth_date" else datetime.fromisoformat(kept)


def _name_as_before(session: Session, batch: ImportBatch) -> None:
    """The source named everybody else last in its list before this one."""
    before = session.scalar(
        sa.select(sa.func.max(ImportBatch.id)).where(
            ImportBatch.source == batch.source,
            ImportBatch.id < batch.id,
            ImportBatch.state == ImportState.CONFIRMED,
            ImportBatch.is_enrichment.is_(False),
            ImportBatch.undone_at.is_(None),
        )
    )
    session.execute(
        sa.update(Provenance)
        .where(Provenance.last_batch_id == batch.id)
        .values(last_batch_id=before)
    )
