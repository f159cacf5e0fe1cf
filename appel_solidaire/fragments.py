"""Parts of a page that are the same for many, kept once they are made."""

from collections.abc import Callable, Hashable

import flask
from markupsafe import Markup

_MOST = 500  # menus of every audience and section: far fewer
known: dict[tuple[Hashable, ...], Markup] = {}


def kept(made_by: Callable[[], Markup], *key: Hashable) -> Markup:
    """What a macro gives, asked once for each key until the process ends.

    ``key`` holds the name of the part and all that the macro reads; where the site is mounted goes
    with it, for addresses. Nothing about a person: what is kept outlives whoever it was shown to.
    """
    key = flask.request.script_root, *key
    found = known.get(key)
    if found is None:
        if len(known) >= _MOST:
            known.clear()
        found = known[key] = made_by()
    return found
