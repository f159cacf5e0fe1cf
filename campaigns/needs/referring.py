"""Sending a need to one destination: a referral of its own, and the mails that go with it."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import accounts, directory, mails, reference, routing, sealing, team
from campaigns.models import Need, Referral, ReferralState, Role, User
from campaigns.needs.steps import note
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


def _tell(
    session: Session, need: Need, referral: Referral, address: str | None, *, key: str, at: datetime
) -> None:
    """One mail a recipient: the office's own address, and each coordinator who answers for it."""
    about = {"need": need.id, "referral": referral.id}
    one = _single(address) if address else None
    if address and one is None:
        referral.state = ReferralState.REFUSED
        say = f"L’adresse de {referral.name} ne va pas dans l’annuaire : à joindre autrement."
        note(need, "bounced", say, by=None, at=at)
    if one:
        mails.post(session, "need_referred", to=one, key=key, about=about, at=at)
    for user in _readers(session, need, referral):
        if user.email != one:
            mails.post(
                session, "need_referred", to=user, key=f"{key}:{user.id}", about=about, at=at
            )


def _single(address: str) -> str | None:
    """The address, when it is one and one only: « a@x, b@y » would be two recipients."""
    try:
        return accounts.normal_email(address)
    except Refusal:
        return None


def _readers(session: Session, need: Need, referral: Referral) -> list[User]:
    if not is_internal(referral):
        return []
    here = _of_territory(session, need, referral.territory_id) if referral.territory_id else []
    # A territory nobody may read for: the coordination is told, or nobody would ever open it.
    return here or team.of_role(session, need.campaign_id, Role.COORDINATION)


def _of_territory(session: Session, need: Need, territory_id: int) -> list[User]:
    return team.coordinators_of(
        session, territory_id, campaign_id=need.campaign_id, sensitive=need.is_sensitive
    )
