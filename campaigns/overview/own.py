"""What one volunteer did, for themselves alone: no score, nobody to be compared with (V19)."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from campaigns import needs, reference
from campaigns.models import Call, Campaign, GoodNews, GoodNewsKind, Need, NeedState, Result, User

_HELPED = (Result.SOLVED, Result.PARTLY)
_KEPT = 15  # needs and thank-yous a page shows
_THANKS = (GoodNewsKind.THANKS, GoodNewsKind.STORY)


@dataclass(frozen=True, slots=True)
class OwnNeed:
    """A need this volunteer raised, without a name: what it is about and what became of it."""

    reference: str
    about: str
    raised_at: datetime
    is_closed: bool
    told: str


@dataclass(frozen=True, slots=True)
class Own:
    """``people`` counts whom they spoke to, once each; ``solved`` the needs that were answered
    in full or in part."""

    calls: int
    conversations: int
    people: int
    raised: int
    solved: int
    needs: tuple[OwnNeed, ...]
    thanks: tuple[GoodNews, ...]


def own(session: Session, user: User, campaign: Campaign) -> Own:
    """The calls, needs and thank-yous of a volunteer in a campaign, newest first.

    A sensitive need says neither its subject nor its course: others may look over a shoulder.
    """
    talked = sa.case((Call.is_conversation, Call.person_id))
    made = session.execute(
        sa.select(
            sa.func.count(Call.id).label("calls"),
            sa.func.count(talked).label("conversations"),
            sa.func.count(sa.distinct(talked)).label("people"),
        ).where(Call.volunteer_id == user.id, Call.campaign_id == campaign.id)
    ).one()
    mine = (Need.raised_by_id == user.id, Need.campaign_id == campaign.id)
    solved = sa.case((Need.result.in_(_HELPED), 1))
    raised = session.execute(
        sa.select(
            sa.func.count(Need.id).label("every"), sa.func.count(solved).label("solved")
        ).where(*mine)
    ).one()
    return Own(
        calls=made.calls,
        conversations=made.conversations,
        people=made.people,
        raised=raised.every,
        solved=raised.solved,
        needs=tuple(_told(need) for need in _newest(session, mine)),
        thanks=_thanks(session, user, campaign),
    )


def _newest(session: Session, mine: tuple[sa.ColumnElement[bool], ...]) -> list[Need]:
    return list(
        session.scalars(
            sa.select(Need)
            .where(*mine)
            .options(selectinload(Need.steps))
            .order_by(Need.id.desc())
            .limit(_KEPT)
        )
    )


def _told(need: Need) -> OwnNeed:
    is_closed = need.state is NeedState.CLOSED
    if need.is_sensitive:
        about, told = "Signalement confié à la coordination", "Des professionnels s’en occupent."
    else:
        about = reference.categories()[need.category].label
        told = needs.say_to_volunteer(need)
    return OwnNeed(need.reference, about, need.raised_at, is_closed, told)


def _thanks(session: Session, user: User, campaign: Campaign) -> tuple[GoodNews, ...]:
    return tuple(
        session.scalars(
            sa.select(GoodNews)
            .where(
                GoodNews.by_id == user.id,
                GoodNews.campaign_id == campaign.id,
                GoodNews.kind.in_(_THANKS),
            )
            .order_by(GoodNews.at.desc(), GoodNews.id.desc())
            .limit(_KEPT)
        )
    )
