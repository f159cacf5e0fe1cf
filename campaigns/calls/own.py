"""A caller's own people: on their sheets that are still open, or tied to them by a wish."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import sheets, values, weeks
from campaigns.models import (
    Call,
    Campaign,
    Enrolment,
    Line,
    Person,
    Sheet,
    Stage,
    Stream,
    User,
    WeekPlan,
)
from campaigns.refusal import Refusal
from campaigns.sheets import giving

_MOST = 400


@dataclass(frozen=True, slots=True)
class Mine:
    """One of a caller's own people, and when they spoke last."""

    person: Person
    last_at: datetime | None


def people(session: Session, user: User, campaign: Campaign, *, at: datetime) -> Sequence[Person]:
    """The people of a caller's published sheets of this week and last week, and the regulars
    whose last caller they are; by name.

    A past person only while a wish ties them (handbook, section 10); a suspended caller has none.
    """
    if user.suspended_at is not None:
        return ()
    on_sheets = (
        sa.select(Line.household_id)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(
            Sheet.volunteer_id == user.id,
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.published_at.is_not(None),
            WeekPlan.week >= weeks.after(weeks.current(at), -1),
        )
    )
    regulars = sa.select(Enrolment.person_id).where(
        Enrolment.campaign_id == campaign.id,
        Enrolment.last_volunteer_id == user.id,
        Enrolment.stage == Stage.ROSTER,
    )
    return session.scalars(
        sa.select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.campaign_id == campaign.id,
            Person.merged_into_id.is_(None),
            sa.or_(
                Person.household_id.in_(on_sheets),
                sa.and_(Person.id.in_(regulars), Person.stop.is_(None)),
            ),
        )
        .options(selectinload(Person.phones), joinedload(Person.commune))
        .order_by(Person.last_name, Person.first_name, Person.id)
        .limit(_MOST)
    ).all()


def find(
    session: Session, user: User, campaign: Campaign, text: str, *, at: datetime
) -> list[Mine]:
    """Those of a caller's own people who answer to a name or a number; nobody for an empty text."""
    wanted = values.readable(text)
    if not wanted:
        return []
    numbers = {one.e164 for one in values.phone(wanted) if one.e164}
    told = re.split(r"[^a-z]+", values.fold(wanted))
    words = [word for word in told if len(word) > 1 and not values.title_of(word)]
    found = [
        one
        for one in people(session, user, campaign, at=at)
        if numbers & {phone.e164 for phone in one.phones}
        or (words and all(word in one.name_key for word in words))
    ]
    lasts = _last_times(session, campaign, [one.id for one in found])
    return [Mine(one, lasts.get(one.id)) for one in found]


def line_for(
    session: Session, user: User, campaign: Campaign, person: Person, *, at: datetime
) -> Line:
    """The line on which a caller notes a call they received from one of their own people.

    Theirs when they have one; else the one a colleague has comes to their sheet, and the colleague
    is told; else a new one. Refusal when they have no sheet this week.
    """
    line = _line_now(session, user, campaign, person, at=at)
    if line is not None and line.sheet.volunteer_id == user.id:
        return line
    mine = sheets.own(session, user, campaign, week=weeks.current(at))
    if mine is None:
        raise Refusal(
            "Vous n’avez pas de feuille cette semaine : dites à la coordination que cette "
            "personne vous a rappelé, elle notera l’appel."
        )
    if line is None or line.plan_id != mine.plan_id:
        return giving.put_on(
            session,
            mine,
            person.household_id,
            stream=Stream.ROSTER,
            why="la personne vous a rappelé·e",
            at=at,
        )
    told = f"{user.first_name} a pris un foyer de votre feuille : la personne l’a rappelé·e."
    sheets.notices.post(session, {line.sheet_id: told}, at=at)
    line.sheet = mine
    line.moved_at = at
    line.moved_why = "la personne vous a rappelé·e"
    return line


def _line_now(
    session: Session, user: User, campaign: Campaign, person: Person, *, at: datetime
) -> Line | None:
    """The household's line of this week, else of the last; one's own first."""
    return session.scalar(
        sa.select(Line)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(
            Line.household_id == person.household_id,
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.published_at.is_not(None),
            WeekPlan.week >= weeks.after(weeks.current(at), -1),
        )
        .order_by(
            sa.case((WeekPlan.week == weeks.current(at), 0), else_=1),
            sa.case((Sheet.volunteer_id == user.id, 0), else_=1),
            Line.id,
        )
        .limit(1)
        .with_for_update(of=Line)
    )


def hard_call(session: Session, report_id: int, *, by: User) -> int | None:
    """The call of a caller's own report that was hard, until they said how they are."""
    return session.scalar(
        sa.select(Call.id).where(
            Call.report_id == report_id,
            Call.volunteer_id == by.id,
            Call.is_heavy.is_(True),
            Call.caller_mood == "",
        )
    )


def _last_times(
    session: Session, campaign: Campaign, person_ids: Sequence[int]
) -> dict[int, datetime]:
    if not person_ids:
        return {}
    rows = session.execute(
        sa.select(Call.person_id, sa.func.max(Call.at))
        .where(Call.campaign_id == campaign.id, Call.person_id.in_(person_ids))
        .group_by(Call.person_id)
    )
    return {row[0]: row[1] for row in rows}
