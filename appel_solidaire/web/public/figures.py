"""The weekly figures anybody may read, where the lead switched the page on."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.public import blueprint
from campaigns import bilan

_KEPT_FOR = 3600  # seconds a shared cache may answer in our place


@blueprint.get("/chiffres/<slug>")
def figures(slug: str) -> str:
    """The last closed week of a campaign, the same for whoever asks; 404 when switched off."""
    campaign = gate.found(bilan.published(gate.db(), slug))
    week = bilan.week_for_all(gate.db(), campaign, at=gate.now())
    page = flask.render_template(
        "public/figures.html",
        campaign=campaign,
        organisation=gate.organisation(),
        week=week,
        between=bilan.stretches.between(week.stretch.first_day, week.stretch.last_day),
    )
    flask.g.kept_for = _KEPT_FOR
    return page
