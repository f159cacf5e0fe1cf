"""Who can be told, and how: an address, a mailbox, a mobile telephone, or nothing of these."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Enrolment, Labelled, Person, Phone, Wish

# Numbering plan of ARCEP: mobiles of France, then of each overseas département.
_MOBILES = ("+336", "+337", "+26269", "+59069", "+59469", "+59669")


class Channel(Labelled):
    """How somebody is told."""

    LETTER = "letter", "lettre"
    MAIL = "mail", "courriel"
    SMS = "sms", "SMS"


@dataclass(frozen=True, slots=True)
class Reach:
    """People of a campaign by what may be done: counts.

    ``waiting`` are those not told yet, by channel they could be told by (one may count in several);
    ``unreachable`` have no channel at all, ``left_out`` object, left or are kept aside.
    """

    people: int
    left_out: int
    told: Mapping[Channel, int]
    waiting: Mapping[Channel, int]
    unreachable: int

    @property
    def told_count(self) -> int:
        """How many were told, whatever the channel."""
        return sum(self.told.values())

    @property
    def waiting_count(self) -> int:
        """How many were not told yet, with or without a channel."""
        return self.people - self.left_out - self.told_count


def may_be_told(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    """In the campaign, and nobody said no: neither they, nor a list that keeps them aside."""
    return (
        Enrolment.campaign_id == campaign.id,
        Enrolment.wish != Wish.NEVER,
        Person.stop.is_(None),
        Person.hold.is_(None),
        Person.merged_into_id.is_(None),
        Person.forgotten_at.is_(None),
    )


def by(channel: Channel) -> sa.ColumnElement[bool]:
    """Whether a person can be told by a channel."""
    if channel is Channel.LETTER:
        return sa.and_(Person.address != "", Person.postal_code != "", Person.town != "")
    if channel is Channel.MAIL:
        return Person.email != ""
    return (
        sa.select(sa.literal(1))
        .where(Phone.person_id == Person.id, Phone.invalid_at.is_(None), is_mobile())
        .exists()
    )


def is_mobile() -> sa.ColumnElement[bool]:
    """Whether a number takes text messages."""
    return sa.or_(*(Phone.e164.startswith(prefix, autoescape=True) for prefix in _MOBILES))


def reach(session: Session, campaign: Campaign) -> Reach:
    """Count who was told, who waits and how they could be, in two questions."""
    not_told = Enrolment.noticed_at.is_(None)
    channels = list(Channel)
    can = [sa.and_(not_told, by(channel)) for channel in channels]
    told = [sa.and_(~not_told, Enrolment.notice_channel == each.value) for each in channels]
    row = session.execute(
        sa.select(
            sa.func.count(),
            *(_sum(one) for one in (*can, *told, sa.and_(not_told, *(~by(c) for c in channels)))),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(*may_be_told(campaign))
    ).one()
    eligible, *counts, unreachable = (int(value or 0) for value in row)
    everybody = sa.select(sa.func.count()).where(Enrolment.campaign_id == campaign.id)
    people = session.scalar(everybody) or 0
    return Reach(
        people=people,
        left_out=people - eligible,
        waiting=dict(zip(channels, counts[:3], strict=True)),
        told=dict(zip(channels, counts[3:], strict=True)),
        unreachable=unreachable,
    )


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
