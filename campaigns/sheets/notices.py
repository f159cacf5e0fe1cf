"""What a volunteer is told on their own sheet when it changed during the week."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Sheet, SheetNotice

_UNREAD = (
    sa.select(SheetNotice)
    .where(SheetNotice.sheet_id == sa.bindparam("sheet_id"), SheetNotice.seen_at.is_(None))
    .order_by(SheetNotice.at, SheetNotice.id)
)


def post(session: Session, said: Mapping[int, str], *, at: datetime) -> None:
    """Leave one sentence on each sheet, by the sheet's id; it stays there until it is read."""
    session.add_all(
        SheetNotice(sheet_id=sheet_id, say=say, at=at) for sheet_id, say in sorted(said.items())
    )


def unread(session: Session, sheet: Sheet) -> list[SheetNotice]:
    """The sentences of a sheet nobody has read yet, oldest first."""
    return list(session.scalars(_UNREAD, {"sheet_id": sheet.id}))


def read(session: Session, sheet: Sheet, *, up_to: int, at: datetime) -> None:
    """Note that the sentences of a sheet were read, up to one's id: a later one stays."""
    session.execute(
        sa.update(SheetNotice)
        .where(
            SheetNotice.sheet_id == sheet.id,
            SheetNotice.id <= up_to,
            SheetNotice.seen_at.is_(None),
        )
        .values(seen_at=at)
    )
