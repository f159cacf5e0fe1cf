"""Whose time has come: nobody of a running campaign, nobody still on a communal register."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.util import AliasedClass

from campaigns.models import (
    Alarm,
    Call,
    Campaign,
    CampaignState,
    Enrolment,
    ImportBatch,
    ImportState,
    Need,
    Person,
    Provenance,
    RightsRequest,
    SourceList,
    StopReason,
)

_Someone = type[Person] | AliasedClass[Person]


def uncontacted(session: Session, *, before: datetime, after: int = 0, limit: int) -> list[int]:
    """Ids of people nobody ever spoke to, whose campaigns ended by an instant, in their order."""

    def is_due(one: _Someone) -> sa.ColumnElement[bool]:
        return sa.and_(~_was_contacted(one), _ended(one, before), _may_go(session, one))

    return _heads(session, is_due, after=after, limit=limit)


def contacted(session: Session, *, before: datetime, after: int = 0, limit: int) -> list[int]:
    """Ids of people last spoken to by an instant, whose campaigns are over, in their order."""

    def is_due(one: _Someone) -> sa.ColumnElement[bool]:
        recent = sa.or_(
            sa.exists().where(Call.person_id == one.id, Call.is_conversation, Call.at > before),
            sa.exists().where(Need.person_id == one.id, Need.closed_at > before),
            sa.exists().where(Alarm.person_id == one.id, Alarm.closed_at > before),
        )
        return sa.and_(_was_contacted(one), ~recent, _may_go(session, one))

    return _heads(session, is_due, after=after, limit=limit)


def _heads(session: Session, is_due: Any, *, after: int, limit: int) -> list[int]:
    """Records that are nobody's double, unless a double joined to them may not go."""
    double = aliased(Person)
    # Asked once, of the doubles alone: asked of each record, SQLite reads everybody each time.
    kept = sa.select(double.merged_into_id).where(
        double.merged_into_id.is_not(None),
        double.forgotten_at.is_(None),
        ~_may_go(session, double),
    )
    query = (
        sa.select(Person.id)
        .where(
            Person.id > after,
            Person.merged_into_id.is_(None),
            Person.forgotten_at.is_(None),
            is_due(Person),
            Person.id.not_in(kept),
        )
        .order_by(Person.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def _was_contacted(one: _Someone) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.exists().where(Call.person_id == one.id, Call.is_conversation),
        sa.exists().where(Need.person_id == one.id),
        sa.exists().where(Alarm.person_id == one.id),
    )


def _ended(one: _Someone, before: datetime) -> sa.ColumnElement[bool]:
    """Their last campaign closed by then; who was in none counts from the day they came in."""
    later = (
        sa.select(Enrolment.id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(Enrolment.person_id == one.id, Campaign.closed_at > before)
    )
    enrolled = sa.exists().where(Enrolment.person_id == one.id)
    return sa.and_(~later.exists(), sa.or_(enrolled, one.created_at <= before))


def _is_running(one: _Someone) -> sa.ColumnElement[bool]:
    running = (
        sa.select(Enrolment.id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(
            Enrolment.person_id == one.id,
            sa.or_(Campaign.state != CampaignState.CLOSED, Campaign.closed_at.is_(None)),
        )
    )
    return running.exists()


def _is_open(one: _Someone) -> sa.ColumnElement[bool]:
    """Somebody still does something for them: a need, an alarm, a request about their rights."""
    return sa.or_(
        sa.exists().where(Need.person_id == one.id, Need.closed_at.is_(None)),
        sa.exists().where(Alarm.person_id == one.id, Alarm.closed_at.is_(None)),
        sa.exists().where(RightsRequest.person_id == one.id, RightsRequest.answered_at.is_(None)),
    )


def _may_go(session: Session, one: _Someone) -> sa.ColumnElement[bool]:
    return sa.and_(~_is_running(one), ~_is_open(one), ~_is_on_register(session, one))


def _is_on_register(session: Session, one: _Someone) -> sa.ColumnElement[bool]:
    """The last list of a communal register names them (CASF, R121-3): the mairie decides.

    Who died leaves it.
    """
    named = [
        sa.and_(
            Provenance.source == source,
            sa.or_(Provenance.last_batch_id == newest, Provenance.last_batch_id.is_(None)),
        )
        for source, newest in _registers(session)
    ]
    on_one = sa.exists().where(Provenance.person_id == one.id, sa.or_(sa.false(), *named))
    return sa.and_(on_one, one.stop.is_distinct_from(StopReason.DIED))


def _registers(session: Session) -> Sequence[tuple[str, int | None]]:
    """Each communal register, and its last list that entered."""
    entered = (
        sa.select(sa.func.max(ImportBatch.id))
        .where(
            ImportBatch.source == SourceList.name,
            ImportBatch.state == ImportState.CONFIRMED,
            ImportBatch.undone_at.is_(None),
            ImportBatch.is_enrichment.is_(False),
        )
        .scalar_subquery()
    )
    query = (
        sa.select(SourceList.name, entered).where(SourceList.is_register).order_by(SourceList.name)
    )
    return [(name, newest) for name, newest in session.execute(query)]
