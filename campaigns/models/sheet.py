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
