"""Pages of this audience."""

import flask

blueprint = flask.Blueprint("partner", __name__)
