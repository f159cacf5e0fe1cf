"""Mails that must leave: rows first, the server later."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.models.base import Base, Instant, Labelled, choice


class MailState(Labelled):
    WAITING = "waiting", "à envoyer"
    SENT = "sent", "envoyé"
    REFUSED = "refused", "refusé par le serveur"
    BY_HAND = "by_hand", "à traiter à la main"


class OutgoingMail(Base):
    """One mail to one recipient. ``about`` holds ids only; the text is made when it leaves.

    ``dedup_key`` is what makes a second posting harmless.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_together"),
        sa.Index("ix_outgoing_mail_due", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    to_address: Mapped[str] = mapped_column(sa.String(254))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    about: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # ids and counts by name, no words
    state: Mapped[MailState] = mapped_column(
        choice(MailState, "state_known"), default=MailState.WAITING
    )
    posted_at: Mapped[datetime] = mapped_column(Instant)
    next_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    lease_token: Mapped[str | None] = mapped_column(sa.String(32))
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    handled_at: Mapped[datetime | None] = mapped_column(Instant)  # a failed one, dealt with
    handled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    last_reply: Mapped[str] = mapped_column(sa.String(120), default="")  # code only, never the text
