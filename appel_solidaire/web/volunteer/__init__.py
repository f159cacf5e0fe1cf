"""The volunteer's pages: this week's own sheet, the call, half-days, the guide."""

import flask

blueprint = flask.Blueprint("volunteer", __name__)

from appel_solidaire.web.volunteer import (  # noqa: E402  they use blueprint
    alert,
    announced,
    asking,
    availability,
    call,
    care,
    coaching,
    correct,
    keeping,
    mine,
    own,
    passing,
    questions,
    rehearsal,
    rest,
    several,
    sheet,
    training,
)

__all__ = [
    "alert",
    "announced",
    "asking",
    "availability",
    "blueprint",
    "call",
    "care",
    "coaching",
    "correct",
    "keeping",
    "mine",
    "own",
    "passing",
    "questions",
    "rehearsal",
    "rest",
    "several",
    "sheet",
    "training",
]
