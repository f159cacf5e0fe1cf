"""A report already made: a page opened afresh, or behind it, must not log a second call unseen."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.calls.lines import waits_now
from campaigns.calls.logging import Ready
from campaigns.models import Call, Enrolment, Line, User

_MADE_TODAY = (
    sa.select(Call)
    .where(
        Call.volunteer_id == sa.bindparam("user_id"),
        Call.enrolment_id == sa.bindparam("enrolment_id"),
        Call.at >= sa.bindparam("today"),
        Call.at <= sa.bindparam("now"),
    )
    .order_by(Call.at.desc(), Call.id.desc())
    .limit(1)
)


def made_today(
    session: Session, enrolment: Enrolment, line: Line, *, by: User, at: datetime
) -> Call | None:
    """The call this volunteer logged today for somebody whom nobody is to call just now.

    None when another try is due: then the page opens as ever. Days are those of Paris.
    """
    if waits_now(enrolment, line, at=at):
        return None
    today = weeks.at(weeks.local_day(at), 0)
    asked = {"user_id": by.id, "enrolment_id": enrolment.id, "today": today, "now": at}
    return session.scalar(_MADE_TODAY, asked)


def made_since(session: Session, ready: Ready, *, seen: int) -> Call | None:
    """The call this volunteer logged from another page since this one was opened.

    ``seen`` is the id of the last call the page showed. The same report sent again is no second
    call.
    """
    met = ready.met
    return (
        session.get(Call, met.own_call_id) if met.own_call_id > seen and not met.is_kept else None
    )
