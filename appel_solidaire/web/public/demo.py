"""The demonstration: choosing a role, reading the mails. On this machine only."""

import ipaddress

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate, mailer
from appel_solidaire.web.public import blueprint
from campaigns import team
from campaigns.models import Role

MAILS_A_PAGE = 60
ROLES = {
    "benevole": Role.VOLUNTEER,
    "coordination": Role.COORDINATOR,
    "coordination-generale": Role.COORDINATION,
    "pilotage": Role.LEAD,
    "donnees": Role.DPO,
}


def _only_here() -> None:
    address = flask.request.remote_addr or ""
    if not gate.instance().config.demo or not ipaddress.ip_address(address).is_loopback:
        flask.abort(404)


@blueprint.get("/demo")
def demo() -> str:
    """Choose who to be."""
    _only_here()
    people = [(slug, role, team.first_of(gate.db(), role)) for slug, role in ROLES.items()]
    return flask.render_template("public/demo.html", people=people)


@blueprint.get("/demo/<slug>")
def demo_role(slug: str) -> str:
    """A page with a button, like a mailed link."""
    _only_here()
    user = gate.found(team.first_of(gate.db(), gate.found(ROLES.get(slug))))
    return flask.render_template("public/demo_role.html", slug=slug, user=user)


@blueprint.post("/demo/<slug>")
def demo_role_post(slug: str) -> Response:
    """Become somebody of the demonstration."""
    _only_here()
    gate.sign_in(gate.found(team.first_of(gate.db(), gate.found(ROLES.get(slug)))))
    return flask.redirect(flask.url_for("public.home"), 303)


@blueprint.get("/demo/courriels")
def demo_mailbox() -> str:
    """The mails this instance wrote, newest first."""
    _only_here()
    after = max(0, flask.request.args.get("depuis", default=0, type=int))
    mails = mailer.written(gate.instance().config.mail_folder, after=after, limit=MAILS_A_PAGE)
    older = after + MAILS_A_PAGE if len(mails) == MAILS_A_PAGE else None
    return flask.render_template("public/demo_mailbox.html", mails=mails, older=older)
