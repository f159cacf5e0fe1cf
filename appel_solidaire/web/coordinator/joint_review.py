"""The list of the joint meeting (« commission »): to read, to print, nothing more than needed."""

import flask

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from campaigns import needs, reference
from campaigns.needs import working


@blueprint.get("/commission")
def joint_review() -> str:
    """The open needs to be seen together, the longest on the list first."""
    listed = working.to_review(gate.db(), gate.me(), gate.campaign(), at=gate.now())
    return flask.render_template(
        "coordinator/joint_review.html",
        listed=listed,
        categories=reference.categories(),
        last_words=needs.say_to_volunteer,
    )
