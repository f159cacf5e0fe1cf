"""Links people ask for or leave by: a new way in, the end of the weekly mail."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from campaigns import accounts, journal, mails, sealing
from campaigns.models import LinkKind, Role, User
from campaigns.sealing import Keys

NEW_LINK_LIFE = timedelta(minutes=10)


def send_new_link(session: Session, *, email: str, at: datetime) -> None:
    """Mail a volunteer a link that lives ten minutes; do nothing, silently, for anybody else."""
    user = accounts.by_email(session, email)
    if user is None or user.role is not Role.VOLUNTEER or user.disabled_at is not None:
        return
    link = accounts.make_link(
        session, user, kind=LinkKind.AGAIN, at=at, expires_at=at + NEW_LINK_LIFE
    )
    mails.post(
        session, "sign_in", to=user, key=f"sign-in:{link.id}", about={"link": link.id}, at=at
    )


def opt_out_token(session: Session, user: User) -> str:
    """What « ne plus recevoir ce bilan » links to: it opens nothing else, and does not expire."""
    keys: Keys = session.info["keys"]
    return f"{user.id}-{sealing.token(keys.link, 'opt-out', user.id, user.email)}"


def summary_reader(session: Session, token: str) -> User | None:
    """Whose weekly mail an opt-out link stops; None when the link is not ours."""
    number, _, _ = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    user = session.get(User, int(number))
    return user if user and sealing.same(opt_out_token(session, user), token) else None


def leave_summaries(session: Session, user: User, *, at: datetime) -> None:
    """Stop somebody's weekly mail."""
    user.wants_summary = False
    journal.record(session, "summary_opt_out", about=user, by=user, at=at)


def return_to_summaries(session: Session, user: User, *, by: User, at: datetime) -> None:
    """Send somebody the weekly mail again: they changed their mind, or asked the lead for it."""
    user.wants_summary = True
    journal.record(session, "summary_opt_in", about=user, by=by, at=at)
