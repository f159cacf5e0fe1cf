"""Pages. One folder an audience: folder = URL prefix = role gate = menu = template folder."""

import flask

from appel_solidaire.web import coordinator, dpo, lead, partner, public, volunteer


def register(app: flask.Flask) -> None:
    """Open every folder under its French prefix."""
    app.register_blueprint(public.blueprint)
    app.register_blueprint(volunteer.blueprint, url_prefix="/benevole")
    app.register_blueprint(coordinator.blueprint, url_prefix="/coordination")
    app.register_blueprint(lead.blueprint, url_prefix="/pilotage")
    app.register_blueprint(dpo.blueprint, url_prefix="/donnees")
    app.register_blueprint(partner.blueprint, url_prefix="/partenaire")
