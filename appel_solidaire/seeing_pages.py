"""« Voir comme » any role, on people who do not exist: the same pages for the lead and for the DPO.

The audiences ignore one another, so what they share stands here: ``register`` gives a folder these
pages, inside its own menu. They read; they never write.
"""

from typing import cast

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.preview import SEATS, Preview


def register(blueprint: flask.Blueprint) -> None:
    """Add the pages to an audience's folder, under « apercu »."""
    blueprint.get("/apercu")(seeing)
    blueprint.get("/apercu/<slug>/", defaults={"path": ""})(seen)
    blueprint.get("/apercu/<slug>/<path:path>")(seen)


def seeing() -> str:
    """Which role's pages to look at."""
    _preview()
    folder = flask.request.blueprint
    return flask.render_template(
        "seeing/roles.html",
        layout=f"layouts/{folder}.html",
        # The lead comes here from the team's page, and has no entry of their own for it.
        section="team" if folder == "lead" else "seeing",
        seats=SEATS,
    )


def seen(slug: str, path: str) -> Response:
    """One page of a role, switched off."""
    query, home = flask.request.query_string.decode(), flask.url_for(".seeing")
    found = gate.found(_preview().look(slug, path, query=query, home=home))
    return flask.Response(found.content, mimetype=found.mimetype)


def _preview() -> Preview:
    """The stage; a preview shows none of its own."""
    return cast("Preview", gate.found(flask.current_app.extensions.get("appel_preview")))
