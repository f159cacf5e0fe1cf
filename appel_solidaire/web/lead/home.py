"""Where the campaign stands: three sentences, then the figures behind them."""

import itertools

import flask

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from campaigns import overview
from campaigns.models import CampaignState
from campaigns.overview import Decision, Front, WeekCalls

# Where each decision is taken; the campaign's own state is changed in place.
PLACES = {
    Decision.IMPORT: "lead.lists",
    Decision.ENLIST: "lead.team",
    Decision.INVITE: "lead.team",
    Decision.SPLIT: "lead.weeks",
    Decision.PUBLISH: "lead.weeks",
}
ENOUGH_CALLS = 30  # in a half-day: what fewer say of it is chance


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
        best=overview.best_and_worst(found.rhythm.half_days, enough=ENOUGH_CALLS),
        enough=ENOUGH_CALLS,
        weeks=_since_the_first_call(found),
        most=max(one.conversations for one in found.rhythm.weeks),
    )


def _since_the_first_call(found: Front) -> list[WeekCalls]:
    """The last weeks, without those before anybody was called."""
    return list(itertools.dropwhile(lambda one: not one.calls, found.rhythm.weeks))


def _stands(found: Front) -> str:
    """Which sentences and figures the page has: those of its state, unless nobody is listed."""
    state = gate.campaign().state
    if found.targets.total:
        return state.value
    return "forgotten" if state is CampaignState.CLOSED else "empty"
