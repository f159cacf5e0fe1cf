"""What a report closes or opens beside its own calls: needs asked about, somebody to look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import alarms, needs
from campaigns.calls import rules
from campaigns.models import Call, Campaign, Enrolment, Need, User
from campaigns.reference import outcomes
from campaigns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Aside:
    """What a report says beside the call: a worry, and what became of needs answered before."""

    worry: alarms.Worry | None = None
    settled: tuple[needs.Settled, ...] = ()


NOTHING = Aside()


def follow(
    session: Session,
    calls: Sequence[Call],
    members: Sequence[Enrolment],
    said: Aside,
    *,
    spoken: Enrolment,
    by: User,
    at: datetime,
) -> list[Need]:
    """Keep what the person says of needs answered, and look for who falls silent.

    Give the needs that are open again. Refusal when somebody answers for a person nobody reached.
    """
    campaign = session.get_one(Campaign, spoken.campaign_id)
    if said.settled and not outcomes()[calls[0].outcome].contact:
        raise Refusal(
            "Vous notez ce que la personne pense de l’aide reçue, mais personne n’a été joint. "
            "Changez la première réponse, ou retirez celle-là.",
            field="spoke",
        )
    hours = rules.of(campaign, at.year)
    by_person = {one.person_id: one for one in members}
    for call in calls:
        member = by_person[call.person_id]
        worry = said.worry if member is spoken else None
        alarms.after_call(session, call, member, worry=worry, rules=hours, by=by, at=at)
    if not said.settled:
        return []
    people = [one.person_id for one in members]
    return needs.settle(session, campaign, said.settled, people=people, by=by, at=at)
