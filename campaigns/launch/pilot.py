"""The pilot: a few volunteers call a few dozen people before everybody does (L1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import Campaign, CampaignState, Membership, Role, User
from campaigns.refusal import Refusal

KEY = "pilot"  # where a campaign keeps it, among its thresholds


@dataclass(frozen=True, slots=True)
class Pilot:
    """Who calls in the pilot, by id, and how many people at most are called in it.

    ``is_over`` once the campaign was opened to all.
    """

    volunteers: tuple[int, ...] = ()
    people: int = 50
    most_volunteers: int = 5
    is_over: bool = False


def of(campaign: Campaign) -> Pilot:
    """The pilot of a campaign, as the lead chose it."""
    kept: dict[str, Any] = (campaign.thresholds or {}).get(KEY, {})  # Any: plain JSON values
    return Pilot(volunteers=tuple(kept.get("volunteers", ())), is_over=kept.get("over", False))


def bounds(campaign: Campaign) -> Pilot | None:
    """The pilot that limits the campaign now; None when everybody may be called."""
    return of(campaign) if campaign.state is CampaignState.PILOT else None


def may_call(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on volunteers who take part now: those of the pilot while it lasts."""
    limits = bounds(campaign)
    return () if limits is None else (User.id.in_(limits.volunteers),)


def may_be_invited(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition on volunteers to invite: once a pilot is chosen, the others wait."""
    chosen = of(campaign)
    waits = campaign.state in {CampaignState.DRAFT, CampaignState.PILOT}
    return (User.id.in_(chosen.volunteers),) if waits and chosen.volunteers else ()


def choose(
    session: Session, campaign: Campaign, volunteers: Collection[int], *, by: User, at: datetime
) -> None:
    """Name the volunteers of the pilot, by id; the next split is for them alone.

    Refusal (field ``volunteers``) for none, too many, somebody who does not take part, or when the
    campaign has been open to all.
    """
    session.refresh(campaign, with_for_update=True)  # other rooms keep theirs beside
    before = of(campaign)
    _refuse_late(campaign, before)
    wanted = tuple(sorted(set(volunteers)))
    if not 1 <= len(wanted) <= before.most_volunteers:
        raise Refusal(
            f"Choisissez entre 1 et {before.most_volunteers} volontaires pour le pilote.",
            field="volunteers",
        )
    if _count_active(session, campaign, wanted) != len(wanted):
        raise Refusal(
            "Choisissez des volontaires de cette campagne, ni suspendus ni partis.",
            field="volunteers",
        )
    if wanted == before.volunteers:
        return
    campaign.thresholds = campaign.thresholds | {KEY: {"volunteers": list(wanted)}}
    journal.record(session, "pilot_chosen", about=campaign, by=by, at=at, volunteers=list(wanted))
    session.flush()  # who looks under the lock next sees it


def refuse_to_start(campaign: Campaign) -> None:
    """Refuse to begin, or to go on with, a pilot nobody was chosen for, or that is over."""
    chosen = of(campaign)
    if chosen.is_over:
        raise Refusal("Le pilote est fini : cette campagne a déjà été ouverte à tous.")
    if not chosen.volunteers:
        raise Refusal(
            f"Choisissez d’abord les volontaires du pilote, {chosen.most_volunteers} au plus.",
            field="volunteers",
        )


def end(campaign: Campaign) -> None:
    """Note that everybody may be called from now on."""
    kept = (campaign.thresholds or {}).get(KEY)
    if kept:
        campaign.thresholds = campaign.thresholds | {KEY: {**kept, "over": True}}


def _refuse_late(campaign: Campaign, chosen: Pilot) -> None:
    late = {CampaignState.OPEN, CampaignState.CLOSED}
    if chosen.is_over or campaign.state in late:
        raise Refusal(
            f"La campagne est {campaign.state.label} : elle n’a plus de pilote à choisir."
        )


def _count_active(session: Session, campaign: Campaign, ids: Collection[int]) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.campaign_id == campaign.id,
            User.id.in_(ids),
            User.role == Role.VOLUNTEER,
            User.disabled_at.is_(None),
            User.suspended_at.is_(None),
        )
    )
    return session.scalar(query) or 0
