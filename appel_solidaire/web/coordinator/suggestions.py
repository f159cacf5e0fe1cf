"""People a mairie proposes to call: decided by the coordination, answered by reference."""

from typing import Any

import flask
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from campaigns import access, records
from campaigns.models import CallSuggestion
from campaigns.records import mairies, suggested
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


class LinkForm(FlaskForm):
    """Which mairie receives its link."""

    office = IntegerField(
        "Mairie", validators=[InputRequired(message="Choisissez une mairie dans la liste.")]
    )


@blueprint.get("/propositions")
def suggestions() -> str:
    """What waits for a decision, and the link a mairie may be sent."""
    _only_coordination()
    return _list(LinkForm(formdata=None))


@blueprint.post("/propositions/chercher")
@gate.only_reads
def find_office() -> str:
    """Mairies and CCAS by name, to send one its link."""
    _only_coordination()
    wanted = flask.request.form.get("cherche", "")[:80].strip()
    return _list(LinkForm(formdata=None), wanted=wanted)


@blueprint.post("/propositions/lien")
def send_suggestion_link() -> Answer:
    """Mail a mairie the link by which it may propose somebody."""
    _only_coordination()
    form = LinkForm()
    if not form.validate():
        return _list(form), 422
    office = gate.found(mairies.one(gate.db(), form.office.data))
    try:
        mairies.send_link(gate.db(), gate.campaign(), office, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        form.office.errors = [str(refusal)]
        return _list(form), 422
    flask.flash(f"Le lien part par courriel à : {office.name}.", "ok")
    return flask.redirect(flask.url_for("coordinator.suggestions"), 303)


@blueprint.post("/propositions/annuaire")
def want_suggestions() -> Response:
    """Show mairies that check their entry where to propose somebody, or stop showing it."""
    _only_coordination()
    is_wanted = flask.request.form.get("montrer") == "oui"
    mairies.want(gate.db(), gate.campaign(), is_wanted=is_wanted, by=gate.me(), at=gate.now())
    flask.flash(
        "Les mairies qui vérifient leur fiche peuvent proposer quelqu’un."
        if is_wanted
        else "La page où les mairies vérifient leur fiche n’en parle plus.",
        "ok",
    )
    return flask.redirect(flask.url_for("coordinator.suggestions"), 303)


@blueprint.get("/propositions/<int:suggestion_id>")
def suggestion(suggestion_id: int) -> str:
    """One proposal, with the people already known who might be the same."""
    return _page(_found(suggestion_id))


@blueprint.post("/propositions/<int:suggestion_id>/accepter")
def accept_suggestion(suggestion_id: int) -> Answer:
    """Add the person to those to call."""
    found = _found(suggestion_id)
    try:
        suggested.accept(gate.db(), gate.campaign(), found, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(found, refused=str(refusal)), 422
    return _decided(f"La proposition M-{found.id} est acceptée : la mairie reçoit la réponse.")


@blueprint.post("/propositions/<int:suggestion_id>/deja-appelee")
def known_suggestion(suggestion_id: int) -> Answer:
    """It is somebody already on the list."""
    found = _found(suggestion_id)
    person_id = flask.request.form.get("person_id", default=0, type=int)
    person = gate.found(records.of(gate.db(), gate.campaign(), person_id, territories=None))
    try:
        suggested.already_called(
            gate.db(), gate.campaign(), found, person, by=gate.me(), at=gate.now()
        )
    except Refusal as refusal:
        return _page(found, refused=str(refusal)), 422
    return _decided("C’est noté : cette personne est déjà appelée. La mairie reçoit la réponse.")


@blueprint.post("/propositions/<int:suggestion_id>/refuser")
def refuse_suggestion(suggestion_id: int) -> Answer:
    """Nobody is added."""
    found = _found(suggestion_id)
    try:
        suggested.refuse(gate.db(), found, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(found, refused=str(refusal)), 422
    return _decided("C’est noté : personne n’est ajouté. La mairie reçoit la réponse.")


def _decided(say: str) -> Response:
    flask.flash(say, "ok")
    return flask.redirect(flask.url_for("coordinator.suggestions"), 303)


def _only_coordination() -> None:
    if not access.is_coordination(gate.me()):
        raise Forbidden("Les propositions des mairies passent par la coordination de la campagne.")


def _found(suggestion_id: int) -> CallSuggestion:
    _only_coordination()
    return gate.found(suggested.one(gate.db(), gate.campaign(), suggestion_id))


def _list(form: LinkForm, *, wanted: str = "") -> str:
    shown: dict[str, Any] = {
        "is_wanted": mairies.wanted(gate.campaign()),
        "rows": suggested.waiting(gate.db(), gate.campaign()),
        "offices": mairies.found(gate.db(), wanted) if wanted else [],
    }
    return flask.render_template("coordinator/suggestions.html", form=form, wanted=wanted, **shown)


def _page(found: CallSuggestion, *, refused: str = "") -> str:
    return flask.render_template(
        "coordinator/suggestion.html",
        suggestion=found,
        place=suggested.given_of(gate.db(), found).town,
        alike=suggested.alike(gate.db(), gate.campaign(), found),
        refused=refused,
    )
