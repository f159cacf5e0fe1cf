"""Asking for a list that leaves, taking it, erasing it: who may, why, for how long."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any  # what was chosen is JSON

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, undefer

from campaigns import access, journal, sealing, weeks
from campaigns.exports import mairies
from campaigns.models import Campaign, Export, ExportState, Labelled, Role, User
from campaigns.refusal import Refusal
from campaigns.sealing import Keys

LIVES = timedelta(hours=48)
SHORTEST_REASON, LONGEST_REASON = 10, 200
AT_ONCE = 3  # exports one person may have waiting
SHOWN = 30
GONE = "Ce fichier est effacé : il ne vit que 48 heures. Demandez-le de nouveau."


class Kind(Labelled):
    """What may leave."""

    PEOPLE = "people", "personnes"
    CALLS = "calls", "appels"
    NEEDS = "needs", "besoins"
    JOURNAL = "journal", "journal"
    COMMUNES = "communes", "personnes aidées, par commune"


class Form(Labelled):
    """How a file is written."""

    XLSX = "xlsx", "classeur (xlsx)"
    CSV = "csv", "texte séparé par des points-virgules (csv)"
    JSONL = "jsonl", "une ligne JSON par objet (jsonl)"


# What each role may take away; the journal and the mayors’ list are the lead’s.
KINDS = {
    Role.LEAD: (Kind.PEOPLE, Kind.CALLS, Kind.NEEDS, Kind.JOURNAL),
    Role.COORDINATOR: (Kind.PEOPLE, Kind.CALLS, Kind.NEEDS),
    Role.COORDINATION: (Kind.PEOPLE, Kind.CALLS, Kind.NEEDS),
}
_FOR_MAYORS = frozenset({Role.LEAD})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. ``insee``: of one commune alone, for mayors."""

    kind: Kind
    form: Form
    is_named: bool = False
    reason: str = ""
    since: date | None = None
    insee: str | None = None


def ask(session: Session, campaign: Campaign, wanted: Wanted, *, by: User, at: datetime) -> Export:
    """Ask for a list; a worker writes it. Refusal: not theirs to take, no reason, too many."""
    _require_theirs(wanted.kind, by)
    reason = " ".join(wanted.reason.split())[:LONGEST_REASON]
    is_named = wanted.is_named or wanted.kind is Kind.COMMUNES
    if is_named and len(reason) < SHORTEST_REASON:
        raise Refusal(
            "Écrivez en une phrase pourquoi ces noms sortent : dix lettres au moins.",
            field="reason",
        )
    if wanted.since is not None and wanted.since > weeks.local_day(at):
        raise Refusal("Cette date est à venir.", field="since")
    _require_room(session, by)
    chosen: dict[str, Any] = {}
    if wanted.since is not None:
        chosen["since"] = wanted.since.isoformat()
    if wanted.kind is Kind.COMMUNES:
        chosen |= _communes_of(session, campaign, wanted.insee)
    export = Export(
        campaign_id=campaign.id,
        kind=wanted.kind.value,
        form=wanted.form.value,
        is_named=is_named,
        reason=reason,
        chosen=chosen,
        asked_at=at,
        asked_by_id=by.id,
    )
    session.add(export)
    told = {name: value for name, value in chosen.items() if name in {"communes", "since"}}
    journal.record(
        session, "export_asked", about=export, by=by, at=at,
        kind=wanted.kind.value, form=wanted.form.value, named=is_named, **told,
    )  # fmt: skip
    ring(session)
    return export


def ask_again(session: Session, export: Export, *, by: User, at: datetime) -> None:
    """Have a list that failed prepared anew. Refusal when it did not fail."""
    if export.state is not ExportState.FAILED:
        raise Refusal("Cet export n’a pas échoué : rechargez la page.")
    _require_room(session, by)
    export.state, export.error, export.done = ExportState.WAITING, "", 0
    export.lease_until = export.lease_token = None
    export.chosen = {name: each for name, each in export.chosen.items() if name != "tries"}
    journal.record(session, "export_asked", about=export, by=by, at=at, kind=export.kind)
    ring(session)


def fetch(session: Session, export: Export, *, by: User, at: datetime) -> bytes:
    """The file, for who asked for it, for as long as it lives; it is journaled each time.

    Refusal when it is not ready, erased, or of territories that are not theirs any more.
    """
    held = session.scalars(
        sa.select(Export)
        .where(Export.id == export.id)
        .options(undefer(Export.content))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if standing(held, at=at) is ExportState.EXPIRED:
        raise Refusal(GONE)
    if held.state is not ExportState.READY or held.content is None:
        raise Refusal("Ce fichier n’est pas prêt : rechargez la page.")
    if not _still_theirs(session, held, by, at=at):
        raise Refusal("Ce fichier parle de territoires que vous ne suivez plus.")
    keys: Keys = session.info["keys"]
    held.fetched_at = at
    journal.record(session, "export_fetched", about=held, by=by, at=at, count=held.done)
    return sealing.unseal_file(keys.seal, held.content, place=place(held.id))


def erase(session: Session, export: Export, *, by: User, at: datetime) -> None:
    """Erase a file before its time; a worker that writes it drops what it has."""
    if export.state is ExportState.EXPIRED:
        return
    _empty(session, [export.id])
    session.refresh(export)
    journal.record(session, "export_erased", about=export, by=by, at=at)


def expire_due(session: Session, *, at: datetime) -> int:
    """Erase the files whose time is over; give how many."""
    ids = list(session.scalars(_over(at)))
    if ids:
        _empty(session, ids)
        journal.record(session, "export_expired", about=Export, by=None, at=at, count=len(ids))
    return len(ids)


def any_over(session: Session, *, at: datetime) -> bool:
    """Whether a file waits to be erased; asked every second."""
    return session.scalar(_over(at).limit(1)) is not None


def of_campaign(session: Session, campaign: Campaign, *, by: User) -> list[Export]:
    """The last exports somebody may see: their own, all of the campaign’s for the lead."""
    query = _visible(campaign, by).options(joinedload(Export.asked_by))
    return list(session.scalars(query.order_by(Export.id.desc()).limit(SHOWN)))


def find(session: Session, campaign: Campaign, export_id: int, *, by: User) -> Export | None:
    """One of them, or None."""
    return session.scalar(_visible(campaign, by).where(Export.id == export_id))


def own(export: Export | None, user: User) -> Export | None:
    """The export, for who asked for it alone: the lead erases others’ files, never reads them."""
    return export if export is not None and export.asked_by_id == user.id else None


def standing(export: Export, *, at: datetime) -> ExportState:
    """Where an export stands at an instant: over is over, were the clean-up late."""
    if export.expires_at is not None and at >= export.expires_at:
        return ExportState.EXPIRED
    return export.state


def reference_of(export: Export) -> str:
    """« E-12 »: its name in files, in the journal, aloud."""
    return f"E-{export.id}"


def place(export_id: int) -> str:
    """Where its sealed content stands: it opens nowhere else."""
    return f"export.content.{export_id}"


def ring(session: Session) -> None:
    """Wake a worker once this transaction is kept."""
    session.info.setdefault("waiting", set()).add("exports")


def _require_theirs(kind: Kind, by: User) -> None:
    allowed = by.role in _FOR_MAYORS if kind is Kind.COMMUNES else kind in KINDS.get(by.role, ())
    if not allowed:
        raise Refusal("Choisissez une liste de cette page.", field="kind")


def _require_room(session: Session, by: User) -> None:
    waiting = sa.select(sa.func.count(Export.id)).where(
        Export.asked_by_id == by.id, Export.state == ExportState.WAITING
    )
    if (session.scalar(waiting) or 0) >= AT_ONCE:
        raise Refusal("Trois de vos exports se préparent déjà : attendez qu’ils soient prêts.")


def _communes_of(session: Session, campaign: Campaign, insee: str | None) -> dict[str, Any]:
    """The communes whose list leaves: noted when it is asked, so that the journal names them."""
    found = [each.insee for each in mairies.communes(session, campaign)]
    if insee is None:
        if not found:
            raise Refusal("Aucune personne à transmettre pour l’instant.", field="insee")
        return {"communes": found, "insee": None}
    if insee not in found:
        raise Refusal("Choisissez une commune de la liste.", field="insee")
    return {"communes": [insee], "insee": insee}


def _visible(campaign: Campaign, by: User) -> sa.Select[Export]:
    query = sa.select(Export).where(Export.campaign_id == campaign.id)
    return query if by.role is Role.LEAD else query.where(Export.asked_by_id == by.id)


def _still_theirs(session: Session, export: Export, by: User, *, at: datetime) -> bool:
    """Whether a coordinator still follows every territory the file was written for."""
    written: list[int] | None = export.chosen.get("territories")
    now = None if by.role is Role.LEAD else access.territories_of(session, by, at=at)
    return now is None or (written is not None and set(written) <= set(now))


def _over(at: datetime) -> sa.Select[int]:
    return sa.select(Export.id).where(Export.state == ExportState.READY, Export.expires_at <= at)


def _empty(session: Session, ids: Collection[int]) -> None:
    session.execute(
        sa.update(Export)
        .where(Export.id.in_(ids))
        .values(state=ExportState.EXPIRED, content=None, lease_until=None, lease_token=None)
    )
