"""Pages. One folder an audience: folder = URL prefix = role gate = menu = template folder."""

import flask

from appel_solidaire import gate
from appel_solidaire.web import coordinator, dpo, lead, partner, public, volunteer
from campaigns.refusal import Refusal

_FILE_FIELD = "file"  # what every form that takes a file calls its field


def register(app: flask.Flask) -> None:
    """Open every folder under its French prefix."""
    app.register_blueprint(public.blueprint)
    app.register_blueprint(volunteer.blueprint, url_prefix="/benevole")
    app.register_blueprint(coordinator.blueprint, url_prefix="/coordination")
    app.register_blueprint(lead.blueprint, url_prefix="/pilotage")
    app.register_blueprint(dpo.blueprint, url_prefix="/donnees")
    app.register_blueprint(partner.blueprint, url_prefix="/partenaire")
    app.before_request(_take_words_only)


def _take_words_only() -> None:
    """Refuse what no page of ours sends, before a form reads it as if it were words: a body of
    JSON, a file under the name of a field for words, a NUL (PostgreSQL keeps none)."""
    if flask.request.method in gate.SAFE:
        return
    if flask.request.is_json:
        raise Refusal("Cette page attend un formulaire : rien n’a été enregistré.")
    if set(flask.request.files) - {_FILE_FIELD}:
        raise Refusal("Cette page n’attend pas de fichier à cet endroit : rien n’a été enregistré.")
    if any("\x00" in value for values in flask.request.form.listvalues() for value in values):
        raise Refusal(
            "Un des caractères collés ne peut pas être gardé : écrivez ce passage de nouveau. "
            "Votre texte est recopié ci-dessous."
        )
