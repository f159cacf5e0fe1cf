"""The lead's pages: where the campaign stands, its lists, its team, its weeks, its mails."""

import flask

from appel_solidaire import record_pages

blueprint = flask.Blueprint("lead", __name__)
record_pages.register(blueprint)

from appel_solidaire.web.lead import (  # noqa: E402  they use blueprint
    campaign,
    capacity,
    home,
    journal,
    lists,
    mails,
    member,
    moves,
    rules,
    settings,
    team,
    waiting,
    weeks,
)

__all__ = [
    "blueprint",
    "campaign",
    "capacity",
    "home",
    "journal",
    "lists",
    "mails",
    "member",
    "moves",
    "rules",
    "settings",
    "team",
    "waiting",
    "weeks",
]
