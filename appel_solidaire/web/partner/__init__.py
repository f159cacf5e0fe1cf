"""Pages of partners without an account: one need behind a mailed link."""

import flask

blueprint = flask.Blueprint("partner", __name__)

from appel_solidaire.web.partner import confirming, need, suggesting  # noqa: E402  they use blueprint

__all__ = ["blueprint", "confirming", "need", "suggesting"]
