"""The waiting list: how many, by which rule they are served, who, and when there are places."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from campaigns import overview, sheets, weeks
from campaigns.models import WeekPlan, Wish
from campaigns.overview import best_time
from campaigns.sheets import calendar, waiting


@blueprint.get("/attente")
def waiting_list() -> str:
    """Those who wait, by reason then by name, fifty a page."""
    reason = flask.request.args.get("raison")
    return _page(
        reason=reason if reason in waiting.REASONS else None,
        page=max(1, flask.request.args.get("page", 1, type=int)),
    )


@blueprint.post("/attente")
@gate.only_reads
def find_waiting() -> str:
    """Those who wait and are called so. A name stands in no address: it is sent as a form."""
    return _page(name=flask.request.form.get("nom", "").strip()[:80])


def _page(*, reason: str | None = None, page: int = 1, name: str = "") -> str:
    session, campaign, now = gate.db(), gate.campaign(), gate.now()
    plan = _plan()
    reasons = waiting.by_reason(session, campaign, plan) if plan else []
    wishes = waiting.by_wish(session, campaign, plan) if plan else {}
    here = [one for one in reasons if reason in (None, one.code)]
    people = (
        waiting.people(session, campaign, plan, reason=reason, name=name, page=page) if plan else []
    )
    return flask.render_template(
        "lead/waiting.html",
        campaign=campaign,
        plan=plan,
        reasons=reasons,
        reason=reason,
        people=people,
        hints=best_time.hints_of_people(
            session, campaign, [one.person_id for one in people], on=weeks.local_day(now)
        ),
        total=sum(one.people for one in reasons),
        arrived=waiting.arrived_since(session, campaign, plan) if plan else 0,
        weekly=wishes.get(Wish.WEEKLY, 0),
        name=name,
        page=page,
        has_more=not name and sum(one.people for one in here) > page * waiting.PAGE,
        next_places_at=calendar.next_places_at(now),
        sweep_percent=campaign.sweep_percent,
    )


def _plan() -> WeekPlan | None:
    """The split whose waiting list counts: this week's, else that of the week to decide about."""
    session, campaign = gate.db(), gate.campaign()
    plan = sheets.of(session, campaign, weeks.current(gate.now()))
    if plan is not None:
        return plan
    _, week = overview.decide(session, campaign, at=gate.now())
    return sheets.of(session, campaign, week)
