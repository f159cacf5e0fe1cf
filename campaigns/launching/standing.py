"""What a launch has already: counted where it stands, never remembered."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import overview, routes
from campaigns.models import (
    Campaign,
    Commune,
    Enrolment,
    GuideVersion,
    ImportBatch,
    ImportState,
    MailState,
    Membership,
    Office,
    Organisation,
    OutgoingMail,
    Person,
    Rehearsal,
    Role,
    Territory,
    User,
    WeekPlan,
)
from campaigns.routes import tables

TRIAL = "mail_trial"


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts the steps are read from. Counts of rows; ``trial`` is the last test mail's state.

    ``wanting`` counts what the routing table leaves to the coordination, ``noticed`` the people
    told among those who may be called.
    """

    organisation: Organisation
    communes: int
    territories: int
    without_territory: int
    offices: int
    wanting: int
    people: int
    lists_waiting: int
    volunteers: int
    coordinators: int
    not_invited: int
    guide_number: int
    trial: MailState | None
    trained: int
    rehearsed: int
    callable: int
    noticed: int
    proposed: bool
    published: bool


def read(session: Session, campaign: Campaign) -> Standing:
    """Count everything, in a dozen short questions."""
    volunteers = _members(campaign, [Role.VOLUNTEER])
    callable_ = [Enrolment.campaign_id == campaign.id, Person.stop.is_(None), Person.hold.is_(None)]
    plans = sa.select(WeekPlan.id).where(WeekPlan.campaign_id == campaign.id)
    return Standing(
        organisation=session.get_one(Organisation, 1),
        communes=_count(session, sa.select(Commune.insee)),
        territories=_count(session, sa.select(Territory.id)),
        without_territory=_count(
            session, sa.select(Commune.insee).where(Commune.territory_id.is_(None))
        ),
        offices=_count(session, sa.select(Office.id).where(Office.closed_at.is_(None))),
        wanting=len(routes.wanting(session, tables.in_force(session, campaign))),
        people=_count(session, sa.select(Enrolment.id).where(Enrolment.campaign_id == campaign.id)),
        lists_waiting=_count(session, _lists_waiting(campaign)),
        volunteers=_count(session, volunteers),
        coordinators=_count(session, _members(campaign, [Role.COORDINATOR, Role.COORDINATION])),
        not_invited=len(overview.not_yet_invited(session, campaign)),
        guide_number=_guide_number(session, campaign),
        trial=_trial(session),
        trained=_count(session, volunteers.where(User.trained_at.is_not(None))),
        rehearsed=_count(session, volunteers.where(User.id.in_(sa.select(Rehearsal.user_id)))),
        callable=_count(session, _enrolled(*callable_)),
        noticed=_count(session, _enrolled(*callable_, Enrolment.noticed_at.is_not(None))),
        proposed=_count(session, plans) > 0,
        published=_count(session, plans.where(WeekPlan.published_at.is_not(None))) > 0,
    )


def _enrolled(*which: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(Enrolment.id).join(Enrolment.person).where(*which)


def _lists_waiting(campaign: Campaign) -> sa.Select[int]:
    return sa.select(ImportBatch.id).where(
        ImportBatch.campaign_id == campaign.id,
        ImportBatch.state.in_((ImportState.RECEIVED, ImportState.READY)),
    )


def _guide_number(session: Session, campaign: Campaign) -> int:
    newest = sa.func.max(GuideVersion.number)
    mine = GuideVersion.campaign_id == campaign.id
    return session.scalar(sa.select(newest).where(mine)) or 0


def _members(campaign: Campaign, roles: list[Role]) -> sa.Select[int]:
    return (
        sa.select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.campaign_id == campaign.id,
            User.role.in_(roles),
            User.disabled_at.is_(None),
        )
    )


def _count(session: Session, rows: sa.Select[*tuple[object, ...]]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0


def _trial(session: Session) -> MailState | None:
    """The state of the last mail somebody sent themselves."""
    newest = sa.select(OutgoingMail.state).where(OutgoingMail.kind == TRIAL)
    return session.scalar(newest.order_by(OutgoingMail.id.desc()).limit(1))
