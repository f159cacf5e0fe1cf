"""One household under two hands: a line that moved while somebody was calling, a colleague who
called meanwhile. Every attempt is kept, and each is told."""

from datetime import datetime
from itertools import chain
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from campaigns import journal, rows, sheets, weeks
from campaigns.calls.logging import Logged
from campaigns.models import (
    Call,
    Campaign,
    Line,
    Person,
    Sheet,
    Stream,
    User,
    WeekPlan,
)
from campaigns.retry.slots import clock
from campaigns.sheets import giving

# Lines of this week and last week, published or not, with their sheet and their week; never the
# week's summary, which grows with the campaign. Statements are built once.
_RECENT = (
    sa.select(Line)
    .join(Line.sheet)
    .join(Sheet.plan)
    .options(contains_eager(Line.sheet).contains_eager(Sheet.plan).defer(WeekPlan.summary))
    .where(
        WeekPlan.campaign_id == sa.bindparam("campaign_id"),
        WeekPlan.week >= sa.bindparam("oldest"),
    )
)
_AT_HOME = Line.household_id == sa.bindparam("household_id")
_PUBLISHED = _RECENT.where(WeekPlan.published_at.is_not(None))
_OF_HOUSEHOLD = _PUBLISHED.where(_AT_HOME).order_by(WeekPlan.week.desc()).limit(1)
# One's own line, by columns (every report asks), and whether a person belongs to its household.
_PARTS = (rows.part(Line), rows.part(Sheet), rows.part(WeekPlan, without={"summary"}))
_OWN = (
    sa.select(Person.id, *chain.from_iterable(one.columns for one in _PARTS))
    .select_from(Line)
    .join(Line.sheet)
    .join(Sheet.plan)
    .outerjoin(
        Person,
        sa.and_(
            Person.id == sa.bindparam("person_id", type_=sa.Integer),
            Person.household_id == Line.household_id,
        ),
    )
    .where(
        WeekPlan.campaign_id == sa.bindparam("campaign_id"),
        WeekPlan.week >= sa.bindparam("oldest"),
        WeekPlan.published_at.is_not(None),
        Line.id == sa.bindparam("line_id"),
        Sheet.volunteer_id == sa.bindparam("user_id"),
    )
)
# The same, held until the end of the transaction.
_OWN_HELD = _OWN.with_for_update(of=Line)
_OF_HOUSEHOLD_HELD = _OF_HOUSEHOLD.with_for_update(of=Line).execution_options(
    populate_existing=True
)
_UNPUBLISHED_HELD = (
    _RECENT.where(_AT_HOME)
    .order_by(WeekPlan.week)
    .limit(1)
    .with_for_update(of=Line)
    .execution_options(populate_existing=True)
)
# What a colleague logged for a person since a page was shown.
_MEANWHILE = (
    sa.select(Call.at, User.first_name)
    .join(User, User.id == Call.volunteer_id)
    .where(
        Call.person_id == sa.bindparam("person_id"),
        Call.campaign_id == sa.bindparam("campaign_id"),
        Call.id > sa.bindparam("seen"),
        Call.volunteer_id != sa.bindparam("user_id"),
    )
    .order_by(Call.at.desc(), Call.id.desc())
    .limit(1)
)


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
    return _find(session, user, line_id, person_id, campaign, at=at, ways=(_OWN, _OF_HOUSEHOLD))


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
    ways = (_OWN_HELD, _OF_HOUSEHOLD_HELD)
    line = _find(session, user, line_id, person_id, campaign, at=at, ways=ways)
    if line is not None:
        return line
    person = session.get(Person, person_id) if person_id is not None else None
    if person is None or user.suspended_at is not None:
        return None
    if not _had_opened(session, user, person, at=at):
        return None
    asked = {**_asked(campaign, at=at), "household_id": person.household_id}
    line = session.scalar(_UNPUBLISHED_HELD, asked)
    if line is not None:
        return line
    return _reopened(session, user, person, campaign=campaign, at=at)


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
    campaign_id = logged.calls[0].campaign_id
    asked = {"person_id": person_id, "campaign_id": campaign_id, "seen": seen, "user_id": by.id}
    also = None
    if logged.met.other_call_id > seen:
        also = rows.read(session, _MEANWHILE, asked).first()
    said = [report.said]
    if also is not None:
        hour = _hour(also.at)
        said.append(f"{also.first_name} a aussi appelé, à {hour} : les deux sont gardés.")
    sheet = line.sheet
    if sheet.volunteer_id != by.id:
        other = session.get_one(User, sheet.volunteer_id)
        said.append(f"Cette fiche était passée à {other.first_name} : votre appel est gardé.")
        told = f"{by.first_name} a appelé un foyer de votre feuille à {_hour(at)}."
        sheets.notices.post(session, {sheet.id: told}, at=at)
    if len(said) > 1:
        report.said = " ".join(said)[:300]


def _had_opened(session: Session, user: User, person: Person, *, at: datetime) -> bool:
    """Whether the volunteer opened this person's page since last week: it was theirs to call."""
    since = weeks.starts_at(weeks.after(weeks.current(at), -1))
    return journal.was_noted(
        session, "person_opened", about=("person", person.id), by=user, since=since
    )


def _find(
    session: Session,
    user: User,
    line_id: int,
    person_id: int | None,
    campaign: Campaign,
    *,
    at: datetime,
    ways: tuple[sa.Select[*tuple[Any, ...]], sa.Select[Line]],
) -> Line | None:
    """As ``at_hand``, by two statements: one's own line, and the line a household has."""
    if user.suspended_at is not None:
        return None
    own, of_household = ways
    asked = _asked(campaign, at=at)
    mine = {**asked, "line_id": line_id, "user_id": user.id, "person_id": person_id}
    found = rows.read(session, own, mine).first()
    line = None if found is None else _line(session, found)
    if person_id is None or (found is not None and found[0] is not None):
        return line
    person = session.get(Person, person_id)
    if person is None or not _had_opened(session, user, person, at=at):
        return line
    return session.scalar(of_household, {**asked, "household_id": person.household_id})


def _line(session: Session, row: sa.Row[Any]) -> Line:
    """The line of such a row, with its sheet and its week."""
    line, sheet, plan = rows.entities(session, row, _PARTS, start=1)
    set_committed_value(sheet, "plan", plan)
    set_committed_value(line, "sheet", sheet)
    return cast("Line", line)


def _asked(campaign: Campaign, *, at: datetime) -> dict[str, object]:
    """What the statements on lines ask: a campaign, and its sheets that are not closed."""
    oldest = weeks.after(weeks.current(at), -1)  # « YYYY-Www » sorts as text
    return {"campaign_id": campaign.id, "oldest": oldest}


def _reopened(
    session: Session, user: User, person: Person, *, campaign: Campaign, at: datetime
) -> Line | None:
    """A line again for a household that went back to the pool while it was being called."""
    sheet = sheets.own(session, user, campaign, week=weeks.current(at))
    if sheet is None:
        return None
    return giving.put_on(
        session,
        sheet,
        person.household_id,
        stream=Stream.SWEEP,
        why="vous étiez en ligne quand cette fiche a été rendue",
        at=at,
    )


def _hour(at: datetime) -> str:
    """« 10 h 12 », in Paris."""
    return clock(at.astimezone(weeks.PARIS).time())
