"""The hour a call began in: what both engines group by, since neither knows our summer time."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Call

_HOUR = timedelta(hours=1)  # local half-days and days begin on one, in every département
_FIRST = datetime.fromtimestamp(0, UTC)
_AS_WRITTEN = len("2026-11-25 14")


def of_call(session: Session) -> sa.ColumnElement[datetime]:
    """The hour as a column, in UTC; SQLite reads it off its text faster than it works it out."""
    if session.get_bind().dialect.name == "postgresql":
        return sa.func.date_bin(_HOUR, Call.at, _FIRST, type_=Call.at.type)
    return sa.type_coerce(sa.func.substr(Call.at, 1, _AS_WRITTEN), Call.at.type)
