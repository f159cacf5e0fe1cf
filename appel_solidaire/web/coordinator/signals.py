"""A weak signal: several needs of a kind in one commune; looked at, then put away with a note."""

import flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from appel_solidaire.web.coordinator.forms import short
from campaigns.needs import signals
from campaigns.refusal import Refusal


class SettleForm(FlaskForm):
    """What is decided about a card."""

    note = short("Ce qui est décidé", 300, needed="Écrivez en une phrase ce qui est décidé.")


@blueprint.get("/signaux/<int:signal_id>")
def signal(signal_id: int) -> str:
    """One card with the references behind it."""
    return _page(_found(signal_id), SettleForm(formdata=None))


@blueprint.post("/signaux/<int:signal_id>/ranger")
def settle_signal(signal_id: int) -> Response | tuple[str, int]:
    """Put a card away with what was decided."""
    card, form = _found(signal_id), SettleForm()
    if not form.validate():
        return _page(card, form), 422
    try:
        signals.settle(gate.db(), card.signal, note=form.note.data, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        form.note.errors = [str(refusal)]
        return _page(card, form), 422
    flask.flash("Le signal est rangé, avec votre note.", "ok")
    return flask.redirect(flask.url_for("coordinator.inbox"), 303)


def _found(signal_id: int) -> signals.Card:
    card = signals.card(gate.db(), gate.me(), signal_id, gate.campaign(), at=gate.now())
    return gate.found(card)


def _page(card: signals.Card, form: SettleForm) -> str:
    return flask.render_template(
        "coordinator/signal.html",
        card=card,
        needs=signals.needs_of(gate.db(), gate.me(), card.signal, gate.campaign(), at=gate.now()),
        form=form,
    )
