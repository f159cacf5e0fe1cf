"""The week of a coordinator in counts: a sentence first, then the table."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from campaigns import needs, overview, weeks
from campaigns.needs import Basket


@blueprint.get("/bilan")
def figures() -> str:
    """One week of one's own needs; ``semaine`` names it, the current one by default."""
    session, me, campaign, now = gate.db(), gate.me(), gate.campaign(), gate.now()
    current = weeks.current(now)
    week = flask.request.args.get("semaine", current)
    try:
        counted = needs.of_week(session, me, campaign, week, at=now)
        before = weeks.after(week, -1)
    except (ValueError, OverflowError):
        flask.abort(404)
    return flask.render_template(
        "coordinator/figures.html",
        counted=counted,
        effects=needs.effects_of_week(session, me, campaign, week, at=now),
        before=before,
        after=weeks.after(week) if week < current else None,
        is_current=week == current,
        waiting=needs.counts(session, me, campaign, at=now)[Basket.NEW],
        late=overview.late_for(session, me, campaign, at=now),
    )
