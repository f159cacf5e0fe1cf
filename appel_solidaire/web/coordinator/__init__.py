"""Pages of this audience."""

import flask

blueprint = flask.Blueprint("coordinator", __name__)
