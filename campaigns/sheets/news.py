"""Whether anything is to be said on a sheet beside its lines: one question before the others."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import rows, weeks
from campaigns.models import (
    Alarm,
    Announcement,
    AnnouncementRead,
    Campaign,
    CareRequest,
    GoodNews,
    Instant,
    Line,
    Need,
    NeedQuestion,
    Question,
    Review,
    Sheet,
    SheetNotice,
    SoftLock,
    User,
)

_LONG = timedelta(days=60)  # longer than any news stays on a sheet


class News(NamedTuple):
    """What may have to be read: False is sure, True is to be asked of the room it is about.

    ``remarks`` is how many words of the coordination were not read yet.
    """

    notices: bool
    questions: bool
    joined: bool
    remarks: int
    alarms: bool
    good: bool
    announced: bool
    answers: bool
    held: bool
    offered: bool


def of(session: Session, user: User, campaign: Campaign, *, at: datetime) -> News:
    """What may have to be said to a caller on their sheet. One statement, by indexes."""
    asked = {
        "user_id": user.id,
        "campaign_id": campaign.id,
        "since": at - _LONG,
        "today": weeks.local_day(at),
        "now": at,
    }
    return News._make(rows.read(session, _ANY, asked).one())


def _one(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.select(sa.literal_column("1")).where(*conditions).exists()


_ME = sa.bindparam("user_id", type_=sa.Integer)
_CAMPAIGN = sa.bindparam("campaign_id", type_=sa.Integer)
_SINCE = sa.bindparam("since", type_=Instant())
_TODAY = sa.bindparam("today", type_=sa.Date)
_NOW = sa.bindparam("now", type_=Instant())
_ANY = sa.select(
    _one(
        SheetNotice.sheet_id == Sheet.id, Sheet.volunteer_id == _ME, SheetNotice.seen_at.is_(None)
    ),
    _one(NeedQuestion.to_id == _ME, NeedQuestion.answered_at.is_(None)),
    # Of the needs, those that were joined: the index on the need they go on with has few.
    _one(Need.joined_to_id > 0, Need.closed_at > _SINCE),
    sa.select(sa.func.count())
    .select_from(Review)
    .where(
        Review.volunteer_id == _ME,
        Review.reviewed_at.is_not(None),
        Review.remark != "",
        Review.seen_at.is_(None),
    )
    .scalar_subquery(),
    _one(
        Alarm.campaign_id == _CAMPAIGN,
        Alarm.closed_at >= _SINCE,
        sa.or_(Alarm.volunteer_id == _ME, Alarm.opened_by_id == _ME, Alarm.volunteer_id.is_(None)),
    ),
    _one(GoodNews.campaign_id == _CAMPAIGN, GoodNews.shared_at.is_not(None)),
    _one(
        Announcement.campaign_id == _CAMPAIGN,
        Announcement.last_on >= _TODAY,
        Announcement.withdrawn_at.is_(None),
        ~_one(
            AnnouncementRead.announcement_id == Announcement.id, AnnouncementRead.user_id == _ME
        ).correlate(Announcement),
    ),
    _one(
        Question.user_id == _ME,
        Question.campaign_id == _CAMPAIGN,
        Question.answered_at.is_not(None),
        Question.seen_at.is_(None),
    ),
    # A colleague has a household of one's lines open now.
    _one(
        Sheet.volunteer_id == _ME,
        Line.sheet_id == Sheet.id,
        Line.closed_at.is_(None),
        SoftLock.household_id == Line.household_id,
        SoftLock.user_id != _ME,
        SoftLock.until > _NOW,
    ),
    # The coordination proposes a word.
    _one(
        CareRequest.campaign_id == _CAMPAIGN,
        CareRequest.volunteer_id == _ME,
        CareRequest.closed_at.is_(None),
    ),
)
