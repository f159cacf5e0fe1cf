"""Accounts themselves: adding, inviting, closing."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import Session

from campaigns import journal, mails, once
from campaigns.accounts import links, sessions
from campaigns.models import Campaign, LinkKind, Membership, Role, User
from campaigns.refusal import Refusal

INVITATION_LIFE = timedelta(days=7)


def normal_email(text: str) -> str:
    """Write an address the one way it is stored; Refusal when it is none."""
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError as fault:
        raise Refusal(
            "Cette adresse électronique n’est pas valable. Vérifiez-la, par exemple "
            "prenom.nom@departement.example.org.",
            field="email",
        ) from fault
    return found.lower()


def add(
    session: Session,
    *,
    email: str,
    first_name: str,
    last_name: str = "",
    role: Role,
    by: User | None,
    at: datetime,
) -> User:
    """Open an account; Refusal when the address is invalid or already has one."""
    address = normal_email(email)
    if by_email(session, address) is not None:
        raise Refusal("Un compte existe déjà avec cette adresse.", field="email")
    user = User(
        email=address,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        role=role,
        created_at=at,
    )
    session.add(user)
    session.flush()  # memberships and the journal need user.id
    journal.record(session, "user_added", about=user, by=by, at=at, role=role.value)
    return user


def by_email(session: Session, email: str) -> User | None:
    """Find an account by its address as stored."""
    return session.scalar(sa.select(User).where(User.email == email))


def join(session: Session, user: User, campaign: Campaign) -> None:
    """Make a user take part in a campaign (harmless when they do already)."""
    once.add(session, Membership, campaign_id=campaign.id, user_id=user.id)


def invite(session: Session, user: User, *, by: User | None, at: datetime) -> str:
    """Send somebody the link of their first sign-in, and give its token.

    A new invitation makes the former ones useless.
    """
    links.cancel(session, user, kind=LinkKind.ENROL, at=at)
    link = links.make_link(
        session, user, kind=LinkKind.ENROL, at=at, expires_at=at + INVITATION_LIFE
    )
    mails.post(
        session,
        "invitation",
        to=user,
        key=f"invitation:{link.id}",
        about={"link": link.id},
        at=at,
    )
    journal.record(session, "user_invited", about=user, by=by, at=at)
    return links.token_of(session, link)


def disable(session: Session, user: User, *, by: User | None, at: datetime) -> None:
    """Cut an account off at once: its sessions end, its links die."""
    user.disabled_at = at
    sessions.end_all(session, user, at=at)
    for kind in LinkKind:
        links.cancel(session, user, kind=kind, at=at)
    journal.record(session, "user_disabled", about=user, by=by, at=at)
