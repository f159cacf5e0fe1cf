"""An alert about nobody of a caller's own list: the coordination rings the caller, at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from campaigns import journal, mails, team
from campaigns.care.asking import WITHOUT_RECORD, tell
from campaigns.models import Campaign, CareKind, CareRequest, Role, User

_SAME = timedelta(minutes=10)  # pressed again meanwhile, it is the same alert
_LATE = timedelta(minutes=30)  # as a vital emergency, whatever the hour (decisions.md)
_SHOWN = timedelta(hours=12)
_LONGEST = 300


def sound(
    session: Session, campaign: Campaign, heard: str, words: str = "", *, by: User, at: datetime
) -> CareRequest:
    """Tell the coordination that this caller hears a danger about somebody without a record here.

    An alert of its own, never a postscript to a word asked earlier. Pressed again within ten
    minutes it is the same one, with what was heard since.
    """
    # A double press takes turns instead of ringing twice.
    session.execute(sa.select(User.id).where(User.id == by.id).with_for_update())
    said = f"{heard}. {words.strip()}".strip()
    given = _just_given(session, campaign, by, at=at)
    if given is not None:
        if said not in given.words:
            given.words = f"{WITHOUT_RECORD} {said} — Avant : {_told(given)}"[:_LONGEST]
        return given
    request = CareRequest(
        campaign_id=campaign.id,
        volunteer_id=by.id,
        kind=CareKind.TALK,
        words=f"{WITHOUT_RECORD} {said}"[:_LONGEST],
        asked_at=at,
    )
    session.add(request)
    session.flush()  # its mails need request.id
    journal.record(session, "care_asked", about=request, by=by, at=at, kind="alert")
    tell(session, request, at=at)
    return request


def is_alert(request: CareRequest) -> bool:
    """Whether a request is such an alert."""
    return request.words.startswith(WITHOUT_RECORD)


def unseen(session: Session, campaign: Campaign) -> Sequence[CareRequest]:
    """Alerts nobody of the coordination has taken, the longest wait first."""
    query = _unseen().where(CareRequest.campaign_id == campaign.id)
    return session.scalars(query.options(joinedload(CareRequest.volunteer))).all()


def given_by(
    session: Session, campaign: Campaign, user: User, *, at: datetime
) -> Sequence[CareRequest]:
    """The alerts a caller gave lately, with who rings back, the newest first."""
    return session.scalars(
        _alerts()
        .where(
            CareRequest.campaign_id == campaign.id,
            CareRequest.volunteer_id == user.id,
            CareRequest.asked_at > at - _SHOWN,
        )
        .options(joinedload(CareRequest.taken_by))
        .order_by(CareRequest.id.desc())
        .limit(5)
    ).all()


def late(session: Session, *, at: datetime) -> list[int]:
    """Ids of the alerts nobody has taken in thirty minutes, and the leads do not know of yet."""
    found = session.scalars(_unseen().where(CareRequest.asked_at <= at - _LATE)).all()
    return [
        one.id
        for one in found
        if any(mails.is_new(session, _key(one, lead)) for lead in _leads(session, one))
    ]


def climb(session: Session, request_id: int, *, at: datetime) -> int:
    """Tell the leads of an alert nobody has taken; give how many were written to."""
    request = session.get_one(CareRequest, request_id, with_for_update={"of": CareRequest})
    if request.taken_at is not None or request.closed_at is not None:
        return 0  # somebody took it at this instant
    about = {"care": request.id, "alert": 1}
    return sum(
        mails.post(session, "care_asked", to=lead, key=_key(request, lead), about=about, at=at)
        for lead in _leads(session, request)
    )


def _alerts() -> sa.Select[CareRequest]:
    return sa.select(CareRequest).where(
        CareRequest.words.startswith(WITHOUT_RECORD, autoescape=True)
    )


def _unseen() -> sa.Select[CareRequest]:
    # By campaign: the index of what is open is by campaign too, and this is asked every second.
    return (
        _alerts()
        .where(
            CareRequest.campaign_id.in_(sa.select(Campaign.id)),
            CareRequest.closed_at.is_(None),
            CareRequest.taken_at.is_(None),
        )
        .order_by(CareRequest.asked_at, CareRequest.id)
    )


def _just_given(
    session: Session, campaign: Campaign, by: User, *, at: datetime
) -> CareRequest | None:
    return session.scalar(
        _unseen()
        .where(
            CareRequest.campaign_id == campaign.id,
            CareRequest.volunteer_id == by.id,
            CareRequest.asked_at > at - _SAME,
        )
        .limit(1)
    )


def _told(request: CareRequest) -> str:
    return request.words.removeprefix(WITHOUT_RECORD).strip()


def _leads(session: Session, request: CareRequest) -> list[User]:
    return team.of_role(session, request.campaign_id, Role.LEAD)


def _key(request: CareRequest, lead: User) -> str:
    return f"care:{request.id}:late:{lead.id}"
