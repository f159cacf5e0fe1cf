"""What campaigns let their volunteers see, with who decided it and why."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.dpo import blueprint
from campaigns import exposures as shown
from campaigns import weeks


@blueprint.get("/champs-montres")
def exposures() -> str:
    """What is shown now in every campaign, and what was before."""
    held, past = shown.told(gate.db(), today=weeks.local_day(gate.now()))
    return flask.render_template("dpo/exposures.html", held=held, past=past)
