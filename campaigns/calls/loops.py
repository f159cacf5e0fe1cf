"""What a report says beside its own calls: needs asked about, somebody to look for, how to call."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import alarms, needs, records
from campaigns.calls import rules
from campaigns.models import Call, Campaign, Enrolment, Need, Person, User
from campaigns.reference import outcomes
from campaigns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Aside:
    """What a report says beside the call: a worry, what became of needs answered before, and how
    the person likes to be called.

    ``best_half`` ("am", "pm", empty: any) and ``manner`` are None when nothing new was said;
    ``contact`` is who to notify when the person does not answer any more, empty when not said.
    """

    worry: alarms.Worry | None = None
    settled: tuple[needs.Settled, ...] = ()
    best_half: str | None = None
    manner: str | None = None
    contact: str = field(default="", repr=False)  # reports kept before it existed are still told


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
    """Keep what the person says of needs answered and of how to call, look for who falls silent.

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
    _remember_how(session, spoken.person, said, campaign=campaign, by=by, at=at)
    if not said.settled:
        return []
    people = [one.person_id for one in members]
    return needs.settle(session, campaign, said.settled, people=people, by=by, at=at)


def _remember_how(
    session: Session, person: Person, said: Aside, *, campaign: Campaign, by: User, at: datetime
) -> None:
    """Keep how somebody likes to be called, and who to notify: no later list undoes it.

    The contact is asked once, where the campaign provides for it: one that is known stays.
    """
    may_be_told = campaign.asks_contact and not person.notify_person
    contact = said.contact if may_be_told else ""
    if said.best_half is None and said.manner is None and not contact:
        return
    known = records.given_of(person)
    given = replace(
        known,
        best_half=known.best_half if said.best_half is None else said.best_half,
        manner=known.manner if said.manner is None else said.manner,
        notify_person=contact or known.notify_person,
    )
    records.change(session, person, given, seen=person.updated_at, by=by, at=at)
