"""Every write needs the token of the very session that sends it; without, nothing changes (S4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import flask
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from appel_solidaire.instance import Instance
from campaigns.models import User
from tests.conftest import Clock
from tests.web import scene as scenes
from tests.web import signing
from tests.web.matrix import INSIDERS, ROWS, SIGNED_OUT
from tests.web.scene import Scene

TYPED = "Elle demande des courses"
# Reading somebody's record is itself an act the journal keeps (reliability c6: views included).
READ_ACTS = {
    "coordinator.alarm",
    "coordinator.need",
    "coordinator.person",
    "coordinator.text",
    "dpo.request",
    "dpo.text",
    "lead.corrections",
    "lead.person",
    "lead.week_sheet",
    "volunteer.call",
}
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def scene(instance: Instance) -> Scene:
    """The scene of the access matrix."""
    return scenes.build(instance)


def writes(app: Flask) -> list[Rule]:
    """Every address that takes something else than a look."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    ]


class Ledger:
    """Counts the writes kept in the database by anybody, from a connection of its own."""

    def __init__(self, instance: Instance) -> None:
        self.connection = instance.database.engine.raw_connection()

    def __call__(self) -> int:
        """A number that moves at each commit that wrote something (SQLite's data_version)."""
        return int(self.connection.cursor().execute("PRAGMA data_version").fetchone()[0])


@pytest.fixture
def kept(instance: Instance) -> Iterator[Ledger]:
    """Whether anything was kept since the last look."""
    ledger = Ledger(instance)
    yield ledger
    ledger.connection.close()


def _address(app: Flask, scene: Scene, rule: Rule) -> str:
    row = next(row for row in ROWS if row.endpoint == rule.endpoint)
    thing = scene.things[row.things[0]] if row.things[0] else {}
    with app.test_request_context():
        return flask.url_for(rule.endpoint, **{name: thing[name] for name in rule.arguments})


def _insider(app: Flask, instance: Instance, scene: Scene, rule: Rule) -> FlaskClient:
    """Somebody whom only the missing token keeps from writing."""
    client = app.test_client()
    folder = rule.endpoint.partition(".")[0]
    if folder not in {"public", "partner"}:
        first = sorted(INSIDERS[folder] - SIGNED_OUT)[0]
        signing.sign_in(client, instance, scene.people[first])
    return client


def _tokens(
    app: Flask, instance: Instance, scene: Scene
) -> dict[str, Callable[[FlaskClient], str]]:
    other = app.test_client()
    signing.sign_in(other, instance, scene.people["volunteer_b"])
    stolen = signing.csrf(other)
    return {
        "no token": lambda _client: "",
        "a foreign token": lambda _client: "IjEyMyI.aaaa.bbbb",
        "another session's token": lambda _client: stolen,
    }


def test_no_write_passes_without_the_token_of_its_own_session(
    app: Flask, instance: Instance, scene: Scene, kept: Ledger
) -> None:
    tokens = _tokens(app, instance, scene)
    passed, clients = [], {}
    for rule in writes(app):
        folder = rule.endpoint.partition(".")[0]
        if folder not in clients:
            clients[folder] = _insider(app, instance, scene, rule)
        client, address = clients[folder], _address(app, scene, rule)
        signing.csrf(client)  # a page was opened: a token exists for this session
        before = kept()
        for kind, token in tokens.items():
            form = {"csrf_token": token(client), "text": TYPED}
            answer = client.post(address, data={name: v for name, v in form.items() if v})
            if answer.status_code != 400 or kept() != before:
                passed.append((rule.rule, kind, answer.status_code))
            if TYPED not in answer.text:
                passed.append((rule.rule, kind, "text lost"))
    assert passed == []


def test_looking_changes_nothing(
    app: Flask, instance: Instance, scene: Scene, kept: Ledger
) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    changed, clients = set(), {}
    for rule in rules:
        folder = rule.endpoint.partition(".")[0]
        if folder == "static":
            continue
        if folder not in clients:
            clients[folder] = _insider(app, instance, scene, rule)
        before = kept()
        for ask in (clients[folder].get, clients[folder].head, clients[folder].options):
            ask(_address(app, scene, rule))
        if kept() != before:
            changed.add(rule.endpoint)
    assert changed == READ_ACTS


def test_the_ledger_sees_a_write(instance: Instance, scene: Scene, kept: Ledger) -> None:
    before = kept()
    with instance.database.unit() as session:
        session.execute(sa.update(User).values(wants_summary=False))
    assert kept() != before


def test_no_view_is_exempt_from_the_token(app: Flask) -> None:
    protection = app.extensions["csrf"]
    assert protection._exempt_views == set()
    assert protection._exempt_blueprints == set()


def test_a_token_outlives_a_long_call(
    app: Flask, instance: Instance, scene: Scene, clock: Clock
) -> None:
    client = app.test_client()
    signing.sign_in(client, instance, scene.people["volunteer_a"])
    token = signing.csrf(client)
    for _ in range(5):  # fifty minutes of conversation, the page asking for a pulse now and then
        clock.move(minutes=25)
        client.get("/benevole/guide")
    answer = client.post("/benevole/disponibilites", data={"csrf_token": token})
    assert answer.status_code == 303


def test_the_secrets_of_a_refused_form_are_not_given_back(app: Flask, scene: Scene) -> None:
    answer = app.test_client().post(
        "/connexion",
        data={"email": "x@example.org", "password": "mon secret", "code": "123456"},
    )
    assert answer.status_code == 400
    assert "x@example.org" in answer.text
    assert "mon secret" not in answer.text
    assert "123456" not in answer.text
