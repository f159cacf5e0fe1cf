"""Every answer that is not a page: a kind French sentence, what to do, and the text given back."""

import secrets

import flask
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from appel_solidaire import gate, opening
from appel_solidaire.db import Busy
from appel_solidaire.logs import logger
from campaigns.refusal import Refusal

_SECRET_FIELDS = {"password", "code", "csrf_token", "key", "token"}
_PAGES = {
    400: (
        "Cette page était ouverte depuis trop longtemps",
        "Par sécurité, rien n’a été enregistré. Revenez en arrière, rechargez la page, "
        "puis recommencez : ce que vous aviez écrit est recopié ci-dessous.",
    ),
    401: (
        "Votre session est terminée",
        "Reconnectez-vous pour continuer. Rien n’a été enregistré depuis votre dernier envoi ; "
        "ce que vous aviez écrit est recopié ci-dessous.",
    ),
    403: (
        "Cette page n’est pas pour vous",
        "Votre compte ne donne pas accès à cette partie. Si vous pensez que c’est une erreur, "
        "parlez-en à la coordination.",
    ),
    404: (
        "Page introuvable",
        "L’adresse est incomplète, ou cette fiche n’est pas dans votre liste, ou n’y est plus.",
    ),
    405: ("Cette adresse ne s’ouvre pas ainsi", "Revenez à la page précédente et recommencez."),
    409: (
        "Quelqu’un vient de modifier cette fiche",
        "Rien n’a été écrasé. Rouvrez la fiche pour voir ce qui a changé, puis recommencez : "
        "ce que vous aviez écrit est recopié ci-dessous.",
    ),
    413: (
        "Le fichier dépasse 20 Mo",
        "Rien n’a été enregistré. Copiez seulement la feuille utile dans un nouveau classeur, "
        "puis réessayez.",
    ),
    429: (
        "Trop d’essais",
        "Attendez un quart d’heure avant de réessayer, ou demandez un nouveau lien "
        "à la coordination.",
    ),
    503: (
        "Le service est très sollicité",
        "Rien n’a été perdu ni enregistré à moitié. Attendez une minute, puis recommencez : "
        "ce que vous aviez écrit est recopié ci-dessous.",
    ),
    500: (
        "Quelque chose n’a pas marché",
        "Ce n’est pas de votre fait. Rien n’a été enregistré à moitié. Réessayez ; si cela "
        "recommence, donnez le numéro ci-dessous à la coordination.",
    ),
}


def catch_all(app: flask.Flask) -> None:
    """Answer every failure of an application with a page."""
    app.register_error_handler(CSRFError, lambda _fault: _page(400))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(opening.TooFast, _too_fast)
    app.register_error_handler(Refusal, lambda refusal: _page(422, say=str(refusal)))
    app.register_error_handler(Busy, lambda _fault: _page(503))
    app.register_error_handler(StaleDataError, lambda _fault: _page(409))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(IntegrityError, lambda _fault: _page(409))
    # A number too large for the database, a character it cannot hold.
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(OverflowError, _unreadable)
    app.register_error_handler(Exception, _bug)


def _http(fault: HTTPException) -> Response:
    code = fault.code or 500
    if isinstance(fault, SecurityError):
        # Under a name that is not ours no address can be made: a sentence, and no link.
        answer = flask.make_response("Cette adresse n’est pas celle du service.", 400)
        answer.mimetype = "text/plain"
        return answer
    # A part of a page asked again by itself is left as it is: no sign-in page inside a banner.
    is_part = "HX-Request" in flask.request.headers
    if code == 401 and flask.request.method in gate.SAFE and not is_part:
        return flask.redirect(flask.url_for("public.sign_in"), 303)
    if code < 400:
        return fault.get_response()
    say = fault.description if code == 403 and type(fault).description != fault.description else ""
    return _page(code, say=say or "")


def _too_fast(fault: opening.TooFast) -> Response:
    answer = _page(429, say=fault.say, title="Une petite pause avant cette fiche", can_wait=True)
    answer.headers["Retry-After"] = str(fault.seconds)
    return answer


def _database(fault: OperationalError) -> Response:
    if "disk is full" in str(fault.orig) or "No space left" in str(fault.orig):
        logger().error("disk_full")
        return _page(
            503,
            say="Le disque du serveur est plein : rien n’a pu être enregistré. "
            "Prévenez la personne qui s’en occupe ; votre texte est recopié ci-dessous.",
        )
    logger().error("database_unavailable", kind=type(fault.orig).__name__)
    return _page(503)


def _unreadable(_fault: Exception) -> Response:
    if flask.request.method in gate.SAFE:
        return _page(404)
    return _page(
        422,
        say="Une des valeurs envoyées ne peut pas être lue. Vérifiez les nombres, les dates et "
        "les caractères collés, puis recommencez ; votre texte est recopié ci-dessous.",
    )


def _bug(fault: Exception) -> Response:
    incident = secrets.token_hex(4)
    # The kind and the place only: a message could hold what somebody typed.
    last = fault.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f"{last.tb_frame.f_code.co_qualname}:{last.tb_lineno}" if last else "?"
    logger().error("bug", incident=incident, kind=type(fault).__name__, place=place)
    if flask.current_app.testing:
        raise fault
    return _page(500, incident=incident)


def _page(
    code: int, *, say: str = "", incident: str = "", title: str = "", can_wait: bool = False
) -> Response:
    session = flask.g.get("db")
    if session is not None:
        gate.instance().database.settle(session, done=False)  # the page below reads afresh
    usual, text = _PAGES.get(code, _PAGES[404] if code == 404 else ("C’est refusé", ""))
    # A body over its limit raises again each time it is read.
    posted = () if code == 413 else flask.request.form.lists()
    given_back = [
        (name, value)
        for name, values in posted
        for value in values
        if name not in _SECRET_FIELDS and len(value) > 1
    ][:40]
    html = flask.render_template(
        "errors/page.html",
        code=code,
        title=title or usual,
        can_wait=can_wait,
        text=say or text,
        incident=incident,
        given_back=given_back,
    )
    return flask.make_response(html, code)
