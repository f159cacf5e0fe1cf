"""A list enters the database: received, read, then confirmed; all of it or nothing.

Nobody is enrolled before somebody confirms, and the file itself is erased then.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import bulk, journal
from campaigns.models import Campaign, ImportBatch, ImportState, User
from campaigns.refusal import Refusal
from importers import (
    chunks,
    collector,
    comparison,
    entering,
    filed,
    permission,
    refused,
    remains,
    sources,
)
from importers.caps import Caps
from importers.choices import Choices
from importers.chunks import Packed
from importers.comparison import Comparison
from importers.doubts import Answer
from importers.examining import Examined, Progress, against_register, examine, silent
from importers.intake import Intake
from importers.unreadable import Unreadable

__all__ = [
    "Examined", "Progress", "abandon", "confirm", "enter", "examine", "keep", "prepare", "receive",
    "refuse", "take_in",
]  # fmt: skip


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
        # As it was spelled the first time: file numbers are compared under that name.
        source = sources.of(session, source[:60], at=at, is_register=campaign.is_register).name
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
    progress: Progress = silent,
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


def keep(session: Session, batch: ImportBatch, found: Examined) -> None:
    """Keep what was read, waiting for somebody to confirm."""
    batch.report, batch.state = found.report, ImportState.READY
    if found.comparison is None:
        chunks.forget(session, batch)
        return
    _keep_answers(batch, found.comparison.answers)
    chunks.keep(session, batch, found.comparison.rows, found.comparison.intake)
    filed.keep(session, batch, found.lines)


def _keep_answers(batch: ImportBatch, answers: Sequence[Answer]) -> None:
    """Of the answers given, those that still answer a question; the others are asked again."""
    choices = Choices.of(batch.choices or {})
    if not choices.same:
        return
    asked: dict[int, tuple[str, ...]] = {}
    for each in answers:
        asked[each.line] = (*asked.get(each.line, ()), each.asked)
    same = {each.line: each.is_same for each in answers}
    batch.choices = replace(choices, same=same, asked=asked).kept()


def refuse(batch: ImportBatch, refusal: Unreadable) -> None:
    """Leave a batch refused, with its sentence; the file is erased."""
    batch.state, batch.error, batch.content = ImportState.REFUSED, refusal.say[:300], None
    batch.report = {"error": {"code": refusal.code, "say": refusal.say}}
    batch.choices = remains.choices(batch.choices)


def confirm(
    session: Session,
    batch: ImportBatch,
    *,
    by: User | None,
    at: datetime,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Enrol the people of a list that was read, and give the report with its final figures.

    ``Refusal`` when the batch is not waiting for a confirmation, when its campaign is over, and
    (field « same ») when the register changed so that answers given are to be asked again.
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
    permission.require_names(batch)
    bulk.one_list_at_a_time(session)
    intake = chunks.intake(session, batch)
    choices = Choices.of(batch.choices or {})
    kept: Sequence[Packed] = ()
    if intake.stamp != comparison.stamp_of(session, batch.campaign_id, choices.same):
        # Calls and other lists came in between: what was previewed does not hold any more.
        progress("rapprochement")
        people = chunks.people(chunks.rows(session, batch)[: intake.lines])
        fresh = against_register(session, batch, people, choices, is_part=_is_part(batch))
        _require_answered(fresh, choices)
        intake, kept = fresh.intake, fresh.rows
    elif intake.newcomers:
        kept = chunks.rows(session, batch)
    _enter(session, batch, intake, kept, by=by, at=at, progress=progress)
    return batch.report


def _is_part(batch: ImportBatch) -> bool:
    headers = tuple(each["header"] for each in batch.report.get("proposals", ()))
    return refused.is_workbook(headers, batch.report.get("sheet", ""))


def _require_answered(fresh: Comparison, choices: Choices) -> None:
    """Refuse when what somebody answered was about somebody else; raises ``Refusal``."""
    again = {each["line"] for each in fresh.said.get("doubts", ())} & choices.same.keys()
    if again:
        lines = f"{len(again)} lignes" if len(again) > 1 else "une ligne"
        raise Refusal(f"Le registre a changé : répondez de nouveau pour {lines}.", field="same")


def take_in(
    session: Session,
    batch: ImportBatch,
    *,
    today: date,
    by: User | None,
    at: datetime,
    region: str = "FR",
    caps: Caps | None = None,
    progress: Progress = silent,
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
    progress: Progress = silent,
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
    batch.report, batch.choices = remains.report(batch.report), remains.choices(batch.choices)
    chunks.forget(session, batch)
    journal.record(session, "import_abandoned", about=batch, by=by, at=at)


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
    permission.require(session, batch, intake.massive)
    progress("écriture")
    with collector.at_rest():
        entering.write(session, batch, intake, kept, by=by, at=at)
    chunks.forget(session, batch)
    sources.remember(session, batch)
    batch.state, batch.confirmed_at, batch.content = ImportState.CONFIRMED, at, None
    batch.report = {
        **remains.report(batch.report),
        **intake.counts,
        "seconds": round(batch.report["seconds"] + perf_counter() - started, 3),
    }
    batch.choices = remains.choices(batch.choices)
    session.flush()  # the caller may expire the batch to read what was written
    journal.record(session, "import_confirmed", about=batch, by=by, at=at, **intake.counts)
