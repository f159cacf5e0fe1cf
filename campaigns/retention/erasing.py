"""Emptying somebody's record: nothing of them is left, what counts stays.

Their calls, needs and alarms keep codes, dates and the territory, so that a bilan made next year
says what was done. The commune becomes the largest of its territory: in a village of sixty, a date
and a kind of need may be enough to know somebody. One of no territory goes altogether.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any  # a commune or nothing

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings
from campaigns.holdings import Nature
from campaigns.models import Commune, Person, StopReason, Title
from campaigns.retention import shared, steps
from campaigns.retention.steps import Step

NAME = "Fiche effacée"  # what a page shows where a name stood

# Rows that count nothing: they go. Others keep their codes and dates, and lose their words.
_GONE = (
    "report_draft",
    "soft_lock",
    "skip",
    "left_out",
    "barred",
    "pairing",
    "file_number",
    "provenance",
    "import_change",
    "match_choice",
    "quality_case",
    "correction",
    "call_suggestion",
    "good_news",
    "call_revision",
    "need_question",
)
_EMPTIED = (
    "review",
    "care_request",
    "need_step",
    "voucher",
    "appointment",
    "need",
    "alarm_step",
    "alarm",
    "rights_request",
)
_NO_MORE_CALLS = {
    "next_due_on": None,
    "not_before_at": None,
    "appointment_at": None,
    "suspended_until": None,
    "last_volunteer_id": None,
    "is_alarm": False,
}


def erase_person(session: Session, person: Person, *, at: datetime) -> dict[str, int]:
    """Leave nothing of somebody but an empty record that counts; give the rows by table.

    Doubles joined to the record go with it. Whoever answers the same telephone keeps theirs. The
    row stays, with ``forgotten_at``: nobody calls it, nobody finds it.
    """
    session.flush()  # what was just written of them goes too
    done = erase(session, holdings.same_person(session, person.id), at=at)
    session.expire_all()
    return dict(done)


def erase(session: Session, people: Sequence[int], *, at: datetime) -> Counter[str]:
    """The same for several people at once, by the ids of all their records."""
    homes = shared.homes_alone(session, people)
    done = shared.forget_words(session, people, homes)
    shared.leave_homes(session, people, homes)
    return done + steps.do(session, plan(session, people, homes, at=at))


def count(session: Session, people: Sequence[int], *, at: datetime) -> dict[str, int]:
    """How many rows of each table ``erase`` would empty or delete."""
    homes = shared.homes_alone(session, people)
    found = shared.count_words(session, people, homes)
    return dict(found + steps.count(session, plan(session, people, homes, at=at)))


def plan(
    session: Session, people: Sequence[int], homes: Sequence[int], *, at: datetime
) -> list[Step]:
    """Every stroke, in an order the keys allow. ``homes`` are those nobody else lives in."""
    call, report = holdings.table("call"), holdings.table("report")
    theirs = call.columns.person_id.in_(people)
    of_their_calls = report.columns.id.in_(sa.select(call.columns.report_id).where(theirs))
    said = sa.or_(of_their_calls, steps.keyed("report", people, homes))
    phone = holdings.table("phone")
    numbers = sa.select(phone.columns.id).where(phone.columns.person_id.in_(people))
    found = [
        steps.changing(call, {"phone_id": None, "note": ""}, theirs),
        # Their number served to call somebody who lives with them.
        steps.changing(call, {"phone_id": None}, ~theirs, call.columns.phone_id.in_(numbers)),
        steps.deleting(phone, steps.keyed("phone", people, homes)),
        steps.emptying(report, ["said"], said),
    ]
    found += [
        steps.deleting(holdings.table(name), steps.keyed(name, people, homes)) for name in _GONE
    ]
    found += [_emptied(name, people, homes) for name in _EMPTIED]
    referral, enrolment = holdings.table("referral"), holdings.table("enrolment")
    closes = {"nonce": "", "link_expires_at": at}
    opened = steps.keyed("referral", people, homes) & (referral.columns.nonce != "")
    found.append(Step(referral, opened, closes))
    found.append(steps.changing(enrolment, _NO_MORE_CALLS, steps.keyed("enrolment", people, homes)))
    return [*found, _record(session, people, at=at)]


def _emptied(name: str, people: Sequence[int], homes: Sequence[int]) -> Step:
    columns = holdings.columns(name, Nature.PERSONAL, Nature.WORDS, Nature.SECRET)
    return steps.emptying(holdings.table(name), columns, steps.keyed(name, people, homes))


def _record(session: Session, people: Sequence[int], *, at: datetime) -> Step:
    """The records themselves, last: the others were found through them."""
    table = holdings.table("person")
    names = holdings.columns("person", Nature.PERSONAL, Nature.WORDS)
    empty = steps.emptying(table, [*names, "best_half", "by_hand", "batch_id"]).values or {}
    stop, insee = table.columns.stop, table.columns.insee
    nearby = _largest_near(session, people)
    values = {
        **empty,
        "last_name": NAME,
        "title": Title.NONE,
        "insee": sa.case(nearby, value=insee, else_=insee) if nearby else insee,
        "stop": sa.func.coalesce(stop, sa.literal(StopReason.OUT_OF_SCOPE, stop.type)),
        "stopped_at": sa.func.coalesce(table.columns.stopped_at, at),
        "forgotten_at": at,
        "updated_at": at,
    }
    return Step(table, table.columns.id.in_(people) & table.columns.forgotten_at.is_(None), values)


def _largest_near(session: Session, people: Sequence[int]) -> dict[str, sa.ColumnElement[Any]]:
    """Of each commune of these people, the largest of its territory when that is another.

    A commune of no territory counts in none: nothing stays of it.
    """
    used = sa.select(Person.insee).where(Person.id.in_(people)).distinct()
    rows = session.execute(
        sa.select(Commune.territory_id, Commune.insee, Commune.insee.in_(used)).order_by(
            Commune.population.desc(), Commune.insee
        )
    ).all()
    largest = {territory: insee for territory, insee, _ in reversed(rows)}
    return {
        insee: sa.null() if territory is None else sa.literal(largest[territory])
        for territory, insee, is_used in rows
        if is_used and (territory is None or largest[territory] != insee)
    }


def empty_shells(session: Session, *, after: int = 0, limit: int) -> list[int]:
    """Delete records of forgotten people that count in nothing; give their ids, in their order.

    The newest number of all stays until another follows: a database that gave it again would tie
    what the journal says of one person to another.
    """
    newest = session.scalar(sa.select(sa.func.max(Person.id)))
    found = list(
        session.scalars(
            sa.select(Person.id)
            .where(Person.id > after, shared.counts_in_nothing(), Person.id != newest)
            .order_by(Person.id)
            .limit(limit)
        )
    )
    if found:
        shared.drop(session, found)
    return found
