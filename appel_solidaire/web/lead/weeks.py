"""The week's split: computed, looked at, published."""

import time

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate, summaries
from appel_solidaire.web.lead import blueprint
from campaigns import overview, sheets
from campaigns import weeks as calendar
from campaigns.overview import Decision
from campaigns.refusal import Refusal


@blueprint.get("/feuilles")
def weeks() -> str:
    """The week there is something to decide about: this one, then the next from Thursday on."""
    _, chosen = overview.decide(gate.db(), gate.campaign(), at=gate.now())
    return _page(chosen)


@blueprint.get("/feuilles/<week>")
def week(week: str) -> str:
    """One week: its figures, each volunteer's load, who waits and what would help."""
    return _page(_known(week))


@blueprint.post("/feuilles/<week>/calculer")
def compute_week(week: str) -> Response | tuple[str, int]:
    """Split the week, or add to a published one whoever is due since then."""
    session, chosen = gate.db(), _known(week)
    try:
        plan = sheets.propose(
            session, gate.campaign(), chosen, at=gate.now(), clock=time.perf_counter
        )
    except Refusal as refusal:
        return _page(chosen, refusal=refusal), 422
    if plan.published_at is None:
        flask.flash("La répartition est prête : relisez-la, puis publiez-la.", "ok")
    else:
        _tell(chosen)
        flask.flash("Les feuilles sont complétées. Rien de ce qui y était n’a bougé.", "ok")
    return flask.redirect(flask.url_for("lead.week", week=chosen), 303)


@blueprint.post("/feuilles/<week>/publier")
def publish_week(week: str) -> Response | tuple[str, int]:
    """Open the sheets to their volunteers."""
    session, chosen = gate.db(), _known(week)
    try:
        plan = sheets.of(session, gate.campaign(), chosen)
        sheets.publish(session, plan, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(chosen, refusal=refusal), 422
    if _tell(chosen):
        flask.flash("Les feuilles sont publiées. Chaque volontaire reçoit son lien.", "ok")
    else:
        flask.flash("Les feuilles sont publiées. Les liens partent lundi à 8 heures.", "ok")
    return flask.redirect(flask.url_for("lead.week", week=chosen), 303)


def _tell(chosen: str) -> bool:
    """Once the week has begun, Monday's mails have left: tell who has a sheet since then."""
    if not sheets.is_running(chosen, gate.now()):
        return False
    summaries.post_volunteers(gate.db(), gate.campaign(), chosen, gate.now())
    return True


def _known(name: str) -> str:
    try:
        calendar.monday(name)
    except ValueError:
        flask.abort(404)
    return name


def _page(chosen: str, *, refusal: Refusal | None = None) -> str:
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    board = sheets.of_week(session, campaign, chosen)
    needs_list = board.plan is None and (
        overview.decide(session, campaign, at=now)[0] is Decision.IMPORT
    )
    return flask.render_template(
        "lead/weeks.html",
        campaign=campaign,
        week=chosen,
        board=board,
        facts=board.plan.summary if board.plan else None,
        needs_list=needs_list,
        is_over=calendar.ends_at(chosen) <= now,
        before=calendar.after(chosen, -1),
        after=calendar.after(chosen),
        refusal=refusal,
    )
