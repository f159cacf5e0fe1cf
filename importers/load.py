"""A list enters the database: received, read, then confirmed; all of it or nothing.

Nobody is enrolled before somebody confirms, and the file itself is erased then.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import Campaign, ImportBatch, ImportState, User
from campaigns.refusal import Refusal
from importers import (
    bulk,
    chunks,
    collector,
    comparison,
    enriching,
    entering,
    permission,
    recognising,
    register,
    report,
    rows,
    sources,
)
from importers.caps import Caps
from importers.choices import Choices
from importers.chunks import Packed
from importers.cleaning import CleanRow
from importers.comparison import Comparison
from importers.intake import Intake
from importers.report import Counts
from importers.unreadable import Unreadable

Progress = Callable[[str], None]
# What the report of a list holds only until somebody confirms or abandons it: it names people.
_FOR_NOW = {"preview", "doubts"}


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
    if source:
        sources.of(session, source[:60], at=at)
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

    ``batch.choices`` are followed (``importers.choices``). Raises ``Unreadable``; ``Refusal`` once
    confirmed or abandoned.
    """
    if batch.state not in (ImportState.RECEIVED, ImportState.READY) or batch.content is None:
        raise Refusal("Ce fichier a déjà été traité.")
    started, choices = perf_counter(), Choices.of(batch.choices or {})
    with collector.at_rest():
        progress("lecture")
        table = recognising.table(batch, choices, caps)
        found = recognising.columns_of(session, batch, table, choices)
        shown = recognising.preview(table, found.columns)
        progress("nettoyage")
        cleaned = rows.clean(
            table, found.columns, register.places(session), today=today, region=region,
            choices=choices,
        )  # fmt: skip
        del table  # the largest thing there is, and nobody needs it any more
        progress("rapprochement")
        compared = _compared(session, batch, cleaned.people, choices)
    refused = cleaned.refused + compared.objected
    said = report.build(
        Counts(**{**compared.intake.counts, "rows": cleaned.read, "refused": refused}),
        columns=found.columns,
        problems=[*sources.already_entered(session, batch), *cleaned.problems, *compared.problems],
        seconds=perf_counter() - started,
        phones=cleaned.phones,
        places=cleaned.places,
    )  # fmt: skip
    return Examined(compared, {**said, **compared.said, "columns_changed": found.changed, **shown})


def keep(session: Session, batch: ImportBatch, found: Examined) -> None:
    """Keep what was read, waiting for somebody to confirm."""
    batch.report = found.report
    chunks.keep(session, batch, found.comparison.rows, found.comparison.intake)
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
    bulk.one_list_at_a_time(session)
    intake = chunks.intake(session, batch)
    choices = Choices.of(batch.choices or {})
    kept: Sequence[Packed] = ()
    if intake.stamp != comparison.stamp_of(session, batch.campaign_id, choices.same):
        # Calls and other lists came in between: what was previewed does not hold any more.
        progress("rapprochement")
        people = chunks.people(chunks.rows(session, batch)[: intake.lines])
        fresh = _compared(session, batch, people, choices)
        intake, kept = fresh.intake, fresh.rows
    elif intake.newcomers:
        kept = chunks.rows(session, batch)
    _enter(session, batch, intake, kept, by=by, at=at, progress=progress)
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
    return enter(session, batch, found, by=by, at=at, progress=progress)


def enter(
    session: Session,
    batch: ImportBatch,
    found: Examined,
    *,
    by: User | None,
    at: datetime,
    progress: Progress = _silent,
) -> dict[str, Any]:
    """Enrol the people of a list examined a moment ago, maybe elsewhere; gives the report.

    Compared again if the register changed since. ``Refusal`` as ``confirm``.
    """
    keep(session, batch, found)
    session.flush()  # the claim of ``confirm`` reads the state by query
    return confirm(session, batch, by=by, at=at, progress=progress)


def abandon(session: Session, batch: ImportBatch, *, by: User | None, at: datetime) -> None:
    """Forget a list that was not confirmed; ``Refusal`` when it was."""
    if batch.state is ImportState.CONFIRMED:
        raise Refusal("Cet import est déjà confirmé : il ne peut plus être abandonné.")
    batch.state, batch.content = ImportState.CANCELLED, None
    batch.report = {name: value for name, value in batch.report.items() if name not in _FOR_NOW}
    chunks.forget(session, batch)
    journal.record(session, "import_abandoned", about=batch, by=by, at=at)


def _compared(
    session: Session, batch: ImportBatch, people: list[CleanRow], choices: Choices
) -> Comparison:
    """Set a list against the register; a list that only enriches brings nobody."""
    if batch.is_enrichment:
        return enriching.compare(
            session, people, campaign_id=batch.campaign_id, source=batch.source
        )
    return comparison.compare(
        session, people, campaign_id=batch.campaign_id, source=batch.source, same=choices.same
    )


def _enter(
    session: Session,
    batch: ImportBatch,
    intake: Intake,
    kept: Sequence[Packed],
    *,
    by: User | None,
    at: datetime,
    progress: Progress,
) -> None:
    """Write an intake, and close its batch: the file is erased, hash and counts stay."""
    started = perf_counter()
    permission.require(session, batch, intake)
    progress("écriture")
    with collector.at_rest():
        entering.write(session, batch, intake, kept, by=by, at=at)
    chunks.forget(session, batch)
    sources.remember(session, batch)
    batch.state, batch.confirmed_at, batch.content = ImportState.CONFIRMED, at, None
    batch.report = {
        **{name: value for name, value in batch.report.items() if name not in _FOR_NOW},
        **intake.counts,
        "seconds": round(batch.report["seconds"] + perf_counter() - started, 3),
    }
    session.flush()  # the caller may expire the batch to read what was written
    journal.record(session, "import_confirmed", about=batch, by=by, at=at, **intake.counts)
