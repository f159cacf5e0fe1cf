"""« Est-ce que cela vous a aidé ? »: asked at the next call; a no opens the need again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from campaigns import clocks, journal, team
from campaigns.models import (
    Campaign,
    Helped,
    Need,
    NeedStage,
    NeedState,
    Person,
    ReferralState,
    Result,
    Role,
    User,
)
from campaigns.needs import delays
from campaigns.needs.referring import keepers
from campaigns.needs.steps import lock, note
from campaigns.needs.telling import tell
from campaigns.refusal import Refusal

ASKED_FOR = timedelta(days=90)  # later nobody knows any more what was asked
# Something was done about these: whether it helped is a question.
_DONE = (Result.SOLVED, Result.PARTLY, Result.NO_SOLUTION, Result.UNREACHABLE)


_ASKABLE = sa.select(Need).where(
    Need.campaign_id == sa.bindparam("campaign_id"),
    Need.is_sensitive.is_(False),
    Need.state == NeedState.CLOSED,
    Need.result.in_(_DONE),
    Need.closed_at > sa.bindparam("since"),
    sa.or_(Need.helped_at.is_(None), Need.helped_at < Need.closed_at),
)
_OF_ONE = (  # written once: every page of a call asks it
    _ASKABLE.where(Need.person_id == sa.bindparam("person_id"))
    .options(selectinload(Need.steps))
    .order_by(Need.closed_at, Need.id)
    .limit(sa.bindparam("most"))
)
_AMONG = _ASKABLE.where(Need.person_id.in_(sa.bindparam("people", expanding=True)))
_OF_MANY = _AMONG.order_by(Need.person_id, Need.closed_at, Need.id)
_OF_THESE = _AMONG.where(Need.id == sa.bindparam("need_id"))


@dataclass(frozen=True, slots=True)
class Settled:
    """What the person says of one closed need: did it help, and in their words why not."""

    need_id: int
    helped: Helped
    words: str = ""


def to_ask(
    session: Session, person: Person, campaign: Campaign, *, at: datetime, limit: int = 4
) -> list[Need]:
    """The needs closed since somebody last asked this person, the oldest first.

    Sensitive ones stay out: what was told to one volunteer is not read to another.
    """
    asked = _asked(campaign, at) | {"person_id": person.id, "most": limit}
    return list(session.scalars(_OF_ONE, asked))


def to_ask_of(
    session: Session, people: Collection[int], campaign: Campaign, *, at: datetime
) -> dict[int, list[Need]]:
    """The same for many people read at once, by the person’s id; who has none is left out."""
    rows = session.scalars(_OF_MANY, _asked(campaign, at) | {"people": list(people)})
    return {person_id: list(found) for person_id, found in groupby(rows, key=_whose)}


def settle(
    session: Session,
    campaign: Campaign,
    told: Sequence[Settled],
    *,
    people: Collection[int],
    by: User,
    at: datetime,
) -> list[Need]:
    """Keep what these people answered; give the needs that are open again.

    ``people`` are the ids of those who were called. What was answered meanwhile to somebody else
    stays. Refusal when a no says nothing of what is still missing.
    """
    reopened = []
    for answer in told:
        asked = _asked(campaign, at) | {"need_id": answer.need_id, "people": list(people)}
        need = session.scalar(_OF_THESE, asked)
        if need is None:
            continue
        lock(session, need)
        if need.state is NeedState.CLOSED and _settle_one(session, need, answer, by=by, at=at):
            reopened.append(need)
    return reopened


def _whose(need: Need) -> int:
    return need.person_id


def _asked(campaign: Campaign, at: datetime) -> dict[str, object]:
    return {"campaign_id": campaign.id, "since": at - ASKED_FOR}


def _settle_one(session: Session, need: Need, told: Settled, *, by: User, at: datetime) -> bool:
    """Keep one answer; whether it opens the need again."""
    words = told.words.strip()[:300]
    if told.helped is Helped.NO and not words:
        raise Refusal(
            "Écrivez en une phrase ce qui manque encore : le besoin est rouvert avec ces mots.",
            field="helped",
        )
    need.helped, need.helped_at = told.helped.value, at
    say = f"La personne répond : {told.helped.label}."
    note(need, "helped", f"{say} {words}".strip(), by=by, at=at)
    journal.record(session, "need_helped", about=need, by=by, at=at, helped=told.helped.value)
    if told.helped is Helped.NO:
        _reopen(session, need, words, by=by, at=at)
    session.flush()  # the version moves on with the answer
    return told.helped is Helped.NO


def _reopen(session: Session, need: Need, words: str, *, by: User, at: datetime) -> None:
    """Back on top of its coordinators’ page, with the clock of a new one."""
    told = keepers(session, need, at=at)
    need.state, need.result, need.closed_at, need.closing_note = NeedState.NEW, None, None, ""
    need.owner, need.acknowledged_at = None, None
    need.reopened_at = need.moved_at = at
    campaign = session.get_one(Campaign, need.campaign_id)
    opening = delays.opening_for(session, campaign, at=at)
    need.due_at = clocks.due(need.urgency, raised_at=at, opening=opening)
    need.text = f"{words} — Avant : {need.text}"[:500]
    for referral in need.referrals:
        if referral.state is ReferralState.DONE:
            referral.state, referral.moved_at = ReferralState.READ, at  # theirs again
    # Who was told of its first wait is told of the second as well.
    session.execute(sa.delete(NeedStage).where(NeedStage.need_id == need.id))
    journal.record(session, "need_reopened", about=need, by=by, at=at)
    for user in told or team.of_role(session, need.campaign_id, Role.COORDINATION):
        key = f"reopened:{need.id}:{int(at.timestamp())}:{user.id}"
        tell(session, user, "need_reopened", need=need, key=key, at=at)
