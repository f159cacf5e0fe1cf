"""Free texts whose time has come: the need they belong to is long closed, the call long made."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa

from campaigns import holdings
from campaigns.holdings import Nature
from campaigns.models import (
    Alarm,
    AlarmStep,
    Appointment,
    Base,
    Call,
    CallRevision,
    CallSuggestion,
    CareRequest,
    Correction,
    Export,
    ExportState,
    GoodNews,
    ImportBatch,
    ImportState,
    Need,
    NeedQuestion,
    NeedStep,
    QualityCase,
    Question,
    Report,
    ReturnedSheet,
    Review,
    RightsRequest,
    SheetNotice,
    SuggestionState,
    Voucher,
    WeakSignal,
)
from campaigns.retention import steps
from campaigns.retention.steps import Step

_OF_NEEDS: tuple[type[Base], ...] = (NeedStep, NeedQuestion, Voucher, Appointment)


def plan(before: datetime) -> list[Step]:
    """Every stroke that empties the texts settled by an instant."""
    return [*_of_needs(before), *_of_calls(before), *_of_alarms(before), *_of_others(before)]


def _of_needs(before: datetime) -> list[Step]:
    closed = sa.select(Need.id).where(Need.closed_at <= before)
    need = steps.table_of(Need)
    found = [_emptied(need, need.columns.closed_at <= before)]
    for model in _OF_NEEDS:
        table = steps.table_of(model)
        found.append(_emptied(table, table.columns.need_id.in_(closed)))
    return found


def _of_calls(before: datetime) -> list[Step]:
    """A call that led to a need waits for it; another has its own date."""
    call, report = steps.table_of(Call), steps.table_of(Report)
    revision, review = steps.table_of(CallRevision), steps.table_of(Review)
    # Asked of each row, not of all calls at once: a pass looks at the few rows it takes.
    open_need = sa.exists().where(
        Need.call_id == call.columns.id, sa.or_(Need.closed_at.is_(None), Need.closed_at > before)
    )
    is_old = sa.and_(call.columns.at <= before, ~open_need)
    found = [_emptied(call, is_old)]
    for table in (revision, review):
        theirs = sa.exists().where(call.columns.id == table.columns.call_id, is_old)
        found.append(_emptied(table, theirs))
    return [*found, _emptied(report, report.columns.received_at <= before)]


def _of_alarms(before: datetime) -> list[Step]:
    closed = sa.select(Alarm.id).where(Alarm.closed_at <= before)
    alarm, step = steps.table_of(Alarm), steps.table_of(AlarmStep)
    return [
        _emptied(alarm, alarm.columns.closed_at <= before),
        _emptied(step, step.columns.alarm_id.in_(closed)),
    ]


def _of_others(before: datetime) -> list[Step]:
    dated = (
        (CareRequest, "closed_at"),
        (GoodNews, "at"),
        (QualityCase, "closed_at"),
        (Question, "at"),
        (RightsRequest, "answered_at"),
        (WeakSignal, "settled_at"),
    )
    found = [_dated(model, name, before) for model, name in dated]
    correction, suggestion = steps.table_of(Correction), steps.table_of(CallSuggestion)
    decided = suggestion.columns.state != SuggestionState.WAITING
    batch, notice = steps.table_of(ImportBatch), steps.table_of(SheetNotice)
    returned, export = steps.table_of(ReturnedSheet), steps.table_of(Export)
    is_out = export.columns.state != ExportState.WAITING  # a worker still writes it on the file
    ended = batch.columns.state.in_([ImportState.CONFIRMED, ImportState.CANCELLED])
    return [
        *found,
        _emptied(correction, correction.columns.at <= before),
        _emptied(suggestion, suggestion.columns.decided_at <= before, decided),
        steps.emptying(export, ["reason"], export.columns.asked_at <= before, is_out),
        steps.emptying(batch, ["filename"], batch.columns.created_at <= before, ended),
        steps.deleting(notice, notice.columns.at <= before),
        steps.changing(returned, {"report": {"rows": []}}, returned.columns.returned_at <= before),
    ]


def _dated(model: type[Base], name: str, before: datetime) -> Step:
    table = steps.table_of(model)
    at = cast("sa.ColumnElement[datetime]", table.columns[name])
    return _emptied(table, at <= before)


def _emptied(table: sa.Table, *where: sa.ColumnElement[bool]) -> Step:
    columns = holdings.columns(table.name, Nature.WORDS, Nature.PERSONAL)
    return steps.emptying(table, columns, *where)
