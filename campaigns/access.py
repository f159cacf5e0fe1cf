"""Who may see and do what. A folder is opened by role (the gate); a row is found by these."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from campaigns import weeks
from campaigns.models import (
    Absence,
    Campaign,
    CampaignState,
    Coverage,
    Line,
    Membership,
    Need,
    Role,
    Sheet,
    User,
    WeekPlan,
)

IN_ALL = frozenset({Role.LEAD, Role.DPO})  # they take part in every campaign
_Territory = sa.SQLColumnExpression[int] | sa.SQLColumnExpression[int | None]

# Asked by every page: built once, SQLAlchemy then knows them again at once.
# One in preparation, copied with its team from the one that runs, must not hide it from anybody.
RUNNING_FIRST = (
    sa.case(
        (Campaign.state.in_([CampaignState.PILOT, CampaignState.OPEN]), 0),
        (Campaign.state == CampaignState.PAUSED, 1),
        (Campaign.state == CampaignState.DRAFT, 2),
        else_=3,
    ),
    Campaign.id.desc(),
)
_ALL = sa.select(Campaign).order_by(*RUNNING_FIRST)
_TAKES_PART = _ALL.join(Membership, Membership.campaign_id == Campaign.id).where(
    Membership.user_id == sa.bindparam("user_id")
)
_OWN_LINE = (
    sa.select(Line)
    .join(Line.sheet)
    .join(Sheet.plan)
    # What its pages ask next; never the summary of the week, which grows with the campaign.
    .options(contains_eager(Line.sheet).contains_eager(Sheet.plan).defer(WeekPlan.summary))
    .where(
        Line.id == sa.bindparam("line_id"),
        Sheet.volunteer_id == sa.bindparam("user_id"),
        WeekPlan.campaign_id == sa.bindparam("campaign_id"),
        WeekPlan.published_at.is_not(None),
        WeekPlan.week >= sa.bindparam("oldest"),
    )
)


def campaigns_of(session: Session, user: User) -> list[Campaign]:
    """The campaigns somebody takes part in: those that run, then paused, in preparation, closed;
    the newest first among each."""
    if user.role in IN_ALL:
        return list(session.scalars(_ALL))
    return list(session.scalars(_TAKES_PART, {"user_id": user.id}))


def territories_of(session: Session, user: User, *, at: datetime) -> list[int] | None:
    """Ids of the territories a coordinator answers for; None means all of them.

    Those of the colleagues they stand in for at that instant are among them.
    """
    if user.role is Role.COORDINATION:
        return None
    stands = _stands_for(user, at)
    rows = session.execute(
        sa.select(User.role, Coverage.territory_id)
        .outerjoin(Coverage, Coverage.user_id == User.id)
        .where(User.id.in_(stands))
        .order_by(Coverage.territory_id)
    ).all()
    if any(role is Role.COORDINATION for role, _ in rows):
        return None
    return list(dict.fromkeys(territory for _, territory in rows if territory is not None))


def is_coordination(user: User) -> bool:
    """Whether somebody is the coordination of the campaign: what is theirs has no deputy."""
    return user.role is Role.COORDINATION


def line_of(
    session: Session, user: User, line_id: int, *, campaign: Campaign, at: datetime
) -> Line | None:
    """A line of this volunteer's own published sheets of the campaign, or None.

    A sheet closes a week after its own (reliability.md, c1); a suspended volunteer has none.
    """
    if user.suspended_at is not None:
        return None
    oldest = weeks.after(weeks.current(at), -1)  # « YYYY-Www » sorts as text
    asked = {"user_id": user.id, "campaign_id": campaign.id, "oldest": oldest}
    return session.scalar(_OWN_LINE, {"line_id": line_id, **asked})


def campaign_of_line(session: Session, line_id: int) -> int | None:
    """The id of the campaign of a line, whosever it is now; None when there is none.

    Says where to look and opens nothing: ``line_of`` says whether the line may be read.
    """
    return session.scalar(
        sa.select(WeekPlan.campaign_id)
        .join(Sheet, Sheet.plan_id == WeekPlan.id)
        .join(Line, Line.sheet_id == Sheet.id)
        .where(Line.id == line_id)
    )


def visible_needs(
    session: Session, user: User, campaign: Campaign, *, at: datetime
) -> sa.Select[Need]:
    """The needs a coordinator may read: those of their territories.

    Sensitive ones (violence, children, ill-treatment, suicide) are read by the coordination and
    by the territory's named readers only. Those of the colleagues somebody stands in for at that
    instant are theirs too; the sensitive ones only when both are named readers.
    """
    reader = reader_of(user, campaign, at=at)
    return sa.select(Need).where(
        Need.campaign_id == campaign.id,
        reader.covers(Need.territory_id),
        sa.or_(Need.is_sensitive.is_(False), reader.opens_sensitive(Need.territory_id)),
    )


def need_of(
    session: Session, user: User, need_id: int, *, campaign: Campaign, at: datetime
) -> Need | None:
    """One need a coordinator may read, or None."""
    query = visible_needs(session, user, campaign, at=at)
    return session.scalar(query.where(Need.id == need_id))


@dataclass(frozen=True, slots=True)
class Reader:
    """What a coordinator may read in a campaign at an instant, as conditions on a query.

    ``everywhere``: the coordination. ``stands``: ids of the user and of those they stand in for.
    """

    user: User
    campaign: Campaign
    everywhere: bool
    stands: sa.Select[int]

    def covers(self, territory: _Territory) -> sa.ColumnElement[bool]:
        """Whether a row's territory is one they answer for."""
        if self.everywhere:
            return sa.true()
        return sa.or_(territory.in_(self._coverage()), self._for_coordination())

    def opens_sensitive(self, territory: _Territory) -> sa.ColumnElement[bool]:
        """Whether what is sensitive opens to them in a row's territory.

        Who stands in for somebody reads it only when they are a named reader themselves.
        """
        if self.everywhere:
            return sa.true()
        own = sa.select(Coverage.id).where(
            Coverage.user_id == self.user.id, Coverage.reads_sensitive.is_(True)
        )
        here = self._coverage().where(
            Coverage.reads_sensitive.is_(True),
            sa.or_(Coverage.user_id == self.user.id, own.exists()),
        )
        return sa.or_(territory.in_(here), sa.and_(self._for_coordination(), own.exists()))

    def _members(self) -> sa.Select[int]:
        return sa.select(Membership.user_id).where(Membership.campaign_id == self.campaign.id)

    def _coverage(self) -> sa.Select[int]:
        return sa.select(Coverage.territory_id).where(
            Coverage.user_id.in_(self.stands),
            sa.or_(Coverage.user_id == self.user.id, Coverage.user_id.in_(self._members())),
        )

    def _for_coordination(self) -> sa.ColumnElement[bool]:
        others = sa.select(User.id).where(
            User.role == Role.COORDINATION,
            User.id.in_(self.stands),
            User.id.in_(self._members()),
        )
        return others.exists()


def reader_of(user: User, campaign: Campaign, *, at: datetime) -> Reader:
    """What somebody may read at an instant, with the territories of those they stand in for."""
    return Reader(user, campaign, is_coordination(user), _stands_for(user, at))


def _stands_for(user: User, at: datetime) -> sa.Select[int]:
    """Ids of a user and of the absent colleagues whose deputy they are, from one to the next.

    When the deputy is away too, it is the deputy's deputy. A loop of absences ends.
    """
    today = weeks.local_day(at)
    away = (
        sa.select(
            Absence.user_id,
            sa.func.coalesce(Absence.deputy_id, User.deputy_id).label("deputy_id"),
        )
        .join(User, User.id == Absence.user_id)
        .where(Absence.first_on <= today, Absence.last_on >= today)
        .subquery()
    )
    own = sa.select(User.id.label("user_id")).where(User.id == user.id)
    stands = own.cte("stands_for", recursive=True)
    stands = stands.union(
        sa.select(away.c.user_id).join(stands, away.c.deputy_id == stands.c.user_id)
    )
    return sa.select(stands.c.user_id)
