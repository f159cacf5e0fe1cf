"""Pages of partners without an account: one need behind a mailed link."""

import flask

blueprint = flask.Blueprint("partner", __name__)

from appel_solidaire.web.partner import need  # noqa: E402  it uses blueprint

__all__ = ["blueprint", "need"]
