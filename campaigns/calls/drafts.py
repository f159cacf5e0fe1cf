"""A report as it is being typed, kept for its volunteer alone until it is saved or thrown away."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import once, weeks
from campaigns.models import Line, Person, Report, ReportDraft, User
from campaigns.refusal import Refusal

MOST_LETTERS = 20_000
MOST_FIELDS = 300
_KEY = range(16, 65)  # letters of the key of a report
_NAME = re.compile(r"[a-z0-9_-]{1,60}", re.IGNORECASE)
_IS_TEXT = re.compile(r"^note$|-text$")
Sent = tuple[tuple[str, str], ...]


class AnotherBegun(Refusal):
    """Another page of this volunteer's keeps other words about the same person: none is dropped."""

    def __init__(self) -> None:
        super().__init__(
            "Vous avez commencé un autre compte rendu de cet appel dans une autre page."
        )


OF_LINE = sa.select(ReportDraft).where(
    ReportDraft.line_id == sa.bindparam("line_id"), ReportDraft.user_id == sa.bindparam("user_id")
)
_SAVED = sa.select(Report.id).where(
    Report.user_id == sa.bindparam("user_id"), Report.key == sa.bindparam("key")
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody had begun to write about one person: fields as the form sends them."""

    sent: Sent
    kept_at: datetime


def keep(
    session: Session,
    line: Line,
    *,
    person_id: int,
    sent: Iterable[tuple[str, str]],
    instead: bool = False,
    by: User,
    at: datetime,
) -> bool:
    """Keep a report as it is typed, in place of what was kept of it before.

    False, and nothing is kept, when this very report was saved meanwhile: a page that was slow to
    speak must not bring it back. Refusal when it is larger than any report, or about somebody who
    was erased; ``AnotherBegun`` when another page began other words, unless they go ``instead``.
    """
    fields = [[name, value] for name, value in sent if _NAME.fullmatch(name)]
    if len(fields) > MOST_FIELDS or sum(len(value) for _, value in fields) > MOST_LETTERS:
        raise Refusal("Ce brouillon est trop long pour être gardé.")
    if _is_saved(session, fields, by=by):
        return False
    person = session.get(Person, person_id)
    if person is not None and person.forgotten_at is not None:
        raise Refusal("Les données de cette personne ont été effacées : rien n’est gardé.")
    once.add(session, ReportDraft, user_id=by.id, line_id=line.id, fields={}, kept_at=at)
    row = session.scalars(
        OF_LINE.with_for_update().execution_options(populate_existing=True), _of(line.id, by)
    ).one()
    if not instead and _is_another(session, row.fields.get(str(person_id)), fields, by=by):
        raise AnotherBegun
    row.fields = {**row.fields, str(person_id): {"at": at.isoformat(), "sent": fields}}
    row.kept_at = at
    return True


def find(session: Session, line: Line, *, person_id: int, by: User) -> Kept | None:
    """What this volunteer had begun to write about one person of the household, if anything."""
    row = session.scalar(OF_LINE, _of(line.id, by))
    found: dict[str, Any] | None = row.fields.get(str(person_id)) if row is not None else None
    if found is None or _is_saved(session, found["sent"], by=by):
        return None
    sent = tuple((str(name), str(value)) for name, value in found["sent"])
    return Kept(sent, datetime.fromisoformat(found["at"]))


def is_begun(session: Session, line: Line, *, by: User) -> bool:
    """Whether this volunteer has begun to write about anybody of the household."""
    row = session.scalar(OF_LINE, _of(line.id, by))
    found = row.fields if row is not None else {}
    return any(not _is_saved(session, kept["sent"], by=by) for kept in found.values())


def drop(session: Session, line_id: int, *, person_id: int | None = None, by: User) -> None:
    """Throw away what was begun about one person; about the whole household without one."""
    row = session.scalar(OF_LINE, _of(line_id, by))
    if row is None:
        return
    left = {who: kept for who, kept in row.fields.items() if who != str(person_id)}
    if left and person_id is not None:
        row.fields = left
    else:
        session.delete(row)


def purge(session: Session, *, at: datetime) -> int:
    """Delete the drafts whose week ended more than a week ago; give how many.

    A sheet closes a week after its own (reliability.md, c1): nobody can save them any more.
    """
    oldest = weeks.starts_at(weeks.after(weeks.current(at), -1))
    gone = session.execute(
        sa.delete(ReportDraft).where(ReportDraft.kept_at < oldest).returning(ReportDraft.id)
    )
    return len(gone.all())


def _of(line_id: int, user: User) -> dict[str, int]:
    return {"line_id": line_id, "user_id": user.id}


def _is_another(
    session: Session, kept: dict[str, Any] | None, fields: Sequence[Sequence[str]], *, by: User
) -> bool:
    """Whether what is kept was begun on another page, with words of its own, and still waits."""
    if kept is None or _key(kept["sent"]) == _key(fields):
        return False
    is_whole = len(_key(kept["sent"])) in _KEY
    return (
        is_whole
        and _said(kept["sent"]) != _said(fields)
        and not _is_saved(session, kept["sent"], by=by)
    )


def _said(fields: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """What was written, without what the page itself carries."""
    return sorted((name, value) for name, value in fields if value and _IS_TEXT.search(name))


def _key(fields: Sequence[Sequence[str]]) -> str:
    return next((value for name, value in fields if name == "key"), "")


def _is_saved(session: Session, fields: Sequence[Sequence[str]], *, by: User) -> bool:
    key = _key(fields)
    asked = {"user_id": by.id, "key": key}
    return bool(key) and session.scalar(_SAVED, asked) is not None
