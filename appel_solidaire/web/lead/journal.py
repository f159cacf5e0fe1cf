"""The journal in words: who did what, when, about which reference."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from campaigns import overview

PAGE = 50


@blueprint.get("/journal")
def journal() -> str:
    """The newest acts, or those before the line ``avant``."""
    before = flask.request.args.get("avant", type=int)
    acts = overview.acts(gate.db(), before=before, limit=PAGE)
    return flask.render_template(
        "lead/journal.html",
        acts=acts,
        before=before,
        older=acts[-1].id if len(acts) == PAGE else None,
        check=overview.last_check(gate.db()),
    )
