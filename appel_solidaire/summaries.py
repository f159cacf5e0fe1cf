"""Monday's mails: last week in counts, this week's sheet. One a person and week, never empty."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns import accounts, care, mails, overview, team, weeks
from campaigns.models import Campaign, LinkKind, NeedState, Role, User


def post_week(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    """Post the week's mails to volunteers, coordinators and leads; give how many were posted."""
    return (
        post_volunteers(session, campaign, week, at)
        + _post_coordinators(session, campaign, week, at)
        + _post_leads(session, campaign, week, at)
    )


def post_volunteers(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    """Tell each volunteer about their sheet, with the link that lives until Sunday.

    The same key serves Monday's mail and a publication during the week: one mail a week. The link
    to the sheet goes also to who left the summaries: it is their key, not a summary.
    """
    lines = overview.sheet_counts(session, campaign, week)
    last = overview.volunteer_weeks(session, campaign, weeks.after(week, -1))
    good = care.good.shared_count(session, campaign, weeks.after(week, -1))
    posted = 0
    for user in team.of_role(session, campaign.id, Role.VOLUNTEER):
        count, done = lines.get(user.id, (0, 0))
        before = last.get(user.id) if user.wants_summary else None
        if not count and (before is None or before.is_empty):
            continue
        if not mails.is_new(session, _key(campaign, week, user)):
            continue
        link = accounts.make_link(
            session, user, kind=LinkKind.WEEKLY, at=at, expires_at=weeks.ends_at(week)
        )
        about: dict[str, Any] = {
            "campaign": campaign.id,
            "week": week,
            "line_count": count - done,
            "link": link.id,
            "conversations": before.conversations if before else 0,
            "raised": before.raised if before else 0,
            "closed": before.closed if before else 0,
            "good": good,
        }
        posted += _post(session, "week_volunteer", user, campaign, week, about, at)
    return posted


def _post_coordinators(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    posted = 0
    for role in (Role.COORDINATOR, Role.COORDINATION):
        for user in team.of_role(session, campaign.id, role):
            if not user.wants_summary:
                continue
            about = coordinator_counts(session, campaign, week, user, at)
            if any(about[name] for name in ("new", "in_progress", "closed", "late")):
                posted += _post(session, "week_coordinator", user, campaign, week, about, at)
    return posted


def coordinator_counts(
    session: Session, campaign: Campaign, week: str, user: User, at: datetime
) -> dict[str, Any]:
    """What a coordinator's Monday mail says: counts of their own needs, oldest three as ids."""
    states = overview.open_needs(session, user, campaign, at=at)
    closed = states.pop(NeedState.CLOSED)
    new = states.pop(NeedState.NEW)
    return {
        "campaign": campaign.id,
        "week": week,
        "new": new,
        "in_progress": sum(states.values()),
        "closed": closed,
        "late": overview.late_for(session, user, campaign, at=at),
        "oldest": [need.id for need in overview.oldest_open(session, user, campaign, at=at)],
    }


def _post_leads(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    counts = overview.week_counts(session, campaign, weeks.after(week, -1))
    lines = overview.sheet_counts(session, campaign, week)
    if counts.is_empty and not lines:
        return 0
    about: dict[str, Any] = {
        "campaign": campaign.id,
        "week": week,
        "calls": counts.calls,
        "conversations": counts.conversations,
        "raised": counts.raised,
        "closed": counts.closed,
        "late": overview.late_needs(session, campaign, at=at),
        "sheets": len(lines),
        "line_count": sum(count for count, _ in lines.values()),
        "waiting": overview.waiting_for_first_call(session, campaign),
    }
    return sum(
        _post(session, "week_lead", user, campaign, week, about, at)
        for user in team.of_role(session, campaign.id, Role.LEAD)
        if user.wants_summary
    )


def _key(campaign: Campaign, week: str, user: User) -> str:
    return f"week:{campaign.id}:{week}:{user.id}"


def _post(
    session: Session,
    kind: str,
    user: User,
    campaign: Campaign,
    week: str,
    about: dict[str, Any],
    at: datetime,
) -> int:
    return int(
        mails.post(session, kind, to=user, key=_key(campaign, week, user), about=about, at=at)
    )
