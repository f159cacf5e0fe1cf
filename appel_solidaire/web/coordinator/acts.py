"""The acts on a need: each a POST that carries the version its page showed."""

from collections.abc import Callable
from typing import TypeVar

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint, place
from appel_solidaire.web.coordinator import need as pages
from appel_solidaire.web.coordinator.forms import (
    ActForm,
    CloseForm,
    HandOverForm,
    MoveForm,
    ReferForm,
)
from campaigns import needs
from campaigns.models import Need
from campaigns.refusal import Refusal

F = TypeVar("F", bound=ActForm)
Answer = Response | tuple[str, int]
WRITTEN = {
    "say": "Ce qui s’est passé",
    "reason": "Pourquoi",
    "note": "Ce qui a été fait",
    "told": "Ce qui s’est dit",
    "question": "Votre question",
    "private": "La note",
    "place": "Lieu",
    "with_whom": "Avec qui",
    "amount": "Montant en euros",
    "for_what": "Pour quoi",
    "number": "Numéro du bon",
    "why_not": "Pourquoi",
    "decided": "Ce qui a été décidé",
    "again": "Pourquoi",
}


@blueprint.post("/besoins/<int:need_id>/prendre")
def take(need_id: int) -> Answer:
    """Say « je m’en occupe »."""

    def act(need: Need, form: ActForm) -> str:
        version = form.shown_version()
        needs.take(gate.db(), need, by=gate.me(), version=version, at=gate.now())
        return f"Vous vous occupez du besoin {need.reference}."

    return do(need_id, ActForm(), act)


@blueprint.post("/besoins/<int:need_id>/avancer")
def move(need_id: int) -> Answer:
    """Say how far a need has come."""

    def act(need: Need, form: MoveForm) -> str:
        needs.move(
            gate.db(),
            need,
            form.chosen(),
            say=form.say.data or "",
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return "C’est noté. Le ou la volontaire le lira avant le prochain appel."

    return do(need_id, MoveForm(), act)


@blueprint.post("/besoins/<int:need_id>/orienter")
def refer_again(need_id: int) -> Answer:
    """Send a need elsewhere, with a reason."""

    def act(need: Need, form: ReferForm) -> str:
        needs.refer_again(
            gate.db(),
            need,
            form.destination.data,
            reason=form.reason.data,
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return f"Le besoin {need.reference} est envoyé à : {need.referrals[-1].name}."

    return do(need_id, ReferForm(), act)


@blueprint.post("/besoins/<int:need_id>/confier")
def hand_over(need_id: int) -> Answer:
    """Give a need to a colleague of the same territory."""

    def act(need: Need, form: HandOverForm) -> str:
        to = pages.colleague(need, form.to.data)
        version = form.shown_version()
        needs.hand_over(gate.db(), need, to, by=gate.me(), version=version, at=gate.now())
        return f"Le besoin {need.reference} est confié à {to.first_name}."

    return do(need_id, HandOverForm(), act)


@blueprint.post("/besoins/<int:need_id>/clore")
def close(need_id: int) -> Answer:
    """Close a need with a result and a note."""

    def act(need: Need, form: CloseForm) -> str:
        needs.close(
            gate.db(),
            need,
            form.chosen(),
            say=form.note.data,
            by=gate.me(),
            version=form.shown_version(),
            at=gate.now(),
        )
        return f"Le besoin {need.reference} est clos. Merci."

    return do(need_id, CloseForm(), act)


@blueprint.errorhandler(needs.Changed)
def changed(fault: needs.Changed) -> tuple[str, int]:
    """Somebody changed the need meanwhile: say who and when, give the text back."""
    given_back = [
        (name, label, text)
        for name, label in WRITTEN.items()
        if (text := flask.request.form.get(name, "").strip())
    ]
    html = flask.render_template("coordinator/changed.html", fault=fault, given_back=given_back)
    return html, 409


def do(need_id: int, form: F, act: Callable[[Need, F], str]) -> Answer:
    """Find, check, act; back to the need, or to the list when it left this coordinator's sight."""
    need = pages.found(need_id)
    pages.offer(need, form)
    if not form.validate():
        return pages.page(need, form), 422
    try:
        said = act(need, form)
    except Refusal as refusal:
        if refusal.field and refusal.field in form:
            form[refusal.field].errors = [str(refusal)]
            return pages.page(need, form), 422
        return pages.page(need, form, refused=str(refusal)), 422
    flask.flash(said, "ok")
    gate.db().flush()  # whether the need may still be read is asked of the database
    seen = needs.with_story(gate.db(), gate.me(), need_id, gate.campaign(), at=gate.now())
    if seen is None:
        return flask.redirect(place.back(), 303)
    return flask.redirect(flask.url_for("coordinator.need", need_id=need_id), 303)
