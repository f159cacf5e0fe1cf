"""What the lists of a source are for, in the words the law asks of whoever uses them."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import Campaign, ImportBatch, SourceDecision, SourceList, User
from campaigns.refusal import Refusal
from importers import sources


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a source keeps its list, on what legal ground, and when its people were told of us."""

    purpose: str
    legal_basis: str
    is_register: bool
    informed_on: date | None


def every(session: Session, *, limit: int = 200) -> list[SourceList]:
    """The sources lists came from, by name."""
    return list(
        session.scalars(sa.select(SourceList).order_by(SourceList.name, SourceList.id).limit(limit))
    )


def one(session: Session, source_id: int) -> SourceList | None:
    """A source."""
    return session.get(SourceList, source_id)


def settle(
    session: Session, source: SourceList, said: Purpose, *, by: User, at: datetime, today: date
) -> None:
    """Note what the lists of a source are for; ``Refusal`` when people were told tomorrow."""
    if said.informed_on is not None and said.informed_on > today:
        raise Refusal("Cette date est à venir : les personnes doivent déjà être informées.",
                      field="informed_on")  # fmt: skip
    source.purpose, source.legal_basis = said.purpose, said.legal_basis
    source.is_register, source.informed_on = said.is_register, said.informed_on
    journal.record(session, "source_changed", about=source, by=by, at=at)


def undecided(session: Session, batch: ImportBatch, campaign: Campaign) -> SourceList | None:
    """The source of a list when it is a communal register about to serve another purpose.

    CASF L121-6-1: the register serves the emergency plan; CNIL, 14 April 2020: nothing else
    without a decision of its own. None when nothing is to be decided, or somebody did.
    """
    source = None if campaign.is_register else sources.known(session, batch.source)
    if source is None or not source.is_register:
        return None
    decided = sa.select(SourceDecision.id).where(
        SourceDecision.source_id == source.id, SourceDecision.campaign_id == campaign.id
    )
    return source if session.scalar(decided.limit(1)) is None else None


def decide(
    session: Session,
    source: SourceList,
    campaign: Campaign,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    """Decide, by name and for a reason, that a register serves this campaign too.

    ``Refusal`` without a reason.
    """
    if not reason:
        raise Refusal("Écrivez pourquoi ce registre sert à cette campagne.", field="raison")
    session.add(
        SourceDecision(
            source_id=source.id, campaign_id=campaign.id, by_id=by.id, reason=reason[:300], at=at
        )
    )
    journal.record(session, "source_decided", about=source, by=by, at=at, campaign=campaign.id)
