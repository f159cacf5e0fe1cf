"""Publishing a week, and what moves afterwards: lines that go back to the pool."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import (
    Call,
    Campaign,
    CampaignState,
    IssuedSheet,
    LeftOut,
    Line,
    Report,
    ReportDraft,
    Sheet,
    SheetNotice,
    SoftLock,
    Stream,
    User,
    WeekPlan,
)
from campaigns.refusal import Refusal
from campaigns.sheets import printed

_CALLING = frozenset({CampaignState.PILOT, CampaignState.OPEN})
_MANY = 10_000  # ids in one statement: SQLite takes 32,766
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

    Refusal when it is not published, when lines are started (it says how many), when somebody
    is calling one of its households just now, or when sheets have left on paper.
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
    _refuse_during_a_call(session, plan, at=at)
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


def drop_untouched(
    session: Session,
    plan: WeekPlan,
    which: sa.ColumnElement[bool],
    *,
    but: Collection[int] = (),
) -> None:
    """Delete the lines of a plan that no call, no report and no paper holds.

    ``but`` are households that keep theirs. The lines are locked first: a call being saved is kept.
    """
    rows = session.execute(
        sa.select(Line.id, Line.household_id)
        .where(Line.plan_id == plan.id, which)
        .order_by(Line.id)
        .with_for_update()
    ).all()
    held = set(session.scalars(sa.select(Line.id).where(Line.plan_id == plan.id, is_started())))
    held |= printed_in(session, plan)
    kept = set(but)
    ids = [line for line, household in rows if line not in held and household not in kept]
    for start in range(0, len(ids), _MANY):
        session.execute(
            sa.delete(Line)
            .where(Line.id.in_(ids[start : start + _MANY]))
            .execution_options(synchronize_session="fetch")
        )


def printed_in(session: Session, plan: WeekPlan) -> set[int]:
    """Ids of the plan's lines that stand on paper, on whichever sheet they are now.

    Codes on paper name lines: one that was deleted would leave its number to another household.
    """
    return printed.line_ids(
        session, session.scalars(sa.select(Sheet.id).where(Sheet.plan_id == plan.id)).all()
    )


def is_started() -> sa.ColumnElement[bool]:
    """A call, a report or one being written holds the line."""
    return sa.or_(
        sa.select(sa.literal(1)).where(Call.line_id == Line.id).exists(),
        sa.select(sa.literal(1)).where(Report.line_id == Line.id).exists(),
        sa.select(sa.literal(1)).where(ReportDraft.line_id == Line.id).exists(),
    )


def _refuse_during_a_call(session: Session, plan: WeekPlan, *, at: datetime) -> None:
    """Whoever has a household open is writing what was said to them: their sheet stays."""
    names = session.scalars(
        sa.select(User.first_name)
        .join(SoftLock, SoftLock.user_id == User.id)
        .join(Line, Line.household_id == SoftLock.household_id)
        .where(Line.plan_id == plan.id, SoftLock.until > at)
        .distinct()
        .order_by(User.first_name)
    ).all()
    if names:
        who = " et ".join(names) if len(names) < 3 else f"{len(names)} volontaires"
        verb = "est" if len(names) == 1 else "sont"
        raise Refusal(
            f"{who} {verb} en train d’appeler\u00a0: ces feuilles restent publiées. Essayez de "
            "nouveau dans un quart d’heure."
        )


def _has_lines(session: Session, plan: WeekPlan) -> bool:
    found = session.scalar(sa.select(Line.id).where(Line.plan_id == plan.id).limit(1))
    return found is not None


def put_on(
    session: Session, sheet: Sheet, household_id: int, *, stream: Stream, why: str, at: datetime
) -> Line:
    """One more line at the end of a sheet, for a household that waits for nobody else then."""
    last = session.scalar(sa.select(sa.func.max(Line.position)).where(Line.sheet_id == sheet.id))
    line = Line(
        plan_id=sheet.plan_id,
        sheet_id=sheet.id,
        household_id=household_id,
        position=(last or 0) + 1,
        stream=stream,
        why=why,
        moved_at=at,
    )
    session.add(line)
    waiting = (LeftOut.plan_id == sheet.plan_id, LeftOut.household_id == household_id)
    session.execute(sa.delete(LeftOut).where(*waiting))
    session.flush()  # whoever asked needs line.id
    return line
