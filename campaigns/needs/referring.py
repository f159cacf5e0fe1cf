"""Sending a need to one destination: a referral of its own, and the mails that go with it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import access, accounts, directory, mails, reference, routing, sealing, team
from campaigns.models import Campaign, Need, Office, Referral, ReferralState, Role, User
from campaigns.needs.absences import stand_in
from campaigns.needs.steps import note
from campaigns.needs.telling import URGENT, held_until, tell
from campaigns.reference import Mode
from campaigns.refusal import Refusal

OVER = frozenset({ReferralState.NOT_OURS, ReferralState.DONE, ReferralState.EXPIRED})


def is_internal(referral: Referral) -> bool:
    """Whether it is read here by people with an account, not by a partner's link."""
    return referral.territory_id is not None or referral.destination == reference.COORDINATION


def refer(
    session: Session, need: Need, step: routing.Step, *, at: datetime, by: User | None = None
) -> Referral:
    """Send a need to one destination, with the sentence that says why.

    A destination by telephone is shown and nothing leaves. An address nobody can write to is said
    on the need at once.
    """
    rows = directory.Directory(session).rows(step.destination.code)
    by_phone = step.mode is Mode.PHONE
    referral = Referral(
        need=need,
        destination=step.destination.code,
        name=step.destination.name,
        mode=step.mode,
        reason=step.reason[:300],
        state=ReferralState.SENT if by_phone else ReferralState.TO_SEND,
        territory_id=rows.territory.id if rows.territory else None,
        office_id=rows.office.id if rows.office else None,
        nonce=sealing.fresh_nonce(),
        moved_at=at,
    )
    session.add(referral)
    session.flush()  # its mails need referral.id
    note(need, "referred", f"{step.destination.name} : {step.reason}", by=by, at=at)
    if not by_phone:
        _tell(session, need, referral, step.destination.email, key=f"referral:{referral.id}", at=at)
    return referral


def tell_again(session: Session, need: Need, *, at: datetime) -> None:
    """The need became more urgent: everybody who has it is told, once a level."""
    found = directory.Directory(session)
    for referral in need.referrals:
        if referral.mode is Mode.PHONE or referral.state in OVER:
            continue
        office = found(referral.destination)
        key = f"referral:{referral.id}:{need.urgency}"
        _tell(session, need, referral, office.email if office else None, key=key, at=at)


def colleagues(session: Session, need: Need) -> list[User]:
    """Who may be given a need: its territory's coordinators who may read it, the coordination."""
    here = _of_territory(session, need, need.territory_id) if need.territory_id else []
    return [*here, *team.of_role(session, need.campaign_id, Role.COORDINATION)]


def address_of(session: Session, referral: Referral) -> str | None:
    """The one address a referral is written to; None when the directory has none, or several."""
    office = directory.Directory(session)(referral.destination)
    return _single(office.email) if office and office.email else None


def readers(session: Session, need: Need, referral: Referral, *, at: datetime) -> list[User]:
    """Who with an account answers for a referral at this instant, deputies for who is away.

    Nobody for a partner's. A territory nobody may read for: the coordination, or nobody would
    ever open it.
    """
    if not is_internal(referral):
        return []
    here = _of_territory(session, need, referral.territory_id) if referral.territory_id else []
    return _present(session, need, here, at=at)


def keepers(session: Session, need: Need, *, at: datetime) -> list[User]:
    """Who follows a need at this instant: its owner, else its territory, else the coordination."""
    here = _of_territory(session, need, need.territory_id) if need.territory_id else []
    return _present(session, need, [need.owner] if need.owner else here, at=at)


def may_read(session: Session, user: User, need: Need, *, at: datetime) -> bool:
    """Whether a link to this need would open for them: a mail never leads to a closed door."""
    campaign = session.get_one(Campaign, need.campaign_id)
    if user.role not in {Role.COORDINATOR, Role.COORDINATION} or user.disabled_at is not None:
        return False
    return access.need_of(session, user, need.id, campaign=campaign, at=at) is not None


def present(session: Session, users: Iterable[User], *, at: datetime) -> list[User]:
    """These people, or who stands in for those who are away at this instant; each once."""
    found = {one.id: one for user in users for one in (stand_in(session, user, at),)}
    return list(found.values())


def _present(session: Session, need: Need, users: list[User], *, at: datetime) -> list[User]:
    """Those of them, or their stand-ins, whom the need opens for; the coordination when none."""
    found = [
        user
        for user in present(session, users, at=at)
        if user in users or may_read(session, user, need, at=at)
    ]
    return found or coordination(session, need, at=at)


def coordination(session: Session, need: Need, *, at: datetime) -> list[User]:
    """The coordination of the campaign at this instant, deputies for who is away.

    A deputy whom the need does not open for leaves it to the one who is away: told late is better
    than never.
    """
    found = []
    for user in team.of_role(session, need.campaign_id, Role.COORDINATION):
        deputy = stand_in(session, user, at)
        found.append(deputy if deputy is user or may_read(session, deputy, need, at=at) else user)
    return list({user.id: user for user in found}.values())


def _tell(
    session: Session, need: Need, referral: Referral, address: str | None, *, key: str, at: datetime
) -> None:
    """One mail a recipient: the office's own address, and each coordinator who answers for it."""
    one = _single(address) if address else None
    if address and one is None:
        referral.state = ReferralState.REFUSED
        say = f"L’adresse de {referral.name} ne va pas dans l’annuaire : à joindre autrement."
        note(need, "bounced", say, by=None, at=at)
    if need.urgency in URGENT:
        _take_back_held(session, referral, at=at)
    if one:
        about = {"need": need.id, "referral": referral.id}
        waits = _waits_for_digest(need, referral)
        held = held_until(session, one, need, at=at) if waits else None
        mails.post(session, "need_referred", to=one, key=key, about=about, at=at, not_before=held)
    told = one is not None
    for user in readers(session, need, referral, at=at):
        if user.email != one:
            told |= tell(
                session,
                user,
                "need_referred",
                need=need,
                key=f"{key}:{user.id}",
                at=at,
                referral=referral.id,
            )
    if not told and is_internal(referral) and referral.state is ReferralState.TO_SEND:
        referral.state = ReferralState.SENT  # they chose to read it on their page only


def _waits_for_digest(need: Need, referral: Referral) -> bool:
    """Whether a partner reads it in the one mail of the day; a territory is always told at once."""
    office: Office | None = referral.office
    if need.urgency in URGENT or is_internal(referral) or office is None:
        return False
    return office.wants_digest


def _take_back_held(session: Session, referral: Referral, *, at: datetime) -> None:
    """It has become urgent: the mail that leaves now says what the held ones would have."""
    mails.withdraw(session, f"referral:{referral.id}", at=at)


def _single(address: str) -> str | None:
    """The address, when it is one and one only: « a@x, b@y » would be two recipients."""
    try:
        return accounts.normal_email(address)
    except Refusal:
        return None


def _of_territory(session: Session, need: Need, territory_id: int) -> list[User]:
    return team.coordinators_of(
        session, territory_id, campaign_id=need.campaign_id, sensitive=need.is_sensitive
    )
