"""A list is read and set against the register: what confirming it would do, before anybody does."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import perf_counter
from typing import Any

from sqlalchemy.orm import Session

from campaigns.models import ImportBatch, ImportState
from campaigns.refusal import Refusal
from importers import (
    collector,
    columns,
    comparison,
    corrections,
    enriching,
    erasing,
    filed,
    header,
    left_out,
    permission,
    recognising,
    refused,
    register,
    report,
    retyped,
    rows,
    sources,
    together,
)
from importers.caps import Caps
from importers.choices import Choices
from importers.cleaning import CleanRow
from importers.columns import Column
from importers.comparison import Comparison
from importers.handed_back import Left
from importers.recognising import Recognised
from importers.report import Counts, Problem
from importers.rows import Cleaned
from importers.unreadable import Unreadable
from importers.workbook import Table

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Examined:
    """A list read and compared: what ``keep`` needs, and its report as JSON.

    ``comparison`` is None when no column says who people are; ``lines`` are those somebody may put
    right, with their cells.
    """

    comparison: Comparison | None
    report: dict[str, Any]
    lines: Mapping[int, Sequence[str]]


def silent(step: str) -> None:
    """Nobody watches."""


def examine(
    session: Session,
    batch: ImportBatch,
    *,
    today: date,
    region: str = "FR",
    caps: Caps | None = None,
    progress: Progress = silent,
    asks: bool = False,
) -> Examined:
    """The long part of ``prepare``, which writes nothing: a session that only reads will do.

    ``batch.choices`` are followed. ``asks``: somebody will look, and a list without a column of
    names waits for them to show it. ``Unreadable``; ``Refusal`` once confirmed or abandoned.
    """
    _require_waiting(batch)
    started, choices = perf_counter(), Choices.of(batch.choices or {})
    with collector.at_rest():
        progress("lecture")
        table, left, found = _opened(session, batch, choices, caps, asks=asks)
        erased = erasing.erase(table, found.columns)
        shown = {**recognising.preview(table, found.columns), "columns_changed": found.changed}
        if asks and (found.is_guessed or not columns.has_a_name(found.columns)):
            return _nameless(table, found.columns, shown, seconds=perf_counter() - started)
        progress("nettoyage")
        out = left_out.of_file(session, batch, table, found.columns, choices)
        choices = replace(choices, left_out=out.lines)
        cleaned, lines = _cleaned(
            session, batch, table, found.columns, choices, erased, left, today=today, region=region
        )
        is_part = refused.is_workbook(table.headers, table.sheet)
        del table  # the largest thing there is
        progress("rapprochement")
        compared = against_register(session, batch, cleaned.people, choices, is_part=is_part)
        if late := corrections.typed(compared.problems) - lines.keys():
            lines |= _late(recognising.table(batch, choices, caps)[0], found.columns, late)
    before = sources.already_entered(session, batch)
    seconds = perf_counter() - started
    said = _said(cleaned, compared, found.columns, before, seconds=seconds)
    return Examined(compared, said | shown | out.said, lines)


def _opened(
    session: Session, batch: ImportBatch, choices: Choices, caps: Caps | None, *, asks: bool
) -> tuple[Table, dict[int, Left], Recognised]:
    """The table of a list and its columns; ``Unreadable`` when nobody can or will look at them."""
    table, left = recognising.table(batch, choices, caps)
    if header.is_sideways(table.rows):
        raise Unreadable("sideways")
    found = recognising.columns_of(session, batch, table, choices)
    if not asks and found.is_guessed:
        raise Unreadable("no_titles")
    if not asks:
        columns.require_a_name(found.columns)
    return table, left, found


def _require_waiting(batch: ImportBatch) -> None:
    if batch.state not in (ImportState.RECEIVED, ImportState.READY) or batch.content is None:
        raise Refusal("Ce fichier a déjà été traité.")


def _late(table: Table, found: Sequence[Column], wanted: Collection[int]) -> dict[int, filed.Cells]:
    """The cells of lines the comparison alone wants looked at, from the file opened once more.

    Seldom: a number too many people share with those we knew.
    """
    erasing.erase(table, found)
    return filed.lines(table, found, wanted)


def _said(
    cleaned: Cleaned,
    compared: Comparison,
    found: Sequence[Column],
    before: Iterable[Problem],
    *,
    seconds: float,
) -> dict[str, Any]:
    """The report of a list that was cleaned and compared; ``before``: the file itself is known."""
    refused_lines = cleaned.refused + compared.objected
    said = report.build(
        Counts(**{**compared.intake.counts, "rows": cleaned.read, "refused": refused_lines}),
        columns=found,
        problems=[*before, *cleaned.problems, *compared.problems],
        seconds=seconds,
        phones=cleaned.phones,
        places=cleaned.places,
    )
    return {**said, **compared.said}


def _cleaned(
    session: Session,
    batch: ImportBatch,
    table: Table,
    found: Sequence[Column],
    choices: Choices,
    erased: Sequence[Problem],
    left: Mapping[int, Left],
    *,
    today: date,
    region: str,
) -> tuple[Cleaned, dict[int, filed.Cells]]:
    """The people of a table, and the cells of the lines to put right or that somebody touched."""
    typed_over = filed.typed_over(table, choices)
    again = retyped.NOTHING
    if not batch.is_enrichment:
        again = retyped.of_file(session, table, found, choices, left)
    cleaned = rows.clean(
        table, found, register.places(session), today=today, region=region, choices=choices,
        erased=erased, together=together.known(session), retyped=again,
    )  # fmt: skip
    to_correct = corrections.typed(cleaned.problems)
    if (offered := to_correct - choices.fixes.keys()) and not batch.is_enrichment:
        people = retyped.offered(session, table, found, cleaned.people, offered)
        cleaned = replace(cleaned, people=people)
    touched = {*choices.fixes, *choices.left_out, *to_correct}
    return cleaned, filed.lines(table, found, touched, typed_over=typed_over)


def _nameless(
    table: Table, found: Sequence[Column], shown: Mapping[str, Any], *, seconds: float
) -> Examined:
    """A list nobody can be read from yet: its first rows, for somebody to show the names."""
    said = report.build(Counts(rows=len(table.rows)), columns=found, problems=(), seconds=seconds)
    return Examined(None, {**said, **shown, permission.NEEDS_NAME: True}, {})


def against_register(
    session: Session,
    batch: ImportBatch,
    people: list[CleanRow],
    choices: Choices,
    *,
    is_part: bool = False,
) -> Comparison:
    """Set a list against the register; a list that only enriches brings nobody.

    ``is_part``: the lines to correct of an earlier list, of which nobody is absent.
    """
    if batch.is_enrichment:
        return enriching.compare(
            session, people, campaign_id=batch.campaign_id, source=batch.source
        )
    return comparison.compare(
        session,
        people,
        campaign_id=batch.campaign_id,
        source=batch.source,
        choices=choices,
        is_part=is_part,
    )
