"""One's own day: the calls made, and somebody who rang back."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import calls, reference, team
from campaigns.refusal import Refusal

_KEPT_ASIDE = (
    "Cette personne n’est plus à appeler, ou sa fiche est à vérifier. Dites à la coordination "
    "qu’elle vous a rappelé : elle notera l’appel."
)


@blueprint.get("/aujourdhui")
def today() -> str:
    """The calls of the day: to correct, to say that one was hard, to tell a good moment."""
    made = calls.correcting.today(gate.db(), gate.me(), gate.campaign(), at=gate.now())
    return flask.render_template("volunteer/today.html", made=made, outcomes=reference.outcomes())


@blueprint.get("/rappels")
def rang_back() -> str:
    """Somebody rings: who is it, among one's own people?"""
    return _search("", None)


@blueprint.post("/rappels")
@gate.only_reads
def find_rang_back() -> str:
    """Those who answer to a name or a number; neither stands in an address."""
    text = flask.request.form.get("cherche", "")[:120]
    found = calls.own.find(gate.db(), gate.me(), gate.campaign(), text, at=gate.now())
    return _search(text, found)


@blueprint.post("/rappels/ouvrir")
def open_rang_back() -> Response | tuple[str, int]:
    """Open the call page of somebody who rang: it is no attempt, and frees who was waiting."""
    wanted = flask.request.form.get("person_id", type=int)
    people = calls.own.people(gate.db(), gate.me(), gate.campaign(), at=gate.now())
    person = gate.found(next((one for one in people if one.id == wanted), None))
    if person.stop is not None or person.hold is not None:
        return _search("", None, refused=_KEPT_ASIDE), 422
    try:
        line = calls.own.line_for(gate.db(), gate.me(), gate.campaign(), person, at=gate.now())
    except Refusal as refusal:
        return _search("", None, refused=refusal.say), 422
    # Its page notes that the record was opened, as for any call.
    to = flask.url_for("volunteer.call", line_id=line.id, personne=person.id, rappel=1, encore=1)
    return flask.redirect(to, 303)


@blueprint.post("/numero-masque")
def hide_number() -> Response:
    """Dial with #31# from now on, or no longer."""
    hides = flask.request.form.get("masquer") == "y"
    team.hide_number(gate.db(), gate.me(), hides=hides, by=gate.me(), at=gate.now())
    flask.flash(
        "Vos appels partiront en numéro masqué." if hides else "Votre numéro sera affiché.", "ok"
    )
    return flask.redirect(flask.url_for("volunteer.availability"), 303)


def _search(text: str, found: list[calls.own.Mine] | None, *, refused: str = "") -> str:
    return flask.render_template(
        "volunteer/rang_back.html", text=text, found=found, refused=refused
    )
