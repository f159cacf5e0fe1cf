"""A list being taken in: the file, its clean rows, the report. All of it or nothing enters."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.base import Base, Instant, Labelled, choice


class ImportState(Labelled):
    RECEIVED = "received", "reçu, lecture en cours"
    READY = "ready", "lu, à confirmer"
    CONFIRMED = "confirmed", "importé"
    REFUSED = "refused", "illisible"
    CANCELLED = "cancelled", "abandonné"


class ImportBatch(Base):
    """One file dropped. ``content`` is erased on confirmation; hash and counts stay."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    source: Mapped[str] = mapped_column(sa.String(60))
    filename: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[ImportState] = mapped_column(
        choice(ImportState, "state_known"), default=ImportState.RECEIVED
    )
    report: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    error: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    # An enrichment list adds numbers to people we know and enrols nobody.
    is_enrichment: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # importers.choices
    asked_at: Mapped[datetime | None] = mapped_column(Instant)  # somebody confirmed; a worker does
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    lease_token: Mapped[str | None] = mapped_column(sa.String(32))


class ImportChunk(Base):
    """Some hundreds of clean rows of a batch, waiting for confirmation; gone afterwards."""

    __tablename__ = "import_chunk"
    __table_args__ = (sa.UniqueConstraint("batch_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"))
    number: Mapped[int]
    rows: Mapped[list[Any]] = mapped_column(sa.JSON)


class ImportChange(Base):
    """What a confirmed list overwrote of one person, so that the list can be undone."""

    __tablename__ = "import_change"
    __table_args__ = (sa.UniqueConstraint("batch_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class MatchChoice(Base):
    """« The same person », or « two people »: said once, remembered for the next list.

    ``row_key`` is a keyed fingerprint of what the line says of them.
    """

    __tablename__ = "match_choice"
    __table_args__ = (sa.UniqueConstraint("row_key", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    row_key: Mapped[str] = mapped_column(sa.String(64))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    is_same: Mapped[bool]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class SourceList(Base):
    """Where lists come from, what for, and the columns somebody recognised in the last one.

    A communal register (CASF L121-6-1) serves the emergency plan only: CNIL, 14 April 2020.
    """

    __tablename__ = "source_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    purpose: Mapped[str] = mapped_column(sa.String(300), default="")
    legal_basis: Mapped[str] = mapped_column(sa.String(200), default="")
    is_register: Mapped[bool] = mapped_column(default=False)
    informed_on: Mapped[date | None]  # when its people were told of this use
    columns: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)  # header → field
    created_at: Mapped[datetime] = mapped_column(Instant)


class SourceDecision(Base):
    """Somebody decided, by name and for a reason, that a register serves another campaign."""

    __tablename__ = "source_decision"
    __table_args__ = (sa.UniqueConstraint("source_id", "campaign_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source_list.id"))
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(sa.String(300))
    at: Mapped[datetime] = mapped_column(Instant)
