"""Passwords and second factors.

Argon2id at the OWASP floor (m = 19 MiB, t = 2, p = 1); failures are counted in the database, so
that wiping Redis opens nothing. CNIL, délibération 2022-100: at least 12 characters, throttled.
"""

import threading
from datetime import datetime, timedelta

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from campaigns import sealing
from campaigns.models import SignInFailure, User
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_TWO_AT_A_TIME = threading.BoundedSemaphore(2)  # 19 MiB and 40 ms each: clicks must not starve
_DUMMY = _HASHER.hash("nobody has this password")
SHORTEST, LONGEST = 12, 256
WINDOW = timedelta(minutes=15)
# Tries a window, by account then by network address. A whole Département may share one address
# and ask for links on Monday morning; guessing passwords from one address is another matter.
LIMITS = {"password": (10, 25), "link": (5, 300)}
STEP_SECONDS = 30
_WEAK = ("motdepasse", "password", "azerty", "qwerty", "123456", "appelsolidaire", "bonjour")


def hash_password(password: str) -> str:
    """Hash a password for storage."""
    with _TWO_AT_A_TIME:
        return _HASHER.hash(password)


def refuse_weak(password: str, user: User) -> None:
    """Refusal with what to do, when a password is too short, too long or guessable."""
    if len(password) < SHORTEST:
        raise Refusal(
            f"Choisissez au moins {SHORTEST} caractères. Quatre mots sans lien entre eux "
            "font un bon mot de passe.",
            field="password",
        )
    if len(password) > LONGEST:
        raise Refusal(f"{LONGEST} caractères au plus.", field="password")
    plain = password.casefold().replace(" ", "")
    mine = [part for part in (user.first_name, user.last_name, user.email.split("@")[0]) if part]
    if len(set(plain)) < 5 or any(
        word.casefold() in plain and len(plain) - len(word) < 8 for word in (*_WEAK, *mine)
    ):
        raise Refusal(
            "Ce mot de passe se devine. Choisissez quatre mots sans lien.", field="password"
        )


def check(session: Session, user: User | None, *, password: str, code: str, at: datetime) -> bool:
    """Whether password and code are both right. Takes as long for an account that does not exist.

    A code works once: the step it belongs to is kept.
    """
    return password_matches(user, password) and spend_code(session, user, code, at=at)


def password_matches(user: User | None, password: str) -> bool:
    """Whether a password is the account's: slow on purpose, and no transaction is needed."""
    stored = user.password_hash if user and user.password_hash else _DUMMY
    with _TWO_AT_A_TIME:
        try:
            is_right = bool(_HASHER.verify(stored, password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            is_right = False
    return is_right and stored is not _DUMMY


def spend_code(session: Session, user: User | None, code: str, *, at: datetime) -> bool:
    """Whether a code is the second factor's of now; it never works again."""
    if user is None or user.disabled_at or not user.password_hash or not user.totp_sealed:
        return False
    keys: Keys = session.info["keys"]
    seed = sealing.unseal(keys.seal, user.totp_sealed, place=f"user_account.totp.{user.id}")
    step = matching_step(seed, code, at=at, after=user.totp_last_step)
    if step is None:
        return False
    # Conditional: of two uses of one code at the same instant, one fails.
    spent = session.execute(
        sa.update(User)
        .where(User.id == user.id, sa.func.coalesce(User.totp_last_step, -1) < step)
        .values(totp_last_step=step)
        .returning(User.id)
    ).first()
    return spent is not None


def matching_step(seed: str, code: str, *, at: datetime, after: int | None) -> int | None:
    """The 30-second step a code belongs to, one step of drift allowed; None when it is wrong or
    not later than the step used last. Spaces are ignored, only ASCII digits count."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None
    now = int(at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(seed, interval=STEP_SECONDS)
    for step in (now - 1, now, now + 1):
        if sealing.same(totp.generate_otp(step), digits) and (after is None or step > after):
            return step
    return None


def _keys_of(session: Session, email: str, address: str, kind: str) -> tuple[tuple[str, int], ...]:
    keys: Keys = session.info["keys"]
    of_account, of_address = LIMITS[kind]
    return (
        (sealing.fingerprint(keys.link, kind, "account", email), of_account),
        (sealing.fingerprint(keys.link, kind, "address", address), of_address),
    )


def is_throttled(
    session: Session, *, email: str, address: str, at: datetime, kind: str = "password"
) -> bool:
    """Whether this account or this network address tried too often in the last minutes.

    ``kind`` is ``password`` (failures) or ``link`` (links asked for).
    """
    for key, most in _keys_of(session, email, address, kind):
        failed = session.scalar(
            sa.select(sa.func.count())
            .select_from(SignInFailure)
            .where(SignInFailure.key_hash == key, SignInFailure.at > at - WINDOW)
        )
        if (failed or 0) >= most:
            return True
    return False


def note_failure(
    session: Session, *, email: str, address: str, at: datetime, kind: str = "password"
) -> None:
    """Count a try; old ones are dropped on the way."""
    session.execute(sa.delete(SignInFailure).where(SignInFailure.at < at - WINDOW))
    for key, _ in _keys_of(session, email, address, kind):
        session.add(SignInFailure(key_hash=key, at=at))


def clear_failures(session: Session, *, email: str, address: str) -> None:
    """A right sign-in wipes the account's own failures, not those of the address."""
    key, _ = _keys_of(session, email, address, "password")[0]
    session.execute(sa.delete(SignInFailure).where(SignInFailure.key_hash == key))
