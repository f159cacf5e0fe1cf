"""The organisation (one a database), its campaigns, the acts of its calendar."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.base import Base, Instant, Labelled, choice


class CampaignState(Labelled):
    DRAFT = "draft", "en préparation"
    PILOT = "pilot", "pilote"
    OPEN = "open", "ouverte"
    PAUSED = "paused", "en pause"
    CLOSED = "closed", "terminée"


class Organisation(Base):
    """Who calls: a Département, a commune or its CCAS. One row, one database."""

    __tablename__ = "organisation"
    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(sa.String(200))
    of_name: Mapped[str] = mapped_column(sa.String(200))  # « du Département de la Somme »
    departement: Mapped[str] = mapped_column(sa.String(3))
    territory_word: Mapped[str] = mapped_column(sa.String(60), default="territoire")
    coordination_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    switchboard_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    coordination_email: Mapped[str] = mapped_column(sa.String(254), default="")
    on_call_phone: Mapped[str] = mapped_column(sa.String(20), default="")  # empty: nobody is
    on_call_hours: Mapped[str] = mapped_column(sa.String(120), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    dpo_contact: Mapped[str] = mapped_column(sa.String(200), default="")  # said in notices
    # ``directory.Region``, whose public holidays count; empty: that of the département.
    holidays_region: Mapped[str] = mapped_column(sa.String(4), default="")
    # What differs from the usual opening hours: weekday → hours, « {"4": [["09:00", "12:00"]]} ».
    opening_hours: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    closed_days: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # [first, last, why]
    # Outlines of the communes, simplified, of a département whose file was brought.
    outlines: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)


class Campaign(Base):
    """A list, a guide, a rhythm and thresholds."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[CampaignState] = mapped_column(
        choice(CampaignState, "state_known"), default=CampaignState.DRAFT
    )
    sweep_percent: Mapped[int] = mapped_column(default=40)  # share of places kept for first calls
    pace: Mapped[int] = mapped_column(default=12)  # households a half-day
    own_commune_allowed: Mapped[bool] = mapped_column(default=True)
    # What differs from ``retry.Rules``: contact hours, gaps, attempts.
    rules: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    auto_publish: Mapped[bool] = mapped_column(default=False)  # Friday noon, if nobody did
    training_required: Mapped[bool] = mapped_column(default=False)
    paper_allowed: Mapped[bool] = mapped_column(default=False)  # printed sheets and workbooks
    paper_full_names: Mapped[bool] = mapped_column(default=False)  # else initials
    asks_contact: Mapped[bool] = mapped_column(default=False)  # during a call: who to notify
    is_register: Mapped[bool] = mapped_column(default=False)  # serves a commune’s emergency plan
    heat_until: Mapped[date | None]  # heat-alert rhythm, up to this day included
    # What differs from the defaults of the rooms: silence, reviews, hard calls, links.
    thresholds: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant)
    preset: Mapped[str] = mapped_column(sa.String(24), default="")  # what it was made from
    copied_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("campaign.id"))
    opened_at: Mapped[datetime | None] = mapped_column(Instant)  # pilot or open, the first time
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    purpose: Mapped[str] = mapped_column(sa.String(300), default="")  # finalité
    legal_basis: Mapped[str] = mapped_column(sa.String(200), default="")
    help_room_url: Mapped[str] = mapped_column(sa.String(300), default="")
    is_public: Mapped[bool] = mapped_column(default=False)  # weekly figures on a public page
    # Steps of the launch that somebody ticked, with when and by whom.
    checklist: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    # Counts kept when the rows behind them were forgotten.
    final_counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)

    @property
    def is_running(self) -> bool:
        """Whether people are called in it now."""
        return self.state in {CampaignState.PILOT, CampaignState.OPEN}

    __table_args__ = (
        sa.CheckConstraint("sweep_percent BETWEEN 0 AND 100", name="sweep_percent_range"),
        sa.CheckConstraint("pace BETWEEN 1 AND 60", name="pace_range"),
    )


class Occurrence(Base):
    """A periodic act that took place, once for its period, even when it had nothing to send."""

    __tablename__ = "occurrence"
    __table_args__ = (sa.UniqueConstraint("kind", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    period: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(Instant)
    produced: Mapped[int] = mapped_column(default=0)
