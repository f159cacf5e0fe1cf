"""The training of one volunteer, as the lead decides it: done otherwise, or to be done again."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.lead import blueprint
from campaigns import team, training
from campaigns.models import Role, User


@blueprint.post("/equipe/<int:user_id>/formee-autrement")
def waive_training(user_id: int) -> Response:
    """Note that somebody learnt it otherwise."""
    user = _volunteer(user_id)
    training.mark_trained(gate.db(), user, by=gate.me(), at=gate.now())
    flask.flash("C’est noté. Il lui reste la charte à accepter, à sa prochaine visite.", "ok")
    return flask.redirect(flask.url_for("lead.member", user_id=user.id), 303)


@blueprint.post("/equipe/<int:user_id>/redemander-la-formation")
def ask_training(user_id: int) -> Response:
    """Ask for the whole training again."""
    user = _volunteer(user_id)
    training.ask_again(gate.db(), user, by=gate.me(), at=gate.now())
    flask.flash("C’est noté. La formation lui est proposée depuis le début.", "ok")
    return flask.redirect(flask.url_for("lead.member", user_id=user.id), 303)


def _volunteer(user_id: int) -> User:
    user = gate.found(team.one(gate.db(), gate.campaign(), user_id))
    return gate.found(user if user.role is Role.VOLUNTEER else None)
