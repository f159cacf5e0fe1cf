"""The lists of a campaign, from the file somebody drops to its confirmation or its end.

A worker does what is long, reading and entering; here is what a person decides and sees.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, CampaignState, ImportBatch, ImportState, SourceList, User
from campaigns.refusal import Refusal
from importers import load, permission, purposes, workbook
from importers import sources as known_sources
from importers.caps import Caps
from importers.choices import Choices


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as the page of all lists shows it; ``rows`` is None before it is read."""

    id: int
    filename: str
    source: str
    state: ImportState
    is_entering: bool
    created_at: datetime
    undone_at: datetime | None
    rows: int | None
    created: int | None


def drop(
    session: Session,
    campaign: Campaign,
    *,
    content: bytes,
    filename: str,
    source: str,
    encoding: str = "",
    is_enrichment: bool = False,
    caps: Caps | None = None,
    by: User,
    at: datetime,
) -> ImportBatch:
    """Take a file to be read by a worker; ``is_enrichment``: it only fills what is missing.

    ``Unreadable`` when it is refused unopened, ``Refusal`` when the campaign is over.
    """
    if campaign.state is CampaignState.CLOSED:
        raise Refusal(permission.OVER)
    workbook.refuse_at_the_door(content, filename, caps or Caps())
    batch = load.receive(
        session, campaign, content=content, filename=filename, source=source, by=by, at=at
    )
    batch.is_enrichment = is_enrichment
    batch.choices = Choices(encoding=encoding or None).kept()
    ring(session)
    return batch


def ask_to_enter(
    session: Session, batch: ImportBatch, *, reason: str = "", by: User, at: datetime
) -> None:
    """Let the people of a list enter the campaign: a worker does it, all of it or nothing.

    ``Refusal`` while it waits for a word of somebody, with all that is missing: the column of the
    names, a field that changes for most people, a register that serves another purpose.
    ``reason`` is why it does: the decision is kept under their name.
    """
    require_waiting(batch)
    permission.require_names(batch)
    permission.require(session, batch, batch.report.get("massive", ()), reason=reason)
    campaign = session.get_one(Campaign, batch.campaign_id)
    if (source := purposes.undecided(session, batch, campaign)) is not None:
        purposes.decide(session, source, campaign, reason=reason, by=by, at=at)
    batch.asked_at, batch.asked_by_id, batch.error = at, by.id, ""
    ring(session)


def abandon(session: Session, batch: ImportBatch, *, by: User, at: datetime) -> None:
    """Forget a list that was not confirmed; ``Refusal`` when it was."""
    if is_entering(batch):
        raise Refusal("Les personnes de cette liste sont en train d’entrer.")
    load.abandon(session, batch, by=by, at=at)


def is_entering(batch: ImportBatch) -> bool:
    """Whether its people are about to enter: confirmed by somebody, not yet done."""
    return batch.state is ImportState.READY and batch.asked_at is not None


def require_waiting(batch: ImportBatch) -> None:
    """Refuse when a list is being read, is entering, or was dealt with; raises ``Refusal``."""
    if batch.state is not ImportState.READY or is_entering(batch):
        raise Refusal(
            "Cette liste n’attend plus de choix : rechargez la page pour voir où elle en est."
        )


def ring(session: Session) -> None:
    """Wake a worker once this transaction is kept."""
    session.info.setdefault("waiting", set()).add("imports")


def lists(session: Session, campaign: Campaign, *, limit: int = 50) -> list[Listed]:
    """The lists dropped in a campaign, the newest first; reports stay in the database."""
    found = session.execute(
        sa.select(
            ImportBatch.id,
            ImportBatch.filename,
            ImportBatch.source,
            ImportBatch.state,
            sa.and_(
                ImportBatch.state == ImportState.READY,
                ImportBatch.asked_at.is_not(None),
            ).label("is_entering"),
            ImportBatch.created_at,
            ImportBatch.undone_at,
            ImportBatch.report["rows"].as_integer().label("rows"),
            ImportBatch.report["created"].as_integer().label("created"),
        )
        .where(ImportBatch.campaign_id == campaign.id)
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    return [Listed(**row) for row in found.mappings()]


def sources(session: Session) -> list[str]:
    """The names under which lists came so far, for the next one to be spelled the same."""
    return list(session.scalars(sa.select(SourceList.name).order_by(SourceList.name)))


def one(session: Session, campaign: Campaign, list_id: int) -> ImportBatch | None:
    """A list of this campaign."""
    return session.scalar(_of(campaign, list_id))


def one_to_change(session: Session, campaign: Campaign, list_id: int) -> ImportBatch | None:
    """A list of this campaign, held until the transaction ends: a worker waits for us."""
    return session.scalar(_of(campaign, list_id).with_for_update())


def entered_before(session: Session, batch: ImportBatch) -> datetime | None:
    """When the very same file entered this campaign, if it did."""
    return known_sources.entered_before(session, batch)


def _of(campaign: Campaign, list_id: int) -> sa.Select[ImportBatch]:
    return sa.select(ImportBatch).where(
        ImportBatch.id == list_id, ImportBatch.campaign_id == campaign.id
    )
