"""Somebody reads again what was found, and decides: say it differently, or keep it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import coach, journal, sealing
from campaigns.coach import Kind
from campaigns.models import Base, Call, CallRevision, TextFinding, User
from campaigns.refusal import Refusal
from campaigns.scanning import reading
from campaigns.scanning.places import KINDS, Place

_CHANGED = "Ce texte a changé entre-temps : relisez-le avant de décider."


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text; ``kind`` when it is one of those nobody should write."""

    text: str
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A text to read again: its stretches, its kinds, and how it could be said instead."""

    finding: TextFinding
    place: Place
    text: str
    passages: tuple[Passage, ...]
    kinds: tuple[Kind, ...]
    softer: str
    seen: str  # the fingerprint of what stood on the page

    @property
    def what(self) -> str:
        """« note de l’appel »."""
        return self.place.fields[self.finding.field]


def waiting(session: Session, *, after: int = 0, limit: int = 50) -> list[TextFinding]:
    """What waits to be read again, the oldest first, those past the finding ``after``."""
    query = sa.select(TextFinding).where(TextFinding.settled_at.is_(None), TextFinding.id > after)
    return list(session.scalars(query.order_by(TextFinding.id).limit(limit)))


def waiting_count(session: Session) -> int:
    """How many texts wait to be read again."""
    query = sa.select(sa.func.count()).select_from(TextFinding)
    return session.scalar(query.where(TextFinding.settled_at.is_(None))) or 0


def finding(session: Session, finding_id: int) -> TextFinding | None:
    """One finding that still waits."""
    query = sa.select(TextFinding).where(TextFinding.settled_at.is_(None))
    return session.scalar(query.where(TextFinding.id == finding_id))


def shown(session: Session, found: TextFinding) -> Shown | None:
    """A text as it stands now, what was found marked; None when its row is gone."""
    row = _row(session, found)
    if row is None:
        return None
    text: str = getattr(row, found.field) or ""
    advices = coach.advise(text)
    return Shown(
        finding=found,
        place=KINDS[found.object_kind],
        text=text,
        passages=tuple(_passages(text, advices)),
        kinds=tuple(dict.fromkeys(advice.kind for advice in advices)),
        softer=softened(text),
        seen=reading.digest_of(session, text),
    )


def softened(text: str) -> str:
    """The text with every advice accepted, the last one first so that places stay true."""
    for advice in reversed(coach.advise(text)):
        text = coach.softened(text, advice)
    return text


def clean(
    session: Session, found: TextFinding, *, text: str, seen: str, by: User, at: datetime
) -> None:
    """Say it differently. ``seen`` is the fingerprint of the text that was on the page.

    What a corrected report said before goes too. Refusal when somebody changed it meanwhile, when
    nothing was changed, when something to change is left, or when it does not fit.
    """
    row = _same(session, found, seen)
    text = text.replace("\r\n", "\n").strip()
    _check(row, found.field, text)
    setattr(row, found.field, text)
    if isinstance(row, Call):
        _forget_before(session, row, found.field)
    _settle(session, found, "text_cleaned", text=text, by=by, at=at, is_kept=False)


def keep_as_it_is(
    session: Session, found: TextFinding, *, seen: str, by: User, at: datetime
) -> None:
    """It is useful to the service and rightly written. Refusal when it changed meanwhile."""
    row = _same(session, found, seen)
    text = getattr(row, found.field)
    _settle(session, found, "text_kept", text=text, by=by, at=at, is_kept=True)


def _check(row: Base, field: str, text: str) -> None:
    if text == getattr(row, field):
        raise Refusal("Rien n’a changé : modifiez le texte, ou gardez-le.", field="text")
    column = sa.inspect(type(row)).columns[field]
    if not text and (column.default is None or column.nullable):
        raise Refusal("Ce texte ne peut pas rester vide : dites-le autrement.", field="text")
    longest = getattr(column.type, "length", None) or coach.LONGEST
    if len(text) > longest:
        raise Refusal(f"{longest} caractères au plus.", field="text")
    left = reading.kinds_of(text)
    if left:
        labels = ", ".join(Kind(kind).label.lower() for kind in left.split())
        raise Refusal(f"Il reste dans ce texte : {labels}. Dites-le autrement.", field="text")


def _row(session: Session, found: TextFinding) -> Base | None:
    place = KINDS.get(found.object_kind)
    return None if place is None else session.get(place.model, found.object_id)


def _same(session: Session, found: TextFinding, seen: str) -> Base:
    session.refresh(found, with_for_update=True)
    if found.settled_at is not None:
        raise Refusal("Quelqu’un vient de décider pour ce texte.")
    row = _row(session, found)
    if row is None:
        raise Refusal("Ce texte n’existe plus.")
    session.refresh(row, with_for_update=True)
    if not sealing.same(reading.digest_of(session, getattr(row, found.field) or ""), seen):
        raise Refusal(_CHANGED, field="text")
    return row


def _settle(
    session: Session,
    found: TextFinding,
    act: str,
    *,
    text: str,
    by: User,
    at: datetime,
    is_kept: bool,
) -> None:
    found.digest = reading.digest_of(session, text)  # read again only when it changes once more
    found.settled_at, found.settled_by_id, found.is_kept = at, by.id, is_kept
    about = (found.object_kind, found.object_id)
    journal.record(session, act, about=about, by=by, at=at, kinds=found.kinds)


def _forget_before(session: Session, call: Call, field: str) -> None:
    for revision in session.scalars(sa.select(CallRevision).where(CallRevision.call_id == call.id)):
        if field in revision.before:
            revision.before = {**revision.before, field: ""}


def _passages(text: str, advices: tuple[coach.Advice, ...]) -> list[Passage]:
    passages: list[Passage] = []
    at = 0
    for advice in advices:
        found = text.find(advice.found, advice.start, advice.end)
        start = advice.start if found < 0 else found
        end = advice.end if found < 0 else found + len(advice.found)
        passages += [Passage(text[at:start]), Passage(text[start:end], advice.kind)]
        at = end
    return [one for one in (*passages, Passage(text[at:])) if one.text]
