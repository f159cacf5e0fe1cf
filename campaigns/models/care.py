"""Care for who calls: first days, reviews of first reports, hard calls, good moments."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaigns.models.account import User
from campaigns.models.base import Base, Instant, Labelled, choice
from campaigns.models.call import Call


class QuizAttempt(Base):
    """The five questions at the end of the training, answered once; as often as one likes."""

    __tablename__ = "quiz_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    answers: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # choice by question
    right: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)


class Rehearsal(Base):
    """A call on a person who does not exist, done before the first real name is shown."""

    __tablename__ = "rehearsal"
    __table_args__ = (sa.UniqueConstraint("user_id", "scenario"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    scenario: Mapped[str] = mapped_column(sa.String(40))
    done_at: Mapped[datetime] = mapped_column(Instant)


class ReviewWhy(Labelled):
    """Why a report is read again by the coordination."""

    FIRST = "first", "un des dix premiers comptes rendus"
    SAMPLE = "sample", "tiré au sort"


class Review(Base):
    """A report the coordination reads again, with the kind remark the volunteer receives."""

    __tablename__ = "review"
    __table_args__ = (sa.Index("ix_review_waiting", "campaign_id", "reviewed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("call.id"), unique=True)
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    why: Mapped[ReviewWhy] = mapped_column(choice(ReviewWhy, "why_known"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    remark: Mapped[str] = mapped_column(sa.String(500), default="")
    seen_at: Mapped[datetime | None] = mapped_column(Instant)  # by the volunteer

    call: Mapped[Call] = relationship()
    volunteer: Mapped[User] = relationship(foreign_keys=[volunteer_id])


class CareKind(Labelled):
    """What a volunteer asks of the coordination, for themselves."""

    DIFFICULT = "difficult", "appel difficile"
    TALK = "talk", "souhaite en parler"
    DEBRIEF = "debrief", "débriefing après une urgence"


class CareRequest(Base):
    """Somebody who called needs to be called: the same day, by the coordination."""

    __tablename__ = "care_request"
    __table_args__ = (sa.Index("ix_care_request_open", "campaign_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    volunteer_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"), index=True)
    need_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need.id"), index=True)
    kind: Mapped[CareKind] = mapped_column(choice(CareKind, "kind_known"))
    words: Mapped[str] = mapped_column(sa.String(300), default="")
    asked_at: Mapped[datetime] = mapped_column(Instant)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(sa.String(300), default="")

    volunteer: Mapped[User] = relationship(foreign_keys=[volunteer_id])
    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id])


class GoodNewsKind(Labelled):
    """What goes into the box of good moments."""

    THANKS = "thanks", "un merci"
    STORY = "story", "un bon moment"
    OFFER = "offer", "une aide proposée"


class GoodNews(Base):
    """A thank-you, a good moment, an offer of help: apart from needs, told without any name."""

    __tablename__ = "good_news"
    __table_args__ = (sa.Index("ix_good_news_campaign_at", "campaign_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[GoodNewsKind] = mapped_column(choice(GoodNewsKind, "kind_known"))
    text: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime] = mapped_column(Instant)
    shared_at: Mapped[datetime | None] = mapped_column(Instant)  # read again, may be told to all
    settled_at: Mapped[datetime | None] = mapped_column(Instant)  # an offer: somebody was found
    outcome: Mapped[str] = mapped_column(sa.String(300), default="")
