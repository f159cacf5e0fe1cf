"""« Aide »: the guide of each role, and all of them as one PDF."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate, help_pages
from appel_solidaire.web.public import blueprint
from campaigns.models import Role

_KEPT_FOR = 3600  # seconds; the same for everybody, until the next version
_LAYOUTS = {
    Role.VOLUNTEER: "layouts/volunteer.html",
    Role.COORDINATOR: "layouts/coordinator.html",
    Role.COORDINATION: "layouts/coordinator.html",
    Role.LEAD: "layouts/lead.html",
    Role.DPO: "layouts/dpo.html",
}


@blueprint.get("/aide", endpoint="help")
def all_guides() -> Response | str:
    """Somebody signed in reads their own guide first; a visitor chooses."""
    user = gate.visitor()
    if user is not None:
        own = help_pages.OF_ROLES[user.role]
        return flask.redirect(flask.url_for("public.help_page", slug=own), 303)
    return flask.render_template("help/choice.html", guides=help_pages.guides())


@blueprint.get("/aide/<slug>")
def help_page(slug: str) -> str:
    """One role's guide, with the way to the others."""
    user = gate.visitor()
    return flask.render_template(
        "help/guide.html",
        layout=_LAYOUTS[user.role] if user else "layouts/base.html",
        guide=gate.found(help_pages.guide(slug)),
        guides=help_pages.guides(),
    )


@blueprint.get("/aide/guide.pdf")
def help_pdf() -> Response:
    """All the guides, to print or to keep."""
    flask.g.kept_for = _KEPT_FOR
    response = flask.Response(help_pages.pdf(), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename="guide-appel-solidaire.pdf")
    return response


@blueprint.get("/aide/images/<slug>")
def help_picture(slug: str) -> Response:
    """A picture of the guides."""
    file = gate.found(help_pages.picture(slug))
    flask.g.kept_for = _KEPT_FOR
    return flask.send_file(file, mimetype="image/png")
