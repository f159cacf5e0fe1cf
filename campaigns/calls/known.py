"""What there is to read about somebody before a call: one question before the others.

Most people called have no need, no alarm and no draft yet: a page asks only for what is there.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import rows
from campaigns.models import Alarm, Call, Commune, Enrolment, Line, Need, ReportDraft, User

_PERSON: sa.BindParameter[int] = sa.bindparam("person_id")
_CAMPAIGN: sa.BindParameter[int] = sa.bindparam("campaign_id")
_KNOWN = sa.select(
    sa.select(Commune.name).where(Commune.insee == sa.bindparam("insee")).scalar_subquery(),
    sa.exists().where(Call.person_id == _PERSON, Call.campaign_id == _CAMPAIGN),
    sa.exists().where(
        Need.person_id == _PERSON, Need.campaign_id == _CAMPAIGN, Need.is_sensitive.is_(False)
    ),
    sa.exists().where(Alarm.person_id == _PERSON, Alarm.campaign_id == _CAMPAIGN),
    sa.exists().where(
        ReportDraft.line_id == sa.bindparam("line_id"),
        ReportDraft.user_id == sa.bindparam("user_id"),
    ),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What there is. False is sure; True is to be asked of the room it is about.

    ``commune`` is its name, empty when it is not known. ``has_needs`` tells of those a volunteer
    may read; ``has_draft`` of a report this volunteer began about anybody at the line.
    """

    commune: str
    has_calls: bool
    has_needs: bool
    has_alarm: bool
    has_draft: bool


def of(session: Session, line: Line, enrolment: Enrolment, *, by: User) -> Known:
    """What this volunteer may find about a person of a line in their campaign."""
    asked = {
        "insee": enrolment.person.insee,
        "person_id": enrolment.person_id,
        "campaign_id": enrolment.campaign_id,
        "line_id": line.id,
        "user_id": by.id,
    }
    commune, *there = rows.read(session, _KNOWN, asked).one()
    return Known(commune or "", *map(bool, there))
