"""A report already made: a page opened afresh, or behind it, must not log a second call unseen."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.calls.lines import waits_now
from campaigns.models import Call, Campaign, Enrolment, Line, Report, User

_NEWEST = (
    sa.select(Call)
    .where(Call.volunteer_id == sa.bindparam("user_id"))
    .order_by(Call.at.desc(), Call.id.desc())
    .limit(1)
)
_MADE_TODAY = _NEWEST.where(
    Call.enrolment_id == sa.bindparam("enrolment_id"),
    Call.at >= sa.bindparam("today"),
    Call.at <= sa.bindparam("now"),
)
_MADE_SINCE = _NEWEST.where(
    Call.person_id == sa.bindparam("person_id"),
    Call.campaign_id == sa.bindparam("campaign_id"),
    Call.id > sa.bindparam("seen"),
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


def made_since(
    session: Session, person_id: int, *, campaign: Campaign, seen: int, key: str, by: User
) -> Call | None:
    """The call this volunteer logged from another page since this one was opened.

    ``seen`` is the id of the last call the page showed, ``key`` that of its report: the same
    report sent again is no second call.
    """
    asked = {"user_id": by.id, "person_id": person_id, "campaign_id": campaign.id, "seen": seen}
    found = session.scalar(_MADE_SINCE, asked)
    if found is None:
        return None
    kept = sa.select(Report.id).where(Report.user_id == by.id, Report.key == key)
    return found if session.scalar(kept) is None else None
