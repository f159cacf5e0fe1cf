"""Parts of a page that are the same for everybody, rendered once in the process.

What differs from one page to the next (an address, a token, somebody’s words) is a hole, filled
when the page is made: nothing of anybody is kept. All else a part depends on is its key, so that a
rule that changed is read by the very next page, in every process.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import flask
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

_KEPT = 512  # parts of an application: the rules and the guides of its campaigns, in their states
# A hole while the part is drawn: a number no template holds, so that addresses take it as well.
_MARK = re.compile(r"8150947(\d\d)31")
Context = Callable[..., Mapping[str, Any]]  # Any: what a template takes


def part(template: str, context: Context, *same: Hashable, holes: Mapping[str, object]) -> Markup:
    """A part of a page, as its template renders it.

    ``context(*same, **holes)`` gives what the template takes, and all of it: it is asked once for
    the same things, with a mark in place of each hole, which may only be written out.
    """
    drawn = flask.current_app.extensions.setdefault("appel_stencils", lru_cache(_KEPT)(_drawn))
    pieces = list(drawn(flask.request.script_root, template, context, same, tuple(holes)))
    values = [str(escape(value)) for value in holes.values()]
    pieces[1::2] = [values[int(number)] for number in pieces[1::2]]
    return Markup("".join(pieces))  # noqa: S704  # nosec B704  a template’s, its holes escaped


def _drawn(
    _root: str, template: str, context: Context, same: Sequence[Hashable], names: Sequence[str]
) -> Sequence[str]:
    """The texts between the holes and, in every second place, the number of the hole."""
    marks = {name: int(f"8150947{number:02}31") for number, name in enumerate(names)}
    text = flask.current_app.jinja_env.get_template(template).render(context(*same, **marks))
    if generate_csrf() in text:
        raise RuntimeError(f"{template} would keep somebody’s token: make it a hole.")
    return tuple(_MARK.split(text))
