"""Everything the lead's first page says, read at once: what a page shows is a field of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import mails, sheets, weeks
from campaigns.models import Campaign, CampaignState, Line, Need, Sheet, WeekPlan
from campaigns.overview.alarms import OpenAlarms, open_alarms
from campaigns.overview.deciding import Decision, decide
from campaigns.overview.needs import Late, late_by_territory
from campaigns.overview.pace import measured
from campaigns.overview.people import Headcount, Sweep, Targets, forecast, headcount
from campaigns.overview.presence import Presence, presence
from campaigns.overview.rhythm import Continuity, Rhythm, continuity, rhythm
from campaigns.overview.subjects import Subjects, subjects
from campaigns.sheets import calendar, callers, promises


@dataclass(frozen=True, slots=True)
class NeedMoves:
    """Needs raised and closed in one week."""

    raised: int
    closed: int


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of the week as their volunteers' queues count them: households with a line, those
    done among them, volunteers who have a sheet. ``is_published`` is None before any split."""

    is_published: bool | None
    lines: int
    done: int
    count: int


@dataclass(frozen=True, slots=True)
class Front:
    """Where a campaign stands in ``week``; of a closed campaign, in its last one.

    ``sweep`` is None once nobody is called any more. ``at_risk`` are the call-backs promised this
    week that nobody will make, ``troubled`` the mails of the instance that did not leave.
    """

    week: str
    decision: Decision
    decided_week: str
    targets: Targets
    sweep: Sweep | None
    sweep_ends_on: date | None
    late: tuple[Late, ...]
    alarms: OpenAlarms
    at_risk: tuple[promises.AtRisk, ...]
    troubled: int
    rhythm: Rhythm
    moves: NeedMoves
    moves_before: NeedMoves
    continuity: Continuity
    subjects: Subjects
    presence: Presence
    sheets: Sheets
    next_places_at: datetime

    @property
    def late_count(self) -> int:
        """Needs nobody acknowledged in time."""
        return sum(one.count for one in self.late)

    @property
    def waits_too_long(self) -> bool:
        """Whether anything is past what was promised: a need, an alarm, a call-back."""
        return bool(self.late or self.alarms.late or self.at_risk)


def front(session: Session, campaign: Campaign, *, at: datetime) -> Front:
    """Read all that the lead's page shows; as many statements whatever the campaign holds."""
    is_over = campaign.state is CampaignState.CLOSED
    seen_at = campaign.closed_at or at if is_over else at
    week = weeks.current(seen_at)
    decision, decided_week = decide(session, campaign, at=at)
    plan = sheets.of(session, campaign, week)
    people = headcount(session, campaign, week)
    volunteers = callers.read(session, campaign, week)
    lines = _lines(session, plan)
    heard = rhythm(session, campaign, at=seen_at)
    left = None if is_over else forecast(campaign, measured(people, heard.lately, volunteers))
    moves, before = _moves(session, campaign, (week, weeks.after(week, -1)))
    return Front(
        week=week,
        decision=decision,
        decided_week=decided_week,
        targets=people.targets,
        sweep=left,
        sweep_ends_on=_in_weeks(left.ends_in, at) if left else None,
        late=tuple(late_by_territory(session, campaign, at=at)),
        alarms=open_alarms(session, campaign, at=at),
        at_risk=_at_risk(session, campaign, plan, volunteers, at=at),
        troubled=mails.trouble_count(session),
        rhythm=heard,
        moves=moves,
        moves_before=before,
        continuity=continuity(session, campaign, at=seen_at),
        subjects=subjects(session, campaign, on=weeks.local_day(at)),
        presence=presence(volunteers, lines.keys()),
        sheets=_sheets(plan, lines, people),
        next_places_at=calendar.next_places_at(at),
    )


def _in_weeks(count: int | None, at: datetime) -> date | None:
    return None if count is None else weeks.local_day(at) + timedelta(weeks=count)


def _moves(session: Session, campaign: Campaign, names: Sequence[str]) -> tuple[NeedMoves, ...]:
    """Needs raised and closed in each of these weeks; one statement."""
    first = weeks.starts_at(min(names))
    counts = [
        sa.func.count().filter(column >= weeks.starts_at(name), column < weeks.ends_at(name))
        for name in names
        for column in (Need.raised_at, Need.closed_at)
    ]
    found = session.execute(
        sa.select(*counts).where(
            Need.campaign_id == campaign.id,
            sa.or_(Need.raised_at >= first, Need.closed_at >= first),
        )
    ).one()
    return tuple(NeedMoves(*found[place : place + 2]) for place in range(0, len(found), 2))


def _at_risk(
    session: Session,
    campaign: Campaign,
    plan: WeekPlan | None,
    volunteers: Sequence[callers.Volunteer],
    *,
    at: datetime,
) -> tuple[promises.AtRisk, ...]:
    if plan is None or plan.published_at is None or not campaign.is_running:
        return ()
    return tuple(promises.at_risk(session, campaign, plan, volunteers=volunteers, at=at))


def _lines(session: Session, plan: WeekPlan | None) -> dict[int, int]:
    """Lines of a published week by volunteer."""
    if plan is None or plan.published_at is None:
        return {}
    rows = session.execute(
        sa.select(Sheet.volunteer_id, sa.func.count())
        .join(Line, Line.sheet_id == Sheet.id)
        .where(Sheet.plan_id == plan.id)
        .group_by(Sheet.volunteer_id)
    )
    return {row[0]: row[1] for row in rows}


def _sheets(plan: WeekPlan | None, lines: Mapping[int, int], people: Headcount) -> Sheets:
    given = sum(lines.values())
    return Sheets(
        is_published=None if plan is None else plan.published_at is not None,
        lines=given,
        done=given - people.open_lines if given else 0,
        count=len(lines),
    )
