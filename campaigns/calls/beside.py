"""What a report meets when it is kept: one question before the others, as ``sheets.news``."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import launch, needs, rows, sheets
from campaigns.calls import drafts
from campaigns.models import Call, Campaign, Line, Report, User


@dataclass(frozen=True, slots=True)
class Beside:
    """What is there already. False is sure; True is to be asked of the room it is about.

    ``guide_id`` is the published guide; ``is_kept``: this very report was kept before;
    ``is_alerted``: the red button was pressed during this call; ``is_drafted``, ``is_held``: its
    volunteer's draft and « appel en cours » are to be cleared; ``other_call_id``: the last call a
    colleague made to the person, 0 for none.
    """

    guide_id: int | None
    is_kept: bool
    is_alerted: bool
    is_drafted: bool
    is_held: bool
    other_call_id: int


def of(
    session: Session,
    line: Line,
    *,
    person_id: int,
    key: str,
    campaign: Campaign,
    by: User,
    at: datetime,
) -> Beside:
    """What a report of a line finds there. One statement, by indexes."""
    asked = {
        "campaign_id": campaign.id,
        "line_id": line.id,
        "household": line.household_id,
        "person_id": person_id,
        "user": by.id,
        "user_id": by.id,
        "key": key,
        "since": at - needs.alert.SAME_CALL,
    }
    guide_id, kept, alerted, drafted, held, other = rows.read(session, _there(), asked).one()
    return Beside(guide_id, bool(kept), bool(alerted), bool(drafted), bool(held), other or 0)


@cache
def _there() -> sa.Select[int | None, bool, bool, bool, bool, int | None]:
    """Asked by every report: built once."""
    kept = sa.select(Report.id).where(
        Report.user_id == sa.bindparam("user_id"), Report.key == sa.bindparam("key")
    )
    others = sa.select(sa.func.max(Call.id)).where(
        Call.person_id == sa.bindparam("person_id"),
        Call.campaign_id == sa.bindparam("campaign_id"),
        Call.volunteer_id != sa.bindparam("user_id"),
    )
    return sa.select(
        launch.GUIDE_ID.scalar_subquery(),
        kept.exists(),
        needs.alert.of_this_call().exists(),
        drafts.OF_LINE.exists(),
        sheets.locks.MINE.exists(),
        others.scalar_subquery(),
    )
