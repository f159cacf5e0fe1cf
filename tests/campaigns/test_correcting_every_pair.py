"""A report corrected from any outcome to any other leaves what the second alone would have left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, needs, people, weeks
from campaigns.models import (
    Alarm,
    Call,
    Campaign,
    Line,
    Need,
    Objection,
    Person,
    Phone,
    QualityCase,
    Report,
    Role,
    User,
    Wish,
)
from campaigns.retry import Answers, Mood, Spoke
from tests import factories
from tests.factories import TUESDAY

NOW = weeks.at(TUESDAY.date() + timedelta(days=1), 10)
SAID = {
    "well": Answers(Spoke.YES, mood=Mood.WELL),
    "each week": Answers(Spoke.YES, mood=Mood.FRAGILE, wish=Wish.WEEKLY),
    "never again": Answers(Spoke.YES, mood=Mood.WELL, wish=Wish.NEVER),
    "worrying": Answers(Spoke.YES, mood=Mood.WORRYING),
    "not today": Answers(Spoke.YES, situation="REFUS_JOUR"),
    "no answer": Answers(Spoke.NO_ANSWER),
    "message": Answers(Spoke.VOICEMAIL, message_left=True),
    "call back": Answers(Spoke.LATER, asked=NOW + timedelta(days=1, hours=4)),
    "wrong number": Answers(Spoke.WRONG_NUMBER),
    "no number": Answers(Spoke.WRONG_NUMBER, situation="SANS_NUMERO"),
    "language": Answers(Spoke.OTHER, situation="LANGUE"),
    "hospital": Answers(Spoke.OTHER, situation="HOSPITALISE", asked=NOW.date() + timedelta(20)),
    "moved": Answers(Spoke.OTHER, situation="DEMENAGE"),
    "died": Answers(Spoke.OTHER, situation="DECEDE"),
}
# What was said before: how many days ago, and what.
_SOME = ("each week", "never again", "worrying", "no answer", "call back", "no number", "died")
_OTHERS = ("well", "not today", "no answer", "message", "wrong number", "language", "hospital")
PASTS = {
    "first call": (),
    "undecided": ((28, "well"),),
    "refused twice": ((14, "not today"), (7, "not today")),
    "regular": ((14, "each week"), (7, "well"), (2, "no answer")),
    "after an alert": ((1, "worrying"),),
}


@dataclass
class Home:
    """A couple who share a telephone, the line they are on, and who calls."""

    session: Session
    campaign: Campaign
    couple: tuple[Person, Person]
    caller: User
    line: Line

    def log(self, said: str, *, days_ago: int = 0) -> Call:
        whom, at = self.couple[0], NOW - timedelta(days=days_ago)
        filled = self._filled(said, days_ago=days_ago)
        of, by = self.campaign, self.caller
        logged = calls.log(self.session, self.line, filled=filled, campaign=of, by=by, at=at)
        self.session.flush()
        return next(one for one in logged.calls if one.person_id == whom.id)

    def correct(self, call: Call, said: str) -> None:
        found = needs.withdrawing.of_call(self.session, call)
        gone = {one.id for one in found if one.closed_at is None}
        filled, at = self._filled(said), NOW + timedelta(hours=1)
        calls.correcting.correct(
            self.session, call, filled=filled, withdrawn=gone, by=self.caller, at=at
        )
        self.session.flush()

    def _filled(self, said: str, *, days_ago: int = 0) -> calls.Filled:
        answers = SAID[said]
        language = "anglais" if answers.situation == "LANGUE" else ""
        number = None if days_ago else self.couple[0].phones[0].id
        key = f"{days_ago}-{said}".ljust(20, "-")
        return calls.Filled(key, self.couple[0].id, answers, phone_id=number, language=language)

    def state(self, call: Call) -> dict[str, Any]:
        """All that a report changes, as the next page reads it."""
        self.session.expire_all()
        keys = self.session.info["keys"].objection
        marks = {mark for one in self.couple for mark in people.fingerprints(keys, one)}
        found: dict[str, Any] = {
            "line": (self.line.closed_at, self.line.next_at),
            "said": self.session.get_one(Report, call.report_id).said,
            "objections": self._count(Objection.fingerprint.in_(marks)),
        }
        for who, one in zip(("she", "he"), self.couple, strict=True):
            row = factories.enrolment(self.session, one)
            columns = {
                one.key: getattr(row, one.key) for one in sa.inspect(row).mapper.column_attrs
            }
            # An instant that is past is « now ».
            columns["not_before_at"] = row.not_before_at and max(NOW, row.not_before_at)
            found |= {f"{who}.{name}": value for name, value in columns.items()}
            found[who] = (one.stop, one.stopped_at, one.hold, one.language)
            found[f"{who}.calls"] = [
                (each.at, each.outcome, each.is_conversation, each.mood, each.wish, each.asked_at)
                for each in self._of(Call, Call.outcome != "NON_TRAITE", whose=one)
            ]
            numbers = self._of(Phone, whose=one)
            found[f"{who}.numbers"] = [each.invalid_at for each in numbers]
            for kind in (QualityCase, Need, Alarm):
                still = self._of(kind, kind.closed_at.is_(None), whose=one)
                found[f"{who}.{kind.__name__}"] = len(still)
        return found

    def _of(self, kind: Any, *where: sa.ColumnElement[bool], whose: Person) -> list[Any]:
        query = sa.select(kind).where(kind.person_id == whose.id, *where).order_by(kind.id)
        return list(self.session.scalars(query))

    def _count(self, where: sa.ColumnElement[bool]) -> int:
        return self.session.scalar(sa.select(sa.func.count()).where(where)) or 0


@pytest.fixture
def home(session: Session) -> Home:
    campaign = factories.campaign(session)
    town = factories.commune(session).insee
    paulette = factories.person(session, campaign, insee=town)
    marcel = factories.person(
        session, campaign, insee=town, household=paulette.household, has_number=False
    )
    session.add(Phone(person_id=marcel.id, e164=paulette.phones[0].e164))
    session.add(Phone(person_id=paulette.id, e164="+33639981234", position=1))
    session.flush()
    for one in (paulette, marcel):
        session.refresh(one, ["phones"])
    factories.user(session, Role.COORDINATION, campaign)
    caller = factories.volunteer(session, campaign)
    (line,) = factories.lines(session, factories.published(session, campaign))
    return Home(session, campaign, (paulette, marcel), caller, line)


def _walk(names: Sequence[str]) -> Iterator[str]:
    """Every name after every other, once: a walk through all the ordered pairs."""
    left = {one: [other for other in names if other != one] for one in names}
    trail, walk = [names[0]], []
    while trail:
        if left[trail[-1]]:
            trail.append(left[trail[-1]].pop())
        else:
            walk.append(trail.pop())
    return reversed(walk)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("past", "names"),
    [
        ("first call", _SOME),
        ("first call", _OTHERS),
        ("undecided", _OTHERS),
        ("refused twice", _OTHERS),
        ("regular", _SOME),
        ("after an alert", _SOME),
    ],
)
def test_what_is_corrected_leaves_what_it_would_have_left_by_itself(
    home: Home, past: str, names: tuple[str, ...]
) -> None:
    for days_ago, said in PASTS[past]:
        home.log(said, days_ago=days_ago)
    ids = [home.line.id, home.campaign.id, home.caller.id, *(one.id for one in home.couple)]
    alone = {}
    for said in names:
        tried = home.session.begin_nested()
        alone[said] = home.state(home.log(said))
        tried.rollback()
        home.session.expunge_all()
        home = _again(home, ids)
    steps = _walk(names)
    call, was = home.log(next(steps)), ""
    for said in steps:
        home.correct(call, said)
        found = home.state(call)
        wrong = {name: (found[name], alone[said][name]) for name in found
                 if found[name] != alone[said][name]}  # fmt: skip
        assert not wrong, f"{was} → {said}: {wrong}"
        was = said


def _again(home: Home, ids: list[int]) -> Home:
    session, (line, campaign, caller, she, he) = home.session, ids
    return replace(
        home,
        line=session.get_one(Line, line),
        campaign=session.get_one(Campaign, campaign),
        caller=session.get_one(User, caller),
        couple=(session.get_one(Person, she), session.get_one(Person, he)),
    )
