"""Accounts: what a password must be, what a code proves, when a session ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher, Type
from sqlalchemy.orm import Session

from campaigns import accounts
from campaigns.accounts import links, proof, sessions
from campaigns.models import LinkKind, Role, User
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import EVE

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 11, 24, 11, 0, 10, tzinfo=UTC)
STEP = int(NOON.timestamp()) // 30
GOOD = "girafe ardoise tambour velours"


@pytest.fixture
def lead(session: Session) -> User:
    """A lead who has not signed in yet."""
    return factories.user(session, Role.LEAD, first_name="Michelle", email="m.petit@example.org")


# Passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["", "court", "x" * 257, "aaaaaaaaaaaaaaaa", "motdepasse123", "azerty123456", "Michelle2026!",
     "m.petit2026!!", "AppelSolidaire1"],
)  # fmt: skip
def test_a_guessable_password_is_refused(lead: User, password: str) -> None:
    with pytest.raises(Refusal):
        proof.refuse_weak(password, lead)


@pytest.mark.parametrize("password", [GOOD, "Nougat-Éléphant-42-Rivière", "x7#Kp2!vQ9z$"])
def test_a_good_password_is_accepted(lead: User, password: str) -> None:
    proof.refuse_weak(password, lead)


def test_passwords_are_hashed_at_the_floor_of_owasp() -> None:
    from argon2 import extract_parameters

    kept = accounts.hash_password(GOOD)
    found = extract_parameters(kept)
    assert found.type is Type.ID
    assert (found.memory_cost, found.time_cost, found.parallelism) == (19 * 1024, 2, 1)
    assert PasswordHasher().verify(kept, GOOD)
    assert accounts.hash_password(GOOD) != kept


# Codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_code_of_the_step_before_or_after_is_accepted(drift: int) -> None:
    digits = pyotp.TOTP(SEED).generate_otp(STEP + drift)
    assert proof.matching_step(SEED, digits, at=NOON, after=None) == STEP + drift


@pytest.mark.parametrize("drift", [-3, -2, 2, 3])
def test_a_code_of_another_time_is_refused(drift: int) -> None:
    digits = pyotp.TOTP(SEED).generate_otp(STEP + drift)
    assert proof.matching_step(SEED, digits, at=NOON, after=None) is None


def test_a_code_not_later_than_the_last_is_refused() -> None:
    digits = pyotp.TOTP(SEED).generate_otp(STEP)
    assert proof.matching_step(SEED, digits, at=NOON, after=STEP) is None
    assert proof.matching_step(SEED, digits, at=NOON, after=STEP - 1) == STEP


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "１２３４５６", "12 34"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert proof.matching_step(SEED, typed, at=NOON, after=None) is None


# Invitations -------------------------------------------------------------------------------------


def _enrolled(session: Session, user: User, at: datetime = NOON) -> tuple[User, str]:
    token = accounts.invite(session, user, by=None, at=EVE)
    link = accounts.find_link(session, token, at=at)
    assert link is not None
    seed = accounts.enrolment_seed(session, link)
    code = pyotp.TOTP(seed).at(at)
    return accounts.finish_enrolment(session, link, password=GOOD, code=code, at=at), seed


def test_the_second_factor_is_kept_sealed(session: Session, lead: User) -> None:
    user, seed = _enrolled(session, lead)
    assert user.totp_sealed
    assert seed not in user.totp_sealed
    assert user.password_hash
    assert GOOD not in user.password_hash


def test_looking_twice_at_an_invitation_proposes_the_same_second_factor(
    session: Session, lead: User
) -> None:
    link = accounts.find_link(session, accounts.invite(session, lead, by=None, at=EVE), at=NOON)
    assert link is not None
    assert accounts.enrolment_seed(session, link) == accounts.enrolment_seed(session, link)


def test_an_invitation_lives_seven_days(session: Session, lead: User) -> None:
    token = accounts.invite(session, lead, by=None, at=EVE)
    almost = EVE + timedelta(days=7) - timedelta(seconds=1)
    assert accounts.find_link(session, token, at=almost) is not None
    assert accounts.find_link(session, token, at=EVE + timedelta(days=7)) is None


def test_a_link_is_spent_once(session: Session, lead: User) -> None:
    link = accounts.make_link(
        session, lead, kind=LinkKind.WEEKLY, at=EVE, expires_at=EVE + timedelta(days=9)
    )
    assert accounts.spend(session, link, at=NOON)
    assert not accounts.spend(session, link, at=NOON)


@pytest.mark.parametrize("token", ["", "-", "1", "1-", "x-y", "9999999999-x", "²-x", "-1-x"])
def test_a_token_that_is_none_finds_nothing(session: Session, token: str) -> None:
    assert accounts.find_link(session, token, at=NOON) is None


# Sessions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "idle"),
    [(Role.VOLUNTEER, 60), (Role.COORDINATOR, 30), (Role.COORDINATION, 30), (Role.LEAD, 30),
     (Role.DPO, 30)],
)  # fmt: skip
def test_a_session_ends_by_itself(session: Session, role: Role, idle: int) -> None:
    user = factories.user(session, role)
    key = accounts.open_for(session, user, at=NOON)
    session.flush()
    last = NOON + timedelta(minutes=idle)
    assert accounts.live(session, key, at=last - timedelta(seconds=1))
    assert accounts.live(session, key, at=last) is None


def test_a_session_in_use_ends_after_twelve_hours(session: Session, lead: User) -> None:
    key = accounts.open_for(session, lead, at=NOON)
    session.flush()
    row, user, *_ = accounts.live(session, key, at=NOON) or pytest.fail("not open")
    row.seen_at = NOON + timedelta(hours=11, minutes=50)
    assert sessions.expires_at(row, user) == NOON + timedelta(hours=12)


def test_ending_all_sessions_of_one_person_leaves_the_others(session: Session, lead: User) -> None:
    other = factories.user(session, Role.LEAD)
    mine, theirs = (accounts.open_for(session, user, at=NOON) for user in (lead, other))
    session.flush()
    accounts.end_all(session, lead, at=NOON)
    assert accounts.live(session, mine, at=NOON) is None
    assert accounts.live(session, theirs, at=NOON) is not None


def test_after_a_restoration_no_session_and_no_link_of_before_opens(
    session: Session, lead: User
) -> None:
    key = accounts.open_for(session, lead, at=NOON)
    token = accounts.invite(session, lead, by=None, at=NOON)
    session.flush()
    links.close_everything(session, at=NOON)
    session.expire_all()
    assert accounts.live(session, key, at=NOON) is None
    assert accounts.find_link(session, token, at=NOON) is None


# Addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["M.Petit@Example.org", "  m.petit@example.org ", "m.petit@EXAMPLE.ORG"]
)
def test_an_address_is_one_however_it_is_typed(typed: str) -> None:
    assert accounts.normal_email(typed) == "m.petit@example.org"


@pytest.mark.parametrize(
    "typed",
    ["", "m.petit", "a@b, c@d", "x@example.org\r\nBcc: y@example.org", "x@example", "@example.org"],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        accounts.normal_email(typed)


def test_an_address_has_one_account(session: Session, lead: User) -> None:
    with pytest.raises(Refusal, match="existe déjà"):
        accounts.add(
            session, email=lead.email.upper(), first_name="X", role=Role.LEAD, by=None, at=NOON
        )
