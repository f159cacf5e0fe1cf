"""Home, health, accessibility, data."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.public import blueprint


@blueprint.get("/")
def home() -> Response:
    """Send everybody to their own first page."""
    user = gate.visitor()
    if user is None:
        return flask.redirect(flask.url_for("public.sign_in"), 303)
    return flask.redirect(flask.url_for(gate.HOMES[user.role]), 303)


@blueprint.get("/sante")
def health() -> dict[str, str]:
    """Whether the service and its database answer, for a proxy."""
    gate.is_alive(gate.db())
    return {"etat": "ok"}


@blueprint.get("/pouls")
def pulse() -> dict[str, int | None]:
    """Seconds left in the session. Asking does not extend it."""
    ends_at = flask.g.get("session_ends_at") if gate.visitor() else None
    return {"secondes": int((ends_at - gate.now()).total_seconds()) if ends_at else None}


@blueprint.post("/rester")
@gate.only_reads
def stay() -> dict[str, int | None]:
    """Somebody says they are still there: the session goes on. Seconds left in it now."""
    return pulse()


@blueprint.get("/accessibilite")
def accessibility() -> str:
    """The honest declaration."""
    return flask.render_template("public/accessibility.html")


@blueprint.get("/vos-donnees")
def privacy() -> str:
    """What is kept, why, and how to say no."""
    return flask.render_template("public/privacy.html", organisation=gate.organisation())
