"""Taking care of those who call: who asks to be rung, the box of good moments, the live banner."""

from collections.abc import Sequence

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate
from appel_solidaire.web.coordinator import blueprint
from campaigns import care
from campaigns.models import CareRequest, Role
from campaigns.refusal import Refusal

Answer = Response | tuple[str, int]


def waiting_count() -> int:
    """How many callers wait for the coordination; nobody for a coordinator of territories."""
    if gate.me().role is not Role.COORDINATION:
        return 0
    return care.waiting_count(gate.db(), gate.campaign())


def alerts_without_a_record() -> Sequence[CareRequest]:
    """Alerts of callers about nobody on their list, not taken yet; for the coordination."""
    if gate.me().role is not Role.COORDINATION:
        return ()
    return care.sounding.unseen(gate.db(), gate.campaign())


@blueprint.context_processor
def care_menu() -> dict[str, object]:
    """Whether the menu leads to the page of the callers."""
    return {"may_look_after": lambda: gate.me().role is Role.COORDINATION}


@blueprint.get("/alertes")
def alerts() -> str:
    """The banner alone, for the page that asks again by itself; ``dites`` are the needs it said."""
    said = flask.request.args.get("dites", "")
    return flask.render_template("coordinator/_alarms.html", said=said)


@blueprint.get("/prendre-soin")
def look_after() -> str:
    """Who asks to be rung today, and the good moments to read again."""
    _only_coordination()
    return _page()


@blueprint.post("/prendre-soin/<int:request_id>/prendre")
def take_care(request_id: int) -> Answer:
    """« Je l’appelle »."""
    request = _found(request_id)
    try:
        care.take(gate.db(), request, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(refused=refusal.say), 422
    flask.flash(f"Vous appelez {request.volunteer.first_name}.", "ok")
    return _back()


@blueprint.post("/prendre-soin/<int:request_id>/clore")
def close_care(request_id: int) -> Answer:
    """Say in a word what was done; the caller reads it."""
    request = _found(request_id)
    note = flask.request.form.get("note", "")
    try:
        care.close(gate.db(), request, note, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(refused=refusal.say, about=f"clore-{request_id}", typed=note), 422
    flask.flash(f"C’est noté pour {request.volunteer.first_name}.", "ok")
    return _back()


@blueprint.post("/bons-moments/<int:news_id>/partager")
def share_good_news(news_id: int) -> Answer:
    """Let every volunteer read it, without any name."""
    told = _told(news_id)
    text = flask.request.form.get("texte", "")
    try:
        care.good.share(gate.db(), told, text, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(refused=refusal.say, about=f"texte-{news_id}", typed=text), 422
    flask.flash("Partagé avec tous les volontaires, sans aucun nom.", "ok")
    return _back("#bons-moments")


@blueprint.post("/bons-moments/<int:news_id>/suite")
def settle_good_news(news_id: int) -> Answer:
    """What an offer of help came to, or keep a moment for oneself."""
    told = _told(news_id)
    text = flask.request.form.get("suite", "")
    try:
        care.good.settle(gate.db(), told, text, by=gate.me(), at=gate.now())
    except Refusal as refusal:
        return _page(refused=refusal.say, about=f"suite-{news_id}", typed=text), 422
    flask.flash("C’est noté.", "ok")
    return _back("#bons-moments")


def _page(*, refused: str = "", about: str = "", typed: str = "") -> str:
    db, campaign = gate.db(), gate.campaign()
    return flask.render_template(
        "coordinator/looking_after.html",
        waiting=care.waiting(db, campaign),
        closed=care.closed(db, campaign, at=gate.now()),
        to_read=care.good.to_read(db, campaign),
        offers=[one for one in care.good.offers(db, campaign) if one.news.shared_at],
        settled=care.good.settled(db, campaign),
        refused=refused,
        about=about,
        typed=typed,
    )


def _only_coordination() -> None:
    """What a caller says of themselves is for the coordination, not for a territory."""
    if gate.me().role is not Role.COORDINATION:
        flask.abort(403)


def _found(request_id: int) -> CareRequest:
    _only_coordination()
    return gate.found(care.one(gate.db(), gate.campaign(), request_id))


def _told(news_id: int) -> care.good.Told:
    _only_coordination()
    return gate.found(care.good.one(gate.db(), gate.campaign(), news_id))


def _back(anchor: str = "") -> Response:
    return flask.redirect(flask.url_for("coordinator.look_after") + anchor, 303)
