"""What a coordinator does about a need: questions, vouchers, appointments, stages reached."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.account import User
from campaigns.models.base import Base, Instant, Labelled, choice


class NeedStage(Base):
    """A stage of waiting a need has reached, and who was told; each is reached once."""

    __tablename__ = "need_stage"
    __table_args__ = (sa.UniqueConstraint("need_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"))
    stage: Mapped[str] = mapped_column(sa.String(24))
    reached_at: Mapped[datetime] = mapped_column(Instant)
    told: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)  # ids of users


class NeedQuestion(Base):
    """Something the coordinator asks the volunteer who raised a need, or who calls next."""

    __tablename__ = "need_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    text: Mapped[str] = mapped_column(sa.String(300))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(sa.String(500), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    to: Mapped[User] = relationship(foreign_keys=[to_id])
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])


class VoucherState(Labelled):
    ASKED = "asked", "demandé"
    GRANTED = "granted", "accordé"
    REFUSED = "refused", "refusé"


class Voucher(Base):
    """A « bon solidaire »: asked, then granted with its number or refused with a reason."""

    __tablename__ = "voucher"
    __table_args__ = (
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_together"),
        sa.CheckConstraint("amount_cents >= 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), index=True)
    amount_cents: Mapped[int]
    number: Mapped[str] = mapped_column(sa.String(40), default="")
    state: Mapped[VoucherState] = mapped_column(
        choice(VoucherState, "state_known"), default=VoucherState.ASKED
    )
    why: Mapped[str] = mapped_column(sa.String(300), default="")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))


class DeskSlot(Base):
    """A time at which an office helps with online procedures, for so many people."""

    __tablename__ = "desk_slot"
    __table_args__ = (
        sa.UniqueConstraint("office_id", "starts_at"),
        sa.CheckConstraint("places > 0", name="places_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(sa.ForeignKey("office.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    places: Mapped[int]


class MeetingKind(Labelled):
    OFFICE = "office", "rendez-vous dans un bureau"
    HOME = "home", "visite à domicile"
    PHONE = "phone", "rendez-vous par téléphone"
    DESK = "desk", "aide aux démarches en ligne"


class MeetingState(Labelled):
    PLANNED = "planned", "prévu"
    KEPT = "kept", "a eu lieu"
    MISSED = "missed", "manqué"
    CANCELLED = "cancelled", "annulé"


class Appointment(Base):
    """A date, a place and somebody to meet."""

    __tablename__ = "appointment"

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), index=True)
    slot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("desk_slot.id"), index=True)
    kind: Mapped[MeetingKind] = mapped_column(choice(MeetingKind, "kind_known"))
    at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    with_whom: Mapped[str] = mapped_column(sa.String(120), default="")
    state: Mapped[MeetingState] = mapped_column(
        choice(MeetingState, "state_known"), default=MeetingState.PLANNED
    )
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))


class SavedView(Base):
    """Filters of the inbox a coordinator keeps under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    filters: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


class NeedForm(Base):
    """The organisation's own form for a sensitive category, blank, that its readers fill in."""

    __tablename__ = "need_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(sa.String(24), unique=True)
    filename: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(4))  # pdf, docx, odt
    size: Mapped[int]  # in bytes
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)  # sealed
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
