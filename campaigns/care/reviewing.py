"""Reports read again by the coordination, and the kind remark their volunteer receives (L21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from campaigns import journal
from campaigns.care.sampling import Sampling, draw
from campaigns.models import Call, Campaign, Need, Review, ReviewWhy, Role, User
from campaigns.reference.table import rows
from campaigns.refusal import Refusal

REMARK_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """A report to read again, with the needs noted in the same call."""

    review: Review
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many reports of a volunteer wait, and how many were read; by name, never by number."""

    volunteer: str
    waiting: int
    read: int


def sample(
    session: Session,
    call: Call,
    *,
    campaign: Campaign,
    by: User,
    has_needs: bool,
    at: datetime,
) -> Review | None:
    """Ask for a report that was just saved to be read again, when its turn has come.

    Only what a volunteer wrote themselves and that says something: a conversation, a note, a need.
    Costs one bounded count on the index of the volunteer's calls, and one INSERT when it is drawn;
    nothing for a call without an answer. ``call`` needs not be flushed.
    """
    if by.role is not Role.VOLUNTEER or not (call.is_conversation or call.note or has_needs):
        return None
    rule = Sampling.of(campaign.thresholds)
    drawn = draw(campaign_id=campaign.id, report_id=call.report_id)
    before = _reports_before(session, call, limit=rule.reach(drawn))
    if not rule.is_read_again(drawn=drawn, before=before):
        return None
    review = Review(
        campaign_id=campaign.id,
        call=call,
        volunteer_id=by.id,
        why=ReviewWhy.FIRST if before < rule.first else ReviewWhy.SAMPLE,
        asked_at=at,
    )
    session.add(review)
    return review


def is_asked(session: Session, call: Call) -> bool:
    """Whether this call is among those to read again, or was read."""
    return session.scalar(sa.select(Review.id).where(Review.call_id == call.id)) is not None


def waiting_count(session: Session, campaign: Campaign) -> int:
    """How many reports are waiting to be read again."""
    return session.scalar(sa.select(sa.func.count()).where(*_waits(campaign))) or 0


def to_read(session: Session, campaign: Campaign, *, after: int = 0) -> Reading | None:
    """The oldest report that waits, after the one numbered ``after``; else the oldest of all."""
    query = sa.select(Review).where(*_waits(campaign)).order_by(Review.id <= after, Review.id)
    review = session.scalars(query.options(*_WITH).limit(1)).first()
    return None if review is None else _reading(session, review)


def one(session: Session, campaign: Campaign, review_id: int) -> Reading | None:
    """One report of the campaign to read again, or None."""
    query = sa.select(Review).where(Review.id == review_id, Review.campaign_id == campaign.id)
    review = session.scalars(query.options(*_WITH)).first()
    return None if review is None else _reading(session, review)


def read(session: Session, review: Review, *, remark: str, by: User, at: datetime) -> None:
    """Note that a report was read; an empty remark says « rien à redire, merci ».

    Refusal when the remark is too long, or a colleague was first: their words are not replaced.
    """
    words = " ".join(remark.split())
    if len(words) > REMARK_LENGTH:
        raise Refusal(f"Raccourcissez : {REMARK_LENGTH} caractères au plus.", field="remark")
    kept = session.execute(
        sa.update(Review)
        .where(Review.id == review.id, Review.reviewed_at.is_(None))
        .values(reviewed_at=at, reviewed_by_id=by.id, remark=words)
        .returning(Review.id)
    ).first()
    if kept is None:
        raise Refusal(
            "Ce compte rendu vient d’être relu par un collègue. Sa remarque est gardée, "
            "la vôtre n’est pas partie."
        )
    session.refresh(review)
    journal.record(session, "report_reviewed", about=review, by=by, at=at)


def tallies(session: Session, campaign: Campaign) -> list[Tally]:
    """What was read and what waits, by the name of each volunteer."""
    is_read = sa.case((Review.reviewed_at.is_not(None), 1), else_=0)
    found = session.execute(
        sa.select(
            User.first_name,
            User.last_name,
            sa.func.count(Review.id).label("every"),
            sa.func.sum(is_read).label("read"),
        )
        .join(User, User.id == Review.volunteer_id)
        .where(Review.campaign_id == campaign.id)
        .group_by(User.id, User.first_name, User.last_name)
        .order_by(User.last_name, User.first_name, User.id)
    )
    return [
        Tally(f"{row.first_name} {row.last_name}".strip(), row.every - row.read, row.read)
        for row in found
    ]


def received(session: Session, user: User, *, limit: int = 20) -> list[Review]:
    """The remarks a volunteer received, newest first."""
    return list(
        session.scalars(
            sa.select(Review)
            .where(
                Review.volunteer_id == user.id,
                Review.reviewed_at.is_not(None),
                Review.remark != "",
            )
            .options(joinedload(Review.call))
            .order_by(Review.reviewed_at.desc(), Review.id.desc())
            .limit(limit)
        )
    )


def seen(session: Session, user: User, *, up_to: int, at: datetime) -> None:
    """Note that a volunteer read their remarks, those reviewed up to the one numbered ``up_to``
    of the page they had before them."""
    last = session.scalar(
        sa.select(Review.reviewed_at).where(Review.id == up_to, Review.volunteer_id == user.id)
    )
    if last is None:
        return
    session.execute(
        sa.update(Review)
        .where(
            Review.volunteer_id == user.id,
            Review.seen_at.is_(None),
            Review.reviewed_at <= last,
        )
        .values(seen_at=at)
    )


@cache
def remarks() -> Sequence[str]:
    """The kind remarks proposed to the coordination, to choose and adapt."""
    text = files(__package__).joinpath("remarks.csv").read_text(encoding="utf-8")
    return tuple(row.text("words") for row in rows("remarks.csv", text, "code words"))


_WITH = (joinedload(Review.call), joinedload(Review.volunteer))
# Asked by every report that says something: built once.
_BEFORE = sa.select(sa.func.count()).select_from(
    sa.select(sa.literal(1))
    .where(
        Call.volunteer_id == sa.bindparam("volunteer_id"),
        Call.campaign_id == sa.bindparam("campaign_id"),
        Call.report_id < sa.bindparam("report_id"),  # a corrected report keeps its turn
        sa.or_(Call.is_conversation, Call.note != ""),
    )
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .subquery()
)


def _waits(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    return (Review.campaign_id == campaign.id, Review.reviewed_at.is_(None))


def _reports_before(session: Session, call: Call, *, limit: int) -> int:
    """How many reports worth reading came before, at most ``limit``."""
    asked = {
        "volunteer_id": call.volunteer_id,
        "campaign_id": call.campaign_id,
        "report_id": call.report_id,
        "limit": limit,
    }
    return session.scalar(_BEFORE, asked) or 0


def _reading(session: Session, review: Review) -> Reading:
    needs = session.scalars(sa.select(Need).where(Need.call_id == review.call_id).order_by(Need.id))
    return Reading(review, tuple(needs))
