"""What a week held, for the campaign and for each volunteer."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaigns import sheets, weeks
from campaigns.models import Call, Campaign, Line, Need, Sheet, Stream, User, WeekPlan
from campaigns.sheets import owed, waiting


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """What a week held: attempts, people spoken to, needs raised and closed."""

    calls: int
    conversations: int
    raised: int
    closed: int

    @property
    def is_empty(self) -> bool:
        """Nothing at all happened."""
        return not (self.calls or self.raised or self.closed)


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """A week in households: on a sheet, done, waiting; and how many each volunteer has.

    ``again`` are those whose line was closed and who wait for a place since: they stand among the
    ``lines`` and among those ``waiting``. ``promised`` are the calls promised, or owed after an
    alert, on a sheet or waiting. ``volunteers`` have room or lines, ``sheets`` of them have
    somebody to call.
    """

    lines: int
    done: int
    again: int
    waiting: int
    promised: int
    volunteers: int
    sheets: int
    smallest: int
    middle: float
    largest: int

    @property
    def placed(self) -> int:
        """Households that have a place, or had their call."""
        return self.lines - self.again

    @property
    def to_call(self) -> int:
        """Households of the week, each counted once."""
        return self.placed + self.waiting


def week_counts(
    session: Session, campaign: Campaign, week: str, *, volunteer: User | None = None
) -> WeekCounts:
    """Count one week of the campaign, or of one volunteer in it."""
    start, end = weeks.starts_at(week), weeks.ends_at(week)
    calls = sa.select(
        sa.func.count(), sa.func.count().filter(Call.is_conversation.is_(True))
    ).where(Call.campaign_id == campaign.id, Call.at >= start, Call.at < end)
    raised = _needs(campaign).where(Need.raised_at >= start, Need.raised_at < end)
    closed = _needs(campaign).where(Need.closed_at >= start, Need.closed_at < end)
    if volunteer is not None:
        calls = calls.where(Call.volunteer_id == volunteer.id)
        raised = raised.where(Need.raised_by_id == volunteer.id)
        closed = closed.where(Need.raised_by_id == volunteer.id)
    attempts, conversations = session.execute(calls).one()
    return WeekCounts(
        attempts, conversations, session.scalar(raised) or 0, session.scalar(closed) or 0
    )


def _needs(campaign: Campaign) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(Need).where(Need.campaign_id == campaign.id)


def volunteer_weeks(session: Session, campaign: Campaign, week: str) -> dict[int, WeekCounts]:
    """Last week of every volunteer at once, for Monday's mails."""
    start, end = weeks.starts_at(week), weeks.ends_at(week)
    calls = session.execute(
        sa.select(
            Call.volunteer_id,
            sa.func.count(),
            sa.func.count().filter(Call.is_conversation.is_(True)),
        )
        .where(Call.campaign_id == campaign.id, Call.at >= start, Call.at < end)
        .group_by(Call.volunteer_id)
    ).all()
    raised = _needs_by_volunteer(session, campaign, Need.raised_at, start, end)
    closed = _needs_by_volunteer(session, campaign, Need.closed_at, start, end)
    talks = {row[0]: (row[1], row[2]) for row in calls}
    return {
        user_id: WeekCounts(
            *talks.get(user_id, (0, 0)), raised.get(user_id, 0), closed.get(user_id, 0)
        )
        for user_id in talks.keys() | raised.keys() | closed.keys()
    }


def _needs_by_volunteer(
    session: Session,
    campaign: Campaign,
    instant: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    start: datetime,
    end: datetime,
) -> dict[int, int]:
    rows = session.execute(
        sa.select(Need.raised_by_id, sa.func.count())
        .where(Need.campaign_id == campaign.id, instant >= start, instant < end)
        .group_by(Need.raised_by_id)
    )
    return {row[0]: row[1] for row in rows}


def plan_counts(session: Session, campaign: Campaign, plan: WeekPlan) -> PlanCounts:
    """Count a week's sheets as they stand, proposed or published, whoever moved what since."""
    waits = Line.household_id.in_(waiting.households(campaign, plan))
    promised = Line.stream.in_((Stream.APPOINTMENT, Stream.ALARM))
    listed, promised_listed = waiting.count(session, campaign, plan)
    rows = session.execute(
        sa.select(
            sa.func.count(Line.id),
            sa.func.count(Line.id).filter(~owed.is_open(campaign.id, plan.week)),
            sa.func.count(Line.id).filter(waits),
            sa.func.count(Line.id).filter(promised, ~waits),
        )
        .select_from(Sheet)
        .outerjoin(Line, Line.sheet_id == Sheet.id)
        .where(Sheet.plan_id == plan.id)
        .group_by(Sheet.id)
        .having(sa.or_(sa.func.count(Line.id) > 0, sa.func.max(Sheet.capacity) > 0))
    ).all()
    sizes = sorted(row[0] for row in rows)
    return PlanCounts(
        lines=sum(sizes),
        done=sum(row[1] for row in rows),
        again=sum(row[2] for row in rows),
        waiting=listed,
        promised=sum(row[3] for row in rows) + promised_listed,
        volunteers=len(sizes),
        sheets=sum(size > 0 for size in sizes),
        smallest=sizes[0] if sizes else 0,
        middle=median(sizes) if sizes else 0,
        largest=sizes[-1] if sizes else 0,
    )


def sheet_counts(session: Session, campaign: Campaign, week: str) -> dict[int, tuple[int, int]]:
    """Lines of the published week by volunteer: (all, done), as their own queues count them."""
    return sheets.counts(session, campaign, week)
