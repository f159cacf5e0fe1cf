"""Where a coordinator's territories stand: the figures of the lead's first page, kept to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import needs, sheets, weeks
from campaigns.models import Campaign, CampaignState, User
from campaigns.overview import area
from campaigns.overview.alarms import OpenAlarms, open_alarms
from campaigns.overview.front import NeedMoves, Sheets
from campaigns.overview.needs import late_for
from campaigns.overview.people import Targets, targets
from campaigns.overview.rhythm import Continuity, Rhythm, continuity, rhythm
from campaigns.overview.subjects import Subjects, subjects


@dataclass(frozen=True, slots=True)
class Standing:
    """Some territories in ``week``; of a closed campaign, in its last one. As ``Front`` says them.

    The people are those who live there, the needs those the reader may open: ``late`` of them
    nobody acknowledged in time. A line of ``sheets`` is a household with somebody of there.
    """

    week: str
    targets: Targets
    sheets: Sheets
    late: int
    alarms: OpenAlarms
    rhythm: Rhythm
    moves: NeedMoves
    moves_before: NeedMoves
    continuity: Continuity
    subjects: Subjects


def standing(session: Session, reader: User, campaign: Campaign, *, at: datetime) -> Standing:
    """Read where a coordinator's territories stand; as many statements whatever they hold."""
    here = area.of(session, reader, campaign, at=at)
    within = here.territories
    is_over = campaign.state is CampaignState.CLOSED
    seen_at = campaign.closed_at or at if is_over else at
    week = weeks.current(seen_at)
    moves = [
        needs.of_week(session, reader, campaign, name, at=at)
        for name in (week, weeks.after(week, -1))
    ]
    return Standing(
        week=week,
        targets=targets(session, campaign, week, within=within),
        sheets=_sheets(session, campaign, week, here),
        late=late_for(session, reader, campaign, at=at),
        alarms=open_alarms(session, campaign, at=at, within=within),
        rhythm=rhythm(session, campaign, at=seen_at, within=within),
        moves=NeedMoves(moves[0].raised, moves[0].closed),
        moves_before=NeedMoves(moves[1].raised, moves[1].closed),
        continuity=continuity(session, campaign, at=seen_at, within=within),
        subjects=subjects(session, campaign, on=weeks.local_day(at), those=here.needs),
    )


def _sheets(session: Session, campaign: Campaign, week: str, here: area.Area) -> Sheets:
    plan = sheets.of(session, campaign, week)
    those = area.is_home(here.territories)
    counted = sheets.counts(session, campaign, week, those=those).values()
    return Sheets(
        is_published=None if plan is None else plan.published_at is not None,
        lines=sum(lines for lines, _ in counted),
        done=sum(done for _, done in counted),
        count=len(counted),
    )
