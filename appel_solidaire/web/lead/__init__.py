"""Pages of this audience."""

import flask

blueprint = flask.Blueprint("lead", __name__)
