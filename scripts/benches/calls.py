"""Reports saved and sheets opened by twenty volunteers at once, on the real server.

The yardstick is the bare application (``scripts/yardsticks/bare.py``) under the same server, on
the same kind of database, taking turns. The client is the same for both and shares their cores.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

import sqlalchemy as sa

from appel_solidaire.cli import story
from appel_solidaire.instance import Instance
from campaigns import accounts, weeks
from campaigns.models import Line, LinkKind, Person, Phone, Sheet, User, WeekPlan
from scripts.benches import instances
from scripts.benches.measure import Figure, in_turns
from tests.servers import free_port

AT_ONCE, EACH, ALONE = 20, 25, 60
SIZE = story.Size(weeks=0)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
Ask = Callable[[int, int], None]  # which visitor, which of their requests


def run() -> list[Figure]:
    """Measure on each engine there is."""
    figures: list[Figure] = []
    for engine in instances.engines():
        suffix = "" if engine == "sqlite" else f".{engine}"
        with instances.fresh(engine) as instance, instances.fresh(engine) as other:
            story.tell(instance, SIZE, bar=_silent)
            with _served(instance) as ours, _bare(other) as theirs:
                figures += _measure(_visitors(instance, ours), theirs, suffix)
    return figures


def _silent(_words: str, _steps: int) -> AbstractContextManager[story.Step]:
    return nullcontext(lambda: None)


# The measures ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Timed:
    """One kind of request, with how long each took."""

    ask: Ask
    seconds: list[float] = field(default_factory=list)

    def crowd(self) -> float:
        """Everybody at once; give the seconds a request takes from the whole."""
        start = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for one in pool.map(self._one, range(AT_ONCE)):
                self.seconds += one
        return (time.perf_counter() - start) / (AT_ONCE * EACH)

    def alone(self) -> float:
        """One visitor and nobody else; give the median."""
        return median(self._one(0, ALONE))

    def _one(self, visitor: int, count: int = EACH) -> list[float]:
        found = []
        for number in range(count):
            start = time.perf_counter()
            self.ask(visitor, number)
            found.append(time.perf_counter() - start)
        return found


def _measure(visitors: Sequence[Visitor], bare: str, suffix: str) -> list[Figure]:
    strangers = [HTTPConnection(bare) for _ in range(AT_ONCE)]

    def commit(visitor: int, number: int) -> None:
        path = f"/place/{visitor * 40 + number % 40 + 1}"
        _send(strangers[visitor], path, {"note": "", "outcome": "NON_REPONSE"})

    def rows(visitor: int, _number: int) -> None:
        _read(strangers[visitor], "/")

    save = _Timed(lambda visitor, number: visitors[visitor].save(number))
    page = _Timed(lambda visitor, _: visitors[visitor].open_sheet())
    figures = []
    for name, ours, theirs in (("save", save, _Timed(commit)), ("page", page, _Timed(rows))):
        ours.crowd(), theirs.crowd()  # warm
        ours.seconds.clear(), theirs.seconds.clear()
        mine, yardstick = in_turns(ours.crowd, theirs.crowd)
        figures.append(Figure(f"calls.{name}s_per_s{suffix}", 1 / mine, "/s", 1 / yardstick))
        for rank in (50, 95, 99):
            value, beside = (_rank(one.seconds, rank) for one in (ours, theirs))
            figures.append(Figure(f"calls.{name}_p{rank}_ms{suffix}", value, "ms", beside))
        alone, beside = in_turns(ours.alone, theirs.alone)
        figures.append(Figure(f"calls.{name}_alone_ms{suffix}", alone * 1000, "ms", beside * 1000))
    return figures


def _rank(seconds: Sequence[float], rank: int) -> float:
    return quantiles(seconds, n=100)[rank - 1] * 1000


# The visitors ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Visitor:
    """A volunteer who is signed in, with the lines of their sheet."""

    connection: HTTPConnection
    cookie: str
    token: str
    lines: Sequence[tuple[int, int, int | None]]  # line, person, telephone

    def save(self, number: int) -> None:
        """Nobody answered: the commonest report."""
        line, person, phone = self.lines[number % len(self.lines)]
        fields = {
            "csrf_token": self.token,
            "key": secrets.token_urlsafe(24),
            "person_id": person,
            "phone_id": phone or "",
            "need_count": 0,
            "spoke": "sonne",
            "situation_sonne": "NON_REPONSE",
            "note": "",
            "action": "enregistrer",
        }
        _send(self.connection, f"/benevole/appels/{line}", fields, cookie=self.cookie)

    def open_sheet(self) -> None:
        """The list of the week."""
        _read(self.connection, "/benevole/", cookie=self.cookie)


def _visitors(instance: Instance, address: str) -> list[Visitor]:
    """As many volunteers as call at once, each entered by their mailed link."""
    now = instance.clock()
    week = weeks.current(now)
    with instance.database.unit() as session:
        sheets = session.execute(
            sa.select(Sheet.id, Sheet.volunteer_id)
            .join(WeekPlan, WeekPlan.id == Sheet.plan_id)
            .where(WeekPlan.week == week)
            .order_by(Sheet.capacity.desc(), Sheet.id)
            .limit(AT_ONCE)
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


def _send(
    connection: HTTPConnection, path: str, fields: dict[str, object], *, cookie: str = ""
) -> None:
    answer, html = _ask(connection, "POST", path, urlencode(fields), cookie=cookie)
    if answer.status != 303:
        raise RuntimeError(f"{path} answered {answer.status}: {html[:500]}")


def _read(connection: HTTPConnection, path: str, *, cookie: str = "") -> None:
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
def _served(instance: Instance) -> Iterator[str]:
    port = free_port()
    command = ["appel_solidaire.cli", "web", "--instance", str(instance.config.instance)]
    public = {"APPEL_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with _running([*command, "--port", str(port)], port, instance, public) as address:
        yield address


@contextmanager
def _bare(instance: Instance) -> Iterator[str]:
    port = free_port()
    folder = str(instance.config.instance)
    command = ["scripts.yardsticks.bare", folder, str(port)]
    with _running(command, port, instance, {"BARE_FOLDER": folder}) as address:
        yield address


@contextmanager
def _running(
    command: list[str], port: int, instance: Instance, env: dict[str, str]
) -> Iterator[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("APPEL_")}
    database = {"APPEL_DATABASE_URL": instance.config.database_url or ""}
    log = Path(instance.config.instance) / "journal.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env={**kept, **database, **env},
            stdout=said,
            stderr=said,
        )
    try:
        address = f"127.0.0.1:{port}"
        limit = time.monotonic() + 30
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
