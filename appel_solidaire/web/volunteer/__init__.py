"""The volunteer's pages: this week's own sheet, the call, half-days, the guide."""

import flask

blueprint = flask.Blueprint("volunteer", __name__)

from appel_solidaire.web.volunteer import (  # noqa: E402  they use blueprint
    availability,
    call,
    passing,
    rest,
    sheet,
)

__all__ = ["availability", "blueprint", "call", "passing", "rest", "sheet"]
