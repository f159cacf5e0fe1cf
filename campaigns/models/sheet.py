"""The split of a week, its sheets and their lines."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.base import Base, Instant, Labelled, choice
from campaigns.models.person import Household


class Stream(Labelled):
    """Why a household is called this week, in the order it is served."""

    APPOINTMENT = "appointment", "rappel convenu"
    ALARM = "alarm", "suite d’une alerte"
    ROSTER = "roster", "appel régulier"
    RETRY = "retry", "pas encore jointe"
    SWEEP = "sweep", "premier appel"


class WeekPlan(Base):
    """The split proposed for a week, then published."""

    __tablename__ = "week_plan"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    week: Mapped[str] = mapped_column(sa.String(8))
    computed_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    summary: Mapped[dict[str, Any]] = mapped_column(
        sa.JSON, default=dict
    )  # the shape of `plan --json`


class Sheet(Base):
    """What one volunteer calls in one week."""

    __tablename__ = "sheet"
    __table_args__ = (sa.UniqueConstraint("plan_id", "volunteer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("week_plan.id"))
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    capacity: Mapped[int] = mapped_column(default=0)
    half_days: Mapped[int] = mapped_column(default=0)

    plan: Mapped[WeekPlan] = relationship()


class Line(Base):
    """One household on a sheet, with the sentence that says why."""

    __tablename__ = "line"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "household_id"),
        sa.Index("ix_line_sheet_open", "sheet_id", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("week_plan.id"))
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"))
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), index=True)
    position: Mapped[int]
    stream: Mapped[Stream] = mapped_column(choice(Stream, "stream_known"))
    kept_voice: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(sa.String(300))
    next_at: Mapped[datetime | None] = mapped_column(Instant)  # not before this instant
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    moved_at: Mapped[datetime | None] = mapped_column(Instant)  # given during the week
    moved_why: Mapped[str] = mapped_column(sa.String(200), default="")

    sheet: Mapped[Sheet] = relationship()
    household: Mapped[Household] = relationship()


class LeftOut(Base):
    """A household the split could not place, and why."""

    __tablename__ = "left_out"
    __table_args__ = (sa.UniqueConstraint("plan_id", "household_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("week_plan.id"))
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"))
    reason: Mapped[str] = mapped_column(sa.String(24))
    since_on: Mapped[date | None]


class SkipReason(Labelled):
    """Why a volunteer passes a household on."""

    KNOWN = "known", "Je connais cette personne"
    HEAVY = "heavy", "Appel trop lourd pour moi aujourd’hui"
    LANGUAGE = "language", "Nous n’avons pas de langue commune"
    OTHER = "other", "Autre raison"


class Skip(Base):
    """A household a volunteer passed on, and why."""

    __tablename__ = "skip"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("week_plan.id"))
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    reason: Mapped[SkipReason] = mapped_column(choice(SkipReason, "reason_known"))
    at: Mapped[datetime] = mapped_column(Instant)


class SheetNotice(Base):
    """A sentence a volunteer reads on their sheet when it changed during the week."""

    __tablename__ = "sheet_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    say: Mapped[str] = mapped_column(sa.String(300))
    at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)


class SoftLock(Base):
    """« Appel en cours par Paul »: a household somebody has open; it warns and frees itself."""

    __tablename__ = "soft_lock"

    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)


class IssuedSheet(Base):
    """A sheet that left the screen, on paper or as a workbook, and what stood on it.

    ``lines`` are ``[line, household, [people]]`` in the order printed, frozen when it left
    (bare line ids on the first sheets); the code of each is derived from ``number`` and its
    place. « À détruire » at the week's end.
    """

    __tablename__ = "issued_sheet"
    __table_args__ = (sa.CheckConstraint("kind IN ('pdf', 'xlsx')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(4))
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    with_names: Mapped[bool] = mapped_column(default=False)
    lines: Mapped[list[Any]] = mapped_column(sa.JSON)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class ReturnedSheet(Base):
    """A filled sheet that came back: its rows, what became of each, and what waits for a choice."""

    __tablename__ = "returned_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    issued_id: Mapped[int] = mapped_column(sa.ForeignKey("issued_sheet.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    returned_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    report: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
