"""Where lists come from: the columns a source is used to, and what it sent before."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import once, values, weeks
from campaigns.models import ImportBatch, ImportState, SourceList
from importers import vocabulary
from importers.columns import TELLING, Column
from importers.report import Problem


def of(session: Session, name: str, *, at: datetime, is_register: bool = False) -> SourceList:
    """The source of this name, created on its first list; case, accents and spaces do not count.

    ``is_register``: its first list comes for a communal register. So it is too when it says so in
    its name, until somebody says otherwise.
    """
    found = known(session, name)
    if found is None:
        said = {**_UNSAID, "is_register": is_register or "registre" in _key(name)}
        once.add(session, SourceList, name=name, columns={}, created_at=at, **said)
        found = session.scalars(sa.select(SourceList).where(SourceList.name == name)).one()
    return found


_UNSAID = {"purpose": "", "legal_basis": ""}


def known(session: Session, name: str) -> SourceList | None:
    """The source of this name, if a list ever came from it; as ``of`` compares names."""
    found = session.scalar(sa.select(SourceList).where(SourceList.name == name))
    if found is not None or not name:
        return found
    alike = session.scalars(sa.select(SourceList).order_by(SourceList.id))
    return next((each for each in alike if _key(each.name) == _key(name)), None)


def spelled(session: Session, name: str) -> str:
    """The name of a source as it was spelled for its first list."""
    found = known(session, name)
    return name if found is None else found.name


def _key(name: str) -> str:
    return " ".join(values.fold(name).split())


def as_last_time(
    source: SourceList | None, proposed: Sequence[Column]
) -> tuple[list[Column], list[dict[str, str]]]:
    """The columns as in the source’s last list where their title is still there.

    Also what is not as it was: « header », « was », « now » (fields, empty when left out). What
    the law forbids stays refused, whatever was chosen.
    """
    if source is None or not source.columns:
        return list(proposed), []
    last: dict[str, str] = source.columns
    why = f"retenue pour la source {source.name}"
    headers = {column.header for column in proposed}
    kept = {field for header, field in last.items() if header in headers and field}
    taken, changed = [], []
    for column in proposed:
        was = last.get(column.header)
        if was is not None and not column.is_refused:
            taken.append(Column(column.header, was or None, 1.0, why))
            continue
        if column.field in kept and column.field not in vocabulary.MANY:
            taken.append(Column(column.header, None, 0.0, "une autre colonne convient mieux"))
            continue
        taken.append(column)
        if (column.field or "") != (was or ""):
            changed.append(_changed(column.header, was or "", column.field or ""))
    changed += [
        _changed(header, field, "")
        for header, field in last.items()
        if field and header not in headers
    ]
    return taken, changed


def holds_the_same(source: SourceList | None, proposed: Sequence[Column]) -> bool:
    """Whether the columns of a list without titles hold what those of the source's last one held.

    They have no name to tell that two changed places: what their cells plainly are must agree.
    """
    last: dict[str, str] = {} if source is None else source.columns
    told = {each.header: each.field for each in proposed if each.field in TELLING}
    then = {header: field for header, field in last.items() if field in TELLING}
    return bool(last) and told == then and last.keys() <= {each.header for each in proposed}


def remember(session: Session, batch: ImportBatch) -> None:
    """Keep the columns of a list that was confirmed, for the next one of its source.

    A column left out is remembered when somebody chose so: the proposal may learn the others.
    """
    source = known(session, batch.source)
    if source is None or batch.is_enrichment:
        return
    chosen = (batch.choices or {}).get("columns") or {}
    source.columns = {
        each["header"]: each["field"] or ""
        for each in batch.report.get("proposals", ())
        if each["field"] not in vocabulary.REFUSED and (each["field"] or each["header"] in chosen)
    }


def entered_before(session: Session, batch: ImportBatch) -> datetime | None:
    """When the very same file entered this campaign, if it did and nobody undid it."""
    return session.scalar(
        sa.select(sa.func.max(ImportBatch.confirmed_at)).where(
            ImportBatch.campaign_id == batch.campaign_id,
            ImportBatch.sha256 == batch.sha256,
            ImportBatch.state == ImportState.CONFIRMED,
            ImportBatch.undone_at.is_(None),
            *(() if batch.id is None else (ImportBatch.id != batch.id,)),
        )
    )


def already_entered(session: Session, batch: ImportBatch) -> Iterator[Problem]:
    """Say that the very same file is in already; reading it again does no harm."""
    if entered := entered_before(session, batch):
        say = f"Ce fichier a déjà été importé le {weeks.local_day(entered):%d/%m/%Y}."
        yield Problem(0, "", "same_file", say)


def _changed(header: str, was: str, now: str) -> dict[str, str]:
    return {"header": header, "was": was, "now": now}
