"""Urgent needs nobody has acknowledged in time: whom to call now. No name of a person."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from campaigns import care, needs


@blueprint.get("/urgences")
def urgent_needs() -> str:
    """What waits past its clock, who was told, which number answers."""
    return flask.render_template(
        "lead/urgent.html",
        rows=needs.unseen(gate.db(), gate.campaign(), at=gate.now()),
        alerts=care.sounding.unseen(gate.db(), gate.campaign()),
        organisation=gate.organisation(),
    )
