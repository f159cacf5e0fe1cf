"""A partner's link: it lives eight days, is renewed by mail, and may ask for a spoken code."""

import hashlib
import hmac
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, mails, sealing
from campaigns.models import NeedState, Referral, ReferralState
from campaigns.needs.referring import OVER, address_of, is_internal
from campaigns.needs.steps import note
from campaigns.sealing import Keys

LINK_LIFE = timedelta(days=8)
_GONE = frozenset({ReferralState.NOT_OURS, ReferralState.EXPIRED})


def partner_token(session: Session, referral: Referral) -> str:
    """The token of a partner's link, derived from the referral: the newest one."""
    return _token(session, referral, referral.renewed)


def find_referral(session: Session, token: str, *, at: datetime) -> Referral | None:
    """The referral behind a link that still lives. Looking changes nothing.

    A link dies with its date, with the need, when a newer one was asked for, and with « ce n’est
    pas de notre ressort »: who has nothing more to do with a need reads it no more.
    """
    referral = _of_number(session, token)
    if referral is None or not sealing.same(partner_token(session, referral), token):
        return None
    if referral.link_expires_at is not None and referral.link_expires_at <= at:
        return None
    if referral.state in _GONE:
        return None
    return None if referral.need.state is NeedState.CLOSED else referral


def find_asleep(session: Session, token: str, *, at: datetime) -> Referral | None:
    """The referral behind a link of ours that is too old, when a new one may be asked for.

    Only for a need still open that still waits for this partner, whose address we have.
    """
    referral = _of_number(session, token)
    if referral is None or find_referral(session, token, at=at) is not None:
        return None
    known = (_token(session, referral, number) for number in range(referral.renewed, -1, -1))
    if not any(sealing.same(one, token) for one in known):
        return None
    if referral.state in OVER or referral.need.state is NeedState.CLOSED:
        return None
    return referral if address_of(session, referral) else None


def renew(session: Session, referral: Referral, *, at: datetime) -> bool:
    """Mail a fresh link to the office's own address; False when one left within the hour.

    Links mailed before stop working for good: whoever still holds one may only ask again.
    """
    address = address_of(session, referral)
    if address is None:
        return False
    posted = mails.post(
        session,
        "need_referred",
        to=address,
        key=f"renew:{referral.id}:{at:%Y%m%d%H}",
        about={"need": referral.need_id, "referral": referral.id, "why": "renewed"},
        at=at,
    )
    if posted:
        referral.renewed += 1
        say = f"{referral.name} a demandé un nouveau lien : il part à son adresse."
        note(referral.need, "renewed", say, by=None, at=at, is_internal=True)
        journal.record(session, "referral_renewed", about=referral, by=None, at=at)
    return posted


def asks_code(referral: Referral) -> bool:
    """Whether this partner must also type the code the coordination tells by telephone."""
    return referral.office is not None and referral.office.asks_code


def code_of(session: Session, referral: Referral) -> str:
    """The six digits told by telephone: derived, never stored, never mailed; new with each link."""
    keys: Keys = session.info["keys"]
    text = f"partner-code\x1f{referral.id}\x1f{referral.nonce}\x1f{referral.renewed}"
    drawn = int.from_bytes(hmac.new(keys.link, text.encode(), hashlib.sha256).digest()[:8], "big")
    return f"{drawn % 1_000_000:06d}"


def opens_with(session: Session, referral: Referral, typed: str) -> bool:
    """Whether a partner may open the need with what they typed; spaces do not count."""
    return not asks_code(referral) or sealing.same(
        code_of(session, referral), "".join(typed.split())
    )


def _token(session: Session, referral: Referral, renewed: int) -> str:
    keys: Keys = session.info["keys"]
    parts = (referral.id, referral.nonce, *([renewed] if renewed else []))
    return f"{referral.id}-{sealing.token(keys.link, 'partner', *parts)}"


def _of_number(session: Session, token: str) -> Referral | None:
    number, _, _ = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    referral = session.scalar(sa.select(Referral).where(Referral.id == int(number)))
    return None if referral is None or is_internal(referral) else referral
