"""The states of a campaign, and what it takes to go from one to another."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.launch import pilot
from campaigns.models import Campaign, CampaignState, User
from campaigns.refusal import Refusal

_CALLING = frozenset({CampaignState.PILOT, CampaignState.OPEN})
# A campaign moves along these; what is closed stays closed.
MOVES = {
    CampaignState.DRAFT: {CampaignState.PILOT, CampaignState.OPEN},
    CampaignState.PILOT: {CampaignState.OPEN, CampaignState.PAUSED, CampaignState.CLOSED},
    CampaignState.OPEN: {CampaignState.PAUSED, CampaignState.CLOSED},
    CampaignState.PAUSED: {CampaignState.PILOT, CampaignState.OPEN, CampaignState.CLOSED},
    CampaignState.CLOSED: set(),
}


def move(
    session: Session, campaign: Campaign, state: CampaignState, *, by: User | None, at: datetime
) -> None:
    """Open, pause or close a campaign, and note when calls began and ended.

    Refusal when it cannot go there from where it stands, for a pilot nobody was chosen for, and
    for going back to a pilot after it was open to all.
    """
    if state not in MOVES[campaign.state]:
        raise Refusal(
            f"La campagne est {campaign.state.label} : elle ne peut pas devenir {state.label}."
        )
    if state is CampaignState.PILOT:
        pilot.refuse_to_start(campaign)
    elif state is CampaignState.OPEN:
        pilot.end(campaign)
    campaign.state = state
    if state in _CALLING and campaign.opened_at is None:
        campaign.opened_at = at
    if state is CampaignState.CLOSED:
        campaign.closed_at = at  # what is kept, and for how long, is counted from here
    journal.record(session, "campaign_moved", about=campaign, by=by, at=at, state=state.value)


def ways(campaign: Campaign) -> list[CampaignState]:
    """The states a campaign may go to now, in the order of its life."""
    open_to = MOVES[campaign.state]
    if campaign.state is CampaignState.PAUSED:
        chosen = pilot.of(campaign)
        if chosen.is_over or not chosen.volunteers:
            open_to = open_to - {CampaignState.PILOT}
    return [state for state in CampaignState if state in open_to]
