"""A partner who does not answer: reminded twice, then the need comes back to its coordinator."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, mails
from campaigns.models import Campaign, Mode, Need, NeedState, Referral, ReferralState
from campaigns.needs import delays
from campaigns.needs.links import LINK_LIFE
from campaigns.needs.referring import address_of, keepers
from campaigns.needs.steps import lock, note
from campaigns.needs.telling import URGENT, held_until, tell

_UNANSWERED = (ReferralState.SENT, ReferralState.READ)


def remind_partners(session: Session, campaign: Campaign, *, at: datetime) -> int:
    """Remind the partners who said nothing, take back what the reminders did not move.

    Calendar days, like the link's own eight: unless the campaign chose otherwise, reminded on the
    fifth and the tenth, back on the fifteenth (product E3). Each reminder renews the link, so none
    dies while somebody is awaited. Gives how many mails and returns that makes. Harmless late, or
    twice.
    """
    limits = delays.of(campaign)
    silent = session.scalars(
        sa.select(Referral)
        .join(Need, Need.id == Referral.need_id)
        .where(
            Need.campaign_id == campaign.id,
            Need.state != NeedState.CLOSED,
            Referral.territory_id.is_(None),
            Referral.office_id.is_not(None),
            Referral.mode == Mode.MAIL,
            Referral.state.in_(_UNANSWERED),
            Referral.returned_at.is_(None),
            Referral.link_expires_at <= at + LINK_LIFE - limits.silence,
        )
        .order_by(Referral.id)
    )
    done = 0
    for referral in silent:
        if referral.reminded < limits.partner_reminders:
            done += _remind(session, referral, at=at)
        else:
            give_back(session, referral, at=at)
            done += 1
    return done


def give_back(session: Session, referral: Referral, *, at: datetime) -> None:
    """Bring a need back to its coordinator: the partner's link dies, the timeline says why."""
    need = referral.need
    lock(session, need)  # somebody may be answering at this instant
    if referral.state not in _UNANSWERED or need.state is NeedState.CLOSED:
        return
    referral.state, referral.returned_at, referral.moved_at = ReferralState.EXPIRED, at, at
    if need.state is NeedState.WITH_PARTNER and not is_with_another(need, referral):
        need.state = NeedState.TAKEN if need.owner_id is not None else NeedState.NEW
    need.moved_at = at
    say = f"Pas de réponse de {referral.name} malgré les rappels : le besoin revient ici."
    note(need, "returned", say, by=None, at=at)
    journal.record(session, "referral_returned", about=referral, by=None, at=at)
    session.flush()  # who acts next reads the version it has now
    for user in keepers(session, need, at=at):
        key = f"returned:{referral.id}:{user.id}"
        tell(session, user, "need_waiting", need=need, key=key, at=at, stage="returned")


def is_with_another(need: Need, answered: Referral) -> bool:
    """Whether another partner has taken the need up."""
    return any(
        referral.state is ReferralState.TAKEN and referral.territory_id is None
        for referral in need.referrals
        if referral is not answered and referral.office_id is not None
    )


def _remind(session: Session, referral: Referral, *, at: datetime) -> int:
    address = address_of(session, referral)
    if address is None:
        give_back(session, referral, at=at)  # its address went away: nobody can be reminded
        return 1
    office, number = referral.office, referral.reminded + 1
    waits = office is not None and office.wants_digest and referral.need.urgency not in URGENT
    mails.post(
        session,
        "need_referred",
        to=address,
        key=f"remind:{referral.id}:{number}",
        about={"need": referral.need_id, "referral": referral.id, "why": "reminder"},
        at=at,
        not_before=held_until(session, address, referral.need, at=at) if waits else None,
    )
    referral.reminded = number
    referral.link_expires_at = at + LINK_LIFE  # again when the mail leaves
    say = f"Rappel envoyé à {referral.name}."
    note(referral.need, "reminded", say, by=None, at=at, is_internal=True)
    return 1
