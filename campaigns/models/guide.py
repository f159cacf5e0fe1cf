"""The call guide: its published versions, the draft being written, what is switched on when."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.base import Base, Instant, Labelled, choice


class GuideVersion(Base):
    """One published text of the call guide; every call keeps the version it used."""

    __tablename__ = "guide_version"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int]
    markdown: Mapped[str] = mapped_column(sa.Text)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(sa.String(200), default="")  # what changed, in a few words


class GuideDraft(Base):
    """The next version, being written; nobody who calls reads it."""

    __tablename__ = "guide_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), unique=True)
    markdown: Mapped[str] = mapped_column(sa.Text)
    from_number: Mapped[int]  # the version it started from
    edited_at: Mapped[datetime] = mapped_column(Instant)
    edited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class SwitchMode(Labelled):
    """When a variant or seasonal insert of the guide is read."""

    ON = "on", "toujours"
    OFF = "off", "jamais"
    DATES = "dates", "entre deux dates"


class GuideSwitch(Base):
    """A part of the guide that comes and goes: heat, cold, an epidemic (V26)."""

    __tablename__ = "guide_switch"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "section"),
        sa.CheckConstraint("first_on <= last_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    section: Mapped[str] = mapped_column(sa.String(80))  # ``guide_text.Section.id``
    mode: Mapped[SwitchMode] = mapped_column(choice(SwitchMode, "mode_known"))
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
