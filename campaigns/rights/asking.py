"""Somebody uses a right over what is written about them: noted, followed, answered in time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access, journal, mails, records, weeks
from campaigns.models import Labelled, Person, Right, RightsRequest, Role, User
from campaigns.refusal import Refusal
from campaigns.rights import clock

LEAST_WORDS, MOST_WORDS = 10, 300
_OLDEST = timedelta(days=366)


class Channel(Labelled):
    """How the request came."""

    CALL = "call", "pendant un appel"
    LETTER = "letter", "par courrier"
    MAIL = "mail", "par courriel"
    DESK = "desk", "à un guichet"


def note(
    session: Session,
    person: Person,
    right: Right,
    *,
    channel: Channel,
    received_on: date,
    words: str = "",
    by: User,
    at: datetime,
) -> RightsRequest:
    """Note that a person used a right; who protects the data is told, without any name.

    Asked twice, it is one request, and its clock runs from the first. Refusal for a day to come,
    or more than a year ago.
    """
    today = weeks.local_day(at)
    if received_on > today or received_on < today - _OLDEST:
        raise Refusal("Indiquez le jour où la demande est arrivée.", field="received_on")
    found = _open_one(session, person, right)
    if found is not None:
        return found
    made = RightsRequest(
        right=right,
        person_id=person.id,
        received_on=received_on,
        due_on=clock.due_on(received_on),
        noted_at=at,
        noted_by_id=by.id,
        channel=channel.value,
        note=words.strip()[:MOST_WORDS],
    )
    session.add(made)
    session.flush()  # its mails need its id
    step(session, made, "rights_noted", by=by, at=at)
    _tell(session, made, why="asked", but=by, at=at)
    return made


def _open_one(session: Session, person: Person, right: Right) -> RightsRequest | None:
    return session.scalar(
        sa.select(RightsRequest)
        .where(
            RightsRequest.person_id == person.id,
            RightsRequest.right == right,
            RightsRequest.answered_at.is_(None),
        )
        .order_by(RightsRequest.id)
        .limit(1)
    )


def waiting(session: Session, *, limit: int = 200) -> list[RightsRequest]:
    """Requests nobody answered yet, the most pressing first."""
    return list(
        session.scalars(
            sa.select(RightsRequest)
            .where(RightsRequest.answered_at.is_(None))
            .order_by(RightsRequest.due_on, RightsRequest.id)
            .limit(limit)
        )
    )


def answered(session: Session, *, limit: int = 50) -> list[RightsRequest]:
    """Requests that were answered, the newest answers first."""
    return list(
        session.scalars(
            sa.select(RightsRequest)
            .where(RightsRequest.answered_at.is_not(None))
            .order_by(RightsRequest.answered_at.desc(), RightsRequest.id.desc())
            .limit(limit)
        )
    )


def of(session: Session, request_id: int) -> RightsRequest | None:
    """One request."""
    return session.get(RightsRequest, request_id)


def of_person(session: Session, person: Person) -> list[RightsRequest]:
    """What a person asked, the newest first."""
    return list(
        session.scalars(
            sa.select(RightsRequest)
            .where(RightsRequest.person_id == person.id)
            .order_by(RightsRequest.id.desc())
        )
    )


def find(session: Session, text: str, *, by: User) -> Sequence[Person]:
    """People by name, number, reference or file number, in every campaign; a few at most."""
    found: dict[int, Person] = {}
    for campaign in access.campaigns_of(session, by):
        given = records.find(session, campaign, text, territories=None)
        found |= {one.id: one for one in given.people if one.forgotten_at is None}
    return list(found.values())[: records.finding.MOST]


def person(session: Session, person_id: int) -> Person | None:
    """One person; None when their record was joined to another, or forgotten."""
    found = session.get(Person, person_id)
    is_theirs = found is not None and found.merged_into_id is None and found.forgotten_at is None
    return found if is_theirs else None


def person_of(session: Session, request: RightsRequest) -> Person | None:
    """Who asked; None once their data is erased."""
    if request.person_id is None:
        return None
    found = session.get(Person, request.person_id)
    while found is not None and found.merged_into_id is not None:
        found = session.get(Person, found.merged_into_id)
    return found if found is not None and found.forgotten_at is None else None


def extend(
    session: Session, request: RightsRequest, *, reason: str, by: User, at: datetime
) -> None:
    """Take two months more, for a reason that is told to the person (RGPD, article 12.3).

    Refusal once the month is over, a second time, or without a reason.
    """
    still_open(request)
    said = _reason(reason, "Écrivez pourquoi il faut plus de temps : la personne doit le savoir.")
    if request.due_on != clock.due_on(request.received_on):
        raise Refusal("Ce délai a déjà été prolongé : il ne l’est qu’une fois.", field="reason")
    if weeks.local_day(at) > request.due_on:
        raise Refusal("Le premier mois est passé : répondez maintenant.", field="reason")
    longer = f"{request.note} Délai prolongé : {said}".strip()
    if len(longer) > MOST_WORDS:
        raise Refusal("Cette raison est trop longue : dites-la en une phrase.", field="reason")
    request.note, request.due_on = longer, clock.longest(request.received_on)
    step(session, request, "rights_extended", by=by, at=at)


def answer(session: Session, request: RightsRequest, *, said: str, by: User, at: datetime) -> None:
    """Close a request: what was done, in a sentence."""
    still_open(request)
    request.answer = _reason(said, "Écrivez en une phrase ce qui a été fait.")
    request.answered_at, request.answered_by_id = at, by.id
    step(session, request, "rights_answered", by=by, at=at)


def refuse(
    session: Session, request: RightsRequest, *, reason: str, by: User, at: datetime
) -> None:
    """Answer no, with the reason the person is given (RGPD, article 12.4)."""
    still_open(request)
    request.answer = _reason(reason, "Écrivez pourquoi : la personne doit le savoir.")
    request.answered_at, request.answered_by_id, request.is_refused = at, by.id, True
    step(session, request, "rights_refused", by=by, at=at)


def remind(session: Session, *, at: datetime) -> int:
    """Tell who protects the data of requests soon due, then of late ones, once each."""
    today = weeks.local_day(at)
    told = 0
    for request in waiting(session):
        standing = clock.standing(request, today)
        if standing in {clock.Standing.SOON, clock.Standing.LATE}:
            told += _tell(session, request, why=standing.value, but=None, at=at)
    return told


def step(session: Session, request: RightsRequest, action: str, *, by: User, at: datetime) -> None:
    """Note a step of a request in the journal, among what concerns its person."""
    about = ("person", request.person_id)
    right = request.right.value
    journal.record(session, action, about=about, by=by, at=at, request=request.id, right=right)


def still_open(request: RightsRequest) -> None:
    """Refusal when a request was answered already."""
    if request.answered_at is not None:
        raise Refusal(f"La demande D-{request.id} a déjà reçu une réponse.")


def _reason(text: str, say: str) -> str:
    said = text.strip()
    if len(said) < LEAST_WORDS:
        raise Refusal(say, field="reason")
    return said[:MOST_WORDS]


def _tell(
    session: Session, request: RightsRequest, *, why: str, but: User | None, at: datetime
) -> int:
    """A mail to who protects the data, to the lead when nobody does: a reference and a link."""
    told = 0
    for role in (Role.DPO, Role.LEAD):
        readers = session.scalars(
            sa.select(User)
            .where(User.role == role, User.disabled_at.is_(None), User.forgotten_at.is_(None))
            .order_by(User.id)
        ).all()
        for user in readers:
            key = f"rights:{request.id}:{why}:{request.due_on}:{user.id}"
            about = {"rights": request.id, "why": why}
            if but is None or user.id != but.id:
                told += mails.post(session, "rights_request", to=user, key=key, about=about, at=at)
        if readers:
            break
    return told
