"""What the lead says to everybody, what is asked back, the lists that leave."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.account import User
from campaigns.models.base import Base, Instant, Labelled, choice


class Announcement(Base):
    """A short word all volunteers read above their sheet, for as long as it holds."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(600))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    last_on: Mapped[date]  # shown up to this day included
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    by: Mapped[User] = relationship()


class AnnouncementRead(Base):
    """A volunteer said they read it."""

    __tablename__ = "announcement_read"
    __table_args__ = (sa.UniqueConstraint("announcement_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(sa.ForeignKey("announcement.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Question(Base):
    """What a volunteer asks the coordination; the answer may be shown to all, without who asked."""

    __tablename__ = "question"
    __table_args__ = (sa.Index("ix_question_waiting", "campaign_id", "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    text: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    seen_at: Mapped[datetime | None] = mapped_column(Instant)  # the answer, by who asked
    is_shared: Mapped[bool] = mapped_column(default=False)
    shared_as: Mapped[str] = mapped_column(sa.String(500), default="")  # the question, rewritten

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class ExportState(Labelled):
    WAITING = "waiting", "en préparation"
    READY = "ready", "prêt"
    FAILED = "failed", "non préparé"
    EXPIRED = "expired", "effacé"


class Export(Base):
    """A list on its way out: asked with a reason, written by a worker, erased after 48 hours."""

    __tablename__ = "export"
    __table_args__ = (sa.Index("ix_export_state", "state", "expires_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    kind: Mapped[str] = mapped_column(sa.String(24))  # people, calls, needs, journal, communes…
    form: Mapped[str] = mapped_column(sa.String(8))  # xlsx, csv, jsonl
    is_named: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    chosen: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # which, since when
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    state: Mapped[ExportState] = mapped_column(
        choice(ExportState, "state_known"), default=ExportState.WAITING
    )
    done: Mapped[int] = mapped_column(default=0)  # rows written so far
    total: Mapped[int | None]
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)  # sealed
    ready_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    fetched_at: Mapped[datetime | None] = mapped_column(Instant)  # the last time
    error: Mapped[str] = mapped_column(sa.String(200), default="")
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    lease_token: Mapped[str | None] = mapped_column(sa.String(32))

    asked_by: Mapped[User] = relationship()
