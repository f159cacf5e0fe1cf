"""The DPO's pages: the journal and its chain, what is kept about people."""

import flask

blueprint = flask.Blueprint("dpo", __name__)

from appel_solidaire.web.dpo import home  # noqa: E402  it uses blueprint

__all__ = ["blueprint", "home"]
