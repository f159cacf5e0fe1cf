"""Volunteers who are signed in, and the servers they ask: for benches and drills."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa

from appel_solidaire.instance import Instance
from campaigns import accounts, weeks
from campaigns.models import Line, LinkKind, Person, Phone, Sheet, User, WeekPlan
from tests.servers import free_port

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
NOBODY = {"spoke": "sonne", "situation_sonne": "NON_REPONSE"}

# The visitors ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Visitor:
    """A volunteer who is signed in, with the lines of their sheet."""

    connection: HTTPConnection
    cookie: str
    token: str
    lines: Sequence[tuple[int, int, int | None]]  # line, person, telephone

    def save(self, number: int, answers: Mapping[str, str] = NOBODY) -> str:
        """Send a report of one line, by default the commonest: nobody answered. Give its key."""
        line, person, phone = self.lines[number % len(self.lines)]
        key = secrets.token_urlsafe(24)
        fields = {
            "csrf_token": self.token,
            "key": key,
            "person_id": person,
            "phone_id": phone or "",
            "need_count": 0,
            "note": "",
            "action": "enregistrer",
            **answers,
        }
        send(self.connection, f"/benevole/appels/{line}", fields, cookie=self.cookie)
        return key

    def open_sheet(self) -> None:
        """The list of the week."""
        read(self.connection, "/benevole/", cookie=self.cookie)

    def open_call(self, number: int) -> None:
        """The page of one person."""
        line = self.lines[number % len(self.lines)][0]
        read(self.connection, f"/benevole/appels/{line}", cookie=self.cookie)


def entered(instance: Instance, address: str, *, count: int) -> list[Visitor]:
    """As many volunteers, those with the longest sheets, each entered by their mailed link."""
    now = instance.clock()
    week = weeks.current(now)
    with instance.database.unit() as session:
        sheets = session.execute(
            sa.select(Sheet.id, Sheet.volunteer_id)
            .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
            .where(WeekPlan.week == week)
            .order_by(Sheet.capacity.desc(), Sheet.id)
            .limit(count)
        ).all()
        found = []
        for sheet_id, user_id in sheets:
            user = session.get_one(User, user_id)
            link = accounts.make_link(
                session, user, kind=LinkKind.AGAIN, at=now, expires_at=now + timedelta(hours=1)
            )
            lines = session.execute(_callable_lines(sheet_id)).all()
            first: dict[int, tuple[int, int, int | None]] = {}
            for row in lines:
                first.setdefault(row[0], (row[0], row[1], row[2]))
            found.append((accounts.token_of(session, link), list(first.values())))
    return [_enter(address, token, lines) for token, lines in found]


def _callable_lines(sheet_id: int) -> sa.Select[int, int, int]:
    return (
        sa.select(Line.id, Person.id, Phone.id)
        .join(Person, Person.household_id == Line.household_id)
        .join(Phone, Phone.person_id == Person.id)
        .where(
            Line.sheet_id == sheet_id,
            Line.closed_at.is_(None),
            Person.stop.is_(None),
            Person.hold.is_(None),
            Phone.invalid_at.is_(None),
        )
        .order_by(Line.id, Person.id, Phone.id)
    )


def _enter(address: str, token: str, lines: list[tuple[int, int, int | None]]) -> Visitor:
    connection = HTTPConnection(address)
    answer, html = _ask(connection, "GET", f"/entrer/{token}")
    cookie = _cookie(answer)
    fields = urlencode({"csrf_token": _csrf(html)})
    answer, _ = _ask(connection, "POST", f"/entrer/{token}", fields, cookie=cookie)
    cookie = _cookie(answer)
    answer, html = _ask(connection, "GET", "/benevole/disponibilites", cookie=cookie)
    return Visitor(connection, _cookie(answer), _csrf(html), lines)  # the token is in the cookie


def _csrf(html: str) -> str:
    found = _TOKEN.search(html)
    if found is None:
        raise RuntimeError("no form on the page")
    return found[1]


def _cookie(answer: HTTPResponse) -> str:
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


def send(
    connection: HTTPConnection, path: str, fields: Mapping[str, object], *, cookie: str = ""
) -> None:
    """Post a form that is accepted. RuntimeError says what was answered instead."""
    answer, html = _ask(connection, "POST", path, urlencode(fields), cookie=cookie)
    if answer.status != 303:
        raise RuntimeError(f"{path} answered {answer.status}: {html[:500]}")


def read(connection: HTTPConnection, path: str, *, cookie: str = "") -> None:
    """Open a page that is there. RuntimeError says what was answered instead."""
    answer, _ = _ask(connection, "GET", path, cookie=cookie)
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")


def _ask(
    connection: HTTPConnection, method: str, path: str, body: str | None = None, *, cookie: str = ""
) -> tuple[HTTPResponse, str]:
    headers = {**(_FORM if body else {}), **({"Cookie": cookie} if cookie else {})}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer, answer.read().decode()


# The servers ----------------------------------------------------------------------------------


@contextmanager
def served(instance: Instance, *, part: str = "web") -> Iterator[str]:
    """The program on a port of its own: ``web``, or ``up`` for the worker too. Give its address."""
    port = free_port()
    command = ["appel_solidaire.cli", part, "--instance", str(instance.config.instance)]
    public = {"APPEL_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with running([*command, "--port", str(port)], port, instance, public) as address:
        yield address


@contextmanager
def running(
    command: list[str], port: int, instance: Instance, env: dict[str, str]
) -> Iterator[str]:
    """A module run as a server, from its first answer to the end of the block."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APPEL_")}
    database = {"APPEL_DATABASE_URL": instance.config.database_url or ""}
    # A load opens in a minute what somebody opens in a day: nobody is slowed down for it.
    fast = {"APPEL_RECORDS_A_DAY": "999999", "APPEL_RECORDS_A_MINUTE": "999999"}
    log = Path(instance.config.instance) / "journal.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env={**kept, **database, **fast, **env},
            stdout=said,
            stderr=said,
        )
    try:
        address = f"127.0.0.1:{port}"
        limit = time.monotonic() + 60
        while True:
            try:
                _ask(HTTPConnection(address), "GET", "/")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > limit:
                    raise RuntimeError(log.read_text()) from None
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(30)
