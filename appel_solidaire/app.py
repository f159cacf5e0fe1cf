"""The application: settings in, pages out."""

import hashlib
from collections.abc import Callable
from functools import cache

import flask
import jinja2
from flask_wtf import CSRFProtect

from appel_solidaire import errors, formats, gate, headers, preview, web
from appel_solidaire.config import STATIC, TEMPLATES
from appel_solidaire.instance import Instance

FORM_BYTES = 1_000_000


def create_app(instance: Instance) -> flask.Flask:
    """Build the web application of one instance."""
    config = instance.config
    app = flask.Flask("appel_solidaire", static_folder=str(STATIC), template_folder=str(TEMPLATES))
    app.extensions["appel"] = instance
    app.extensions["appel_addresses"] = {}
    app.extensions["appel_preview"] = preview.Preview(create_app, clock=instance.clock)
    secure = config.is_https
    app.config.update(
        SECRET_KEY=config.keys.web.hex(),
        SESSION_COOKIE_NAME="__Host-appel" if secure else "appel",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        TRUSTED_HOSTS=[config.public_host, *(["127.0.0.1", "localhost"] if not secure else [])],
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=2_000,
        WTF_CSRF_TIME_LIMIT=None,  # a long call must not lose its report
        WTF_CSRF_SSL_STRICT=False,  # our pages send no referrer; the token is what counts
        WTF_I18N_ENABLED=False,
    )
    headers.put(app, is_https=secure)  # first, so as to have the last word on every answer
    gate.guard(app)
    CSRFProtect(app)
    errors.catch_all(app)
    _dress(app)
    web.register(app)
    return app


def _dress(app: flask.Flask) -> None:
    """Templates: unknown variables raise, French filters, static files named by their content."""
    env = app.jinja_env
    env.undefined = jinja2.StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(formats.FILTERS)
    env.globals["asset"] = asset
    app.context_processor(gate.context)
    app.context_processor(_page_at)


class _Addresses(dict[str, str]):
    """Addresses of pages that take no argument, by endpoint: each is built once."""

    def __missing__(self, endpoint: str) -> str:
        self[endpoint] = address = flask.url_for(endpoint)
        return address


def _page_at() -> dict[str, Callable[[str], str]]:
    """``page_at("volunteer.sheet")``: a menu asks for twenty addresses on every page."""
    known: dict[str, _Addresses] = flask.current_app.extensions["appel_addresses"]
    return {"page_at": known.setdefault(flask.request.script_root, _Addresses()).__getitem__}


@cache
def asset(name: str) -> str:
    """Address of a static file with its content's fingerprint: cached for ever, never stale."""
    fingerprint = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{fingerprint}"
