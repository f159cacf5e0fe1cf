"""Where the campaign stands: three sentences, then the figures behind them."""

import flask

from appel_solidaire import figure_pages, gate
from appel_solidaire.web.lead import blueprint
from campaigns import overview
from campaigns.models import CampaignState
from campaigns.overview import Decision, Front

# Where each decision is taken; the campaign's own state is changed in place.
PLACES = {
    Decision.IMPORT: "lead.lists",
    Decision.ENLIST: "lead.team",
    Decision.INVITE: "lead.team",
    Decision.SPLIT: "lead.weeks",
    Decision.PUBLISH: "lead.weeks",
}


@blueprint.get("/")
def home() -> str:
    """Who still has to be called, what waits too long, what to decide today; then the figures."""
    campaign = gate.campaign()
    found = overview.front(gate.db(), campaign, at=gate.now())
    return flask.render_template(
        "lead/home.html",
        campaign=campaign,
        front=found,
        stands=_stands(found),
        is_over=campaign.state is CampaignState.CLOSED,
        place=PLACES.get(found.decision),
        **figure_pages.calls_told(found.rhythm),
    )


def _stands(found: Front) -> str:
    """Which sentences and figures the page has: those of its state, unless nobody is listed."""
    state = gate.campaign().state
    if found.targets.total:
        return state.value
    return "forgotten" if state is CampaignState.CLOSED else "empty"
