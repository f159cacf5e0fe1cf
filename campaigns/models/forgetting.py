"""Forgetting on time, and the rights of people over what is written about them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.base import Base, Instant, Labelled, choice


class PurgeRun(Base):
    """One purge: the rules in force that day, how far it went, its signed report."""

    __tablename__ = "purge_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # none: by night
    rules: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # days by rule
    done: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # counts by rule, so far
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    report: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    mac: Mapped[str] = mapped_column(sa.String(64), default="")
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    lease_token: Mapped[str | None] = mapped_column(sa.String(32))


class TombstoneKind(Labelled):
    PURGED = "purged", "conservation échue"
    ERASED = "erased", "effacement demandé"
    OBJECTED = "objected", "opposition"


class Tombstone(Base):
    """What must not come back with an older backup: a number that says nothing of anybody."""

    __tablename__ = "tombstone"
    __table_args__ = (sa.UniqueConstraint("kind", "object_kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TombstoneKind] = mapped_column(choice(TombstoneKind, "kind_known"))
    object_kind: Mapped[str] = mapped_column(sa.String(24))  # person, user, need…
    object_id: Mapped[int]
    fingerprints: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # of an objection
    at: Mapped[datetime] = mapped_column(Instant)


class Right(Labelled):
    """What a person may ask about their data (RGPD, articles 15 to 21)."""

    ACCESS = "access", "accès"
    CORRECTION = "correction", "rectification"
    ERASURE = "erasure", "effacement"
    OBJECTION = "objection", "opposition"


class RightsRequest(Base):
    """Somebody used a right; it is answered within a month (RGPD, article 12.3)."""

    __tablename__ = "rights_request"
    __table_args__ = (sa.Index("ix_rights_request_waiting", "answered_at", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    right: Mapped[Right] = mapped_column(choice(Right, "right_known"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    received_on: Mapped[date]
    due_on: Mapped[date]
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    channel: Mapped[str] = mapped_column(sa.String(24), default="")  # call, letter, mail, desk
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    is_refused: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(sa.String(300), default="")  # why refused, what was done
    certificate: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # counts by table
    mac: Mapped[str] = mapped_column(sa.String(64), default="")


class TextFinding(Base):
    """A free text that may hold what nobody should write; found by night, settled by a person."""

    __tablename__ = "text_finding"
    __table_args__ = (
        sa.UniqueConstraint("object_kind", "object_id", "field"),
        sa.Index("ix_text_finding_waiting", "settled_at", "found_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    object_kind: Mapped[str] = mapped_column(sa.String(24))  # call, need, person…
    object_id: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(40))
    kinds: Mapped[str] = mapped_column(sa.String(120))  # coach kinds, one space between
    digest: Mapped[str] = mapped_column(sa.String(64))  # of the text: a changed one is read again
    found_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    is_kept: Mapped[bool] = mapped_column(default=False)  # read, and rightly written


class ScanMark(Base):
    """How far the night's reading of free texts went, by kind of row."""

    __tablename__ = "scan_mark"

    object_kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    last_id: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(Instant)


class JournalMark(Base):
    """The head of the journal on a day, signed: a tail cut afterwards, or expired, shows."""

    __tablename__ = "journal_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    why: Mapped[str] = mapped_column(sa.String(12))  # "head" of a day, "expired" before it
    entry_id: Mapped[int]
    entry_mac: Mapped[str] = mapped_column(sa.String(64))
    length: Mapped[int]  # entries from the first one ever written, up to this one
    mac: Mapped[str] = mapped_column(sa.String(64))
