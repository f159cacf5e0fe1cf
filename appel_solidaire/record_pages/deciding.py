"""May this person be called?"""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.record_pages import looking, reach
from appel_solidaire.record_pages.forms import StopForm
from campaigns import records
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


def release_person(person_id: int) -> Answer:
    """Somebody checked: they may be called."""
    someone = reach.found(person_id)
    try:
        records.release(gate.db(), someone, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return looking.page(someone, refused=refusal.say), 422
    flask.flash("C’est noté : cette personne peut être appelée.", "ok")
    return reach.to("person", person_id=person_id)


def stop_person(person_id: int) -> Answer:
    """Nobody calls them any more."""
    someone, form = reach.found(person_id), StopForm()
    if not form.validate():
        return looking.page(someone, form=form), 422
    try:
        records.stop(gate.db(), someone, reason=form.chosen(), by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return looking.page(someone, refused=refusal.say), 422
    flask.flash("C’est noté : plus personne ne l’appelle, dans aucune campagne.", "ok")
    return reach.to("person", person_id=person_id)


def restart_person(person_id: int) -> Answer:
    """They are called again: a mistake, or their own wish."""
    someone = reach.found(person_id)
    reason = flask.request.form.get("reason", "")[:300]
    try:
        records.restart(gate.db(), someone, reason=reason, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return looking.page(someone, refused=refusal.say), 422
    flask.flash("C’est noté : les appels reprennent.", "ok")
    return reach.to("person", person_id=person_id)
