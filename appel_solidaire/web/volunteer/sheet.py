"""This week's own sheet, and the guide to read through."""

import flask
from markupsafe import Markup

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import calls, care, guide, sheets, weeks
from campaigns.overview import best_time


@blueprint.get("/")
def sheet() -> str:
    """Who to call this week, in the order that serves everybody best, and what changed on it."""
    week, me, now = weeks.current(gate.now()), gate.me(), gate.now()
    rest = care.resting.of_today(gate.db(), gate.campaign(), me, at=now)
    queue = sheets.queue(gate.db(), me, gate.campaign(), week=week, now=now, rest=rest)
    waiting = [one.line.household_id for one in (*queue.now, *queue.later)]
    news = sheets.news.of(gate.db(), me, gate.campaign(), at=now)
    own = None
    if news.notices or queue.total == 0:
        own = sheets.own(gate.db(), me, gate.campaign(), week=week)
    report_id = flask.request.args.get("fait", type=int)
    report = calls.told(gate.db(), report_id, by=gate.me()) if report_id else None
    return flask.render_template(
        "volunteer/sheet.html",
        week=week,
        queue=queue,
        report=report,
        news=news,
        notices=sheets.notices.unread(gate.db(), own) if own and news.notices else [],
        held=sheets.locks.held(gate.db(), waiting, but=me, at=now) if news.held else {},
        hints=best_time.hints(gate.db(), gate.campaign(), waiting, on=weeks.local_day(now)),
        has_sheet=queue.total > 0 or own is not None,
        is_running=gate.campaign().is_running,
        out_of_hours=calls.rules.out_of_hours(gate.campaign(), at=now),
        state=gate.campaign().state.value,
        rest=rest,
        # One address for all: building each takes as long as the rest of its line.
        call_at=flask.url_for("volunteer.call", line_id=0).removesuffix("0"),
        shared=care.good.shared(gate.db(), gate.campaign(), at=now) if news.good else [],
    )


@blueprint.get("/guide")
def read_guide() -> str:
    """The whole guide."""
    today = weeks.local_day(gate.now())
    used = guide.versions.in_use(gate.db(), gate.campaign(), today=today)
    parts = guide.whole(
        used.markdown,
        caller=gate.me(),
        organisation=gate.organisation(),
        switches=used.switches,
    )
    return flask.render_template(
        "volunteer/guide.html",
        # The guide's HTML was cleaned (nh3) when it was made from Markdown.
        parts=[(part.id, part.title, Markup(part.html)) for part in parts],  # noqa: S704  # nosec B704  cleaned above
    )
