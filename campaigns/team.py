"""Who takes part: half-days, absences, invitations, the mails they want."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, journal, mails, sealing
from campaigns.models import (
    Absence,
    Availability,
    Campaign,
    Coverage,
    LinkKind,
    Membership,
    Role,
    Territory,
    User,
)
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

NEW_LINK_LIFE = timedelta(minutes=10)
HalfDay = tuple[int, str]  # weekday (0 is Monday), "am" or "pm"


@dataclass(frozen=True, slots=True)
class Member:
    """A volunteer with their half-days, as the lead's page lists them."""

    user: User
    half_days: tuple[HalfDay, ...]
    absent: bool


def volunteers(session: Session, campaign: Campaign, *, today: date) -> list[Member]:
    """The campaign's volunteers by name, with their half-days."""
    users = session.scalars(
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.campaign_id == campaign.id,
            User.role == Role.VOLUNTEER,
            User.disabled_at.is_(None),
        )
        .order_by(User.last_name, User.first_name, User.id)
    ).all()
    ids = [user.id for user in users]
    ticked = half_days_of(session, ids)
    away = set(
        session.scalars(
            sa.select(Absence.user_id).where(
                Absence.user_id.in_(ids), Absence.first_on <= today, Absence.last_on >= today
            )
        )
    )
    return [Member(user, ticked.get(user.id, ()), user.id in away) for user in users]


def half_days_of(session: Session, ids: Collection[int]) -> dict[int, tuple[HalfDay, ...]]:
    """The half-days ticked by each user, in the order of the week."""
    found: dict[int, list[HalfDay]] = {}
    for row in session.execute(
        sa.select(Availability.user_id, Availability.weekday, Availability.half)
        .where(Availability.user_id.in_(ids))
        .order_by(Availability.user_id, Availability.weekday, Availability.half)
    ):
        found.setdefault(row.user_id, []).append((row.weekday, row.half))
    return {user_id: tuple(halves) for user_id, halves in found.items()}


def absences_of(session: Session, user: User, *, today: date) -> list[Absence]:
    """A user's absences, present and to come."""
    return list(
        session.scalars(
            sa.select(Absence)
            .where(Absence.user_id == user.id, Absence.last_on >= today)
            .order_by(Absence.first_on, Absence.id)
        )
    )


def set_half_days(
    session: Session, user: User, halves: Collection[HalfDay], *, by: User | None, at: datetime
) -> None:
    """Replace the half-days a volunteer gives; the next split follows them."""
    session.execute(sa.delete(Availability).where(Availability.user_id == user.id))
    session.add_all(
        Availability(user_id=user.id, weekday=weekday, half=half)
        for weekday, half in sorted(set(halves))
    )
    journal.record(session, "half_days_set", about=user, by=by, at=at, count=len(set(halves)))


def add_absence(
    session: Session, user: User, *, first_on: date, last_on: date, by: User, at: datetime
) -> None:
    """Note days a volunteer will not call; Refusal when they are in the wrong order."""
    if last_on < first_on:
        raise Refusal("La fin de l’absence vient avant son début.", field="last_on")
    session.add(Absence(user_id=user.id, first_on=first_on, last_on=last_on))
    journal.record(session, "absence_added", about=user, by=by, at=at)


def drop_absence(session: Session, user: User, absence_id: int, *, by: User, at: datetime) -> bool:
    """Remove one of a user's absences; False when it is not theirs."""
    absence = session.scalar(
        sa.select(Absence).where(Absence.id == absence_id, Absence.user_id == user.id)
    )
    if absence is None:
        return False
    session.delete(absence)
    journal.record(session, "absence_dropped", about=user, by=by, at=at)
    return True


def enlist(
    session: Session,
    campaign: Campaign,
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    territories: Sequence[Territory] = (),
    reads_sensitive: bool = False,
    by: User | None,
    at: datetime,
) -> User:
    """Add somebody to the campaign with an account of their role; nothing is sent yet."""
    if role is Role.COORDINATOR and not territories:
        raise Refusal("Choisissez au moins un territoire pour cette personne.", field="territory")
    user = accounts.add(
        session,
        email=email,
        first_name=first_name,
        last_name=last_name,
        role=role,
        by=by,
        at=at,
    )
    accounts.join(session, user, campaign)
    for territory in territories:
        session.add(
            Coverage(user_id=user.id, territory_id=territory.id, reads_sensitive=reads_sensitive)
        )
    return user


def staff(session: Session) -> list[User]:
    """Everybody but the volunteers, by role then name."""
    return list(
        session.scalars(
            sa.select(User)
            .where(User.role != Role.VOLUNTEER, User.disabled_at.is_(None))
            .order_by(User.role, User.last_name, User.id)
        )
    )


def coordinators_of(
    session: Session, territory_id: int, *, campaign_id: int, sensitive: bool
) -> list[User]:
    """Who is told of a need sent to a territory; for a sensitive one, its named readers only."""
    query = (
        sa.select(User)
        .join(Coverage, Coverage.user_id == User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Coverage.territory_id == territory_id,
            Membership.campaign_id == campaign_id,
            User.role == Role.COORDINATOR,
            User.disabled_at.is_(None),
        )
        .order_by(User.id)
    )
    if sensitive:
        query = query.where(Coverage.reads_sensitive.is_(True))
    return list(session.scalars(query))


def of_role(session: Session, campaign_id: int, role: Role) -> list[User]:
    """The campaign's members of one role, leads and DPO of the instance included."""
    query = sa.select(User).where(User.role == role, User.disabled_at.is_(None)).order_by(User.id)
    if role not in {Role.LEAD, Role.DPO}:
        query = query.join(Membership, Membership.user_id == User.id).where(
            Membership.campaign_id == campaign_id
        )
    return list(session.scalars(query))


def first_of(session: Session, role: Role) -> User | None:
    """The oldest account of a role (the demonstration's doors)."""
    return session.scalar(
        sa.select(User)
        .where(User.role == role, User.disabled_at.is_(None))
        .order_by(User.id)
        .limit(1)
    )


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
