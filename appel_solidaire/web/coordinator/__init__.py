"""Pages of the coordinators: their needs, from raised to answered."""

from typing import Any

import flask

from appel_solidaire import gate, record_pages
from campaigns import overview

blueprint = flask.Blueprint("coordinator", __name__)
record_pages.register(blueprint)


@blueprint.context_processor
def alarms() -> dict[str, Any]:
    """Vital emergencies nobody has acknowledged stand on top of every page."""
    # Asked by the pages that show them: a page of refusal may have nobody, or no campaign.
    return {"alarms": lambda: overview.alarms_unseen(gate.db(), gate.me(), gate.campaign())}


from appel_solidaire.web.coordinator import (  # noqa: E402  they use it
    acts,
    figures,
    inbox,
    need,
    paper,
    paper_back,
)

__all__ = ["acts", "blueprint", "figures", "inbox", "need", "paper", "paper_back"]
