"""Sheets that left and came back, found by their campaign: what is not yours does not exist."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import (
    Campaign,
    IssuedSheet,
    Line,
    Person,
    Report,
    ReturnedSheet,
    Sheet,
    User,
    WeekPlan,
)
from campaigns.printing import Seat, codes, seats
from campaigns.refusal import Refusal


class Out(NamedTuple):
    """A sheet off screen: its row, its week, its volunteer, how many times it came back."""

    issued: IssuedSheet
    week: str
    volunteer: User
    returns: int = 0


class Struck(NamedTuple):
    """A row the volunteer must strike out by hand: sheet, code, who, and why."""

    number: str
    volunteer: str
    code: str
    name: str
    why: str


def out(session: Session, campaign: Campaign, week: str) -> list[Out]:
    """Every sheet issued for a week, the newest first."""
    returned = (
        sa.select(sa.func.count(ReturnedSheet.id))
        .where(ReturnedSheet.issued_id == IssuedSheet.id)
        .correlate(IssuedSheet)
        .scalar_subquery()
    )
    rows = session.execute(
        _issued(campaign)
        .add_columns(returned)
        .where(WeekPlan.week == week)
        .order_by(IssuedSheet.issued_at.desc(), User.last_name, User.first_name, IssuedSheet.id)
    )
    return [Out(row[0], row[1], row[2], row[3]) for row in rows]


def one(session: Session, campaign: Campaign, issued_id: int) -> Out | None:
    """One issued sheet of the campaign, or None."""
    row = session.execute(_issued(campaign).where(IssuedSheet.id == issued_id)).first()
    return Out(row[0], row[1], row[2]) if row else None


def numbered(session: Session, campaign: Campaign, written: str) -> Out:
    """The sheet with this number; Refusal when a figure is wrong or no such sheet went out."""
    number = "".join(written.split())
    if not codes.is_sheet_number(number):
        raise Refusal(
            "Ce numéro de feuille contient une erreur : vérifiez chaque chiffre, il est écrit en "
            "bas de chaque page.",
            field="numero",
        )
    row = session.execute(_issued(campaign).where(IssuedSheet.number == number)).first()
    if row is None:
        raise Refusal("Aucune feuille de cette campagne ne porte ce numéro.", field="numero")
    return Out(row[0], row[1], row[2])


def returned(session: Session, campaign: Campaign, returned_id: int) -> ReturnedSheet | None:
    """One sheet that came back, of the campaign, or None."""
    return session.scalar(
        sa.select(ReturnedSheet)
        .join(IssuedSheet, IssuedSheet.id == ReturnedSheet.issued_id)
        .join(Sheet, Sheet.id == IssuedSheet.sheet_id)
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .where(ReturnedSheet.id == returned_id, WeekPlan.campaign_id == campaign.id)
    )


def entered(session: Session, sheet: Out) -> set[tuple[int, int]]:
    """Places and ranks of the rows of a sheet that came back as calls already."""
    start = f"papier-{sheet.issued.number}-"
    keys = session.scalars(
        sa.select(Report.key).where(
            Report.user_id == sheet.volunteer.id, Report.key.startswith(start, autoescape=True)
        )
    )
    rows = (key.removeprefix(start).split("-")[0] for key in keys)
    return {(int(row[:-1]), ord(row[-1]) - ord("a")) for row in rows}


def to_strike(session: Session, campaign: Campaign, week: str) -> list[Struck]:
    """Rows of the week's sheets that are not to be called any more since they went out."""
    sheets_out = out(session, campaign, week)
    places = seats(session, campaign, [each.issued for each in sheets_out], week=week)
    moved = _sheet_of_lines(session, campaign, week)
    stops = _stops(session, places)
    return [
        Struck(
            each.issued.number,
            each.volunteer.full_name,
            seat.code,
            seat.name(is_full=True),
            why,
        )
        for each in sheets_out
        for seat in places[each.issued.id]
        if (why := _why_struck(seat, each.issued, moved, stops))
    ]


def _why_struck(
    seat: Seat,
    issued: IssuedSheet,
    moved: dict[int, int],
    stops: dict[int, tuple[str, datetime]],
) -> str:
    if seat.line_id is None or seat.member is None:
        return "rendue ou confiée à quelqu’un d’autre"
    why, since = stops.get(seat.member.person_id, ("", None))
    if since is not None and since >= issued.issued_at:
        return why
    if moved.get(seat.line_id) != issued.sheet_id:
        return "confiée à quelqu’un d’autre"
    return ""


def _stops(
    session: Session, places: Mapping[int, Sequence[Seat]]
) -> dict[int, tuple[str, datetime]]:
    """People of these sheets nobody may call now: why, and since when."""
    stopped = sorted(
        {
            seat.member.person_id
            for rows in places.values()
            for seat in rows
            if seat.member is not None and seat.member.is_stopped
        }
    )
    rows = session.execute(
        sa.select(Person.id, Person.stop, Person.stopped_at, Person.updated_at).where(
            Person.id.in_(stopped)
        )
    )
    return {
        row.id: (
            row.stop.label if row.stop else "fiche à vérifier",
            row.stopped_at or row.updated_at,
        )
        for row in rows
    }


def _sheet_of_lines(session: Session, campaign: Campaign, week: str) -> dict[int, int]:
    rows = session.execute(
        sa.select(Line.id, Line.sheet_id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(WeekPlan.campaign_id == campaign.id, WeekPlan.week == week)
    )
    return {row[0]: row[1] for row in rows}


def _issued(campaign: Campaign) -> sa.Select[IssuedSheet, str, User]:
    return (
        sa.select(IssuedSheet, WeekPlan.week, User)
        .join(Sheet, Sheet.id == IssuedSheet.sheet_id)
        .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
        .join(User, User.id == Sheet.volunteer_id)
        .where(WeekPlan.campaign_id == campaign.id)
    )
