"""A list being taken in: the file, its clean rows, the report. All of it or nothing enters."""

from datetime import datetime
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
