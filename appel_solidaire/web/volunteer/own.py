"""What I did: my calls, what became of the needs I raised, the kind words. For me alone."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import overview, reference
from campaigns.care import reviewing


@blueprint.get("/mon-bilan")
def own() -> str:
    """The volunteer's own page, remarks first."""
    me = gate.me()
    return flask.render_template(
        "volunteer/own.html",
        own=overview.own(gate.db(), me, gate.campaign()),
        remarks=reviewing.received(gate.db(), me),
        outcomes=reference.outcomes(),
    )


@blueprint.post("/mon-bilan/remarques-lues")
def own_read() -> Response:
    """The remarks shown were read."""
    up_to = flask.request.form.get("jusqu-a", default=0, type=int)
    reviewing.seen(gate.db(), gate.me(), up_to=up_to, at=gate.now())
    return flask.redirect(flask.url_for("volunteer.own"), 303)
