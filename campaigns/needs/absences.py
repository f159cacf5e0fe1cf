"""A coordinator's absences: who stands in between two dates, then everything reverts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from campaigns import journal, weeks
from campaigns.models import Absence, Campaign, Membership, Role, User
from campaigns.refusal import Refusal

ANSWER_FOR_NEEDS = frozenset({Role.COORDINATOR, Role.COORDINATION})
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is away from a day to another, both included; ``deputy`` stands in for them."""

    absence: Absence
    who: User
    deputy: User | None

    def covers(self, day: date) -> bool:
        """Whether this day is one of it."""
        return self.absence.first_on <= day <= self.absence.last_on


def note_absence(
    session: Session,
    user: User,
    *,
    first_on: date,
    last_on: date,
    deputy: User | None,
    by: User,
    at: datetime,
) -> Absence:
    """Note days away; needs, alerts and mails go to the deputy meanwhile, then revert.

    Without ``deputy`` it is the standing one. Refusal when nobody stands in, when they are away
    too, or when the days are in the wrong order, past or noted already.
    """
    _check_days(session, user, first_on, last_on, today=weeks.local_day(at))
    stands_in = deputy or (session.get(User, user.deputy_id) if user.deputy_id else None)
    if stands_in is None:
        raise Refusal("Choisissez qui répond aux besoins pendant ce temps.", field="deputy")
    _may_stand_in(user, stands_in)
    met = _overlapping(session, stands_in, first_on, last_on)
    if met is not None:
        raise Refusal(
            f"{stands_in.first_name} n’est pas là du {met.first_on:%d/%m} au {met.last_on:%d/%m}. "
            "Choisissez quelqu’un d’autre.",
            field="deputy",
        )
    absence = Absence(
        user_id=user.id, first_on=first_on, last_on=last_on, deputy_id=deputy.id if deputy else None
    )
    session.add(absence)
    session.flush()  # the page names it by its id
    journal.record(session, "absence_added", about=user, by=by, at=at, deputy=stands_in.id)
    return absence


def come_back(session: Session, absence: Absence, *, by: User, at: datetime) -> None:
    """End an absence before its day, or take it off when it has not begun: access reverts now."""
    user = session.get_one(User, absence.user_id)
    yesterday = weeks.local_day(at) - timedelta(days=1)
    if absence.last_on <= yesterday:
        raise Refusal("Cette absence est déjà terminée.")
    if absence.first_on > yesterday:
        session.delete(absence)
    else:
        absence.last_on = yesterday
    journal.record(session, "absence_ended", about=user, by=by, at=at)


def set_deputy(
    session: Session, user: User, deputy: User | None, *, by: User, at: datetime
) -> None:
    """Say who stands in for somebody whenever they are away; None: nobody by default."""
    if deputy is not None:
        _may_stand_in(user, deputy)
    elif _planned_on_standing(session, user, weeks.local_day(at)):
        raise Refusal(
            "Une absence notée compte sur cette personne : retirez d’abord l’absence.",
            field="standing",
        )
    user.deputy_id = deputy.id if deputy else None
    journal.record(session, "deputy_set", about=user, by=by, at=at, deputy=user.deputy_id)


def stand_in(session: Session, user: User, at: datetime) -> User:
    """Who answers for a user at this instant: themselves, or who stands in while they are away.

    Deputies who are away too are followed to theirs. When the last one is nobody, or closed, it
    stays the last of the chain who still has an account: nothing is sent to nobody.
    """
    today = weeks.local_day(at)
    seen, answers = {user.id}, user
    while True:
        deputy_id = session.scalar(
            sa.select(sa.func.coalesce(Absence.deputy_id, User.deputy_id))
            .join(User, User.id == Absence.user_id)
            .where(
                Absence.user_id == answers.id, Absence.first_on <= today, Absence.last_on >= today
            )
            .order_by(Absence.id)
            .limit(1)
        )
        deputy = session.get(User, deputy_id) if deputy_id else None
        if deputy is None or deputy.id in seen or deputy.disabled_at is not None:
            return answers
        seen.add(deputy.id)
        answers = deputy


def about(session: Session, user: User, *, today: date) -> list[Away]:
    """Absences that concern somebody, now or to come: their own, and those they stand in for."""
    return _aways(
        session, today, sa.or_(Absence.user_id == user.id, _deputy_id() == user.id), limit=20
    )


def of_campaign(session: Session, campaign: Campaign, *, today: date) -> list[Away]:
    """Coordinators who are away, now or to come, the soonest first."""
    members = sa.select(Membership.user_id).where(Membership.campaign_id == campaign.id)
    return _aways(session, today, User.id.in_(members) & User.role.in_(ANSWER_FOR_NEEDS), limit=200)


def one(session: Session, absence_id: int, *, users: Sequence[User]) -> Absence | None:
    """An absence of one of these users, or None."""
    return session.scalar(
        sa.select(Absence).where(
            Absence.id == absence_id, Absence.user_id.in_([user.id for user in users])
        )
    )


def who_may_stand_in(session: Session, user: User, campaign: Campaign) -> list[User]:
    """Colleagues of the campaign who may stand in for somebody, by name."""
    return [other for other in coordinators(session, campaign) if other.id != user.id]


def coordinators(session: Session, campaign: Campaign) -> list[User]:
    """Everybody of a campaign who answers for needs, by name."""
    return list(
        session.scalars(
            sa.select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.campaign_id == campaign.id,
                User.role.in_(ANSWER_FOR_NEEDS),
                User.disabled_at.is_(None),
            )
            .order_by(User.first_name, User.last_name, User.id)
            .limit(200)
        )
    )


def _deputy_id() -> sa.ColumnElement[int | None]:
    return sa.func.coalesce(Absence.deputy_id, User.deputy_id)


def _aways(
    session: Session, today: date, which: sa.ColumnElement[bool], *, limit: int
) -> list[Away]:
    deputy = aliased(User)
    rows = session.execute(
        sa.select(Absence, User, deputy)
        .join(User, User.id == Absence.user_id)
        .outerjoin(deputy, deputy.id == _deputy_id())
        .where(Absence.last_on >= today, User.role.in_(ANSWER_FOR_NEEDS), which)
        .order_by(Absence.first_on, Absence.id)
        .limit(limit)
    )
    return [Away(absence, who, stands_in) for absence, who, stands_in in rows]


def _check_days(
    session: Session, user: User, first_on: date, last_on: date, *, today: date
) -> None:
    if last_on < first_on:
        raise Refusal("La fin de l’absence vient avant son début.", field="last_on")
    if last_on < today:
        raise Refusal("Ces jours sont passés.", field="last_on")
    if last_on - first_on > _LONGEST:
        raise Refusal("Une absence dure un an au plus : confiez le territoire.", field="last_on")
    met = _overlapping(session, user, first_on, last_on)
    if met is not None:
        raise Refusal(
            f"Une absence est déjà notée du {met.first_on:%d/%m} au {met.last_on:%d/%m}.",
            field="first_on",
        )


def _overlapping(session: Session, user: User, first_on: date, last_on: date) -> Absence | None:
    return session.scalar(
        sa.select(Absence)
        .where(Absence.user_id == user.id, Absence.first_on <= last_on, Absence.last_on >= first_on)
        .order_by(Absence.first_on, Absence.id)
        .limit(1)
    )


def _may_stand_in(user: User, deputy: User) -> None:
    if deputy.id == user.id:
        raise Refusal("Choisissez quelqu’un d’autre que la personne absente.", field="deputy")
    if deputy.role not in ANSWER_FOR_NEEDS or deputy.disabled_at is not None:
        raise Refusal("Choisissez quelqu’un de la coordination.", field="deputy")


def _planned_on_standing(session: Session, user: User, today: date) -> bool:
    return (
        session.scalar(
            sa.select(Absence.id)
            .where(
                Absence.user_id == user.id, Absence.deputy_id.is_(None), Absence.last_on >= today
            )
            .limit(1)
        )
        is not None
    )
