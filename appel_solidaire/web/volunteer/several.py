"""More than one campaign: a line opens in its own, and a sheet says that another one waits."""

from dataclasses import dataclass

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import access, sheets, weeks
from campaigns.models import Campaign, CampaignState

# No sheet waits in the others: nobody is called before a campaign begins, nor once it is over.
_WAITING = frozenset({CampaignState.PILOT, CampaignState.OPEN, CampaignState.PAUSED})


@dataclass(frozen=True, slots=True)
class Other:
    """Another campaign somebody calls for; ``left`` counts the households still to be called."""

    campaign: Campaign
    left: int


@blueprint.before_request
def follow_the_line() -> None:
    """A line says its campaign: a page left open or a report sent late never lands in another."""
    line_id = (flask.request.view_args or {}).get("line_id")
    joined = gate.campaigns()
    if line_id is None or len(joined) < 2:
        return
    theirs = access.campaign_of_line(gate.db(), line_id)
    if theirs is not None and theirs != gate.campaign().id:
        _work_in(next((one for one in joined if one.id == theirs), gate.campaign()))


@blueprint.context_processor
def others() -> dict[str, object]:
    """What the sheet and the training offer to whoever calls for several campaigns."""
    return {"other_campaigns": _others}


@blueprint.post("/campagne/<int:campaign_id>")
@gate.only_reads
def open_campaign(campaign_id: int) -> Response:
    """Go to the sheet of another of one's campaigns."""
    gate.campaign()  # whoever takes part in none is told so
    _work_in(gate.found(next((one for one in gate.campaigns() if one.id == campaign_id), None)))
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


def _work_in(campaign: Campaign) -> None:
    flask.g.campaign = campaign
    flask.session["campaign"] = campaign.id


def _others() -> list[Other]:
    """Asked of no table by whoever calls for one campaign only, as nearly everybody does."""
    if len(gate.campaigns()) < 2 or gate.me().suspended_at is not None:
        return []
    week = weeks.current(gate.now())
    waiting = [
        one for one in gate.campaigns() if one.id != gate.campaign().id and one.state in _WAITING
    ]
    return [Other(one, _left(one, week)) for one in waiting]


def _left(campaign: Campaign, week: str) -> int:
    me = gate.me()
    total, done = sheets.counts(gate.db(), campaign, week, of=me).get(me.id, (0, 0))
    return total - done
