"""What the machine leaves behind: files not confirmed, mails sent, sign-ins, undo data."""

from datetime import datetime
from typing import Any  # values of any column

import sqlalchemy as sa

from campaigns.models import (
    ImportBatch,
    ImportChange,
    ImportChunk,
    ImportState,
    MailState,
    OutgoingMail,
    SignedSession,
    SignInFailure,
    SignInLink,
    SoftLock,
)
from campaigns.retention import steps
from campaigns.retention.steps import Step

_WAITING = (ImportState.RECEIVED, ImportState.READY)


def files(before: datetime, at: datetime) -> list[Step]:
    """Lists dropped and never confirmed; not one a worker or somebody is at.

    A file that outlived its confirmation, or was given up, goes at once.
    """
    batch, chunk = steps.table_of(ImportBatch), steps.table_of(ImportChunk)
    columns = batch.columns
    left = sa.and_(
        columns.state.in_(_WAITING),
        columns.created_at <= before,
        columns.asked_at.is_(None),
        sa.or_(columns.lease_until.is_(None), columns.lease_until <= at),
    )
    over = columns.state.not_in(_WAITING)
    gone = sa.select(columns.id).where(sa.or_(left, over))
    cancelled: dict[str, Any] = {
        "state": ImportState.CANCELLED,
        "content": None,
        "choices": {},
        "report": {},
    }
    return [
        steps.deleting(chunk, chunk.columns.batch_id.in_(gone)),
        Step(batch, left, cancelled),
        steps.emptying(batch, ["content"], over),
    ]


def mails(before: datetime) -> list[Step]:
    """Mails that left, and failed ones somebody dealt with: the key that stops doubles stays."""
    mail = steps.table_of(OutgoingMail)
    columns = mail.columns
    over = sa.or_(
        sa.and_(columns.state == MailState.SENT, columns.sent_at <= before),
        columns.handled_at <= before,
    )
    empty: dict[str, Any] = {"to_address": "", "about": {}, "user_id": None, "last_reply": ""}
    return [steps.changing(mail, empty, over)]


def sign_ins(before: datetime) -> list[Step]:
    """Ended sessions, used links, failures; of each account the newest of both stays (« vue le »).

    What undid a list goes as well: it can be undone for thirty days (importers.undoing).
    """
    signed, link = steps.table_of(SignedSession), steps.table_of(SignInLink)
    failure, lock = steps.table_of(SignInFailure), steps.table_of(SoftLock)
    change, batch = steps.table_of(ImportChange), steps.table_of(ImportBatch)
    entered = sa.select(batch.columns.id).where(batch.columns.confirmed_at <= before)
    return [
        steps.deleting(signed, signed.columns.seen_at <= before, _has_newer(signed)),
        steps.deleting(link, link.columns.expires_at <= before, _has_newer(link)),
        steps.deleting(failure, failure.columns.at <= before),
        steps.deleting(lock, lock.columns.until <= before),
        steps.deleting(change, change.columns.batch_id.in_(entered)),
    ]


def _has_newer(table: sa.Table) -> sa.ColumnElement[bool]:
    newest = sa.select(sa.func.max(table.columns.id)).group_by(table.columns.user_id)
    return table.columns.id.not_in(newest)
