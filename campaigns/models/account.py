"""Everybody who signs in: their role, their half-days, their sessions as rows."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.base import Base, Instant, Labelled, choice


class Role(Labelled):
    VOLUNTEER = "volunteer", "volontaire"
    COORDINATOR = "coordinator", "coordination d’un territoire"
    COORDINATION = "coordination", "coordination de la campagne"
    LEAD = "lead", "pilotage"
    DPO = "dpo", "protection des données"


class LinkKind(Labelled):
    """What a mailed link opens, once."""

    WEEKLY = "weekly", "feuille de la semaine"
    AGAIN = "again", "nouveau lien"
    ENROL = "enrol", "première connexion"


class User(Base):
    """Somebody with an account. ``totp_sealed`` is encrypted with a key outside the database."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    first_name: Mapped[str] = mapped_column(sa.String(80))
    last_name: Mapped[str] = mapped_column(sa.String(80), default="")
    role: Mapped[Role] = mapped_column(choice(Role, "role_known"))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    totp_sealed: Mapped[str | None] = mapped_column(sa.String(300))
    totp_last_step: Mapped[int | None]
    wants_summary: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # The volunteer's own settings; unused for other roles.
    languages: Mapped[str] = mapped_column(sa.String(120), default="")
    pace: Mapped[int | None]
    weekly_limit: Mapped[int | None]
    home_insee: Mapped[str | None] = mapped_column(sa.String(5))
    territory_id: Mapped[int | None] = mapped_column(sa.ForeignKey("territory.id"))
    only_territory: Mapped[bool] = mapped_column(default=False)  # calls nobody outside it
    trained_at: Mapped[datetime | None] = mapped_column(Instant)
    suspended_at: Mapped[datetime | None] = mapped_column(Instant)
    charter_at: Mapped[datetime | None] = mapped_column(Instant)  # confidentiality, accepted
    hides_number: Mapped[bool] = mapped_column(default=False)  # dials with #31#
    # Needs by mail: "each" one, one mail a "day", or "urgent" ones alone.
    needs_rhythm: Mapped[str] = mapped_column(sa.String(8), default="each")
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)  # to the day, from the sessions
    inactive_told_at: Mapped[datetime | None] = mapped_column(Instant)  # about to be deleted
    forgotten_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def full_name(self) -> str:
        """« Michelle Petit »."""
        return f"{self.first_name} {self.last_name}".strip()


class Membership(Base):
    """A user takes part in a campaign. Leaving it closes its pages at the next request."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)


class Coverage(Base):
    """A coordinator answers for this territory."""

    __tablename__ = "coverage"
    __table_args__ = (sa.UniqueConstraint("user_id", "territory_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    reads_sensitive: Mapped[bool] = mapped_column(default=False)  # a named reader, by the lead


class Availability(Base):
    """A half-day a volunteer gives every week (weekday 0 is Monday; half is am or pm)."""

    __tablename__ = "availability"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "weekday", "half"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_range"),
        sa.CheckConstraint("half IN ('am', 'pm')", name="half_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    weekday: Mapped[int]
    half: Mapped[str] = mapped_column(sa.String(2))


class Absence(Base):
    """Days a volunteer does not call, or a coordinator is away (with a deputy), both included."""

    __tablename__ = "absence"
    __table_args__ = (sa.CheckConstraint("first_on <= last_on", name="in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    deputy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)


class SignedSession(Base):
    """One open session. The cookie holds a random id, the row only its hash: a copy of the
    cookie dies with the row."""

    __tablename__ = "signed_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInLink(Base):
    """A single-use link. Its token is derived from ``nonce`` with a key outside the database."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(choice(LinkKind, "kind_known"))
    nonce: Mapped[str] = mapped_column(sa.String(43))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInFailure(Base):
    """A failed attempt, counted by account and by network address (both hashed)."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (sa.Index("ix_sign_in_failure_recent", "key_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(Instant)
