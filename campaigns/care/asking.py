"""Somebody who calls needs to be called: a hard call, a word to say, a debriefing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from campaigns import journal, mails, team, weeks
from campaigns.models import (
    Call,
    Campaign,
    CareKind,
    CareRequest,
    Labelled,
    Need,
    Organisation,
    Role,
    User,
)
from campaigns.refusal import Refusal

_SHOWN = timedelta(days=7)  # what was asked stays on the caller's page this long
_MOST = 100
WITHOUT_RECORD = "Alerte, sans fiche."  # what an alert about nobody of one’s list begins with


class CallerMood(Labelled):
    """One tap after a hard call: how is the caller?"""

    WELL = "bien", "Ça va"
    SHAKEN = "secoue", "Un peu secoué·e"
    TALK = "parler", "J’ai besoin d’en parler"


def ask(
    session: Session,
    campaign: Campaign,
    kind: CareKind,
    *,
    by: User,
    at: datetime,
    call: Call | None = None,
    words: str = "",
) -> CareRequest:
    """Ask the coordination to call this caller back the same day.

    Each of them gets a mail with a reference only. About one call there is one request: asked
    again, it becomes the more pressing of the two and tells what was added.
    """
    found = _open_one(session, campaign, by, call)
    if found is None:
        found = CareRequest(
            campaign_id=campaign.id,
            volunteer_id=by.id,
            call_id=call.id if call else None,
            kind=kind,
            words=words.strip()[:300],
            asked_at=at,
        )
        session.add(found)
        session.flush()  # its mails need request.id
        journal.record(session, "care_asked", about=found, by=by, at=at, kind=kind.value)
    else:
        found.kind = CareKind.TALK if kind is CareKind.TALK else found.kind
        found.words = (words.strip() or found.words)[:300]
    tell(session, found, at=at)
    return found


def offer_debrief(
    session: Session, campaign: Campaign, need: Need, *, by: User, at: datetime
) -> CareRequest | None:
    """Propose a debriefing to a volunteer who just raised something urgent: one a day is enough.

    The coordination has had the alert's own mail; the request waits on their page and on the
    caller's, who may say no. None for whoever is no volunteer, or has one proposed today.
    (Handbook, section 10: a debriefing the same day.)
    """
    if by.role is not Role.VOLUNTEER:
        return None
    today = weeks.at(weeks.local_day(at), 0)
    had = sa.select(CareRequest.id).where(
        CareRequest.campaign_id == campaign.id,
        CareRequest.volunteer_id == by.id,
        CareRequest.kind == CareKind.DEBRIEF,
        CareRequest.asked_at >= today,
    )
    if session.scalar(had.limit(1)) is not None:
        return None
    offered = CareRequest(
        campaign_id=campaign.id,
        volunteer_id=by.id,
        need_id=need.id,
        kind=CareKind.DEBRIEF,
        asked_at=at,
    )
    session.add(offered)
    return offered


def feel(
    session: Session, campaign: Campaign, call: Call, mood: CallerMood, *, by: User, at: datetime
) -> CareRequest | None:
    """Note how the caller is after a hard call; « besoin d’en parler » reaches the coordination.

    Gives the request when there is one now.
    """
    call.caller_mood = mood.value
    if mood is not CallerMood.TALK:
        return None
    return ask(session, campaign, CareKind.TALK, by=by, at=at, call=call)


def waiting(session: Session, campaign: Campaign) -> Sequence[CareRequest]:
    """Requests that are not closed: those who want to talk first, then the longest wait."""
    return session.scalars(
        _of(campaign)
        .where(CareRequest.closed_at.is_(None))
        .order_by(
            sa.case((CareRequest.kind == CareKind.TALK, 0), else_=1),
            CareRequest.asked_at,
            CareRequest.id,
        )
        .limit(_MOST)
    ).all()


def waiting_count(session: Session, campaign: Campaign) -> int:
    """How many requests nobody has taken yet."""
    query = sa.select(sa.func.count()).where(
        CareRequest.campaign_id == campaign.id,
        CareRequest.closed_at.is_(None),
        CareRequest.taken_at.is_(None),
    )
    return session.scalar(query) or 0


def closed(session: Session, campaign: Campaign, *, at: datetime) -> Sequence[CareRequest]:
    """What was closed in the last days, the newest first."""
    return session.scalars(
        _of(campaign)
        .where(CareRequest.closed_at > at - _SHOWN)
        .order_by(CareRequest.closed_at.desc(), CareRequest.id.desc())
        .limit(_MOST)
    ).all()


def of_volunteer(
    session: Session, campaign: Campaign, user: User, *, at: datetime
) -> Sequence[CareRequest]:
    """What a volunteer asked or was offered lately, the newest first."""
    return session.scalars(
        _of(campaign)
        .where(
            CareRequest.volunteer_id == user.id,
            sa.or_(CareRequest.closed_at.is_(None), CareRequest.asked_at > at - _SHOWN),
        )
        .order_by(CareRequest.asked_at.desc(), CareRequest.id.desc())
        .limit(10)
    ).all()


def one(session: Session, campaign: Campaign, request_id: int) -> CareRequest | None:
    """One request of the campaign."""
    return session.scalar(_of(campaign).where(CareRequest.id == request_id))


def take(session: Session, request: CareRequest, *, by: User, at: datetime) -> None:
    """Say « je l’appelle »; Refusal when a colleague does already, or when it is closed."""
    _hold(session, request)
    if request.closed_at is not None:
        raise Refusal("Cette demande est déjà close. Rien n’a été changé.")
    if request.taken_by is not None and request.taken_by_id != by.id:
        raise Refusal(f"{request.taken_by.first_name} s’en occupe déjà. Rien n’a été changé.")
    request.taken_by = by
    request.taken_at = request.taken_at or at
    journal.record(session, "care_taken", about=request, by=by, at=at)


def close(session: Session, request: CareRequest, note: str, *, by: User, at: datetime) -> None:
    """Close a request with a word on what was done; the caller reads it. Refusal without one."""
    _hold(session, request)
    if request.closed_at is not None:
        raise Refusal("Cette demande est déjà close. Rien n’a été changé.")
    if not note.strip():
        raise Refusal(
            "Écrivez en quelques mots ce qui a été fait : la personne le lira.", field="note"
        )
    request.note = note.strip()[:300]
    request.taken_by_id = request.taken_by_id or by.id
    request.taken_at = request.taken_at or at
    request.closed_at = at
    journal.record(session, "care_closed", about=request, by=by, at=at)


def decline(session: Session, request: CareRequest, *, by: User, at: datetime) -> None:
    """The caller is fine, after all: nobody has to call them. Closed already, nothing changes."""
    _hold(session, request)
    if request.closed_at is None:
        request.closed_at = at
        request.note = "N’en a finalement pas besoin."
        journal.record(session, "care_closed", about=request, by=by, at=at)


def _of(campaign: Campaign) -> sa.Select[CareRequest]:
    return (
        sa.select(CareRequest)
        .where(CareRequest.campaign_id == campaign.id)
        .options(joinedload(CareRequest.volunteer), joinedload(CareRequest.taken_by))
    )


def _open_one(
    session: Session, campaign: Campaign, user: User, call: Call | None
) -> CareRequest | None:
    about = CareRequest.call_id.is_(None) if call is None else CareRequest.call_id == call.id
    return session.scalar(
        sa.select(CareRequest)
        .where(
            CareRequest.campaign_id == campaign.id,
            CareRequest.volunteer_id == user.id,
            CareRequest.closed_at.is_(None),
            CareRequest.kind != CareKind.DEBRIEF,
            ~CareRequest.words.startswith(WITHOUT_RECORD, autoescape=True),
            about,
        )
        .order_by(CareRequest.id)
        .limit(1)
    )


def _hold(session: Session, request: CareRequest) -> None:
    """Of two who act at once, the second sees what the first did."""
    session.refresh(request, with_for_update={"of": CareRequest})


def tell(session: Session, request: CareRequest, *, at: datetime) -> None:
    """One mail a member of the coordination, once a kind; nobody there: the campaign's address."""
    about = {"care": request.id}
    if request.words.startswith(WITHOUT_RECORD):
        about["alert"] = 1
    key = f"care:{request.id}:{request.kind.value}"
    found = [
        user
        for user in team.of_role(session, request.campaign_id, Role.COORDINATION)
        if user.disabled_at is None
    ]
    for user in found:
        mails.post(session, "care_asked", to=user, key=f"{key}:{user.id}", about=about, at=at)
    address = session.get_one(Organisation, 1).coordination_email
    if not found and address:
        mails.post(session, "care_asked", to=address, key=key, about=about, at=at)
