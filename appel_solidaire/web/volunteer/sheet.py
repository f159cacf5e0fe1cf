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
    session, campaign, me, now = gate.db(), gate.campaign(), gate.me(), gate.now()
    week = weeks.current(now)
    rest = care.resting.of_today(session, campaign, me, at=now)
    queue = sheets.queue(session, me, campaign, week=week, now=now, rest=rest)
    waiting = [one.line.household_id for one in (*queue.now, *queue.later)]
    news = sheets.news.of(session, me, campaign, at=now)
    own = None
    if news.notices or queue.total == 0:
        own = sheets.own(session, me, campaign, week=week)
    report_id = flask.request.args.get("fait", type=int)
    return flask.render_template(
        "volunteer/sheet.html",
        week=week,
        queue=queue,
        report=calls.told(session, report_id, by=me) if report_id else None,
        news=news,
        notices=sheets.notices.unread(session, own) if own and news.notices else [],
        held=sheets.locks.held(session, waiting, but=me, at=now) if news.held else {},
        hints=best_time.hints(session, campaign, waiting, on=weeks.local_day(now)),
        has_sheet=queue.total > 0 or own is not None,
        is_running=campaign.is_running and me.suspended_at is None,
        out_of_hours=calls.rules.out_of_hours(campaign, at=now),
        state="suspended" if me.suspended_at else campaign.state.value,
        campaign=campaign,
        organisation=gate.organisation(),
        rest=rest,
        # One address for all: building each takes as long as the rest of its line.
        call_at=flask.url_for("volunteer.call", line_id=0).removesuffix("0"),
        shared=care.good.shared(session, campaign, at=now) if news.good else [],
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
