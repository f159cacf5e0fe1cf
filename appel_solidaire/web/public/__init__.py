"""Pages anybody may open: signing in, mailed links, what we do with data."""

import flask

blueprint = flask.Blueprint("public", __name__)

from appel_solidaire.web.public import (  # noqa: E402  they use blueprint
    demo,
    fewer,
    figures,
    guides,
    links,
    pages,
    sign_in,
)

__all__ = ["blueprint", "demo", "fewer", "figures", "guides", "links", "pages", "sign_in"]
