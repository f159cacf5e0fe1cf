"""Publishing a week, and what moves afterwards: lines that go back to the pool."""

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import (
    Call,
    Campaign,
    CampaignState,
    IssuedSheet,
    Line,
    Report,
    Sheet,
    SheetNotice,
    User,
    WeekPlan,
)
from campaigns.refusal import Refusal

_CALLING = frozenset({CampaignState.PILOT, CampaignState.OPEN})
_TOLD_AT = 8  # Monday's mails leave at that hour


def publish(session: Session, plan: WeekPlan | None, *, by: User | None, at: datetime) -> None:
    """Open the proposed sheets of a week to their volunteers.

    Refusal when nothing was proposed, the week is published already, or the campaign calls nobody
    now. Telling the volunteers is the caller's part when ``is_running``; else Monday's mails do.
    """
    if plan is None or not _has_lines(session, plan):
        raise Refusal(
            "Il n’y a rien à publier : aucune feuille n’est préparée pour cette semaine. "
            "Calculez d’abord la répartition."
        )
    campaign = session.get_one(Campaign, plan.campaign_id)
    if campaign.state not in _CALLING:
        raise Refusal(
            f"La campagne est {campaign.state.label} : ouvrez-la dans les réglages avant de "
            "publier ses feuilles."
        )
    session.refresh(plan, with_for_update=True)  # of two leads at once, one is told
    if plan.published_at is not None:
        raise Refusal("Les feuilles de cette semaine sont déjà publiées.")
    plan.published_at = at
    session.flush()  # the queues of this transaction see the sheets
    journal.record(session, "week_published", about=plan, by=by, at=at, week=plan.week)


def unpublish(session: Session, plan: WeekPlan, *, by: User, at: datetime) -> None:
    """Undo a publication nobody has started: the week is a proposal again.

    Refusal when it is not published, when lines are started (it says how many), or when sheets
    have left on paper.
    """
    session.refresh(plan, with_for_update=True)  # of two leads at once, one is told
    if plan.published_at is None:
        raise Refusal("Les feuilles de cette semaine ne sont pas publiées.")
    count = session.scalar(
        sa.select(sa.func.count()).select_from(Line).where(Line.plan_id == plan.id, is_started())
    )
    if count:
        started = "1 foyer est déjà appelé" if count == 1 else f"{count} foyers sont déjà appelés"
        raise Refusal(
            f"{started} : ces feuilles restent publiées. Vous pouvez encore les rééquilibrer."
        )
    sheets = sa.select(Sheet.id).where(Sheet.plan_id == plan.id)
    if session.scalar(sa.select(IssuedSheet.id).where(IssuedSheet.sheet_id.in_(sheets)).limit(1)):
        raise Refusal("Des feuilles sont déjà sorties sur papier : elles restent publiées.")
    session.execute(sa.delete(SheetNotice).where(SheetNotice.sheet_id.in_(sheets)))
    plan.published_at = None
    session.flush()  # the queues of this transaction no longer see the sheets
    journal.record(session, "week_unpublished", about=plan, by=by, at=at, week=plan.week)


def is_running(week: str, at: datetime) -> bool:
    """Whether the week's mails have left and its sheets are not closed yet: Monday 8:00 to
    Sunday evening."""
    return weeks.at(weeks.monday(week), _TOLD_AT) <= at < weeks.ends_at(week)


def give_back(session: Session, sheet: Sheet, *, by: User | None, at: datetime) -> int:
    """Return the lines of a sheet that nobody started to the pool; give how many they are.

    The next ``propose`` of the week deals them to whoever has room.
    """
    count = drop_untouched(session, Line.sheet_id == sheet.id)
    journal.record(session, "lines_given_back", about=sheet, by=by, at=at, count=count)
    return count


def drop_untouched(session: Session, which: sa.ColumnElement[bool]) -> int:
    """Delete the open lines without a call or a report; started and closed ones never move."""
    done = session.execute(
        sa.delete(Line)
        .where(which, Line.closed_at.is_(None), ~is_started())
        .execution_options(synchronize_session="fetch")
    )
    return cast("sa.CursorResult[Any]", done).rowcount  # Any: the rows are not read


def is_started() -> sa.ColumnElement[bool]:
    """A call or a report holds the line."""
    return sa.or_(
        sa.select(sa.literal(1)).where(Call.line_id == Line.id).exists(),
        sa.select(sa.literal(1)).where(Report.line_id == Line.id).exists(),
    )


def _has_lines(session: Session, plan: WeekPlan) -> bool:
    found = session.scalar(sa.select(Line.id).where(Line.plan_id == plan.id).limit(1))
    return found is not None
