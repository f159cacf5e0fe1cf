"""The scene of the access matrix, everybody signed in, whose forms are filled in by somebody hostile."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

import flask
from flask import Flask
from structlog.testing import capture_logs
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from appel_solidaire import config as settings
from appel_solidaire.app import create_app
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import accounts
from campaigns.models import User
from tests.factories import TUESDAY
from tests.web import hostile_values as values
from tests.web import scene as scenes
from tests.web import signing
from tests.web.hostile_forms import Form, Forms, Listening
from tests.web.matrix import INSIDERS, ROWS, SIGNED_OUT, Row
from tests.web.rehearsed import for_good, keep_nothing
from tests.web.scene import Scene

# What its first unit keeps, its second reads: rolled back between the two, it would find nothing.
_KEEPS = ("/coordination/papier/saisie/",)
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Try:
    """One sending: the fields as they travel, and a word for whoever reads the failure."""

    say: str
    body: bytes
    kind: str = FORM_TYPE


@dataclass(slots=True)
class Target:
    """An address that is written to: by whom, and its form when a page shows one."""

    row: Row
    url: str
    actor: str
    form: Form

    @property
    def names(self) -> list[str]:
        """Its fields: those a page shows, those its row has, those its view asked for."""
        heard = Listening.asked.get(self.row.endpoint, set())
        known = {*self.form.fields, *self.form.buttons, *heard}
        return sorted(name for name in known if not _is_token(name))


@dataclass(slots=True)
class Ground:
    """The application on its scene, the sessions, and the forms its pages show."""

    app: Flask
    scene: Scene
    doors: dict[str, tuple[str, str]]  # actor → cookie, token of forms
    shown: dict[str, dict[str, Form]] = field(default_factory=dict)  # endpoint → path → form

    def ask(self, url: str, actor: str, sent: Try | None = None) -> TestResponse:
        """Open a page, or send a form, as somebody was before anything else was asked."""
        client = self.app.test_client()
        cookie, token = self.doors[actor]
        client.set_cookie("appel", cookie)
        if sent is None:
            return client.get(url)
        keeps = any(url.startswith(one) for one in _KEEPS)
        with for_good(self.database) if keeps else nullcontext():
            return client.post(
                url, data=sent.body, content_type=sent.kind, headers={"X-CSRFToken": token}
            )

    def owner(self, row: Row, thing: str) -> str | None:
        """Somebody the row lets do it, to that thing of theirs."""
        if row.folder in {"public", "partner"}:
            return "anonymous"
        whose = INSIDERS[row.folder] & set(self.doors) - {"volunteer_removed"}
        if thing:
            whose &= self.scene.owners[thing] | (
                whose if "anybody" in self.scene.owners[thing] else set()
            )
        return max(whose, key=lambda who: (who == "coordination", who), default=None)

    def url(self, row: Row, thing: str) -> str:
        """The address of a row, for a thing of the scene."""
        rule = next(one for one in self.app.url_map.iter_rules() if one.endpoint == row.endpoint)
        known = self.scene.things[thing] if thing else {}
        with self.app.test_request_context():
            return flask.url_for(row.endpoint, **{name: known[name] for name in rule.arguments})

    def pages(self) -> Iterator[tuple[Row, str, str]]:
        """Every page, each of its things once: its row, its address, who may open it."""
        for row in ROWS:
            if row.method == "GET" and row.folder != "static":
                for thing in row.things:
                    if actor := self.owner(row, thing):
                        yield row, self.url(row, thing), actor

    def look(self) -> None:
        """Note every form that is shown, by the address that receives it."""
        adapter = self.app.url_map.bind("localhost")
        for row, url, actor in self.pages():
            page = self.ask(url, actor) if row.done == 200 else None
            if page is None or page.status_code != 200 or page.mimetype != "text/html":
                continue
            for form in Forms(url, page.text).found:
                path = urlsplit(form.action).path
                try:
                    endpoint, _ = adapter.match(path, method="POST")
                except HTTPException:
                    continue
                known = self.shown.setdefault(endpoint, {})
                if path not in known or len(known[path].fields) < len(form.fields):
                    known[path] = form

    def target(self, row: Row) -> Target:
        """The address of a row, with the first thing that somebody may do it to, if any."""
        for thing in row.things:
            if actor := self.owner(row, thing):
                return self._target(row, thing, actor)
        anybody = self.owner(replace(row, things=("",)), "")
        assert anybody
        return self._target(row, row.things[0], anybody)

    @property
    def database(self) -> Database:
        """The database behind the application."""
        instance: Instance = self.app.extensions["appel"]
        return instance.database

    def close(self) -> None:
        """Let the database go."""
        self.database.engine.dispose()

    def _target(self, row: Row, thing: str, actor: str) -> Target:
        url = self.url(row, thing)
        known = self.shown.get(row.endpoint, {})
        form = known.get(url) or next(iter(known.values()), None) or Form(url)
        own = self.scene.things[thing] if thing else {}
        fields = form.fields | {name: text.format_map(own) for name, text in row.form.items()}
        return Target(row, url, actor, replace(form, action=url, fields=fields))


def _is_token(name: str) -> bool:
    return name.endswith("csrf_token")


def encoded(fields: list[tuple[str, str]]) -> bytes:
    """Fields as a browser sends them; ``RAW`` values go as they are."""
    raw = set(values.RAW.values())
    return "&".join(
        f"{quote_plus(name)}={value if value in raw else quote_plus(value)}"
        for name, value in fields
    ).encode()


def value(name: str) -> str:
    """A hostile value by its name."""
    return values.ONE.get(name) or values.RAW.get(name, "")


def honest(target: Target, turn: int = 0) -> dict[str, str]:
    """The form filled in as it should be, one of its buttons pressed."""
    pressed = {name: ways[turn % len(ways)] for name, ways in target.form.buttons.items()}
    filled = {name: text for name, text in target.form.fields.items() if not _is_token(name)}
    return filled | pressed


def at_once(target: Target, rounds: int) -> Iterator[Try]:
    """Every field hostile in the same sending, each with a value of its own."""
    seed = zlib.crc32(target.row.endpoint.encode())
    names = target.names
    for turn in range(rounds):
        chosen = [
            values.NAMES[(seed + turn * 11 + at * 7) % len(values.NAMES)]
            for at in range(len(names))
        ]
        sent = [(name, value(one)) for name, one in zip(names, chosen, strict=True)]
        yield Try(f"all: {dict(zip(names, chosen, strict=True))}", encoded(sent))


def one_by_one(target: Target, kinds: list[str], share: int | None) -> Iterator[Try]:
    """One field hostile, the others as they should be: it is read last, by the rules.

    A ``share`` of the fields and values, always the same ones for a form; None: all of them.
    """
    pairs = [(name, kind) for name in target.names for kind in kinds]
    if share is not None and len(pairs) > share:
        pairs = random.Random(target.row.endpoint).sample(pairs, share)
    for at, (name, kind) in enumerate(pairs):
        sent = honest(target, at) | {name: value(kind)}
        yield Try(f"{name}: {kind}", encoded(list(sent.items())))


def queries(
    endpoint: str, names: list[str], share: int | None, *, kinds: Sequence[str] = values.NAMES
) -> list[str]:
    """What stands behind the ? of an address, one parameter hostile at a time."""
    pairs = [(name, kind) for name in names for kind in kinds]
    if share is not None and len(pairs) > share:
        pairs = random.Random(endpoint).sample(pairs, share)
    return [encoded([(name, value(kind))]).decode() for name, kind in pairs]


def misshapen(target: Target) -> Iterator[Try]:
    """What is no form of this page: empty ones, each field twice, unknown ones, JSON, files."""
    good, names = honest(target), target.names
    yield Try("all empty", encoded([(name, "") for name in names]))
    yield Try("as it should be, and more", encoded([*good.items(), *_UNKNOWN]))
    yield Try("twice", encoded([*good.items(), *((name, "autre") for name in names)]))
    for odd in (0, 1):
        left = [(name, good.get(name, "1")) for name in names[odd::2]]
        yield Try(f"only {[name for name, _ in left]}", encoded(left))
    typed = json.dumps(dict.fromkeys(names, {"a": "\ud800"}))
    yield Try("JSON", typed.encode(), "application/json")
    yield Try("files", as_files(names), "multipart/form-data; boundary=x")
    yield Try("a million digits", encoded([(name, "9" * 900_000) for name in names[:1]]))


def as_files(names: list[str]) -> bytes:
    """Files under the names of fields."""
    head = 'Content-Disposition: form-data; name="{}"; filename="a.txt"'
    parts = [f"--x\r\n{head.format(name)}\r\n\r\na\r\n" for name in names if '"' not in name]
    return f"{''.join(parts)}--x--\r\n".encode()


_UNKNOWN = [
    ("id", "1"), ("role", "lead"), ("is_active", "1"), ("state", "closed"), ("campaign_id", "1"),
    ("user_id", "1"), ("__class__", "x"), ("choix", "1"), ("é", "\x00"), ("a" * 300, "b"),
]  # fmt: skip


def _is_here(location: str) -> bool:
    """Whether a redirection stays on the site, as every browser reads it."""
    parts = urlsplit(location)
    return location.startswith("/") and not (parts.scheme or parts.netloc or "\\" in location)


@dataclass(slots=True)
class Verdict:
    """What an answer did wrong; nothing, hopefully."""

    faults: list[str] = field(default_factory=list)
    sent: int = 0

    def hear(self, ground: Ground, url: str, actor: str, sent: Try | None) -> int:
        """Send one try; note a failure of the program, a template that ran, a script given back."""
        with capture_logs() as logged:
            answer = ground.ask(url, actor, sent)
        self.sent += 1
        wrong = [str(answer.status_code)] if answer.status_code >= 500 else []
        wrong += [f"{one['kind']} {one['place']}" for one in logged if one["event"] == "bug"]
        wrong += ["a template ran"] if values.PRODUCT in answer.data else []
        if not _is_here(answer.headers.get("Location", "/")):
            wrong.append(f"leads to {answer.headers['Location']}")
        if answer.mimetype == "text/html":
            wrong += ["a script came back" for one in values.SHOWN if one in answer.data]
        if wrong:
            self.faults.append(f"{sent.say if sent else url}: {', '.join(wrong)}")
        return answer.status_code


def build(folder: Path, env: dict[str, str]) -> Ground:
    """The scene on an instance, everybody signed in, its forms looked at; nothing is kept after."""
    Listening.asked.clear()
    Listening.asked_in_address.clear()
    config = replace(settings.load(folder, env=env), records_a_day=99_999, records_a_minute=99_999)
    instance = Instance.of(config, clock=lambda: TUESDAY)
    scene = scenes.build(instance)
    app = create_app(instance)
    app.request_class = Listening
    doors = {}
    for actor in sorted({"anonymous", *scene.people} - (SIGNED_OUT - {"anonymous"})):
        client = app.test_client()
        if actor in scene.people:
            signing.sign_in(client, instance, scene.people[actor])
        token = signing.csrf(client)
        doors[actor] = (signing.cookie(client), token)
    with instance.database.unit() as session:
        # Enrolled meanwhile: the invitation that is tried is a new one.
        lead = session.get_one(User, scene.people["lead"].id)
        scene.things["enrolment"]["token"] = accounts.invite(session, lead, by=None, at=TUESDAY)
    keep_nothing(instance.database)
    ground = Ground(app, scene, doors)
    ground.look()
    return ground
