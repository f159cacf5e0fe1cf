"""Who may be rung while offices are closed, on top of the inbox; or that nobody can be."""

from typing import Any

from appel_solidaire import gate
from appel_solidaire.record_pages import reach
from appel_solidaire.web.coordinator import blueprint
from campaigns import directory


@blueprint.context_processor
def on_call() -> dict[str, Any]:
    """Asked by the inbox alone, hence a function."""
    return {"on_call": _on_call}


def _on_call() -> list[directory.OnCall]:
    """The on-call services of the territories somebody answers for, before a closing."""
    session, now = gate.db(), gate.now()
    if not directory.is_closing(session, now):
        return []
    mine = reach.territories()
    found = [one for one in directory.territories(session) if mine is None or one.id in mine]
    return directory.on_call_before_closing(session, found, now)
