"""Mailed links: looking spends nothing, the button does, once, before its date (S12)."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from appel_solidaire.instance import Instance
from campaigns.models import LinkKind, Role, SignInLink, User
from tests.conftest import Clock
from tests.web import signing
from tests.web.signing import PASSWORD, is_in

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def test_looking_at_a_link_leaves_it_unused(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    token = signing.weekly_link(instance, people[Role.VOLUNTEER])
    for n in range(3):  # a mail scanner, from other addresses
        scanner = app.test_client()
        origin = {"REMOTE_ADDR": f"203.0.113.{n}"}
        assert scanner.head(f"/entrer/{token}", environ_overrides=origin).status_code == 200
        assert scanner.get(f"/entrer/{token}", environ_overrides=origin).status_code == 200
    with instance.database.reading() as session:
        assert session.scalars(sa.select(SignInLink.used_at)).all() == [None]
    client = app.test_client()
    path = f"/entrer/{token}"
    assert client.post(path, data={"csrf_token": signing.csrf(client, path)}).status_code == 303


def test_a_link_opens_one_session_only(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    path = f"/entrer/{signing.weekly_link(instance, people[Role.VOLUNTEER])}"
    statuses = []
    for _ in range(2):
        client = app.test_client()
        token = signing.csrf(client)
        statuses.append(client.post(path, data={"csrf_token": token}).status_code)
    assert statuses == [303, 410]
    assert app.test_client().get(path).status_code == 410


def test_a_link_pressed_twice_at_the_same_instant_opens_one_session(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    path = f"/entrer/{signing.weekly_link(instance, people[Role.VOLUNTEER])}"
    statuses: list[int] = []
    together = threading.Barrier(4)

    def press() -> None:
        client = app.test_client()
        token = signing.csrf(client)
        together.wait()
        statuses.append(client.post(path, data={"csrf_token": token}).status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 410, 410, 410]


@SQLITE
def test_a_link_dies_with_its_date(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock
) -> None:
    kind, lives = LinkKind.AGAIN, timedelta(minutes=10)
    token = signing.weekly_link(instance, people[Role.VOLUNTEER], lives=lives, kind=kind)
    clock.move(minutes=9)
    assert app.test_client().get(f"/entrer/{token}").status_code == 200
    clock.move(minutes=1)
    client = app.test_client()
    assert client.get(f"/entrer/{token}").status_code == 410
    form = {"csrf_token": signing.csrf(client)}
    assert client.post(f"/entrer/{token}", data=form).status_code == 410


@SQLITE
def test_a_token_of_the_database_alone_opens_nothing(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    signing.weekly_link(instance, people[Role.VOLUNTEER])
    with instance.database.reading() as session:
        number, nonce = session.execute(sa.select(SignInLink.id, SignInLink.nonce)).one()
    for forged in (nonce, f"{number}-{nonce}", f"{number}-", f"{number}", "0-x", "-"):
        assert app.test_client().get(f"/entrer/{forged}").status_code == 410


def test_an_invitation_of_staff_opens_no_session_without_password_and_code(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock
) -> None:
    token = signing.invitation(instance, people[Role.LEAD])
    client = app.test_client()
    by_volunteers_door = client.post(f"/entrer/{token}", data={"csrf_token": signing.csrf(client)})
    assert by_volunteers_door.status_code == 410
    path = f"/premiere-connexion/{token}"
    for form in (
        {},
        {"password": PASSWORD},
        {"password": PASSWORD, "code": "000000"},
        {"password": "court", "code": "000000"},
    ):
        answer = client.post(path, data={"csrf_token": signing.csrf(client, path), **form})
        assert answer.status_code == 422
        assert not is_in(client, Role.LEAD)
    with instance.database.reading() as session:
        link = session.scalars(sa.select(SignInLink)).one()
        assert link.used_at is None
        assert session.get_one(User, people[Role.LEAD].id).password_hash is None


@SQLITE
def test_a_weekly_link_made_for_staff_opens_nothing(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    token = signing.weekly_link(instance, people[Role.LEAD])
    client = app.test_client()
    answer = client.post(f"/entrer/{token}", data={"csrf_token": signing.csrf(client)})
    assert answer.status_code == 410
    assert not is_in(client, Role.LEAD)


@SQLITE
def test_a_new_invitation_makes_the_former_useless(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    former = signing.invitation(instance, people[Role.LEAD])
    latest = signing.invitation(instance, people[Role.LEAD])
    assert app.test_client().get(f"/premiere-connexion/{former}").status_code == 410
    assert app.test_client().get(f"/premiere-connexion/{latest}").status_code == 200
