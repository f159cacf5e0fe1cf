"""Letting a sheet leave the screen: allowed by the campaign, numbered, journaled."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any  # what JSON holds

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, weeks
from campaigns.models import Campaign, IssuedSheet, Line, Sheet, User, WeekPlan
from campaigns.printing import codes, household
from campaigns.refusal import Refusal
from campaigns.sheets import owed, printed
from campaigns.sheets.printed import Printed

KINDS: Mapping[str, str] = {"pdf": "feuille imprimée", "xlsx": "classeur"}
_MOST_ISSUES = 99  # of one sheet: two figures of its number


def issue(
    session: Session,
    campaign: Campaign,
    *,
    week: str,
    kind: str,
    volunteers: Collection[int] | None,
    by: User,
    at: datetime,
) -> list[IssuedSheet]:
    """Issue the sheets of some volunteers (None: of everybody) for a published week.

    ``kind`` is « pdf » or « xlsx »; lines that ask for no call any more are left out. Refusal when
    the campaign keeps to the screen, the week is not published or over, or nothing is left to call.
    """
    _refuse_early(campaign, week=week, kind=kind, at=at)
    found = _sheets(session, campaign, week, volunteers)
    lines = _open_lines(session, campaign, week, found)
    filled = [sheet for sheet in found if lines.get(sheet.id)]
    if not filled:
        raise Refusal(
            "Aucune feuille publiée n’a encore quelqu’un à appeler : il n’y a rien à sortir."
        )
    issued = _number(session, filled, lines, kind=kind, campaign=campaign, by=by, at=at)
    for each in issued:
        journal.record(
            session,
            "sheet_issued",
            about=each,
            by=by,
            at=at,
            kind=kind,
            lines=len(each.lines),
            with_names=each.with_names,
        )
    return issued


def _refuse_early(campaign: Campaign, *, week: str, kind: str, at: datetime) -> None:
    if not campaign.paper_allowed:
        raise Refusal(
            "Cette campagne n’utilise pas les feuilles hors écran. "
            "Le pilotage peut les autoriser dans les règles de la campagne."
        )
    if kind not in KINDS:
        raise Refusal("Choisissez une feuille imprimée ou un classeur.", field="sorte")
    if weeks.ends_at(week) <= at:
        raise Refusal("Cette semaine est terminée : ses feuilles ne sortent plus.")


def callers(session: Session, campaign: Campaign, week: str) -> list[tuple[int, str, int]]:
    """Volunteers whose published sheet still has somebody to call: id, name, how many lines."""
    found = _sheets(session, campaign, week, None)
    lines = _open_lines(session, campaign, week, found)
    names = {
        user.id: user.full_name
        for user in session.scalars(
            sa.select(User).where(User.id.in_([sheet.volunteer_id for sheet in found]))
        )
    }
    return [
        (sheet.volunteer_id, names[sheet.volunteer_id], len(lines[sheet.id]))
        for sheet in found
        if sheet.id in lines
    ]


def _sheets(
    session: Session, campaign: Campaign, week: str, volunteers: Collection[int] | None
) -> list[Sheet]:
    query = (
        sa.select(Sheet)
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .join(User, User.id == Sheet.volunteer_id)
        .where(
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.week == week,
            WeekPlan.published_at.is_not(None),
            User.suspended_at.is_(None),
            User.disabled_at.is_(None),
        )
        .order_by(User.last_name, User.first_name, Sheet.id)
    )
    if volunteers is not None:
        query = query.where(Sheet.volunteer_id.in_(volunteers))
    return list(session.scalars(query))


def _open_lines(
    session: Session, campaign: Campaign, week: str, found: Sequence[Sheet]
) -> dict[int, list[Printed]]:
    """The lines somebody is still owed a call on, by sheet, in the order dealt."""
    wanted = {sheet.id for sheet in found}
    rows = session.execute(
        sa.select(Line.sheet_id, Line.id, Line.household_id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.week == week,
            owed.is_open(campaign.id, week),
        )
        .order_by(Line.sheet_id, Line.position, Line.id)
    )
    lines: dict[int, list[Printed]] = {}
    for sheet_id, line_id, household_id in rows:
        if sheet_id in wanted:
            lines.setdefault(sheet_id, []).append(Printed(line_id, household_id))
    return lines


def _number(
    session: Session,
    filled: Sequence[Sheet],
    lines: Mapping[int, list[Printed]],
    *,
    kind: str,
    campaign: Campaign,
    by: User,
    at: datetime,
) -> list[IssuedSheet]:
    # Two who print at once take two numbers.
    ids = [sheet.id for sheet in filled]
    session.execute(sa.select(Sheet.id).where(Sheet.id.in_(ids)).with_for_update())
    before = _times_issued(session, filled)
    frozen = _with_people(session, campaign, filled, lines)
    issued = []
    for sheet in filled:
        nth = before.get(sheet.id, 0) + 1
        if nth > _MOST_ISSUES:
            raise Refusal(
                "Cette feuille est déjà sortie 99 fois cette semaine : "
                "reprenez un exemplaire déjà sorti."
            )
        issued.append(
            IssuedSheet(
                sheet_id=sheet.id,
                kind=kind,
                number=codes.sheet_number(sheet.id, nth),
                with_names=campaign.paper_full_names,
                lines=frozen[sheet.id],
                issued_at=at,
                issued_by_id=by.id,
            )
        )
    session.add_all(issued)
    session.flush()  # the journal names their ids
    return issued


def _with_people(
    session: Session,
    campaign: Campaign,
    filled: Sequence[Sheet],
    lines: Mapping[int, list[Printed]],
) -> dict[int, list[Any]]:
    """The lines of each sheet as they are kept, with the people of each in order."""
    homes = {line.household_id for sheet in filled for line in lines[sheet.id]}
    people = household.of_homes(session, campaign, sorted(home for home in homes if home))
    return {
        sheet.id: [
            printed.kept(line._replace(people=people.get(line.household_id or 0, ())))
            for line in lines[sheet.id]
        ]
        for sheet in filled
    }


def _times_issued(session: Session, filled: Sequence[Sheet]) -> dict[int, int]:
    plans = {sheet.plan_id for sheet in filled}
    rows = session.execute(
        sa.select(IssuedSheet.sheet_id, sa.func.count())
        .join(Sheet, Sheet.id == IssuedSheet.sheet_id)
        .where(Sheet.plan_id.in_(plans))
        .group_by(IssuedSheet.sheet_id)
    )
    return {row[0]: row[1] for row in rows}
