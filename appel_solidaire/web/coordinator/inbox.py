"""The inbox: tabs, the most urgent first."""

import math

import flask

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from campaigns import needs, reference
from campaigns.needs import Basket

PER_PAGE = 50
EMPTY = {
    Basket.NEW: "Rien à prendre en charge. Tout ce qui a été signalé est suivi.",
    Basket.IN_PROGRESS: "Aucun besoin en cours.",
    Basket.WITH_PARTNER: "Aucun besoin chez un partenaire.",
    Basket.WAITING: "Personne n’est attendu.",
    Basket.CLOSED: "Aucun besoin terminé pour l’instant.",
}


@blueprint.get("/")
def inbox() -> str:
    """The needs of one tab; ``panier`` names it, ``page`` counts from 1."""
    known = {basket.value: basket for basket in Basket}
    basket = gate.found(known.get(flask.request.args.get("panier", Basket.NEW.value)))
    counts = needs.counts(gate.db(), gate.me(), gate.campaign())
    pages = max(1, math.ceil(counts[basket] / PER_PAGE))
    page = min(max(flask.request.args.get("page", 1, type=int), 1), pages)
    rows = needs.inbox(
        gate.db(),
        gate.me(),
        gate.campaign(),
        basket,
        limit=PER_PAGE,
        offset=(page - 1) * PER_PAGE,
    )
    return flask.render_template(
        "coordinator/inbox.html",
        basket=basket,
        baskets=Basket,
        counts=counts,
        rows=rows,
        categories=reference.categories(),
        page=page,
        pages=pages,
        empty=EMPTY[basket],
    )
