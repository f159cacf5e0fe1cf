"""Who takes part, as pages and mails ask it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Absence, Campaign, Coverage, Membership, Role, Territory, User
from campaigns.team.availability import HalfDay, half_days_of


@dataclass(frozen=True, slots=True)
class Member:
    """A volunteer with their half-days, as the lead's page lists them."""

    user: User
    half_days: tuple[HalfDay, ...]
    absent: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """A territory somebody answers for, and whether they read its sensitive needs."""

    territory: str
    reads_sensitive: bool


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


def one(session: Session, campaign: Campaign, user_id: int) -> User | None:
    """Somebody the lead may open: a volunteer of this campaign, or any member of staff."""
    takes_part = (
        sa.select(sa.literal(1))
        .where(Membership.campaign_id == campaign.id, Membership.user_id == User.id)
        .exists()
    )
    return session.scalar(
        sa.select(User).where(
            User.id == user_id,
            User.disabled_at.is_(None),
            sa.or_(User.role != Role.VOLUNTEER, takes_part),
        )
    )


def coverage_of(session: Session, ids: Collection[int]) -> dict[int, list[Covered]]:
    """The territories each coordinator answers for, by name."""
    found: dict[int, list[Covered]] = {}
    for row in session.execute(
        sa.select(Coverage.user_id, Territory.name, Coverage.reads_sensitive)
        .join(Territory, Territory.id == Coverage.territory_id)
        .where(Coverage.user_id.in_(ids))
        .order_by(Territory.name, Territory.id)
    ):
        found.setdefault(row.user_id, []).append(Covered(row.name, row.reads_sensitive))
    return found


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
