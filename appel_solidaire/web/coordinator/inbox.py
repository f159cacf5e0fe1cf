"""The inbox: tabs, filters, search, saved views; the most urgent first."""

import math
from collections.abc import Mapping
from typing import Any

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator.place import PER_PAGE, Place
from campaigns import needs, reference, weeks
from campaigns.directory import opening_of
from campaigns.models import Urgency
from campaigns.needs import Basket, absences, delays, finding, idle
from campaigns.needs.facets import facets
from campaigns.needs.finding import Filters, Sort
from campaigns.needs.inbox import STATES, Shown, by_basket
from campaigns.needs.inbox import page as needs_of
from campaigns.refusal import Refusal

EMPTY = {
    Basket.NEW: "Rien à prendre en charge. Tout ce qui a été signalé est suivi.",
    Basket.IN_PROGRESS: "Aucun besoin en cours.",
    Basket.WITH_PARTNER: "Aucun besoin chez un partenaire.",
    Basket.WAITING: "Personne n’est attendu.",
    Basket.CLOSED: "Aucun besoin terminé pour l’instant.",
}
_BASKETS = {basket.value: basket for basket in Basket}


@blueprint.get("/")
def inbox() -> str:
    """The needs of one tab; ``panier`` names it, ``page`` counts from 1, the rest filters."""
    args = flask.request.args
    basket = gate.found(_BASKETS.get(args.get("panier", Basket.NEW.value)))
    return _page(basket, Filters.of(args), number=args.get("page", 1, type=int))


@blueprint.post("/chercher")
@gate.only_reads
def find_need() -> str | Response | tuple[str, int]:
    """Find needs by reference or by somebody's name, in every tab; the name is in no address."""
    text = " ".join(flask.request.form.get("cherche", "").split())[:80]
    number = finding.number(text)
    if number is not None:
        shown = needs.with_story(gate.db(), gate.me(), number, gate.campaign(), at=gate.now())
        if shown is not None:
            return flask.redirect(flask.url_for("coordinator.need", need_id=number), 303)
        said = f"Le besoin B-{number} n’existe pas, ou n’est pas dans votre liste."
        return _page(
            Basket.NEW, Filters(), searched=text, refused=Refusal(said, field="cherche")
        ), 422
    if len(text) < 2:
        said = "Écrivez une référence, ou au moins deux lettres d’un nom."
        return _page(
            Basket.NEW, Filters(), searched=text, refused=Refusal(said, field="cherche")
        ), 422
    return _page(None, Filters(name=text), searched=text)


@blueprint.post("/vues")
def keep_view() -> Response | tuple[str, int]:
    """Keep the filters of the page under a name."""
    form = flask.request.form
    filters, basket = Filters.of(form), _BASKETS.get(form.get("panier", ""), Basket.NEW)
    name = form.get("nom", "")
    try:
        finding.keep_view(gate.db(), gate.me(), name, filters, basket=basket.value)
    except Refusal as refusal:
        return _page(basket, filters, refused=refusal, named=name), 422
    flask.flash("La vue est gardée.", "ok")
    return _to_inbox({**filters.args(), "panier": basket.value})


@blueprint.get("/vues/<int:view_id>")
def open_view(view_id: int) -> Response:
    """Go to the inbox with the filters of a saved view."""
    kept = finding.views(gate.db(), gate.me())
    view = gate.found(next((one for one in kept if one.id == view_id), None))
    basket = _BASKETS.get(str(view.filters.get("panier")), Basket.NEW)
    return _to_inbox({**Filters.of(view.filters).args(), "panier": basket.value})


@blueprint.post("/vues/<int:view_id>/retirer")
def drop_view(view_id: int) -> Response:
    """Take a saved view away."""
    if not finding.drop_view(gate.db(), gate.me(), view_id):
        flask.abort(404)
    flask.flash("La vue est retirée.", "ok")
    return _to_inbox({})


def _to_inbox(args: Mapping[str, str]) -> Response:
    return flask.redirect(flask.url_for("coordinator.inbox", **dict(args)), 303)  # type: ignore[arg-type]  # any value


def _page(
    basket: Basket | None,
    filters: Filters,
    *,
    number: int = 1,
    searched: str = "",
    refused: Refusal | None = None,
    named: str = "",
) -> str:
    """Render a tab, or what a search found (``basket`` None)."""
    session, me, campaign, now = gate.db(), gate.me(), gate.campaign(), gate.now()
    states = [state for tab in Basket if basket in {tab, None} for state in STATES[tab]]
    counted = facets(session, me, campaign, states=states, at=now)
    counts = by_basket(counted.states)
    number = min(max(number, 1), 1_000)
    start = (number - 1) * PER_PAGE
    shown = needs_of(session, me, campaign, basket, filters, at=now, limit=PER_PAGE, offset=start)
    pages = max(1, math.ceil(shown.total / PER_PAGE))
    return flask.render_template(
        "coordinator/inbox.html",
        basket=basket,
        baskets=Basket,
        counts=counts,
        rows=shown.needs,
        total=shown.total,
        filters=filters,
        args=filters.args(),
        facets=counted,
        categories=reference.categories(),
        urgencies=Urgency,
        sorts=Sort,
        page=shown.offset // PER_PAGE + 1,
        pages=pages,
        empty=_empty(basket, filters),
        searched=searched,
        refused=refused,
        named_view=named,
        **_lines(shown, filters, basket),
        **_waiting(shown, filters, basket),
    )


def _lines(shown: Shown, filters: Filters, basket: Basket | None) -> dict[str, Any]:
    """Where the page's lines stand in the whole list, and whether all are ticked."""
    first = shown.offset + 1
    return {
        "first_rank": first,
        "place": Place(basket, filters, first) if basket else None,
        "tick_all": flask.request.args.get("cocher") == "1",
    }


def _empty(basket: Basket | None, filters: Filters) -> str:
    if basket is None:
        return "Aucun besoin à ce nom dans votre liste."
    return "Aucun besoin ne répond à ces filtres." if filters.narrows else EMPTY[basket]


def _waiting(shown: Shown, filters: Filters, basket: Basket | None) -> dict[str, Any]:
    """The basket of each need, what the one asked for asks of a human, and who is away."""
    now = gate.now()
    opening = opening_of(gate.db(), now.year)
    days = delays.of(gate.campaign()).stages
    stages = {
        one.id: idle.stage(one.moved_at, at=now, opening=opening, stages=days)
        for one in shown.needs
        if one.closed_at is None
    }
    asks = filters.idle and shown.needs and basket not in {None, Basket.CLOSED}
    first = shown.needs[0] if asks else None
    advice = idle.advice("B-…", first.state, filters.idle, stages=days) if first else None
    today = weeks.local_day(now)
    away = absences.about(gate.db(), gate.me(), today=today)
    return {"stages": stages, "advice": advice, "today": today, "away": away}
