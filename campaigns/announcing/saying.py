"""A short word of the lead, above every volunteer's sheet until they have read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, once, weeks
from campaigns.models import (
    Announcement,
    AnnouncementRead,
    Campaign,
    Membership,
    Role,
    User,
)
from campaigns.refusal import Refusal

LONGEST = 600  # characters
FARTHEST = timedelta(days=92)
_MOST = 50


@dataclass(frozen=True, slots=True)
class Told:
    """An announcement as the lead follows it: how many of today's volunteers said they read it."""

    announcement: Announcement
    read_count: int
    is_shown: bool


def say(
    session: Session, campaign: Campaign, text: str, *, until: date, by: User, at: datetime
) -> Announcement:
    """Show a short word to every volunteer, up to the day ``until`` included.

    Refusal (field ``text`` or ``until``) when it is empty or too long, or the day is past or too
    far.
    """
    said, today = text.replace("\r\n", "\n").strip(), weeks.local_day(at)
    if not said:
        raise Refusal("Écrivez le mot à dire aux volontaires.", field="text")
    if len(said) > LONGEST:
        raise Refusal(f"{LONGEST} signes au plus : gardez l’essentiel.", field="text")
    if until < today:
        raise Refusal("Ce jour est passé : choisissez aujourd’hui ou plus tard.", field="until")
    if until > today + FARTHEST:
        raise Refusal(
            "Trois mois au plus : un mot qui dure plus longtemps a sa place dans le guide.",
            field="until",
        )
    made = Announcement(campaign_id=campaign.id, text=said, by_id=by.id, at=at, last_on=until)
    session.add(made)
    session.flush()  # the journal needs made.id
    journal.record(session, "announcement_made", about=made, by=by, at=at)
    return made


def withdraw(session: Session, announcement: Announcement, *, by: User, at: datetime) -> None:
    """Take it away from every sheet at once; withdrawn already, nothing changes."""
    session.refresh(announcement, with_for_update={"of": Announcement})
    if announcement.withdrawn_at is None:
        announcement.withdrawn_at = at
        journal.record(session, "announcement_withdrawn", about=announcement, by=by, at=at)
        session.flush()  # who looks under the lock next sees it


def one(session: Session, campaign: Campaign, announcement_id: int) -> Announcement | None:
    """One announcement of the campaign."""
    return session.scalar(
        sa.select(Announcement).where(
            Announcement.id == announcement_id, Announcement.campaign_id == campaign.id
        )
    )


def unread(
    session: Session, campaign: Campaign, user: User, *, at: datetime
) -> Sequence[Announcement]:
    """What is shown today and this user has not said they read, the oldest first."""
    was_read = (
        sa.select(sa.literal(1))
        .where(
            AnnouncementRead.announcement_id == Announcement.id,
            AnnouncementRead.user_id == user.id,
        )
        .exists()
    )
    return session.scalars(
        sa.select(Announcement)
        .where(
            Announcement.campaign_id == campaign.id,
            Announcement.withdrawn_at.is_(None),
            Announcement.last_on >= weeks.local_day(at),
            ~was_read,
        )
        .order_by(Announcement.at, Announcement.id)
        .limit(_MOST)
    ).all()


def read(session: Session, announcement: Announcement, *, by: User, at: datetime) -> bool:
    """« J’ai lu »: it leaves this volunteer's sheet. False when they had said so already."""
    return once.add(
        session, AnnouncementRead, announcement_id=announcement.id, user_id=by.id, at=at
    )


def told(session: Session, campaign: Campaign, *, at: datetime) -> list[Told]:
    """The campaign's announcements with their readers, the newest first."""
    reads = (
        sa.select(sa.func.count())
        .select_from(AnnouncementRead)
        .where(
            AnnouncementRead.announcement_id == Announcement.id,
            AnnouncementRead.user_id.in_(_volunteers(campaign)),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Announcement, reads)
        .where(Announcement.campaign_id == campaign.id)
        .order_by(Announcement.at.desc(), Announcement.id.desc())
        .limit(_MOST)
    ).all()
    today = weeks.local_day(at)
    return [
        Told(row, count, is_shown=row.withdrawn_at is None and row.last_on >= today)
        for row, count in rows
    ]


def reader_count(session: Session, campaign: Campaign) -> int:
    """How many volunteers may read an announcement today."""
    found = sa.select(sa.func.count()).select_from(_volunteers(campaign).subquery())
    return session.scalar(found) or 0


def _volunteers(campaign: Campaign) -> sa.Select[int]:
    return (
        sa.select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.campaign_id == campaign.id,
            User.role == Role.VOLUNTEER,
            User.disabled_at.is_(None),
        )
    )
