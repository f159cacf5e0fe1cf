"""Reports as the page sent them, and the calls they log."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.account import User
from campaigns.models.base import Base, Instant, choice
from campaigns.models.person import Person
from campaigns.models.sheet import Line
from campaigns.retry.answers import Mood
from campaigns.retry.rules import Wish


class Report(Base):
    """One sending of the call page. Its client-made key makes a second sending harmless."""

    __tablename__ = "report"
    __table_args__ = (sa.UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(
        sa.String(64)
    )  # of what was sent: tells a replay from a change
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("line.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
    said: Mapped[str] = mapped_column(sa.String(300), default="")  # what comes next, as told


class Call(Base):
    """One attempt to reach one person, and its outcome (a code of ``issues_appel.csv``)."""

    __tablename__ = "call"
    __table_args__ = (
        sa.UniqueConstraint("report_id", "person_id"),
        sa.Index("ix_call_enrolment_at", "enrolment_id", "at"),
        sa.Index("ix_call_campaign_at", "campaign_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"))
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("line.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    # Without the index each number that is forgotten reads every call, to check that none names it.
    phone_id: Mapped[int | None] = mapped_column(sa.ForeignKey("phone.id"), index=True)
    guide_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guide_version.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(sa.String(20))
    is_conversation: Mapped[bool]
    mood: Mapped[Mood | None] = mapped_column(choice(Mood, "mood_known"))
    wish: Mapped[Wish | None] = mapped_column(choice(Wish, "wish_known"))
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    is_heavy: Mapped[bool] = mapped_column(default=False)  # « appel difficile »
    caller_mood: Mapped[str] = mapped_column(sa.String(12), default="")  # after a hard call
    rang_back: Mapped[bool] = mapped_column(default=False)  # the person rang, not the volunteer
    corrected_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship()
    volunteer: Mapped[User] = relationship()
    line: Mapped[Line] = relationship()


class CallRevision(Base):
    """What a report said before its volunteer corrected it, the same day."""

    __tablename__ = "call_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


class ReportDraft(Base):
    """A report as it is being typed: it survives a closed tab and an ended session."""

    __tablename__ = "report_draft"
    __table_args__ = (sa.UniqueConstraint("user_id", "line_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("line.id"), index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # as the form sends them
    kept_at: Mapped[datetime] = mapped_column(Instant)
