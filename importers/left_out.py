"""Lines somebody left out of a list: they stay out of the next ones of its source, until somebody
takes them back. Only a seal of what the line says of who it is remains, in the report of its list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any  # a report is JSON

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import ImportBatch, ImportState
from importers import retyped
from importers.choices import Choices
from importers.columns import Column
from importers.corrections import LEFT_OUT
from importers.workbook import Table


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The lines of a file that are not taken, and what its report keeps of them as JSON."""

    lines: frozenset[int]
    said: dict[str, Any]


def of_file(
    session: Session,
    batch: ImportBatch,
    table: Table,
    columns: Sequence[Column],
    choices: Choices,
) -> LeftOut:
    """The lines left out now, and those left out of an earlier list that nobody took back."""
    before = _before(session, batch)
    if not (before or choices.left_out):
        return LeftOut(frozenset(), {})
    wanted = choices.left_out | choices.taken_back
    sealed = retyped.sealed(session, table, columns, every=bool(before), wanted=wanted)
    again = {line for line, seal in sealed.items() if seal in before}
    lines = choices.left_out | (again - choices.taken_back)
    seals = sorted(sealed[line] for line in lines if line in sealed)
    back = sorted(sealed[line] for line in choices.taken_back & again)
    return LeftOut(lines, {LEFT_OUT: {"again": sorted(again), "seals": seals, "back": back}})


def _before(session: Session, batch: ImportBatch) -> frozenset[str]:
    """The seals of the lines left out of the lists of a source that entered this campaign."""
    kept = session.scalars(
        sa.select(ImportBatch.report[LEFT_OUT])
        .where(
            ImportBatch.campaign_id == batch.campaign_id,
            ImportBatch.source == batch.source,
            ImportBatch.state == ImportState.CONFIRMED,
            ImportBatch.undone_at.is_(None),
        )
        .order_by(ImportBatch.confirmed_at, ImportBatch.id)
    )
    seals: set[str] = set()
    for said in kept:
        seals.update((said or {}).get("seals", ()))
        seals.difference_update((said or {}).get("back", ()))
    return frozenset(seals)
