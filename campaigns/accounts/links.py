"""Mailed links: random, single-use, spent by a POST only, useless to who steals the database."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any, cast

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, sealing
from campaigns.accounts import proof, sessions
from campaigns.models import LinkKind, SignedSession, SignInLink, User
from campaigns.refusal import Refusal
from campaigns.sealing import Keys


def make_link(
    session: Session, user: User, *, kind: LinkKind, at: datetime, expires_at: datetime
) -> SignInLink:
    """Make a link for a user; its token is given by ``token_of``."""
    link = SignInLink(
        user_id=user.id, kind=kind, nonce=sealing.fresh_nonce(), made_at=at, expires_at=expires_at
    )
    session.add(link)
    session.flush()  # the token holds link.id
    return link


def token_of(session: Session, link: SignInLink) -> str:
    """The token of a link: its number and a code derived from its nonce, ``12-AbC…``."""
    keys: Keys = session.info["keys"]
    return f"{link.id}-{sealing.token(keys.link, 'sign-in', link.id, link.kind, link.nonce)}"


def find_link(session: Session, token: str, *, at: datetime) -> SignInLink | None:
    """Find a link that may still be used. Looking spends nothing: mail scanners look too."""
    number, _, _ = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    link = session.get(SignInLink, int(number))
    if link is None or not sealing.same(token_of(session, link), token):
        return None
    user = session.get_one(User, link.user_id)
    if link.used_at is not None or link.expires_at <= at or user.disabled_at is not None:
        return None
    return link


def spend(session: Session, link: SignInLink, *, at: datetime) -> bool:
    """Use a link, once: of two uses at the same instant one is refused."""
    done = cast(
        "sa.CursorResult[Any]",
        session.execute(
            sa.update(SignInLink)
            .where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
            .values(used_at=at)
        ),
    )
    return done.rowcount == 1


def cancel(session: Session, user: User, *, kind: LinkKind, at: datetime) -> None:
    """Make a user's unused links of a kind useless."""
    session.execute(
        sa.update(SignInLink)
        .where(SignInLink.user_id == user.id, SignInLink.kind == kind, SignInLink.used_at.is_(None))
        .values(used_at=at)
    )


def close_everything(session: Session, *, at: datetime) -> None:
    """Close everybody's sessions and unused links: a restored backup revives old ones."""
    session.execute(
        sa.update(SignedSession).where(SignedSession.ended_at.is_(None)).values(ended_at=at)
    )
    session.execute(sa.update(SignInLink).where(SignInLink.used_at.is_(None)).values(used_at=at))


def enrolment_seed(session: Session, link: SignInLink) -> str:
    """The second factor's seed a first sign-in proposes; derived: looking stores nothing."""
    keys: Keys = session.info["keys"]
    drawn = hmac.new(keys.seal, f"seed:{link.id}:{link.nonce}".encode(), hashlib.sha256).digest()
    return base64.b32encode(drawn[:20]).decode()


def finish_enrolment(
    session: Session, link: SignInLink, *, password: str, code: str, at: datetime
) -> User:
    """First sign-in of a member of staff: a password, and a code that proves the second factor.

    Refusal when the password is weak, the code wrong, or the link used meanwhile. Every session
    open before ends.
    """
    user = session.get_one(User, link.user_id)
    proof.refuse_weak(password, user)
    seed = enrolment_seed(session, link)
    step = proof.matching_step(seed, code, at=at, after=None)
    if step is None:
        raise Refusal(
            "Ce code n’est pas le bon. Lisez-le de nouveau dans votre application : "
            "il change toutes les 30 secondes.",
            field="code",
        )
    if not spend(session, link, at=at):
        raise Refusal("Ce lien a déjà servi. Demandez-en un nouveau à la coordination.")
    keys: Keys = session.info["keys"]
    user.password_hash = proof.hash_password(password)
    user.totp_sealed = sealing.seal(keys.seal, seed, place=f"user_account.totp.{user.id}")
    user.totp_last_step = step
    sessions.end_all(session, user, at=at)
    journal.record(session, "user_enrolled", about=user, by=user, at=at)
    return user


def provisioning_uri(user: User, seed: str) -> str:
    """What the authenticator application reads from the picture."""
    return pyotp.TOTP(seed).provisioning_uri(name=user.email, issuer_name="Appel solidaire")
