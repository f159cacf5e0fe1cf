"""Signing in, staying signed in, and being signed out for good (S9 to S13)."""

from __future__ import annotations

import threading

import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire import config as settings
from appel_solidaire.app import create_app
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import accounts
from campaigns.models import (
    OutgoingMail,
    Role,
    SignedSession,
    SignInFailure,
    User,
)
from tests import factories
from tests.conftest import Clock
from tests.web import signing
from tests.web.signing import PASSWORD, code, is_in

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """A thief with a copy of the cookie."""
    thief = app.test_client()
    thief.set_cookie("appel", signing.cookie(client))
    return thief


# The session ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.LEAD])
def test_the_cookie_of_before_signing_in_opens_nothing(
    app: Flask, instance: Instance, people: dict[Role, User], role: Role
) -> None:
    client = app.test_client()
    signing.csrf(client)
    before = copy_of(app, client)
    signing.sign_in(client, instance, people[role])
    assert is_in(client, role)
    assert not is_in(before, role)


@SQLITE
def test_each_sign_in_opens_a_session_of_its_own(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    client = app.test_client()
    signing.enter(client, instance, people[Role.VOLUNTEER])
    first = signing.cookie(client)
    signing.enter(client, instance, people[Role.VOLUNTEER])
    assert signing.cookie(client) != first
    with instance.database.reading() as session:
        keys = session.scalars(sa.select(SignedSession.key_hash)).all()
    assert len(set(keys)) == 2
    assert all(key not in first for key in keys)  # the row holds a hash, never the cookie's key


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.LEAD])
def test_signing_out_kills_every_copy_of_the_cookie(
    app: Flask, instance: Instance, people: dict[Role, User], role: Role
) -> None:
    client = app.test_client()
    signing.sign_in(client, instance, people[role])
    thief = copy_of(app, client)
    assert is_in(thief, role)
    assert signing.sign_out(client).status_code == 303
    assert not is_in(thief, role)
    assert not is_in(client, role)


@SQLITE
def test_signing_out_leaves_the_other_sessions_of_the_same_person(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    phone, desk = app.test_client(), app.test_client()
    for client in (phone, desk):
        signing.enter(client, instance, people[Role.VOLUNTEER])
    signing.sign_out(phone)
    assert is_in(desk, Role.VOLUNTEER)


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.LEAD])
def test_disabling_an_account_kills_its_sessions_and_links(
    app: Flask, instance: Instance, people: dict[Role, User], role: Role
) -> None:
    client = app.test_client()
    signing.sign_in(client, instance, people[role])
    unused = signing.weekly_link(instance, people[role])
    with instance.database.unit() as session:
        user = session.get_one(User, people[role].id)
        accounts.disable(session, user, by=None, at=instance.clock())
    assert not is_in(client, role)
    assert app.test_client().get(f"/entrer/{unused}").status_code == 410


@SQLITE
def test_a_new_password_ends_the_sessions_opened_with_the_old_one(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    before, after = app.test_client(), app.test_client()
    signing.enrol(before, instance, people[Role.LEAD])
    signing.enrol(after, instance, people[Role.LEAD])
    assert not is_in(before, Role.LEAD)
    assert is_in(after, Role.LEAD)


@pytest.mark.parametrize(("role", "idle"), [(Role.VOLUNTEER, 60), (Role.LEAD, 30)])
def test_a_session_ends_when_nobody_uses_it(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock, role: Role, idle: int
) -> None:
    client = app.test_client()
    signing.sign_in(client, instance, people[role])
    clock.move(minutes=idle - 1)
    assert is_in(client, role)
    clock.move(minutes=idle - 1)
    assert is_in(client, role)  # the page before counted as use
    clock.move(minutes=idle)
    assert not is_in(client, role)


@SQLITE
def test_asking_for_the_pulse_does_not_keep_a_session_alive(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock
) -> None:
    client = app.test_client()
    signing.enrol(client, instance, people[Role.LEAD])
    for _ in range(5):
        clock.move(minutes=6)
        client.get("/pouls")
    assert not is_in(client, Role.LEAD)
    assert client.get("/pouls").json == {"secondes": None}


@SQLITE
@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.LEAD])
def test_a_session_ends_after_twelve_hours_whatever_happens(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock, role: Role
) -> None:
    client = app.test_client()
    signing.sign_in(client, instance, people[role])
    for _ in range(12 * 60 // 20 - 1):
        clock.move(minutes=20)
        assert is_in(client, role)
    clock.move(minutes=20)
    assert not is_in(client, role)


@SQLITE
def test_a_forged_cookie_opens_nothing(app: Flask, people: dict[Role, User]) -> None:
    for value in ("", "x", "eyJrZXkiOiJ4In0.aaaa.bbbb", "a" * 4_000):
        client = app.test_client()
        client.set_cookie("appel", value)
        assert not is_in(client, Role.LEAD)


# Password and code -----------------------------------------------------------------------------


def test_the_right_password_and_code_open_a_session(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock
) -> None:
    seed = signing.enrol(app.test_client(), instance, people[Role.LEAD])
    clock.move(minutes=1)
    client = app.test_client()
    email = people[Role.LEAD].email
    answer = signing.with_password(client, email, password=PASSWORD, code=code(seed, clock()))
    assert answer.status_code == 303
    assert is_in(client, Role.LEAD)


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_a_code_opens_one_session_only_however_it_is_typed(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock, spelling: str
) -> None:
    seed = signing.enrol(app.test_client(), instance, people[Role.LEAD])
    clock.move(minutes=1)
    digits, email = code(seed, clock()), people[Role.LEAD].email
    first = signing.with_password(app.test_client(), email, password=PASSWORD, code=digits)
    assert first.status_code == 303
    again = spelling.format(digits)
    second = signing.with_password(app.test_client(), email, password=PASSWORD, code=again)
    assert second.status_code == 422


@SQLITE
def test_the_code_of_the_enrolment_does_not_serve_again(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock
) -> None:
    seed = signing.enrol(app.test_client(), instance, people[Role.LEAD])
    answer = signing.with_password(
        app.test_client(), people[Role.LEAD].email, password=PASSWORD, code=code(seed, clock())
    )
    assert answer.status_code == 422


def test_one_code_used_by_two_at_the_same_instant_opens_one_session(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock
) -> None:
    seed = signing.enrol(app.test_client(), instance, people[Role.LEAD])
    clock.move(minutes=1)
    digits, email = code(seed, clock()), people[Role.LEAD].email
    answers: list[int] = []
    together = threading.Barrier(2)

    def attempt() -> None:
        client = app.test_client()
        token = signing.csrf(client)
        together.wait()
        form = {"csrf_token": token, "email": email, "password": PASSWORD, "code": digits}
        answers.append(client.post("/connexion", data=form).status_code)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422]


@SQLITE
@pytest.mark.parametrize(
    ("password", "typed"),
    [
        (PASSWORD, "000000"),
        ("autre chose du tout", "right"),
        (PASSWORD, "١٢٣٤٥٦"),
        (PASSWORD, "12345"),
        ("x" * 900, "right"),
    ],
)
def test_a_wrong_password_or_code_opens_nothing(
    app: Flask,
    instance: Instance,
    people: dict[Role, User],
    clock: Clock,
    password: str,
    typed: str,
) -> None:
    seed = signing.enrol(app.test_client(), instance, people[Role.LEAD])
    clock.move(minutes=1)
    client = app.test_client()
    digits = code(seed, clock()) if typed == "right" else typed
    email = people[Role.LEAD].email
    answer = signing.with_password(client, email, password=password, code=digits)
    assert answer.status_code == 422
    assert not is_in(client, Role.LEAD)
    assert password not in answer.text


# Guessing --------------------------------------------------------------------------------------


def _guess(app: Flask, email: str, *, address: str = "198.51.100.1") -> int:
    client = app.test_client()
    form = {
        "csrf_token": signing.csrf(client),
        "email": email,
        "password": "un mot de passe faux",
        "code": "000000",
    }
    return client.post(
        "/connexion", data=form, environ_overrides={"REMOTE_ADDR": address}
    ).status_code


def test_the_eleventh_failure_on_an_account_waits_a_quarter_of_an_hour(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock
) -> None:
    email = people[Role.LEAD].email
    seed = signing.enrol(app.test_client(), instance, people[Role.LEAD])
    tries = [_guess(app, email, address=f"198.51.100.{n}") for n in range(11)]
    assert tries == [422] * 10 + [429]  # wherever they come from
    clock.move(minutes=1)
    right = code(seed, clock())
    held = signing.with_password(app.test_client(), email, password=PASSWORD, code=right)
    assert held.status_code == 429
    clock.move(minutes=15)
    right = code(seed, clock())
    later = signing.with_password(app.test_client(), email, password=PASSWORD, code=right)
    assert later.status_code == 303  # nobody is locked out for good


@SQLITE
def test_one_address_that_tries_many_accounts_is_held_back(app: Flask, instance: Instance) -> None:
    with instance.database.unit() as session:
        factories.campaign(session)
    tries = [_guess(app, f"personne{n}@example.org") for n in range(26)]
    assert set(tries[:25]) == {422}
    assert tries[25] == 429
    assert _guess(app, "personne99@example.org", address="198.51.100.9") == 422


@SQLITE
def test_a_colleague_at_the_same_address_signs_in_after_somebody_s_mistakes(
    app: Flask, instance: Instance, people: dict[Role, User], clock: Clock
) -> None:
    seed = signing.enrol(app.test_client(), instance, people[Role.LEAD])
    for _ in range(10):
        _guess(app, "collegue@example.org", address="127.0.0.1")
    clock.move(minutes=1)
    answer = signing.with_password(
        app.test_client(), people[Role.LEAD].email, password=PASSWORD, code=code(seed, clock())
    )
    assert answer.status_code == 303


@SQLITE
def test_wiping_redis_lifts_no_limit(
    config: Config, redis_url: str, people: dict[Role, User]
) -> None:
    served = settings.load(config.instance, env={"APPEL_REDIS_URL": redis_url})
    app = create_app(Instance.of(served))
    email = people[Role.LEAD].email
    assert [_guess(app, email) for _ in range(10)] == [422] * 10
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    assert _guess(app, email) == 429


@SQLITE
def test_counted_failures_hold_neither_address_in_clear(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    _guess(app, people[Role.LEAD].email)
    with instance.database.reading() as session:
        rows = session.scalars(sa.select(SignInFailure.key_hash)).all()
    assert len(rows) == 2
    assert all(len(row) == 64 and "@" not in row for row in rows)


# Known and unknown addresses look alike -----------------------------------------------------------


def test_nothing_tells_a_known_address_from_an_unknown_one(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    signing.enrol(app.test_client(), instance, people[Role.LEAD])
    known, unknown = people[Role.LEAD].email, "l" * (len(people[Role.LEAD].email) - 12)
    seen = {}
    for email in (known, f"{unknown}@example.org"):
        client = app.test_client()
        answer = signing.with_password(client, email, password="faux" * 5, code="000000")
        names = sorted(answer.headers.keys())
        seen[email] = (answer.status_code, names, len(answer.data))
    (one, other) = seen.values()
    assert one[:2] == other[:2]
    assert abs(one[2] - other[2]) <= 16


@pytest.mark.parametrize("email", ["volunteer", "lead", "unknown"])
def test_asking_for_a_link_answers_the_same_to_everybody(
    app: Flask, instance: Instance, people: dict[Role, User], email: str
) -> None:
    typed = {
        "volunteer": people[Role.VOLUNTEER].email,
        "lead": people[Role.LEAD].email,
        "unknown": "inconnue@example.org",
    }[email]
    client = app.test_client()
    answer = client.post("/lien", data={"csrf_token": signing.csrf(client), "email": typed})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/lien/envoye")
    with instance.database.reading() as session:
        posted = session.scalars(sa.select(OutgoingMail.to_address)).all()
    assert posted == ([typed] if email == "volunteer" else [])
