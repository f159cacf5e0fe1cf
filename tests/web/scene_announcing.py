"""What is said to all and asked back, for the access matrix: a word of the lead, a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from campaigns import announcing
from campaigns.models import Campaign, User
from tests.factories import TUESDAY


def add(
    session: Session, campaign: Campaign, people: dict[str, User], note: Callable[..., None]
) -> None:
    """Write them, and ``note`` whose they are."""
    lead, by = people["lead"], people["volunteer_a"]
    until = TUESDAY.date()
    said = announcing.saying.say(session, campaign, "Bravo.", until=until, by=lead, at=TUESDAY)
    note("announcement_a", "volunteer_a", "volunteer_b", announcement_id=said.id)
    note("announcement_lead", "lead", announcement_id=said.id)
    note("no_announcement", announcement_id=999_999)
    asked = announcing.asking.ask(session, campaign, "Qui livre ?", by=by, at=TUESDAY)
    note("asked_a", "volunteer_a", question_id=asked.id)
    note("asked_desk", "coordination", question_id=asked.id)
    note("no_asked", question_id=999_999)


def rows(get: Callable[..., Any], post: Callable[..., Any]) -> tuple[Any, ...]:
    """Their lines of the matrix."""
    desk = {"stranger": 403}
    return (
        post("volunteer.announcement_read", "announcement_a", "no_announcement"),
        get("volunteer.own_questions"),
        post("volunteer.ask_question", done=422),
        post("volunteer.answer_read", "asked_a", "no_asked"),
        get("volunteer.frequent_questions"),
        get("coordinator.asked", "care_desk", **desk),
        get("coordinator.asked_one", "asked_desk", **desk),
        post("coordinator.answer_asked", "asked_desk", **desk, done=422),
        post("coordinator.share_asked", "asked_desk", **desk, done=422),
        post("coordinator.keep_asked_apart", "asked_desk", **desk),
        get("lead.announcements"),
        post("lead.announce", done=422),
        post("lead.withdraw_announcement", "announcement_lead", "no_announcement"),
        post("lead.open_room", form={"url": ""}),
        post("lead.dismiss_route", done=422),
    )
