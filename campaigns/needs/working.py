"""What a coordinator does about a need beside moving it: calls, notes, marks, opening it again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session, joinedload

from campaigns import access, journal, values
from campaigns.models import (
    Agreement,
    Campaign,
    Labelled,
    Need,
    NeedState,
    Organisation,
    Person,
    User,
)
from campaigns.needs.holding import hold, hold_open, touch, worked_on
from campaigns.needs.steps import note
from campaigns.refusal import Refusal

CALLED, MISSED = "called", "missed"
_CALLS = frozenset({CALLED, MISSED})


class Reached(Labelled):
    """How a coordinator's own call to the person ended."""

    SPOKE = "spoke", "La personne a répondu"
    NO_ANSWER = "no_answer", "Pas de réponse"
    MESSAGE = "message", "Message laissé"
    OTHER = "other", "Quelqu’un d’autre a répondu"


def log_call(
    session: Session,
    need: Need,
    reached: Reached,
    *,
    words: str,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Keep a call to the person; attempts are counted, the words are for colleagues only.

    A call counts as being on it: who makes it answers for a need nobody had.
    """
    hold_open(session, need, version)
    worked_on(need, by=by, at=at)
    rank = attempts(need) + 1
    kind = CALLED if reached is Reached.SPOKE else MISSED
    note(need, kind, f"Appel de la coordination n° {rank} : {_small(reached)}.", by=by, at=at)
    if words.strip():
        note(need, "note", words.strip()[:500], by=by, at=at, is_internal=True)
    journal.record(session, "need_called", about=need, by=by, at=at, reached=reached.value)
    session.flush()  # the version moves on with the act


def attempts(need: Need) -> int:
    """How often the coordination has called the person about this need."""
    return sum(step.kind in _CALLS for step in need.steps)


def missed_in_a_row(need: Need) -> int:
    """Calls without an answer since the last one that was answered."""
    calls = [step.kind for step in need.steps if step.kind in _CALLS]
    return next((rank for rank, kind in enumerate(reversed(calls)) if kind == CALLED), len(calls))


def missed_call_message(organisation: Organisation) -> str:
    """What to write or say to somebody who did not pick up: the official number, no detail."""
    official = organisation.switchboard_phone or organisation.coordination_phone
    number = f" au {values.national(official)}" if official else ""
    return (
        f"Bonjour, ici la campagne d’appels {organisation.of_name}. Nous avons essayé de vous "
        f"joindre. Vous pouvez nous rappeler{number}. Bonne journée."
    )


def write_note(
    session: Session, need: Need, words: str, *, by: User, version: int, at: datetime
) -> None:
    """A note between professionals: hidden from volunteers and partners, closed needs included."""
    hold(session, need, version)
    if not words.strip():
        raise Refusal("Écrivez la note.", field="private")
    note(need, "note", words.strip()[:500], by=by, at=at, is_internal=True)
    touch(need, at=need.moved_at)  # writing is not moving: the basket stays
    journal.record(session, "need_noted", about=need, by=by, at=at)
    session.flush()  # the version moves on with the act


def mark_face_to_face(
    session: Session, need: Need, *, wanted: bool, by: User, version: int, at: datetime
) -> None:
    """Say that the person must be met in person, or no more."""
    hold_open(session, need, version)
    if need.face_to_face is wanted:
        return
    need.face_to_face = wanted
    touch(need, at=need.moved_at)
    say = "À rencontrer en personne." if wanted else "N’est plus à rencontrer en personne."
    note(need, "marked", say, by=by, at=at, is_internal=True)
    journal.record(session, "need_marked", about=need, by=by, at=at, face_to_face=wanted)
    session.flush()  # the version moves on with the act


def send_to_review(session: Session, need: Need, *, by: User, version: int, at: datetime) -> None:
    """Put a need on the list of the joint meeting; Refusal when it is there."""
    hold_open(session, need, version)
    if need.joint_review_at is not None:
        raise Refusal("Ce besoin est déjà à la commission.")
    need.joint_review_at = at
    touch(need, at=at)
    note(need, "review", "À voir en commission.", by=by, at=at, is_internal=True)
    journal.record(session, "need_reviewed", about=need, by=by, at=at, wanted=True)
    session.flush()  # the version moves on with the act


def leave_review(
    session: Session, need: Need, *, say: str, by: User, version: int, at: datetime
) -> None:
    """Take a need off the list of the joint meeting, with what was decided there."""
    hold(session, need, version)
    if need.joint_review_at is None:
        raise Refusal("Ce besoin n’est plus à la commission.")
    if not say.strip():
        raise Refusal("Écrivez ce que la commission a décidé.", field="decided")
    need.joint_review_at = None
    touch(need, at=at)
    note(need, "review", f"Vu en commission. {say.strip()}", by=by, at=at, is_internal=True)
    journal.record(session, "need_reviewed", about=need, by=by, at=at, wanted=False)
    session.flush()  # the version moves on with the act


def to_review(session: Session, user: User, campaign: Campaign, *, at: datetime) -> Sequence[Need]:
    """Open needs of the joint meeting a coordinator may read, the longest on the list first."""
    return list(
        session.scalars(
            access.visible_needs(session, user, campaign, at=at)
            .where(Need.joint_review_at.is_not(None), Need.state != NeedState.CLOSED)
            .options(joinedload(Need.person).joinedload(Person.commune), joinedload(Need.owner))
            .order_by(Need.joint_review_at, Need.id)
            .limit(200)
        )
    )


def reopen(
    session: Session, need: Need, *, reason: str, by: User, version: int, at: datetime
) -> None:
    """Open a closed need again with a reason; who does answers for it. Its story stays."""
    hold(session, need, version)
    if need.state is not NeedState.CLOSED:
        raise Refusal("Ce besoin n’est pas clos.")
    if not reason.strip():
        raise Refusal("Dites pourquoi vous le rouvrez, en une phrase.", field="again")
    if need.agreement is Agreement.NO:
        raise Refusal(
            "La personne n’a pas voulu que ce soit transmis. Si elle a changé d’avis, le besoin "
            "se signale de nouveau pendant un appel."
        )
    need.state, need.result, need.closed_at, need.closing_note = NeedState.TAKEN, None, None, ""
    need.owner, need.reopened_at, need.joined_to_id = by, at, None
    touch(need, at=at)
    note(need, "reopened", f"Rouvert. {reason.strip()}", by=by, at=at)
    journal.record(session, "need_reopened", about=need, by=by, at=at)
    session.flush()  # the version moves on with the act


def _small(reached: Reached) -> str:
    return reached.label[:1].lower() + reached.label[1:]
