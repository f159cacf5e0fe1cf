"""Signing in as people do: the first sign-in of staff with its code, the mailed link of volunteers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appel_solidaire.instance import Instance
from campaigns import accounts
from campaigns.models import LinkKind, Role, User

_FIRST_PAGES = {Role.VOLUNTEER: "/benevole/disponibilites", Role.LEAD: "/pilotage/"}
PASSWORD = "girafe ardoise tambour velours"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_KEY = re.compile(r'user-key">([A-Z2-7 ]+)<')


def csrf(client: FlaskClient, path: str = "/connexion") -> str:
    """The token of a page's form; signed in, any page has one (the sign-out button), and the
    lightest is asked first."""
    light = [] if path != "/connexion" else ["/accessibilite"]
    pages = (
        client.get(one, follow_redirects=True).text for one in (*light, path, "/accessibilite")
    )
    found = next(filter(None, map(_TOKEN.search, pages)), None)
    assert found, f"{path} has no form"
    return found.group(1)


def code(seed: str, at: datetime) -> str:
    """The six digits an authenticator shows at an instant."""
    return pyotp.TOTP(seed).at(at)


def weekly_link(
    instance: Instance,
    user: User,
    *,
    lives: timedelta = timedelta(days=3),
    kind: LinkKind = LinkKind.WEEKLY,
) -> str:
    """The token of a link mailed to a volunteer."""
    at = instance.clock()
    with instance.database.unit() as session:
        link = accounts.make_link(session, user, kind=kind, at=at, expires_at=at + lives)
        return accounts.token_of(session, link)


def invitation(instance: Instance, user: User) -> str:
    """The token of a first sign-in."""
    with instance.database.unit() as session:
        return accounts.invite(session, user, by=None, at=instance.clock())


def enrol(client: FlaskClient, instance: Instance, user: User) -> str:
    """First sign-in of a member of staff; give the seed their authenticator now holds."""
    path = f"/premiere-connexion/{invitation(instance, user)}"
    page = client.get(path).text
    shown = _KEY.search(page)
    assert shown, "the page shows no key"
    seed = shown.group(1).replace(" ", "")
    answer = client.post(
        path,
        data={
            "csrf_token": csrf(client, path),
            "password": PASSWORD,
            "code": code(seed, instance.clock()),
        },
    )
    assert answer.status_code == 303, answer.text
    return seed


def enter(client: FlaskClient, instance: Instance, user: User) -> None:
    """A volunteer opens their mailed link and presses the button."""
    path = f"/entrer/{weekly_link(instance, user)}"
    answer = client.post(path, data={"csrf_token": csrf(client, path)})
    assert answer.status_code == 303, answer.text


def sign_in(client: FlaskClient, instance: Instance, user: User) -> None:
    """Sign in by the way of the user's role."""
    if user.role is Role.VOLUNTEER:
        enter(client, instance, user)
    else:
        enrol(client, instance, user)


def with_password(client: FlaskClient, email: str, *, password: str, code: str) -> TestResponse:
    """Fill in the sign-in page."""
    return client.post(
        "/connexion",
        data={
            "csrf_token": csrf(client),
            "email": email,
            "password": password,
            "code": code,
        },
    )


def is_in(client: FlaskClient, role: Role) -> bool:
    """Whether the first page of a role opens."""
    answer = client.get(_FIRST_PAGES[role])
    assert answer.status_code in {200, 303}, answer.text
    return answer.status_code == 200


def cookie(client: FlaskClient) -> str:
    """The session cookie as a thief would copy it."""
    found = client.get_cookie("appel")
    assert found is not None
    return found.value


def sign_out(client: FlaskClient) -> TestResponse:
    """Press « Se déconnecter »."""
    return client.post("/deconnexion", data={"csrf_token": csrf(client)})
