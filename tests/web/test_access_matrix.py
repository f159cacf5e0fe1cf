"""Who may do what: every address × every actor × own and other things, 0 leaks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appel_solidaire import config as settings
from appel_solidaire.app import create_app
from appel_solidaire.instance import Instance
from campaigns import accounts
from campaigns.models import Coverage, Membership, Role, Sheet, User
from tests.factories import TUESDAY
from tests.servers import PostgresServer
from tests.web import scene as scenes
from tests.web import signing
from tests.web.matrix import ACTORS, NAMED_TO_THE_LEAD, RECORD_ROWS, ROWS, SIGNED_OUT, Row
from tests.web.rehearsed import keep_nothing
from tests.web.scene import CANARIES, Scene


@dataclass
class World:
    """The program on a scene, and the cookie of each actor, signed in as people do."""

    app: Flask
    scene: Scene
    cookies: dict[str, str | None]

    def ask(self, row: Row, actor: str, thing: str) -> TestResponse:
        """Send one request of the matrix, with a right token when it writes."""
        values = self.scene.things[thing] if thing else {}
        client = self.visitor(actor)
        url = self.url(row, values)
        if row.method == "GET":
            return client.get(url)
        form = {name: text.format_map(values) for name, text in row.form.items()}
        return client.open(
            url, method=row.method, data={"csrf_token": signing.csrf(client), **form}
        )

    def visitor(self, actor: str) -> FlaskClient:
        """An actor as they were before the request of the cell before."""
        client = self.app.test_client()
        if value := self.cookies[actor]:
            client.set_cookie("appel", value)
        return client

    def url(self, row: Row, values: dict[str, object]) -> str:
        """The address of a row for a thing."""
        rule = next(rule for rule in self.app.url_map.iter_rules() if rule.endpoint == row.endpoint)
        wanted = {name: values[name] for name in rule.arguments if name != "filename"}
        if "filename" in rule.arguments:
            wanted["filename"] = "theme.css"
        with self.app.test_request_context():
            return flask.url_for(row.endpoint, **wanted)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    blank_instance: Path,
) -> Iterator[World]:
    """The scene, everybody signed in, then one account disabled."""
    folder = tmp_path_factory.mktemp("matrix") / "instance"
    shutil.copytree(blank_instance, folder)
    env: dict[str, str] = {}
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name = server.create(template=request.getfixturevalue("blank_postgres"))
        env = {"APPEL_DATABASE_URL": server.url(name)}
    instance = Instance.of(settings.load(folder, env=env), clock=lambda: TUESDAY)
    scene = scenes.build(instance)
    app = create_app(instance)
    cookies: dict[str, str | None] = dict.fromkeys(ACTORS)
    for actor, user in scene.people.items():
        client = app.test_client()
        signing.sign_in(client, instance, user)
        cookies[actor] = signing.cookie(client)
    with instance.database.unit() as session:
        disabled = session.get_one(User, scene.people["disabled"].id)
        accounts.disable(session, disabled, by=None, at=TUESDAY)
        # Enrolled meanwhile: the invitation the matrix walks is a new one.
        lead = session.get_one(User, scene.people["lead"].id)
        scene.things["enrolment"]["token"] = accounts.invite(session, lead, by=None, at=TUESDAY)
    keep_nothing(instance.database)
    yield World(app, scene, cookies)
    instance.database.engine.dispose()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.endpoint}")
def test_everybody_is_answered_what_the_matrix_says(world: World, row: Row) -> None:
    answered, expected, leaks = {}, {}, []
    for thing in row.things:
        for actor in ACTORS:
            answer = world.ask(row, actor, thing)
            answered[actor, thing] = answer.status_code
            expected[actor, thing] = row.expected(world.scene, actor, thing)
            if row.folder != "partner":  # a partner's link opens its need for whoever holds it
                leaks += [
                    f"{actor} read {word} about {thing or row.endpoint}"
                    for word in _not_for(actor, row)
                    if word.encode() in answer.data
                ]
    assert answered == expected
    assert leaks == []


def test_a_visitor_who_is_not_signed_in_is_led_to_the_sign_in_page(world: World) -> None:
    for row in ROWS:
        if row.method == "GET" and row.folder not in {"public", "partner", "static"}:
            answer = world.ask(row, "anonymous", row.things[0])
            assert answer.headers["Location"] == "/connexion", row


def _not_for(actor: str, row: Row) -> list[str]:
    """The names nobody but their own people may meet, on any page; records have their readers."""
    if row in RECORD_ROWS:
        allowed = {
            "coordinator_1": {"a", "b", "r"},
            "coordinator_2": {"2"},
            "coordination": set(CANARIES),
            "lead": set(CANARIES),
        }.get(actor, set())
        return [word for letter, word in CANARIES.items() if letter not in allowed]
    if row.endpoint in NAMED_TO_THE_LEAD and actor == "lead":
        return []
    allowed = {
        "volunteer_a": {"a"},
        "volunteer_b": {"b"},
        "coordinator_1": {"a"},  # of the needs of their territory
        "coordinator_2": {"2"},
        "coordination": {"a", "2"},
    }.get(actor, set())
    return [word for letter, word in CANARIES.items() if letter not in allowed]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_every_address_and_method_stands_in_the_matrix(app: Flask) -> None:
    served = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(row.endpoint, row.method) for row in ROWS}


def test_every_folder_is_asked_by_people_of_every_other(world: World) -> None:
    asked = {row.folder for row in ROWS}
    assert asked >= {"public", "partner", "volunteer", "coordinator", "lead", "static"}
    assert set(world.cookies) == set(ACTORS)
    assert SIGNED_OUT & set(world.scene.people) == {"disabled"}


# Rights that change while a session is open (S2): the next request knows -------------------------


@pytest.fixture
def scene(instance: Instance) -> Scene:
    """A scene of this test's own, whose writes are kept."""
    return scenes.build(instance)


def _visitor(app: Flask, instance: Instance, user: User) -> FlaskClient:
    client = app.test_client()
    signing.sign_in(client, instance, user)
    return client


def test_a_volunteer_taken_off_the_campaign_reads_nothing_at_the_next_request(
    app: Flask, instance: Instance, scene: Scene
) -> None:
    user = scene.people["volunteer_a"]
    client = _visitor(app, instance, user)
    line = f"/benevole/appels/{scene.things['line_a']['line_id']}"
    assert client.get(line).status_code == 200
    with instance.database.unit() as session:
        session.execute(sa.delete(Membership).where(Membership.user_id == user.id))
    assert client.get(line).status_code == 403
    assert CANARIES["a"] not in client.get(line).text


def test_a_sheet_given_to_somebody_else_changes_hands_at_the_next_request(
    app: Flask, instance: Instance, scene: Scene
) -> None:
    before, after = scene.people["volunteer_a"], scene.people["volunteer_b"]
    one, other = _visitor(app, instance, before), _visitor(app, instance, after)
    line = f"/benevole/appels/{scene.things['line_a']['line_id']}"
    with instance.database.unit() as session:
        mine = session.scalars(sa.select(Sheet).where(Sheet.volunteer_id == before.id)).one()
        theirs = session.scalars(sa.select(Sheet).where(Sheet.volunteer_id == after.id)).one()
        session.execute(
            sa.text("UPDATE line SET sheet_id = :to WHERE sheet_id = :of"),
            {"to": theirs.id, "of": mine.id},
        )
    assert one.get(line).status_code == 404
    assert other.get(line).status_code == 200


def test_a_coordinator_moved_to_another_territory_sees_its_needs_only(
    app: Flask, instance: Instance, scene: Scene
) -> None:
    user = scene.people["coordinator_1"]
    client = _visitor(app, instance, user)
    here, there = (
        f"/coordination/besoins/{scene.things[name]['need_id']}" for name in ("need_1", "need_2")
    )
    assert (client.get(here).status_code, client.get(there).status_code) == (200, 404)
    with instance.database.unit() as session:
        elsewhere = session.scalars(
            sa.select(Coverage.territory_id).where(
                Coverage.user_id == scene.people["coordinator_2"].id
            )
        ).one()
        session.execute(
            sa.update(Coverage).where(Coverage.user_id == user.id).values(territory_id=elsewhere)
        )
    assert (client.get(here).status_code, client.get(there).status_code) == (404, 200)


def test_a_role_that_changes_opens_and_closes_folders_at_the_next_request(
    app: Flask, instance: Instance, scene: Scene
) -> None:
    user = scene.people["coordination"]
    client = _visitor(app, instance, user)
    assert client.get("/pilotage/").status_code == 403
    with instance.database.unit() as session:
        session.execute(sa.update(User).where(User.id == user.id).values(role=Role.LEAD))
    assert client.get("/pilotage/").status_code == 200
    assert client.get("/coordination/").status_code == 403


def test_an_account_that_is_closed_is_signed_out_at_the_next_request(
    app: Flask, instance: Instance, scene: Scene
) -> None:
    user = scene.people["dpo"]
    client = _visitor(app, instance, user)
    assert client.get("/connexion").headers["Location"] == "/"
    with instance.database.unit() as session:
        accounts.disable(session, session.get_one(User, user.id), by=None, at=TUESDAY)
    assert client.get("/connexion").status_code == 200
