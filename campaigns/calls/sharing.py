"""One household under two hands: a line that moved while somebody was calling, a colleague who
called meanwhile. Every attempt is kept, and each is told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from campaigns import journal, sheets, weeks
from campaigns.calls.logging import Logged
from campaigns.models import (
    Call,
    Campaign,
    LeftOut,
    Line,
    Person,
    Sheet,
    Stream,
    User,
    WeekPlan,
)
from campaigns.retry.slots import clock


def at_hand(
    session: Session,
    user: User,
    line_id: int,
    *,
    person_id: int | None,
    campaign: Campaign,
    at: datetime,
) -> Line | None:
    """The line a volunteer is calling: their own; else, when they had opened this person's page,
    the line the household has now, on whichever sheet. None when it is not theirs."""
    if user.suspended_at is not None:
        return None
    found = _published(session, campaign, at=at)
    line = session.scalar(found.where(Line.id == line_id, Sheet.volunteer_id == user.id))
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None or (line is not None and line.household_id == person.household_id):
        return line
    if not _had_opened(session, user, person, at=at):
        return line
    return session.scalar(
        found.where(Line.household_id == person.household_id)
        .order_by(WeekPlan.week.desc())
        .limit(1)
    )


def for_report(
    session: Session,
    user: User,
    line_id: int,
    *,
    person_id: int | None,
    campaign: Campaign,
    at: datetime,
) -> Line | None:
    """The line a report belongs to, held until it is kept; None when it is not theirs to send.

    As ``at_hand``; else, for whoever had opened the person, the line the household has in a week
    whose publication was undone meanwhile, or a line again on their sheet when it went back to the
    pool: what was said on the telephone is never lost to a sheet that changed.
    """
    line = at_hand(session, user, line_id, person_id=person_id, campaign=campaign, at=at)
    if line is not None:
        return _locked(session, line)
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None or user.suspended_at is not None:
        return None
    if not _had_opened(session, user, person, at=at):
        return None
    line = session.scalar(
        _recent(campaign, at=at)
        .where(Line.household_id == person.household_id)
        .order_by(WeekPlan.week)
        .limit(1)
    )
    if line is not None:
        return _locked(session, line)
    return _reopened(session, user, person, campaign=campaign, at=at)


def _locked(session: Session, line: Line) -> Line | None:
    """The line held until the end; None when it left meanwhile."""
    return session.scalar(
        sa.select(Line)
        .where(Line.id == line.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def tell_the_others(
    session: Session,
    logged: Logged,
    line: Line,
    *,
    person_id: int,
    seen: int,
    by: User,
    at: datetime,
) -> None:
    """Say, with what comes next, that a colleague called the person meanwhile, and to whom the
    line has passed; they read it on their sheet. ``seen`` is the last call the page showed."""
    if logged.is_replay:
        return
    report = logged.report
    also = session.scalars(
        sa.select(Call)
        .where(
            Call.person_id == person_id,
            Call.campaign_id == logged.calls[0].campaign_id,
            Call.id > seen,
            Call.volunteer_id != by.id,
        )
        .options(selectinload(Call.volunteer))
        .order_by(Call.at.desc(), Call.id.desc())
        .limit(1)
    ).first()
    said = [report.said]
    if also is not None:
        hour = _hour(also.at)
        said.append(f"{also.volunteer.first_name} a aussi appelé, à {hour} : les deux sont gardés.")
    sheet = session.get_one(Sheet, line.sheet_id)
    if sheet.volunteer_id != by.id:
        other = session.get_one(User, sheet.volunteer_id)
        said.append(f"Cette fiche était passée à {other.first_name} : votre appel est gardé.")
        told = f"{by.first_name} a appelé un foyer de votre feuille à {_hour(at)}."
        sheets.notices.post(session, {sheet.id: told}, at=at)
    report.said = " ".join(said)[:300]


def _had_opened(session: Session, user: User, person: Person, *, at: datetime) -> bool:
    """Whether the volunteer opened this person's page since last week: it was theirs to call."""
    since = weeks.starts_at(weeks.after(weeks.current(at), -1))
    return journal.was_noted(
        session, "person_opened", about=("person", person.id), by=user, since=since
    )


def _published(session: Session, campaign: Campaign, *, at: datetime) -> sa.Select[Line]:
    """Lines of the sheets that are not closed: this week's and last week's."""
    return _recent(campaign, at=at).where(WeekPlan.published_at.is_not(None))


def _recent(campaign: Campaign, *, at: datetime) -> sa.Select[Line]:
    """Lines of this week and last week, published or not."""
    oldest = weeks.after(weeks.current(at), -1)  # « YYYY-Www » sorts as text
    return (
        sa.select(Line)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.week >= oldest,
        )
    )


def _reopened(
    session: Session, user: User, person: Person, *, campaign: Campaign, at: datetime
) -> Line | None:
    """A line again for a household that went back to the pool while it was being called."""
    sheet = sheets.own(session, user, campaign, week=weeks.current(at))
    if sheet is None:
        return None
    last = session.scalar(sa.select(sa.func.max(Line.position)).where(Line.sheet_id == sheet.id))
    line = Line(
        plan_id=sheet.plan_id,
        sheet_id=sheet.id,
        household_id=person.household_id,
        position=(last or 0) + 1,
        stream=Stream.SWEEP,
        why="vous étiez en ligne quand cette fiche a été rendue",
        moved_at=at,
    )
    session.add(line)
    session.execute(
        sa.delete(LeftOut).where(
            LeftOut.plan_id == sheet.plan_id, LeftOut.household_id == person.household_id
        )
    )
    session.flush()  # the report needs line.id
    return line


def _hour(at: datetime) -> str:
    """« 10 h 12 », in Paris."""
    return clock(at.astimezone(weeks.PARIS).time())
