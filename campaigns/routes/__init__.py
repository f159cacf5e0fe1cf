"""The routing table of a campaign: in force, drafted, tried on past needs, published, learned."""

from campaigns.routes import dismissing
from campaigns.routes.drafting import Known, Overtaken, check, draft_of, known, orphans, start
from campaigns.routes.learning import Proposal, proposals
from campaigns.routes.publishing import go_back, history, one, publish
from campaigns.routes.tables import (
    audiences_of,
    facts_known,
    fingerprint,
    for_person,
    house_rules,
    in_force,
    of_rows,
    rule_of,
)
from campaigns.routes.trying import Change, Trial, try_out
from campaigns.routes.wanting import Wanting, wanting

__all__ = [
    "Change",
    "Known",
    "Overtaken",
    "Proposal",
    "Trial",
    "Wanting",
    "audiences_of",
    "check",
    "dismissing",
    "draft_of",
    "facts_known",
    "fingerprint",
    "for_person",
    "go_back",
    "history",
    "house_rules",
    "in_force",
    "known",
    "of_rows",
    "one",
    "orphans",
    "proposals",
    "publish",
    "rule_of",
    "start",
    "try_out",
    "wanting",
]
