"""The rest of a sheet: given back, or five households more; what changed on it was read."""

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.volunteer import blueprint
from campaigns import sheets, weeks
from campaigns.refusal import Refusal


@blueprint.get("/rendre-le-reste")
def give_back() -> str:
    """What giving back the rest will do, before it is done."""
    return _confirm()


@blueprint.post("/rendre-le-reste")
def give_back_post() -> Response | tuple[str, int]:
    """Hand on everything still to be called."""
    try:
        moved = sheets.moving.give_back(
            gate.db(), gate.campaign(), gate.me(), by=gate.me(), at=gate.now()
        )
    except Refusal as refusal:
        return _confirm(refusal=refusal), 422
    flask.flash(moved.say, "ok")
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


@blueprint.post("/cinq-de-plus")
def more() -> Response:
    """Five households more, for who has the time."""
    try:
        moved = sheets.moving.more(
            gate.db(), gate.campaign(), gate.me(), by=gate.me(), at=gate.now()
        )
    except Refusal as refusal:
        flask.flash(refusal.say, "warm")
    else:
        flask.flash(moved.say, "ok")
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


@blueprint.post("/changements-lus")
def notices_read() -> Response:
    """What changed on the sheet was read."""
    week = weeks.current(gate.now())
    sheet = sheets.own(gate.db(), gate.me(), gate.campaign(), week=week)
    if sheet is not None:
        up_to = flask.request.form.get("jusqu-a", default=0, type=int)
        sheets.notices.read(gate.db(), sheet, up_to=up_to, at=gate.now())
    return flask.redirect(flask.url_for("volunteer.sheet"), 303)


def _confirm(*, refusal: Refusal | None = None) -> str:
    week = weeks.current(gate.now())
    return flask.render_template(
        "volunteer/give_back.html",
        queue=sheets.queue(gate.db(), gate.me(), gate.campaign(), week=week, now=gate.now()),
        refusal=refusal,
    )
