"""Signed heads: where the journal ended on a day, and where its oldest lines were let go.

A chain whose end was cut is whole. Only its head, noted while it was there and kept in a second
place, tells that lines are missing (reliability.md, c6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import sealing
from campaigns.journal import codes
from campaigns.models import JournalEntry, JournalMark
from campaigns.sealing import Keys

HEAD, EXPIRED = "head", "expired"


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a moment: its number, its code, how many lines were ever written by then.

    ``mac`` signs the rest with the journal's key: who holds the database alone makes none.
    """

    at: datetime
    entry_id: int
    entry_mac: str
    length: int
    mac: str

    @classmethod
    def of(cls, mark: JournalMark) -> Self:
        """The head a row holds."""
        return cls(mark.at, mark.entry_id, mark.entry_mac, mark.length, mark.mac)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """A head from its plain form; KeyError, TypeError or ValueError when it is none."""
        return cls(
            at=datetime.fromisoformat(str(told["at"])),
            entry_id=int(told["entry"]),
            entry_mac=str(told["code"]),
            length=int(told["length"]),
            mac=str(told["seal"]),
        )

    def plain(self) -> dict[str, Any]:
        """The head as plain values, to be kept elsewhere; nothing of anybody."""
        return {
            "at": codes.instant(self.at),
            "entry": self.entry_id,
            "code": self.entry_mac,
            "length": self.length,
            "seal": self.mac,
        }

    def is_signed(self, key: bytes, *, why: str = HEAD) -> bool:
        """Whether it was made with this key."""
        made = codes.of_mark(key, why, self.at, self.entry_id, self.entry_mac, self.length)
        return sealing.same(self.mac, made)


def note_head(session: Session, *, at: datetime) -> Head | None:
    """Sign where the journal ends now; None when it is empty or has not moved since.

    Counts the lines written since the mark before, not all of them.
    """
    last = session.execute(
        sa.select(JournalEntry.id, JournalEntry.mac).order_by(JournalEntry.id.desc()).limit(1)
    ).first()
    before = session.scalar(
        sa.select(JournalMark).order_by(JournalMark.entry_id.desc(), JournalMark.id.desc()).limit(1)
    )
    if last is None or (before is not None and before.entry_id >= last.id):
        return None
    since = 0 if before is None else before.entry_id
    length = (0 if before is None else before.length) + _count(session, since, last.id)
    return Head.of(_add(session, HEAD, at=at, entry_id=last.id, mac=last.mac, length=length))


def noted_heads(session: Session) -> list[Head]:
    """The heads the database itself keeps, the oldest first."""
    query = sa.select(JournalMark).where(JournalMark.why == HEAD).order_by(JournalMark.id)
    return [Head.of(mark) for mark in session.scalars(query)]


def latest_head(session: Session) -> Head | None:
    """The head noted last, None before the first."""
    found = session.scalar(
        sa.select(JournalMark)
        .where(JournalMark.why == HEAD)
        .order_by(JournalMark.id.desc())
        .limit(1)
    )
    return None if found is None else Head.of(found)


def start(session: Session) -> Head | None:
    """What the chain begins after: the last line that expired; None when none did."""
    found = session.scalar(
        sa.select(JournalMark)
        .where(JournalMark.why == EXPIRED)
        .order_by(JournalMark.entry_id.desc(), JournalMark.id.desc())
        .limit(1)
    )
    return None if found is None else Head.of(found)


def expire(session: Session, *, before: datetime, at: datetime) -> int:
    """Let go the oldest lines, all written before an instant; give how many (CNIL, 2021-122).

    A signed mark says which line was the last of them and how many there were: the chain verifies
    from there. The newest line always stays, for the next one to hold on to.
    """
    kept = session.scalar(
        sa.select(sa.func.min(JournalEntry.id)).where(JournalEntry.at >= before)
    ) or session.scalar(sa.select(sa.func.max(JournalEntry.id)))
    last = session.execute(
        sa.select(JournalEntry.id, JournalEntry.mac)
        .where(JournalEntry.id < (kept or 0))
        .order_by(JournalEntry.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return 0
    begins = start(session)
    gone = _count(session, 0, last.id)
    length = gone + (0 if begins is None else begins.length)
    _add(session, EXPIRED, at=at, entry_id=last.id, mac=last.mac, length=length)
    session.flush()  # the mark stands before what it stands for is gone
    session.execute(sa.delete(JournalEntry).where(JournalEntry.id <= last.id))
    session.execute(
        sa.delete(JournalMark).where(
            sa.or_(
                sa.and_(JournalMark.why == HEAD, JournalMark.entry_id <= last.id),
                sa.and_(JournalMark.why == EXPIRED, JournalMark.entry_id < last.id),
            )
        )
    )
    return gone


def _count(session: Session, after: int, until: int) -> int:
    query = sa.select(sa.func.count()).where(JournalEntry.id > after, JournalEntry.id <= until)
    return session.scalar(query) or 0


def _add(
    session: Session, why: str, *, at: datetime, entry_id: int, mac: str, length: int
) -> JournalMark:
    key = cast("Keys", session.info["keys"]).journal
    made = JournalMark(
        at=at,
        why=why,
        entry_id=entry_id,
        entry_mac=mac,
        length=length,
        mac=codes.of_mark(key, why, at, entry_id, mac, length),
    )
    session.add(made)
    return made
