"""What a sheet off screen fixed when it left: its lines, their households, their people."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple  # Any: what JSON holds

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import IssuedSheet


class Printed(NamedTuple):
    """One line as it left: ``people`` in the order of their letters.

    ``household_id`` is None, and nobody named, on sheets that left before both were kept.
    """

    line_id: int
    household_id: int | None = None
    people: tuple[int, ...] = ()


def kept(line: Printed) -> list[Any]:
    """As ``IssuedSheet.lines`` holds it: « [line, household, [people]] »."""
    return [line.line_id, line.household_id, list(line.people)]


def lines_of(stored: Sequence[Any]) -> list[Printed]:
    """Back from ``IssuedSheet.lines``, those of older sheets, bare line ids, included."""
    return [
        Printed(one) if isinstance(one, int) else Printed(one[0], one[1], tuple(one[2]))
        for one in stored
    ]


def line_ids(session: Session, sheet_ids: Collection[int]) -> set[int]:
    """Ids of the lines of these sheets that stand on paper."""
    stored = session.scalars(
        sa.select(IssuedSheet.lines).where(IssuedSheet.sheet_id.in_(sheet_ids))
    )
    return {line.line_id for lines in stored for line in lines_of(lines)}
