"""Whose records somebody may read, and how these pages are drawn in their folder."""

from collections.abc import Sequence
from typing import Any, cast

import flask
from werkzeug.wrappers import Response

from appel_solidaire import gate, opening
from campaigns import access, records
from campaigns.models import Person, Role


def territories() -> Sequence[int] | None:
    """The territories this reader is kept to; None for the lead and the coordination.

    Those of the colleagues they stand in for at this instant are among them.
    """
    if "territories" not in flask.g:  # asked once a request: the same wherever it is asked
        user = gate.me()
        is_lead = user.role is Role.LEAD
        flask.g.territories = (
            None if is_lead else access.territories_of(gate.db(), user, at=gate.now())
        )
    return cast("Sequence[int] | None", flask.g.territories)


def found(person_id: int) -> Person:
    """The person, or 404 when they are not this reader's."""
    return gate.found(records.of(gate.db(), gate.campaign(), person_id, territories=territories()))


def note_opening(someone: Person) -> None:
    """Note in the journal that a record was read; once a visit; too many wait."""
    opening.note(someone.id)


def drawn(template: str, **facts: Any) -> str:
    """A page of records inside the reader's own layout and menu."""
    folder = flask.request.blueprint
    return flask.render_template(
        f"records/{template}.html", layout=f"records/_{folder}.html", **facts
    )


def to(endpoint: str, **values: Any) -> Response:
    """Go on to a page of the same folder."""
    return flask.redirect(flask.url_for(f".{endpoint}", **values), 303)
