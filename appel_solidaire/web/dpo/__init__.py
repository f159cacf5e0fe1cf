"""Pages of this audience."""

import flask

blueprint = flask.Blueprint("dpo", __name__)
