"""What a report meets when it is kept, and on what it rests: one question before the others, as
``sheets.news``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from campaigns import launch, needs, rows, sheets
from campaigns.calls import drafts
from campaigns.models import (
    Call,
    Campaign,
    Enrolment,
    Line,
    Person,
    Phone,
    Report,
    Sheet,
    User,
    WeekPlan,
)
from campaigns.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Beside:
    """What is there already. False is sure; True is to be asked of the room it is about.

    ``guide_id`` is the guide that was followed; ``is_kept``: this very report was kept before;
    ``is_alerted``: the red button was pressed during this call; ``is_drafted``, ``is_held``: its
    volunteer's draft and « appel en cours » are to be cleared; ``own_call_id``, ``other_call_id``:
    the last call this volunteer, a colleague made to the person, 0 for none; ``everybody``: the
    whole household, those nobody may call included.

    ``asked`` and ``rests_on``, the question and its whole answer, tell later whether all of this
    is still so.
    """

    guide_id: int | None
    is_kept: bool
    is_alerted: bool
    is_drafted: bool
    is_held: bool
    own_call_id: int
    other_call_id: int
    everybody: tuple[Enrolment, ...]
    asked: Mapping[str, object]
    rests_on: Sequence[sa.Row[Any]]


def of(
    session: Session,
    line: Line,
    *,
    person_id: int,
    key: str,
    guide_id: int,
    campaign: Campaign,
    by: User,
    at: datetime,
) -> Beside:
    """What a report of a line finds there; ``guide_id`` is the guide its page showed, 0 for none.

    Refusal when the line itself has just gone.
    """
    asked = {
        "campaign_id": campaign.id,
        "line_id": line.id,
        "household": line.household_id,
        "person_id": person_id,
        "user": by.id,
        "user_id": by.id,
        "key": key,
        "guide_id": guide_id,
        "since": at - needs.alert.SAME_CALL,
    }
    found = rows.read(session, _there(), asked).all()
    if not found:
        raise Refusal(
            "Cette fiche vient de changer de feuille. Votre texte est gardé ci-dessous : "
            "enregistrez-le de nouveau."
        )
    return _met(session, asked, found)


def stands(session: Session, met: Beside) -> bool:
    """Whether all of it is still so, asked in the transaction that writes: then it stays so.

    The line is held first: nobody else keeps a report of it meanwhile, and what is asked next is
    what they left. (SQLite’s one pen holds everything.)
    """
    if session.get_bind().dialect.name == "postgresql":
        rows.run(session, _HOLD, {"line": met.asked["line_id"]})
    return rows.read(session, _there(), met.asked).all() == met.rests_on


def _met(
    session: Session,
    asked: Mapping[str, object],
    found: Sequence[sa.Row[Any]],  # Any: a type a column
) -> Beside:
    followed, kept, alerted, drafted, held, own, other = found[0][:_MET]
    return Beside(
        followed,
        bool(kept),
        bool(alerted),
        bool(drafted),
        bool(held),
        own or 0,
        other or 0,
        tuple(_everybody(session, found)),
        asked,
        found,
    )


def _everybody(session: Session, found: Sequence[sa.Row[Any]]) -> Iterator[Enrolment]:
    """The household in these rows, one for each telephone, as the session holds it."""
    for enrolment_id, told in groupby(found, key=itemgetter(_MET)):
        if enrolment_id is None:
            continue  # somebody of the household whom this campaign does not call
        phones = []
        for row in told:
            enrolment, person, phone = rows.entities(session, row, _HOUSEHOLD, start=_MET)
            if phone is not None:
                phones.append(phone)
        set_committed_value(person, "phones", phones)
        set_committed_value(enrolment, "person", person)
        yield enrolment


_HOLD = sa.select(Line.id).where(Line.id == sa.bindparam("line")).with_for_update()
_MET = 7  # columns of ``_there`` before the household’s
_HOUSEHOLD = (rows.part(Enrolment), rows.part(Person), rows.part(Phone))


@cache
def _there() -> sa.Select[*tuple[Any, ...]]:  # Any: a type a column
    """Asked by every report, twice: built once. A row for each telephone of the household."""
    kept = sa.select(Report.id).where(
        Report.user_id == sa.bindparam("user_id"), Report.key == sa.bindparam("key")
    )
    last = sa.select(sa.func.max(Call.id)).where(
        Call.person_id == sa.bindparam("person_id"),
        Call.campaign_id == sa.bindparam("campaign_id"),
    )
    return (
        sa.select(
            launch.GUIDE_ID.scalar_subquery(),
            kept.exists(),
            needs.alert.of_this_call().exists(),
            drafts.OF_LINE.exists(),
            sheets.locks.MINE.exists(),
            last.where(Call.volunteer_id == sa.bindparam("user_id")).scalar_subquery(),
            last.where(Call.volunteer_id != sa.bindparam("user_id")).scalar_subquery(),
            *chain.from_iterable(one.columns for one in _HOUSEHOLD),
            *(Line.sheet_id, Line.next_at, Line.closed_at),
            *(Sheet.volunteer_id, WeekPlan.week, WeekPlan.published_at),
        )
        .select_from(Line)
        .join(Line.sheet)
        .join(Sheet.plan)
        .outerjoin(Person, Person.household_id == Line.household_id)
        .outerjoin(
            Enrolment,
            sa.and_(
                Enrolment.person_id == Person.id,
                Enrolment.campaign_id == sa.bindparam("campaign_id"),
            ),
        )
        .outerjoin(Phone, Phone.person_id == Person.id)
        .where(Line.id == sa.bindparam("line_id"))
        .order_by(Person.id, Phone.position, Phone.id)
    )
