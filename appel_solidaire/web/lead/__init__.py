"""The lead's pages: where the campaign stands, its lists, its team, its weeks, its mails."""

import flask

from appel_solidaire import record_pages

blueprint = flask.Blueprint("lead", __name__)
record_pages.register(blueprint)

from appel_solidaire.web.lead import (  # noqa: E402  they use blueprint
    areas,
    campaign,
    capacity,
    care,
    covering,
    deputies,
    guide,
    guide_draft,
    home,
    journal,
    lists,
    mails,
    member,
    moves,
    office,
    offices,
    routes,
    routes_draft,
    rules,
    settings,
    silence,
    team,
    training,
    urgent,
    vouchers,
    waiting,
    weeks,
)

__all__ = [
    "areas",
    "blueprint",
    "campaign",
    "capacity",
    "care",
    "covering",
    "deputies",
    "guide",
    "guide_draft",
    "home",
    "journal",
    "lists",
    "mails",
    "member",
    "moves",
    "office",
    "offices",
    "routes",
    "routes_draft",
    "rules",
    "settings",
    "silence",
    "team",
    "training",
    "urgent",
    "vouchers",
    "waiting",
    "weeks",
]
