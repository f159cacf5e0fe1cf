"""Pages of the coordinators: their needs, from raised to answered."""

from typing import Any

import flask

from appel_solidaire import export_pages, gate, record_pages
from campaigns import needs

blueprint = flask.Blueprint("coordinator", __name__)
record_pages.register(blueprint)
export_pages.register(blueprint)


@blueprint.context_processor
def alarms() -> dict[str, Any]:
    """Vital emergencies nobody has acknowledged stand on top of every page."""
    # Asked by the pages that show them: a page of refusal may have nobody, or no campaign.
    return {
        "alarms": lambda: needs.alert.unseen(gate.db(), gate.me(), gate.campaign(), at=gate.now()),
        "agreement_of": needs.agreement_words,
        "callers_waiting": lambda: looking_after.waiting_count(),
        "alerts_without_a_record": lambda: looking_after.alerts_without_a_record(),
    }


from appel_solidaire.web.coordinator import (  # noqa: E402  they use it
    absences,
    acts,
    asked,
    desks,
    figures,
    helping,
    inbox,
    joint_review,
    looking_after,
    mails,
    need,
    on_call,
    own_form,
    paper,
    paper_back,
    reviews,
    ringing,
    services,
    signals,
    suggestions,
    texts,
    together,
    told,
    watching,
    working,
)

__all__ = [
    "absences",
    "acts",
    "asked",
    "blueprint",
    "desks",
    "figures",
    "helping",
    "inbox",
    "joint_review",
    "looking_after",
    "mails",
    "need",
    "on_call",
    "own_form",
    "paper",
    "paper_back",
    "reviews",
    "ringing",
    "services",
    "signals",
    "suggestions",
    "texts",
    "together",
    "told",
    "watching",
    "working",
]
