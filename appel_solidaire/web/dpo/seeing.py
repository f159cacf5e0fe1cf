"""« Voir comme » any role, on people who do not exist. It reads; it never writes."""

from typing import cast

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.preview import SEATS, Preview
from appel_solidaire.web.dpo import blueprint


@blueprint.get("/apercu")
def seeing() -> str:
    """Which role's pages to look at."""
    return flask.render_template("dpo/seeing.html", seats=SEATS)


@blueprint.get("/apercu/<slug>/", defaults={"path": ""})
@blueprint.get("/apercu/<slug>/<path:path>")
def seen(slug: str, path: str) -> Response:
    """One page of a role, switched off."""
    seat = gate.found(SEATS.get(slug))
    preview = cast("Preview", flask.current_app.extensions["appel_preview"])
    inside = flask.url_for("dpo.seeing") + f"/{slug}"
    query = flask.request.query_string.decode()
    found = gate.found(preview.look(seat, path, query=query, inside=inside))
    return flask.Response(found.content, mimetype=found.mimetype)
