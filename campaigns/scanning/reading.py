"""Reading a table's new and changed texts, and keeping what was found.

Two steps on purpose: the long reading holds nothing, the writing that follows is short.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import coach, sealing
from campaigns.models import ScanMark, TextFinding
from campaigns.scanning.places import PLACES, Place
from campaigns.sealing import Keys

BATCH = 2_000  # rows in one breath: a few hundred milliseconds
# What was being written while the last reading ended is read again: it changes nothing.
_OVERLAP_ROWS, _OVERLAP = 200, timedelta(minutes=10)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a table was read: its last number, and up to which instant of change."""

    last_id: int = 0
    at: datetime = LONG_AGO


@dataclass(frozen=True, slots=True)
class _Text:
    """One text read: the kinds of the coach found in it, none when all is well."""

    object_id: int
    field: str
    kinds: str
    digest: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one reading gave: from a mark to another, ``count`` texts read for the first time."""

    place: Place
    begun: Mark
    mark: Mark
    texts: tuple[_Text, ...]
    count: int


def next_place(session: Session, *, since: datetime) -> tuple[Place, Mark] | None:
    """A table not read to its end since an instant, and how far it was; None when all were."""
    marks = {
        kind: Mark(last_id, at)
        for kind, last_id, at in session.execute(
            sa.select(ScanMark.object_kind, ScanMark.last_id, ScanMark.at)
        )
    }
    for place in PLACES:
        mark = marks.get(place.kind, Mark())
        if mark.at < since:
            return place, mark
    return None


def read(session: Session, place: Place, mark: Mark, *, at: datetime) -> Batch:
    """Read the texts written since the mark; those changed since it once no new one is left."""
    rows = list(_new(session, place, mark))
    texts = [text for row in rows for text in _read_row(session, place, row)]
    last_id = max((mark.last_id, *(row.id for row in rows)))
    count = sum(text.object_id > mark.last_id for text in texts)
    if len(rows) == BATCH:
        return Batch(place, mark, Mark(last_id, mark.at), tuple(texts), count)
    changed = [
        text for row in _changed(session, place, mark) for text in _read_row(session, place, row)
    ]
    return Batch(place, mark, Mark(last_id, at), (*texts, *changed), count + len(changed))


def keep(session: Session, batch: Batch, *, at: datetime) -> int | None:
    """Keep what was found and how far it went; give how many texts newly wait to be read again.

    None when somebody else read the table meanwhile: nothing is kept twice.
    """
    place, found = batch.place, 0
    mark = session.get(ScanMark, place.kind, with_for_update=True)
    if mark is None:
        mark = ScanMark(object_kind=place.kind, last_id=0, at=LONG_AGO)
        session.add(mark)
    if Mark(mark.last_id, mark.at) != batch.begun:
        return None
    known = _known(session, batch)
    for text in batch.texts:
        finding = known.get((text.object_id, text.field))
        if finding is not None and finding.digest != text.digest:
            found += _read_again(session, finding, text, at=at)
        elif finding is None and text.kinds:
            known[text.object_id, text.field] = _add(session, place, text, at=at)
            found += 1
    mark.last_id, mark.at = batch.mark.last_id, batch.mark.at
    return found


def digest_of(session: Session, text: str) -> str:
    """A keyed fingerprint of a text: it recognises it, and tells nothing of it."""
    keys = cast("Keys", session.info["keys"])
    return sealing.fingerprint(keys.objection, "texte", text)


def kinds_of(text: str) -> str:
    """The kinds of the coach found in a text, in their order, one space between."""
    return " ".join(dict.fromkeys(advice.kind.value for advice in coach.advise(text)))


def _read_row(session: Session, place: Place, row: sa.Row[tuple[object, ...]]) -> Iterator[_Text]:
    for field in place.fields:
        text = getattr(row, field)
        if text:
            yield _Text(row.id, field, kinds_of(text), digest_of(session, text))


def _new(session: Session, place: Place, mark: Mark) -> Iterator[sa.Row[tuple[object, ...]]]:
    start = max(0, mark.last_id - _OVERLAP_ROWS)
    number = place.column("id")
    yield from session.execute(_texts(place).where(number > start).order_by(number).limit(BATCH))


def _changed(session: Session, place: Place, mark: Mark) -> Iterator[sa.Row[tuple[object, ...]]]:
    if not place.changed or mark.at == LONG_AGO:
        return
    since = mark.at - _OVERLAP
    moved = sa.or_(*(place.column(name) > since for name in place.changed))
    known = place.column("id") <= mark.last_id
    query = _texts(place).where(known, moved).order_by(place.column("id"))
    yield from session.execute(query.execution_options(yield_per=BATCH))


def _texts(place: Place) -> sa.Select[tuple[object, ...]]:
    columns = [place.column(field) for field in place.fields]
    written = sa.or_(*(column != "" for column in columns))  # an empty one is nothing to read
    return sa.select(place.column("id"), *columns).where(written)


def _known(session: Session, batch: Batch) -> dict[tuple[int, str], TextFinding]:
    """What was found before in the rows of a batch."""
    if not batch.texts:
        return {}
    numbers = [text.object_id for text in batch.texts]
    query = sa.select(TextFinding).where(
        TextFinding.object_kind == batch.place.kind,
        TextFinding.object_id.between(min(numbers), max(numbers)),
    )
    return {(found.object_id, found.field): found for found in session.scalars(query)}


def _add(session: Session, place: Place, text: _Text, *, at: datetime) -> TextFinding:
    made = TextFinding(
        object_kind=place.kind,
        object_id=text.object_id,
        field=text.field,
        kinds=text.kinds[:120],
        digest=text.digest,
        found_at=at,
    )
    session.add(made)
    return made


def _read_again(session: Session, finding: TextFinding, text: _Text, *, at: datetime) -> int:
    """A text known before was changed since: it waits again, or there is nothing left to say."""
    if not text.kinds:
        if finding.settled_at is None:
            session.delete(finding)  # who wrote it put it right
        return 0
    finding.kinds, finding.digest, finding.found_at = text.kinds[:120], text.digest, at
    finding.settled_at = finding.settled_by_id = None
    finding.is_kept = False
    return 1
