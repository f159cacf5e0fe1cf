"""This week's own sheet, and the guide to read through."""

import flask
from markupsafe import Markup

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import calls, guide, launch, sheets, weeks


@blueprint.get("/")
def sheet() -> str:
    """Who to call this week, in the order that serves everybody best, and what changed on it."""
    week, me, now = weeks.current(gate.now()), gate.me(), gate.now()
    queue = sheets.queue(gate.db(), me, gate.campaign(), week=week, now=now)
    own = sheets.own(gate.db(), me, gate.campaign(), week=week)
    waiting = [one.line.household_id for one in (*queue.now, *queue.later)]
    report_id = flask.request.args.get("fait", type=int)
    report = calls.told(gate.db(), report_id, by=gate.me()) if report_id else None
    return flask.render_template(
        "volunteer/sheet.html",
        week=week,
        queue=queue,
        report=report,
        notices=sheets.notices.unread(gate.db(), own) if own else [],
        held=sheets.locks.held(gate.db(), waiting, but=me, at=now) if waiting else {},
        has_sheet=own is not None,
        is_running=gate.campaign().is_running,
    )


@blueprint.get("/guide")
def read_guide() -> str:
    """The whole guide."""
    version = launch.guide(gate.db(), gate.campaign())
    parts = guide.whole(version.markdown, caller=gate.me(), organisation=gate.organisation())
    return flask.render_template(
        "volunteer/guide.html",
        # The guide's HTML was cleaned (nh3) when it was made from Markdown.
        parts=[(part.id, part.title, Markup(part.html)) for part in parts],  # noqa: S704  # nosec B704  cleaned above
    )
