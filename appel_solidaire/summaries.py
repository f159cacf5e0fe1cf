"""Monday's mails: last week in counts, this week's sheet. One a person and week, never empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns import accounts, care, mails, overview, team, weeks
from campaigns.models import Campaign, LinkKind, NeedState, Role, User


@dataclass(frozen=True, slots=True)
class News:
    """What somebody's mail of the week says: counts and ids, no words, no way in."""

    kind: str
    to: User
    about: dict[str, Any]


def post_week(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    """Post the week's mails to volunteers, coordinators and leads; give how many were posted."""
    staff = (*_coordinators(session, campaign, week, at), *_leads(session, campaign, week, at))
    return post_volunteers(session, campaign, week, at) + sum(
        _post(session, news, news.about, at) for news in staff
    )


def post_volunteers(session: Session, campaign: Campaign, week: str, at: datetime) -> int:
    """Tell each volunteer about their sheet, with the link that lives until Sunday.

    The same key serves Monday's mail and a publication during the week: one mail a week. The link
    to the sheet goes also to who left the summaries: it is their key, not a summary.
    """
    posted = 0
    for news in _volunteers(session, campaign, week):
        if not mails.is_new(session, _key(news)):
            continue
        link = accounts.make_link(
            session, news.to, kind=LinkKind.WEEKLY, at=at, expires_at=weeks.ends_at(week)
        )
        posted += _post(session, news, news.about | {"link": link.id}, at)
    return posted


def expected(session: Session, campaign: Campaign, week: str, at: datetime) -> list[News]:
    """Everybody's mail of a week as it would leave now, sent already or not; nothing is kept."""
    return [
        *_volunteers(session, campaign, week),
        *_coordinators(session, campaign, week, at),
        *_leads(session, campaign, week, at),
    ]


def _volunteers(session: Session, campaign: Campaign, week: str) -> Iterable[News]:
    lines = overview.sheet_counts(session, campaign, week)
    last = overview.volunteer_weeks(session, campaign, weeks.after(week, -1))
    good = care.good.shared_count(session, campaign, weeks.after(week, -1))
    for user in team.of_role(session, campaign.id, Role.VOLUNTEER):
        count, done = lines.get(user.id, (0, 0))
        before = last.get(user.id) if user.wants_summary else None
        if not count and (before is None or before.is_empty):
            continue
        about: dict[str, Any] = {
            "campaign": campaign.id,
            "week": week,
            "line_count": count - done,
            "conversations": before.conversations if before else 0,
            "raised": before.raised if before else 0,
            "closed": before.closed if before else 0,
            "good": good,
        }
        yield News("week_volunteer", user, about)


def _coordinators(session: Session, campaign: Campaign, week: str, at: datetime) -> Iterable[News]:
    for role in (Role.COORDINATOR, Role.COORDINATION):
        for user in team.of_role(session, campaign.id, role):
            if not user.wants_summary:
                continue
            about = coordinator_counts(session, campaign, week, user, at)
            if any(about[name] for name in ("new", "in_progress", "closed", "late")):
                yield News("week_coordinator", user, about)


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


def _leads(session: Session, campaign: Campaign, week: str, at: datetime) -> Iterable[News]:
    counts = overview.week_counts(session, campaign, weeks.after(week, -1))
    lines = overview.sheet_counts(session, campaign, week)
    if counts.is_empty and not lines:
        return
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
    for user in team.of_role(session, campaign.id, Role.LEAD):
        if user.wants_summary:
            yield News("week_lead", user, about)


def _key(news: News) -> str:
    return f"week:{news.about['campaign']}:{news.about['week']}:{news.to.id}"


def _post(session: Session, news: News, about: dict[str, Any], at: datetime) -> int:
    return int(mails.post(session, news.kind, to=news.to, key=_key(news), about=about, at=at))
