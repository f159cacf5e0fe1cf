"""The needs of a report, and the care of who heard them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import care, needs
from campaigns.models import Call, Campaign, CareKind, Need, Person, User
from campaigns.reference import Alert, Outcome
from campaigns.refusal import Refusal

SILENCE = "ALE_LEVEE_DOUTE"  # raised precisely when nobody answers


def check(outcome: Outcome, drafts: Sequence[needs.Draft], *, rang_back: bool = False) -> None:
    """Refuse a need told by somebody nobody reached, and a person who rang and said nothing."""
    if rang_back and not outcome.contact:
        raise Refusal(
            "Cette personne vous a rappelé : dites ce que vous vous êtes dit.", field="spoke"
        )
    said = [draft for draft in drafts if draft.category != SILENCE]
    if said and not outcome.contact:
        raise Refusal(
            "Vous notez un besoin, mais personne n’a été joint. Changez la première réponse, "
            "ou retirez le besoin.",
            field="spoke",
        )


def keep(
    session: Session,
    person: Person,
    call: Call,
    outcome: Outcome,
    drafts: Sequence[needs.Draft],
    *,
    campaign: Campaign,
    is_alerted: bool = True,
    is_told: bool = False,
    by: User,
    at: datetime,
) -> list[Need]:
    """Raise what was said, and the alert the outcome is, unless something as urgent was told.

    The red button pressed during the call is the call’s: it is not rung again. ``is_alerted`` is
    False when it is known that nobody pressed it; ``is_told``: something as urgent was told before.
    """
    found = [
        needs.raise_(session, draft, campaign=campaign, person=person, call=call, by=by, at=at)
        for draft in drafts
    ]
    sounded: list[int] = []
    if is_alerted:
        sounded = needs.alert.of_call(session, person, campaign=campaign, by=by, at=at)
    if sounded:
        # Without its version: a coordinator’s page, open since the alert, is still right.
        session.execute(sa.update(Need).where(Need.id.in_(sounded)).values(call_id=call.id))
    # A need refused, or added to an old one, tells nobody anew: the alert still must.
    told = [need for need in found if need.call_id == call.id and need.closed_at is None]
    is_told = is_told or bool(sounded) or any(_reaches(need, outcome.alert) for need in told)
    if outcome.alert is not None and not is_told:
        found.append(
            needs.raise_alert(
                session, outcome.alert, campaign=campaign, person=person, call=call, by=by, at=at
            )
        )
    return found


def _reaches(need: Need, alert: Alert | None) -> bool:
    """Whether a need tells at once whom the outcome says is told: a town hall is not they."""
    whom = ("COORDINATION", "TERRITOIRE_") if alert is Alert.TERRITORY else ("COORDINATION",)
    is_sent = any(referral.destination.startswith(whom) for referral in need.referrals)
    return need.urgency == "U0" or (need.urgency == "U1" and is_sent)


def look_after(
    session: Session,
    call: Call,
    found: Sequence[Need],
    *,
    campaign: Campaign,
    is_new: bool = True,
    by: User,
    at: datetime,
) -> None:
    """Who had a hard call is called back; who raised something urgent is offered a debriefing.

    ``is_new`` is False when the call was said hard before: whoever was called back is not asked
    for again.
    """
    if call.is_heavy and is_new:
        care.ask(session, campaign, CareKind.DIFFICULT, by=by, at=at, call=call)
    urgent = next((need for need in found if need.urgency <= "U1" and not need.closed_at), None)
    if urgent is not None:
        care.offer_debrief(session, campaign, urgent, by=by, at=at)
