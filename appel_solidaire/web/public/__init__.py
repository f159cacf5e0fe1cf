"""Pages anybody may open: signing in, mailed links, what we do with data."""

import flask

blueprint = flask.Blueprint("public", __name__)

from appel_solidaire.web.public import demo, links, pages, sign_in  # noqa: E402  they use blueprint

__all__ = ["blueprint", "demo", "links", "pages", "sign_in"]
