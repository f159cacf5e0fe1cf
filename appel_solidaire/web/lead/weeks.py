"""The week's split: computed, looked at from several sides, published, undone."""

import time

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate, summaries
from appel_solidaire.web.lead import blueprint
from campaigns import journal, overview, sheets, team
from campaigns import weeks as calendar
from campaigns.models import WeekPlan
from campaigns.overview import Decision, best_time
from campaigns.refusal import Refusal
from campaigns.sheets import callers, comparing, moving, promises, waiting

# The sides a week is looked at from, in the words of their links.
VIEWS = {
    "volontaires": "Par volontaire",
    "territoires": "Par territoire",
    "comparaison": "Par rapport à la semaine d’avant",
}


@blueprint.get("/feuilles")
def weeks() -> str:
    """The week there is something to decide about: this one, then the next from Thursday on."""
    _, chosen = overview.decide(gate.db(), gate.campaign(), at=gate.now())
    return page(chosen)


@blueprint.get("/feuilles/<week>")
def week(week: str) -> str:
    """One week: its figures, each volunteer's load, who waits and what would help."""
    return page(known(week))


@blueprint.get("/feuilles/<week>/<int:user_id>")
def week_sheet(week: str, user_id: int) -> str:
    """One volunteer's sheet by name, each household with the sentence that says why. Journaled."""
    session, campaign = gate.db(), gate.campaign()
    volunteer = gate.found(team.one(session, campaign, user_id))
    plan = gate.found(sheets.of(session, campaign, known(week)))
    sheet = gate.found(overview.sheet_of(session, plan, volunteer))
    rows = overview.sheet_rows(session, campaign, plan, sheet)
    with gate.instance().database.unit() as unit:
        journal.record(unit, "sheet_read", about=sheet, by=gate.me(), at=gate.now())
    return flask.render_template(
        "lead/weeks_sheet.html",
        week=week,
        plan=plan,
        volunteer=volunteer,
        sheet=sheet,
        rows=rows,
        hints=best_time.hints_of_lines(session, campaign, sheet, on=calendar.local_day(gate.now())),
    )


@blueprint.post("/feuilles/<week>/calculer")
def compute_week(week: str) -> Response | tuple[str, int]:
    """Split the week, or add to a published one whoever is due since then."""
    session, campaign, chosen = gate.db(), gate.campaign(), known(week)
    plan = sheets.of(session, campaign, chosen)
    try:
        _refuse_over(chosen)
        if plan is None or plan.published_at is None:
            sheets.propose(session, campaign, chosen, at=gate.now(), clock=time.perf_counter)
            say = "La répartition est prête : relisez-la, puis publiez-la."
        else:
            say = moving.top_up(session, campaign, chosen, at=gate.now()).say
            tell(chosen)
    except Refusal as refusal:
        return page(chosen, refusal=refusal), 422
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("lead.week", week=chosen), 303)


@blueprint.post("/feuilles/<week>/publier")
def publish_week(week: str) -> Response | tuple[str, int]:
    """Open the sheets to their volunteers."""
    session, chosen = gate.db(), known(week)
    try:
        _refuse_over(chosen)
        plan = sheets.of(session, gate.campaign(), chosen)
        sheets.publish(session, plan, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return page(chosen, refusal=refusal), 422
    if tell(chosen):
        flask.flash("Les feuilles sont publiées. Chaque volontaire reçoit son lien.", "ok")
    else:
        flask.flash("Les feuilles sont publiées. Les liens partent lundi à 8 heures.", "ok")
    return flask.redirect(flask.url_for("lead.week", week=chosen), 303)


def tell(chosen: str) -> bool:
    """Once the week has begun, Monday's mails have left: tell who has a sheet since then."""
    if not sheets.is_running(chosen, gate.now()):
        return False
    summaries.post_volunteers(gate.db(), gate.campaign(), chosen, gate.now())
    return True


def known(name: str) -> str:
    """A week by its one name, around the years of the campaign, or 404."""
    first = gate.campaign().created_at.year - 1
    last = gate.now().year + 2
    try:
        monday = calendar.monday(name)
        is_known = first <= monday.year <= last and calendar.of(monday) == name
    except (ValueError, OverflowError):
        is_known = False
    if not is_known:
        flask.abort(404)
    return name


def _refuse_over(week: str) -> None:
    """What is over is neither split nor published any more."""
    if calendar.ends_at(week) <= gate.now():
        raise Refusal("Cette semaine est terminée\u00a0: ses feuilles ne changent plus.")


def page(chosen: str, *, refusal: Refusal | None = None) -> str:
    """The page of a week, as the chosen side shows it."""
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    board = sheets.of_week(session, campaign, chosen)
    plan = board.plan
    view = flask.request.args.get("vue", "")
    view = view if plan and view in VIEWS else "volontaires"
    decision = overview.decide(session, campaign, at=now)[0] if plan is None else None
    return flask.render_template(
        "lead/weeks.html",
        campaign=campaign,
        week=chosen,
        board=board,
        needs_list=decision is Decision.IMPORT,
        is_over=calendar.ends_at(chosen) <= now,
        before=calendar.after(chosen, -1),
        after=calendar.after(chosen),
        view=view,
        views=VIEWS,
        refusal=refusal,
        **(_figures(plan) if plan else {}),
        **(_side(view, plan) if plan else {}),
    )


def _figures(plan: WeekPlan) -> dict[str, object]:
    """The figures of a split as its rows stand now, and who needs help while it runs."""
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    reasons = waiting.by_reason(session, campaign, plan)
    is_running = plan.published_at is not None and plan.week == calendar.current(now)
    return {
        "facts": plan.summary,
        "counts": overview.plan_counts(session, campaign, plan),
        "reasons": reasons,
        "waiting_count": sum(one.households for one in reasons),
        "promised_waiting": waiting.promised(session, campaign, plan),
        "arrived": waiting.arrived_since(session, campaign, plan) if plan.published_at else 0,
        "late": moving.late(session, campaign, at=now) if is_running else [],
        "promises": _promises(plan) if is_running else [],
        "is_running": is_running,
    }


def _promises(plan: WeekPlan) -> list[promises.AtRisk]:
    """The call-backs of the week that nobody will make as things stand."""
    session, campaign = gate.db(), gate.campaign()
    volunteers = callers.read(session, campaign, plan.week)
    return promises.at_risk(session, campaign, plan, volunteers=volunteers, at=gate.now())


def _side(view: str, plan: WeekPlan) -> dict[str, object]:
    """What one side needs: its queries run for nobody else."""
    session, campaign = gate.db(), gate.campaign()
    if view == "territoires":
        return {"territories": overview.by_territory(session, campaign, plan)}
    if view == "comparaison":
        return {"comparison": comparing.with_last_week(session, campaign, plan.week)}
    return {}
