"""The web is killed while everybody reports (R1): what was acknowledged is in the database, whole,
and a report sent again until it is acknowledged is there once. ``scripts/drill reports`` runs many
rounds."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.app import create_app
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import journal, weeks
from campaigns.models import (
    Call,
    JournalEntry,
    Line,
    Need,
    OutgoingMail,
    Person,
    Referral,
    Report,
    User,
)
from tests import factories
from tests.needs_stage import set_up
from tests.servers import free_port

ROUNDS = range(int(os.environ.get("APPEL_DRILL_ROUNDS", "1")))
VOLUNTEERS, EACH = 40, 2
KILLS = (10, 35, 60)  # the web falls once so many reports were acknowledged
PATIENCE = 180.0  # waiting costs nothing where all is well
ANSWERS = (
    {"spoke": "oui", "situation_oui": "CONFUSION"},  # raises an alert: a need, its mails
    {"spoke": "sonne", "situation_sonne": "NON_REPONSE"},
)


@dataclass
class Caller:
    """A volunteer signed in, the reports they have to send, and those acknowledged, by key."""

    cookie: str
    token: str
    lines: Sequence[tuple[int, int]]  # line, person
    acknowledged: list[str] = field(default_factory=list)

    def report(self, port: int, *, until: float) -> None:
        """Send each report again until it is acknowledged, as the page does."""
        for number, (line, person) in enumerate(self.lines):
            key = secrets.token_urlsafe(24)
            fields = ANSWERS[number % len(ANSWERS)] | {
                "csrf_token": self.token,
                "key": key,
                "person_id": str(person),
                "need_count": "0",
                "action": "enregistrer",
            }
            while time.monotonic() < until and not self._is_kept(port, line, fields):
                time.sleep(0.1)
            self.acknowledged.append(key)

    def _is_kept(self, port: int, line: int, fields: dict[str, str]) -> bool:
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", f"/benevole/appels/{line}", urlencode(fields), headers)
            return connection.getresponse().status == 303
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


class Web:
    """The program’s web, in a process group of its own that can be killed at once."""

    def __init__(self, instance: Path, env: dict[str, str]) -> None:
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("APPEL_")}
        self.env = {**kept, **env, "APPEL_PUBLIC_URL": f"http://127.0.0.1:{self.port}"}
        folder = ["--instance", str(instance), "--port", str(self.port)]
        self.command = [sys.executable, "-m", "appel_solidaire.cli", "web", *folder]
        self.log = instance.parent / "web.log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                self.command, env=self.env, stdout=said, stderr=said, start_new_session=True
            )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.mark.parametrize("number", ROUNDS)
def test_what_was_acknowledged_is_kept_whole_when_the_web_is_killed(
    config: Config, number: int
) -> None:
    instance = Instance.of(config)  # the real clock: the program’s
    callers = _callers(instance)
    web = Web(config.instance, {"APPEL_DATABASE_URL": config.database_url or ""})
    until = time.monotonic() + PATIENCE
    threads = [
        threading.Thread(target=one.report, args=(web.port,), kwargs={"until": until})
        for one in callers
    ]
    try:
        for thread in threads:
            thread.start()
        for due in KILLS:
            while time.monotonic() < until and _count(callers) < due:
                time.sleep(0.01)
            web.kill()
            web.start()
        for thread in threads:
            thread.join()
    finally:
        web.kill()
    assert time.monotonic() < until, web.log.read_text(encoding="utf-8")[-2000:]
    assert _count(callers) == VOLUNTEERS * EACH, f"round {number}"
    _assert_whole(instance, Counter(key for one in callers for key in one.acknowledged))
    instance.database.engine.dispose()


def _assert_whole(instance: Instance, acknowledged: Counter[str]) -> None:
    with instance.database.reading() as session:
        assert Counter(session.scalars(sa.select(Report.key))) == acknowledged
        made = session.execute(sa.select(Call.id, Call.outcome)).all()
        assert len(made) == len(acknowledged)
        confused = {row.id for row in made if row.outcome == "CONFUSION"}
        assert len(confused) == VOLUNTEERS
        assert set(session.scalars(sa.select(Need.call_id))) == confused
        noted = sa.select(JournalEntry.object_id).where(JournalEntry.action == "call_logged")
        assert Counter(session.scalars(noted)) == Counter(row.id for row in made)
        assert journal.verify(session).is_whole
        needs = set(session.scalars(sa.select(Need.id)))
        assert set(session.scalars(sa.select(Referral.need_id))) == needs
        assert (session.scalar(sa.select(sa.func.count(OutgoingMail.id))) or 0) >= len(needs)


def _count(callers: Sequence[Caller]) -> int:
    return sum(len(one.acknowledged) for one in callers)


def _callers(instance: Instance) -> list[Caller]:
    """Volunteers who hold a sheet of this week, each signed in."""
    now = instance.clock()
    week = weeks.current(now)
    app = create_app(instance)
    with instance.database.unit() as session:
        campaign = set_up(session).campaign
        people = [factories.volunteer(session, campaign) for _ in range(VOLUNTEERS)]
        for _ in range(VOLUNTEERS * (EACH + 1)):
            factories.person(session, campaign)
        plan = factories.published(session, campaign, week, at=weeks.starts_at(week))
        lines = {user.id: _lines(session, factories.lines(session, plan, user)) for user in people}
    return [_enter(instance, app.test_client(), user, lines[user.id]) for user in people]


def _lines(session: Session, lines: Sequence[Line]) -> list[tuple[int, int]]:
    by_home = {one.household_id: one.id for one in session.scalars(sa.select(Person))}
    assert len(lines) >= EACH, "somebody has too short a sheet"
    return [(line.id, by_home[line.household_id]) for line in lines[:EACH]]


def _enter(
    instance: Instance, client: FlaskClient, user: User, lines: Sequence[tuple[int, int]]
) -> Caller:
    with instance.database.unit() as session:
        factories.sign_in(session, client, user, at=instance.clock())
    page = client.get("/benevole/disponibilites").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    cookie = client.get_cookie("appel")
    assert found is not None
    assert cookie is not None
    return Caller(f"appel={cookie.value}", found[1], lines)
