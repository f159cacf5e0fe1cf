"""Rows behind a bilan: calls and needs spread over weeks, written as they are kept."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from campaigns import reference
from campaigns.models import (
    Agreement,
    Alarm,
    AlarmEnding,
    AlarmWhy,
    Call,
    Campaign,
    Helped,
    Need,
    NeedState,
    Person,
    Report,
    Result,
    User,
)
from campaigns.reference import Urgency
from tests import factories
from tests.factories import EVE

TOWNS = (("80021", "Amiens"), ("80620", "Péronne"), (None, ""))
BIRTHS = (date(1930, 1, 1), date(1950, 2, 28), date(1966, 11, 22), date(1990, 1, 1), None)


@dataclass
class Stage:
    """A campaign, its people, its volunteers, and what was written about them."""

    session: Session
    campaign: Campaign
    volunteers: list[User]
    people: list[Person] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _keys: Iterator[int] = field(default_factory=lambda: iter(range(1, 10**6)))

    def person(self, insee: str | None = None, **columns: Any) -> Person:
        """Somebody of the list."""
        found = factories.person(self.session, self.campaign, insee=insee, **columns)
        self.people.append(found)
        return found

    def call(
        self, whom: Person, at: datetime, outcome: str = "JOINT_OK", *, by: int = 0, **more: Any
    ) -> Call:
        """A call on the line of somebody's household."""
        user = self.volunteers[by]
        line = self._line()
        report = Report(
            user_id=user.id, key=f"k{next(self._keys)}", digest="d", line_id=line, received_at=at
        )
        self.session.add(report)
        self.session.flush()
        made = Call(
            campaign_id=self.campaign.id,
            report_id=report.id,
            line_id=line,
            enrolment_id=factories.enrolment(self.session, whom).id,
            person_id=whom.id,
            volunteer_id=user.id,
            at=at,
            outcome=outcome,
            is_conversation=reference.outcomes()[outcome].conversation,
            **more,
        )
        self.session.add(made)
        self.calls.append(made)
        return made

    def need(self, whom: Person, at: datetime, category: str = "ALI_COURSES", **more: Any) -> Need:
        """A need as it is kept; closed when ``result`` is told."""
        closed = "result" in more
        values = {
            "campaign_id": self.campaign.id,
            "person_id": whom.id,
            "territory_id": whom.commune.territory_id if whom.commune else None,
            "category": category,
            "urgency": Urgency.U3,
            "agreement": Agreement.YES,
            "text": "Courses",
            "state": NeedState.CLOSED if closed else NeedState.NEW,
            "raised_at": at,
            "raised_by_id": self.volunteers[0].id,
            "due_at": at + timedelta(days=7),
            "moved_at": at,
        } | ({"closed_at": at + timedelta(days=2)} if closed else {})
        made = Need(**(values | more))
        self.session.add(made)
        self.needs.append(made)
        return made

    def alarm(self, whom: Person, at: datetime, ending: AlarmEnding | None = None) -> Alarm:
        """Somebody who no longer answered."""
        made = Alarm(
            campaign_id=self.campaign.id,
            person_id=whom.id,
            why=AlarmWhy.SILENCE,
            say="ne répond plus",
            opened_at=at,
            due_at=at,
            closed_at=at + timedelta(hours=3) if ending else None,
            ending=ending,
        )
        self.session.add(made)
        return made

    def _line(self) -> int:
        """Some line of the week; whose it is does not matter to the counts."""
        if not self._lines:
            plan = factories.published(self.session, self.campaign)
            self._lines = [one.id for one in factories.lines(self.session, plan)]
        return self._lines[0]


def empty(session: Session, **columns: Any) -> Stage:
    """A campaign with two volunteers and nobody to call yet."""
    campaign = factories.campaign(session, **columns)
    return Stage(session, campaign, [factories.volunteer(session, campaign) for _ in range(2)])


def random_weeks(session: Session, seed: int, *, people: int = 12, calls: int = 60) -> Stage:
    """Three weeks of calls, needs and alarms around the tests' Tuesday, the same for a seed."""
    chance = random.Random(seed)
    stage = empty(session, created_at=EVE - timedelta(days=15))
    for insee, name in TOWNS:
        if insee:
            factories.commune(session, insee, name)
    for number in range(people):
        stage.person(
            TOWNS[number % len(TOWNS)][0], birth_date=chance.choice(BIRTHS), first_name=f"P{number}"
        )
    for _ in range(calls):
        at = EVE + timedelta(
            hours=chance.randrange(-14 * 24, 14 * 24), minutes=chance.randrange(60)
        )
        whom = chance.choice(stage.people)
        stage.call(
            whom,
            at,
            chance.choice(list(reference.outcomes())),
            by=chance.randrange(2),
            rang_back=chance.random() < 0.1,
        )
        if chance.random() < 0.4:
            _random_need(stage, chance, whom, at)
        if chance.random() < 0.1:
            stage.alarm(whom, at, chance.choice([None, *AlarmEnding]))
    session.flush()
    return stage


def _random_need(stage: Stage, chance: random.Random, whom: Person, at: datetime) -> None:
    more: dict[str, Any] = {}
    if chance.random() < 0.6:
        more["acknowledged_at"] = at + timedelta(hours=chance.randrange(1, 400))
    if chance.random() < 0.4:
        more |= {"result": chance.choice(list(Result)), "closed_at": at + timedelta(days=3)}
    if chance.random() < 0.3:
        more |= {"helped": chance.choice(list(Helped)), "helped_at": at + timedelta(days=5)}
    stage.need(whom, at, chance.choice(list(reference.categories())), **more)
