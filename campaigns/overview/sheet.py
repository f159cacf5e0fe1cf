"""One volunteer's sheet as the lead reads it, proposed or published: who, why, where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Commune, Line, Person, Sheet, Stream, Title, User, WeekPlan
from campaigns.sheets import owed


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One household of a sheet. ``why`` is the sentence its volunteer reads, ``moved_why`` the one
    about a move during the week."""

    line_id: int
    names: tuple[str, ...]
    place: str
    stream: Stream
    why: str
    kept_voice: bool
    moved_why: str
    next_at: datetime | None
    is_open: bool


def sheet_of(session: Session, plan: WeekPlan, volunteer: User) -> Sheet | None:
    """A volunteer's sheet in a plan, proposed or published."""
    return session.scalar(
        sa.select(Sheet).where(Sheet.plan_id == plan.id, Sheet.volunteer_id == volunteer.id)
    )


def sheet_rows(
    session: Session, campaign: Campaign, plan: WeekPlan, sheet: Sheet
) -> list[SheetRow]:
    """The households of a sheet in the order they were dealt; one statement."""
    rows = session.execute(
        sa.select(
            Line,
            owed.is_open(campaign.id, plan.week),
            Person.title,
            Person.first_name,
            Person.last_name,
            Commune.name,
            Person.town,
        )
        .join(Person, Person.household_id == Line.household_id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(Line.sheet_id == sheet.id)
        .order_by(Line.position, Line.id, Person.id)
    )
    households: dict[int, list[_Row]] = {}
    for row in rows:
        households.setdefault(row[0].id, []).append(row)
    return [_sheet_row(members) for members in households.values()]


_Row = sa.Row[Line, bool, Title, str, str, str | None, str]


def _sheet_row(members: Sequence[_Row]) -> SheetRow:
    line, is_open = members[0][:2]
    return SheetRow(
        line_id=line.id,
        names=tuple(
            " ".join(part for part in (title.label, first, last) if part)
            for _, _, title, first, last, _, _ in members
        ),
        place=next((commune or town for *_, commune, town in members if commune or town), ""),
        stream=line.stream,
        why=line.why,
        kept_voice=line.kept_voice,
        moved_why=line.moved_why,
        next_at=line.next_at,
        is_open=is_open,
    )
