"""A list enters the database: received, read, then confirmed; all of it or nothing.

Nobody is enrolled before somebody confirms, and the file itself is erased then.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import Campaign, ImportBatch, ImportChunk, ImportState, User
from campaigns.refusal import Refusal
from importers import chunks, columns, comparison, entering, register, report, rows, workbook
from importers.caps import Caps
from importers.columns import Column
from importers.comparison import Comparison
from importers.unreadable import Unreadable

Progress = Callable[[str], None]
_WRITTEN = ("created", "updated", "unchanged", "to_confirm", "households")


@dataclass(frozen=True, slots=True)
class Examined:
    """A list read and compared: what ``keep`` needs, and its report as JSON."""

    comparison: Comparison
    report: dict[str, Any]


def _silent(step: str) -> None:
    """Nobody watches."""


def receive(
    session: Session,
    campaign: Campaign,
    *,
    content: bytes,
    filename: str,
    source: str,
    by: User | None,
    at: datetime,
) -> ImportBatch:
    """Keep a file somebody dropped, to be read by ``prepare``.

    ``source`` names where it comes from (« IODAS »): file numbers are compared within it.
    """
    batch = ImportBatch(
        campaign_id=campaign.id,
        source=source[:60],
        filename=filename[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        mapping={},
        report={},
        state=ImportState.RECEIVED,
        created_at=at,
        created_by_id=by.id if by else None,
    )
    session.add(batch)
    session.flush()  # the journal needs batch.id
    journal.record(session, "import_received", about=batch, by=by, at=at, size=len(content))
    return batch


def prepare(
    session: Session,
    batch: ImportBatch,
    *,
    today: date,
    region: str = "FR",
    caps: Caps | None = None,
    progress: Progress = _silent,
) -> None:
    """Read the file of a batch and say what confirming it would do; nothing is enrolled yet.

    Fills ``batch.report`` (stable shape, plus « sheet », « header_line », « proposals » and
    « preview ») and keeps the clean rows. A file that cannot be read leaves the batch refused, its
    sentence in ``batch.error``. ``Refusal`` once confirmed or abandoned.
    """
    try:
        found = examine(session, batch, today=today, region=region, caps=caps, progress=progress)
    except Unreadable as refusal:
        refuse(batch, refusal)
    else:
        keep(session, batch, found)


def examine(
    session: Session,
    batch: ImportBatch,
    *,
    today: date,
    region: str = "FR",
    caps: Caps | None = None,
    progress: Progress = _silent,
) -> Examined:
    """The long part of ``prepare``, which writes nothing: a session that only reads will do.

    ``batch.mapping`` may hold a person’s choices: « sheet », « encoding », « columns »
    (header → field). Raises ``Unreadable``; ``Refusal`` once confirmed or abandoned.
    """
    if batch.state not in (ImportState.RECEIVED, ImportState.READY) or batch.content is None:
        raise Refusal("Ce fichier a déjà été traité.")
    started = perf_counter()
    progress("lecture")
    table, found = _read(batch, batch.content, caps)
    progress("nettoyage")
    cleaned = rows.clean(table, found, register.places(session), today=today, region=region)
    progress("rapprochement")
    compared = comparison.compare(session, cleaned.people, source=batch.source)
    counts = replace(
        compared.counts, rows=cleaned.read, refused=cleaned.refused + compared.objected
    )
    said = report.build(
        counts,
        columns=found,
        problems=[*cleaned.problems, *compared.problems],
        seconds=perf_counter() - started,
    )
    return Examined(compared, {**said, **_preview(table, found)})


def keep(session: Session, batch: ImportBatch, found: Examined) -> None:
    """Keep what was read, waiting for somebody to confirm."""
    batch.report = found.report
    chunks.keep(session, batch, found.comparison.people)
    batch.state = ImportState.READY


def refuse(batch: ImportBatch, refusal: Unreadable) -> None:
    """Leave a batch refused, with its sentence; the file is erased."""
    batch.state, batch.error, batch.content = ImportState.REFUSED, refusal.say[:300], None
    batch.report = {"error": {"code": refusal.code, "say": refusal.say}}


def confirm(
    session: Session,
    batch: ImportBatch,
    *,
    by: User | None,
    at: datetime,
    progress: Progress = _silent,
) -> dict[str, Any]:
    """Enrol the people of a list that was read, and give the report with its final figures.

    ``Refusal`` when the batch is not waiting for a confirmation.
    """
    # The row itself is the lock: two confirmations at once, and the second finds it done.
    claimed = session.scalar(
        sa.update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.state == ImportState.READY)
        .values(state=ImportState.CONFIRMED)
        .returning(ImportBatch.id)
    )
    if claimed is None:
        raise Refusal("Cet import n’attend pas de confirmation.")
    progress("rapprochement")
    # Again, and not as it was previewed: calls and other lists may have come in between.
    compared = comparison.compare(session, chunks.read(session, batch), source=batch.source)
    _enter(session, batch, compared, by=by, at=at, progress=progress)
    session.execute(sa.delete(ImportChunk).where(ImportChunk.batch_id == batch.id))
    return batch.report


def take_in(
    session: Session,
    batch: ImportBatch,
    *,
    today: date,
    by: User | None,
    at: datetime,
    region: str = "FR",
    caps: Caps | None = None,
    progress: Progress = _silent,
) -> dict[str, Any]:
    """Read a file just received and enrol its people at once; gives the report.

    Raises ``Unreadable``, and ``Refusal`` when the batch was dealt with already.
    """
    found = examine(session, batch, today=today, region=region, caps=caps, progress=progress)
    batch.report = found.report
    _enter(session, batch, found.comparison, by=by, at=at, progress=progress)
    session.execute(sa.delete(ImportChunk).where(ImportChunk.batch_id == batch.id))
    return batch.report


def abandon(session: Session, batch: ImportBatch, *, by: User | None, at: datetime) -> None:
    """Forget a list that was not confirmed; ``Refusal`` when it was."""
    if batch.state is ImportState.CONFIRMED:
        raise Refusal("Cet import est déjà confirmé : il ne peut plus être abandonné.")
    batch.state, batch.content = ImportState.CANCELLED, None
    batch.report = {name: value for name, value in batch.report.items() if name != "preview"}
    session.execute(sa.delete(ImportChunk).where(ImportChunk.batch_id == batch.id))
    journal.record(session, "import_abandoned", about=batch, by=by, at=at)


def _enter(
    session: Session,
    batch: ImportBatch,
    plan: Comparison,
    *,
    by: User | None,
    at: datetime,
    progress: Progress,
) -> None:
    """Write a plan, and close its batch: the file is erased, hash and counts stay."""
    started = perf_counter()
    progress("écriture")
    entering.write(
        session, batch, plan.decisions, plan.stored, plan.changes, labels=plan.labels, at=at
    )
    figures = {name: getattr(plan.counts, name) for name in _WRITTEN}
    batch.state, batch.confirmed_at, batch.content = ImportState.CONFIRMED, at, None
    batch.report = {
        **{name: value for name, value in batch.report.items() if name != "preview"},
        **figures,
        "seconds": round(batch.report["seconds"] + perf_counter() - started, 3),
    }
    journal.record(session, "import_confirmed", about=batch, by=by, at=at, **figures)


def _read(
    batch: ImportBatch, content: bytes, caps: Caps | None
) -> tuple[workbook.Table, list[Column]]:
    chosen = batch.mapping
    table = workbook.read(
        content,
        name=batch.filename,
        caps=caps,
        sheet=chosen.get("sheet"),
        encoding=chosen.get("encoding"),
    )
    if mapping := chosen.get("columns"):
        found = columns.mapped(table.headers, mapping)
    else:
        found = columns.propose(table.headers, [cells for _, cells in table.rows[:200]])
    columns.require_a_name(found)
    return table, found


def _preview(table: workbook.Table, found: Sequence[Column]) -> dict[str, Any]:
    """Ten rows and the proposal, so that somebody can see before they confirm."""
    refused = {at for at, column in enumerate(found) if column.is_refused}
    return {
        "sheet": table.sheet,
        "sheets": list(table.sheets),
        "encoding": table.encoding,
        "header_line": table.header_line,
        "proposals": [
            {"header": each.header, "field": each.field, "confidence": each.confidence,
             "why": each.why}
            for each in found
        ],
        "preview": [
            ["" if at in refused else str(cell) for at, cell in enumerate(cells)]
            for _, cells in table.rows[:10]
        ],
    }  # fmt: skip
