"""The mails: how many left, which are in trouble, why, what to do; Monday's, read beforehand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flask

from appel_solidaire import gate, mail_pages, mailer, summaries
from appel_solidaire.mail_pages import KINDS, reply_words
from appel_solidaire.web.lead import blueprint
from campaigns import sheets, weeks
from campaigns.models import OutgoingMail
from campaigns.sheets import calendar

__all__ = ["KINDS", "reply_words"]
mail_pages.register(blueprint)

READERS = {
    "week_volunteer": "À chaque volontaire",
    "week_coordinator": "À la coordination",
    "week_lead": "Au pilotage",
}
# Before the first week there is nothing to tell: these numbers show how each mail reads.
EXAMPLES: dict[str, dict[str, Any]] = {
    "week_volunteer": {"line_count": 16, "conversations": 9, "raised": 2, "closed": 1, "good": 0},
    "week_coordinator": {"new": 3, "in_progress": 8, "closed": 5, "late": 1, "oldest": []},
    "week_lead": {
        "calls": 420,
        "conversations": 210,
        "raised": 14,
        "closed": 9,
        "late": 1,
        "sheets": 15,
        "line_count": 240,
        "waiting": 600,
    },
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One of Monday's mails as it reads: who has it, how many, and the letter's own words.

    ``count`` is 0 when nobody has it yet: its numbers are then an example.
    """

    readers: str
    count: int
    subject: str
    text: str


@blueprint.get("/courriels/lundi")
def monday_mails() -> str:
    """Monday's mails before they leave, one of each kind; nothing is sent or kept."""
    coming = weeks.after(calendar.newest(calendar.told_at, gate.now()))
    week = _told_of(coming)
    news = summaries.expected(gate.db(), gate.campaign(), week, gate.now())
    return flask.render_template(
        "lead/monday_mails.html",
        campaign=gate.campaign(),
        told_at=calendar.told_at(coming),
        is_published=week == coming,
        coming=coming,
        drafts=_drafts(news, week),
    )


def _told_of(coming: str) -> str:
    """The week to show: the coming one, or the one before while its sheets are not published."""
    plan = sheets.of(gate.db(), gate.campaign(), coming)
    return coming if plan is not None and plan.published_at else weeks.after(coming, -1)


def _drafts(news: Sequence[summaries.News], week: str) -> list[Draft]:
    counts = Counter(one.kind for one in news)
    first = {one.kind: one.about for one in reversed(news)}
    example = {"campaign": gate.campaign().id, "week": week}
    drafts = []
    for kind, readers in READERS.items():
        about = first.get(kind, EXAMPLES[kind] | example)
        subject, text = _letter(kind, about)
        drafts.append(Draft(readers, counts[kind], subject, text))
    return drafts


def _letter(kind: str, about: dict[str, Any]) -> tuple[str, str]:
    """A letter's subject and text, addressed to who looks: nobody else's way in or out is shown."""
    config = gate.instance().config
    mail = OutgoingMail(
        kind=kind,
        to_address=gate.me().email,
        user_id=gate.me().id,
        about=about | {"url": f"{config.public_url}/entrer/…"},
        posted_at=gate.now(),
    )
    message = mailer.compose(gate.db(), mail, config=config, at=gate.now())
    body = message.get_body(("plain",))
    return message["Subject"], body.get_content().strip() if body else ""
