"""Adding people to a campaign, changing what is noted of them, closing their account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, journal, once
from campaigns.models import Campaign, Coverage, Membership, Role, Territory, User
from campaigns.refusal import Refusal
from campaigns.team.availability import HalfDay, half_days_of, set_half_days


@dataclass(frozen=True, slots=True)
class Profile:
    """What the lead notes of a volunteer. ``pace`` counts households a half-day, None: the
    campaign's."""

    first_name: str
    last_name: str
    languages: str = ""
    half_days: tuple[HalfDay, ...] = ()
    pace: int | None = None
    territory_id: int | None = None


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
    """Add somebody to the campaign with an account of their role; nothing is sent yet.

    Somebody who has an account of this role already joins the campaign with it.
    """
    if role is Role.COORDINATOR and not territories:
        raise Refusal("Choisissez au moins un territoire pour cette personne.", field="territories")
    user = accounts.by_email(session, accounts.normal_email(email))
    if user is None or not _may_join(session, user, campaign, role):
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
        once.add(
            session,
            Coverage,
            user_id=user.id,
            territory_id=territory.id,
            reads_sensitive=reads_sensitive,
        )
    return user


def cover(
    session: Session,
    user: User,
    territories: Sequence[Territory],
    *,
    sensitive: Sequence[Territory],
    by: User,
    at: datetime,
) -> None:
    """Say which territories a coordinator answers for, and in which they read sensitive needs.

    What they may read follows at once. Refusal without a territory, for somebody who is no
    coordinator, or for sensitive needs of a territory they do not answer for.
    """
    if user.role is not Role.COORDINATOR:
        raise Refusal("Seule la coordination d’un territoire suit des territoires.")
    if not territories:
        raise Refusal("Choisissez au moins un territoire pour cette personne.", field="territories")
    named = {one.id for one in sensitive}
    if named - {one.id for one in territories}:
        raise Refusal(
            "Les besoins sensibles se lisent dans les territoires suivis seulement.",
            field="sensitive",
        )
    session.execute(sa.delete(Coverage).where(Coverage.user_id == user.id))
    session.add_all(
        Coverage(user_id=user.id, territory_id=one.id, reads_sensitive=one.id in named)
        for one in territories
    )
    session.flush()  # who may read follows at once
    journal.record(session, "coverage_changed", about=user, by=by, at=at, sensitive=sorted(named))


def _may_join(session: Session, user: User, campaign: Campaign, role: Role) -> bool:
    """Whether an open account of this role does not take part in the campaign yet."""
    if user.role is not role or user.disabled_at is not None:
        return False
    member = sa.select(Membership.id).where(
        Membership.campaign_id == campaign.id, Membership.user_id == user.id
    )
    return session.scalar(member) is None


def add_volunteer(
    session: Session,
    campaign: Campaign,
    profile: Profile,
    *,
    email: str,
    by: User | None,
    at: datetime,
) -> User:
    """Add a volunteer with their half-days; nothing is sent yet."""
    user = enlist(
        session,
        campaign,
        email=email,
        first_name=profile.first_name,
        last_name=profile.last_name,
        role=Role.VOLUNTEER,
        by=by,
        at=at,
    )
    change_volunteer(session, user, profile, by=by, at=at)
    return user


def change_volunteer(
    session: Session, user: User, profile: Profile, *, by: User | None, at: datetime
) -> None:
    """Change what is noted of a volunteer; the next split follows.

    Refusal when the first name is empty or the territory unknown.
    """
    first_name = " ".join(profile.first_name.split())
    if not first_name:
        raise Refusal("Indiquez le prénom : la personne appelée l’entendra.", field="first_name")
    if profile.territory_id is not None and session.get(Territory, profile.territory_id) is None:
        raise Refusal("Choisissez un territoire de la liste.", field="territory")
    user.first_name = first_name
    user.last_name = " ".join(profile.last_name.split())
    user.languages = " ".join(profile.languages.split())
    user.pace = profile.pace
    user.territory_id = profile.territory_id
    if set(half_days_of(session, [user.id]).get(user.id, ())) != set(profile.half_days):
        set_half_days(session, user, profile.half_days, by=by, at=at)
    journal.record(session, "volunteer_changed", about=user, by=by, at=at)


def invite_all(session: Session, users: Sequence[User], *, by: User, at: datetime) -> int:
    """Send each of these people the link of their first sign-in; give how many."""
    for user in users:
        accounts.invite(session, user, by=by, at=at)
    return len(users)


def close_account(session: Session, user: User, *, by: User, at: datetime) -> None:
    """Cut somebody off at once; Refusal for one's own account, which would lock the door."""
    if user.id == by.id:
        raise Refusal(
            "Vous ne pouvez pas fermer votre propre compte : demandez-le à une autre personne "
            "du pilotage."
        )
    accounts.disable(session, user, by=by, at=at)
