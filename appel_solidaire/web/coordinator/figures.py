"""The week of a coordinator in counts; where their territories stand, in figures and pictures."""

import flask

from appel_solidaire import figure_pages, gate
from appel_solidaire.figure_pages import Frame
from appel_solidaire.web.coordinator import blueprint
from campaigns import needs, overview, weeks
from campaigns.models import CampaignState
from campaigns.needs import Basket, signals
from campaigns.overview import area

_TABS = (
    ("coordinator.figures", "Les besoins de la semaine"),
    ("coordinator.standing", "Où en est-on"),
    ("coordinator.pictured", "Semaine après semaine"),
    ("coordinator.pictured_map", "Sur la carte"),
    ("coordinator.pictured_equity", "Qui reste de côté"),
)


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
    return _frame().drawn(
        "coordinator/figures.html",
        counted=counted,
        effects=needs.effects_of_week(session, me, campaign, week, at=now),
        before=before,
        after=weeks.after(week) if week < current else None,
        is_current=week == current,
        waiting=needs.counts(session, me, campaign, at=now)[Basket.NEW],
        late=overview.late_for(session, me, campaign, at=now),
    )


@blueprint.get("/chiffres/situation")
def standing() -> str:
    """Who still has to be called, how calls go, what people need: one's own territories."""
    session, me, campaign, now = gate.db(), gate.me(), gate.campaign(), gate.now()
    found = overview.standing(session, me, campaign, at=now)
    return _frame().drawn(
        "coordinator/standing.html",
        front=found,
        cards=signals.cards(session, me, campaign, at=now),
        is_over=campaign.state is CampaignState.CLOSED,
        **figure_pages.calls_told(found.rhythm),
    )


@blueprint.get("/chiffres")
def pictured() -> str:
    """Eight weeks of one's own territories: first calls, needs, loads, and what it was worth."""
    return figure_pages.week_after_week(_frame())


@blueprint.get("/chiffres/carte")
def pictured_map() -> str:
    """The communes of one's own territories, shaded by what is counted."""
    return figure_pages.on_the_map(_frame())


@blueprint.get("/chiffres/equite")
def pictured_equity() -> str:
    """Who was never reached in one's own territories, and when people answer there."""
    return figure_pages.left_behind(_frame())


def _frame() -> Frame:
    session = gate.db()
    own = area.of(session, gate.me(), gate.campaign(), at=gate.now())
    names = () if own.territories is None else tuple(area.names(session, own))
    return Frame("coordinator", _TABS, own, names)
