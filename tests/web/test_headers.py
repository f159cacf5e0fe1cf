"""The headers of every answer, to the letter; unknown hosts; error pages that say nothing (S6, S18)."""

from __future__ import annotations

import re
from collections.abc import Callable

import flask
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from appel_solidaire import config as settings
from appel_solidaire import gate
from appel_solidaire.app import create_app
from appel_solidaire.config import Config
from appel_solidaire.db import Busy
from appel_solidaire.instance import Instance
from campaigns import mails
from campaigns.models import Organisation, OutgoingMail, Territory
from campaigns.refusal import Refusal

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
EXACT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
ADDRESSES = {
    "/connexion": 200,
    "/": 303,
    "/benevole/": 303,
    "/pilotage/": 303,
    "/nulle-part": 404,
    "/lien": 405,
    "/entrer/1-x": 410,
    "/sante": 200,
    "/accessibilite": 200,
}


@pytest.mark.parametrize(("address", "status"), ADDRESSES.items())
def test_every_answer_carries_the_exact_headers(
    client: FlaskClient, address: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers  # plain http, on this machine
    assert "Server" not in answer.headers


def test_a_static_file_is_kept_for_ever_by_its_fingerprint(client: FlaskClient) -> None:
    answer = client.get("/static/theme.css")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert {name: answer.headers.get(name) for name in EXACT} == EXACT


def test_a_script_that_another_imports_is_asked_for_again(client: FlaskClient) -> None:
    """It has no fingerprint in its name: kept for ever, it would outlive an upgrade."""
    answer = client.get("/static/offline/vault.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get(
        "/static/offline/vault.js", headers={"If-None-Match": answer.headers["ETag"]}
    ).status_code == 304  # fmt: skip
    assert "immutable" in client.get("/static/offline/vault.js?abc").headers["Cache-Control"]


def test_the_worker_alone_may_serve_the_pages_of_volunteers(client: FlaskClient) -> None:
    name = "Service-Worker-Allowed"
    assert client.get("/static/offline/worker.js").headers[name] == "/benevole/"
    assert name not in client.get("/static/offline/vault.js").headers


def _at(config: Config, address: str) -> FlaskClient:
    served = settings.load(config.instance, env={"APPEL_PUBLIC_URL": address})
    return create_app(Instance.of(served)).test_client()


def test_behind_https_the_browser_is_told_to_stay_there(config: Config) -> None:
    address = "https://appels.example.org"
    answer = _at(config, address).get("/connexion", base_url=address)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("address", "name", "is_secure"),
    [
        ("http://127.0.0.1:8000", "appel", False),
        ("https://appels.example.org", "__Host-appel", True),
    ],
)
def test_the_cookie_is_as_closed_as_the_address_allows(
    config: Config, address: str, name: str, is_secure: bool
) -> None:
    answer = _at(config, address).get("/connexion", base_url=address)
    (written,) = answer.headers.getlist("Set-Cookie")
    assert written.startswith(f"{name}=")
    parts = set(written.split("; ")[1:])
    assert parts == {"HttpOnly", "Path=/", "SameSite=Lax"} | ({"Secure"} if is_secure else set())


@pytest.mark.parametrize("host", ["evil.example.org", "127.0.0.1.evil.example.org", "evil"])
def test_an_unknown_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/connexion", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.text


def test_behind_https_this_machine_s_own_name_is_no_host(config: Config) -> None:
    address = "https://appels.example.org"
    answer = _at(config, address).get("/connexion", base_url="https://127.0.0.1")
    assert answer.status_code == 400


# A request that goes wrong ------------------------------------------------------------------


def _broken(app: Flask, fault: Callable[[], Exception | int]) -> FlaskClient:
    """The application with one more page, which writes, then ends as told."""

    @app.post("/essai")
    def trial() -> tuple[str, int]:
        gate.db().execute(sa.update(Organisation).values(name="Changé"))
        mails.post(
            gate.db(),
            "import_ready",
            to="x@example.org",
            key="essai",
            about={},
            at=gate.now(),
        )
        end = fault()
        if isinstance(end, Exception):
            raise end
        return "", end

    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def rung(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Each time the doorbell rang, and what for."""
    seen: list[set[str]] = []
    instance.database.ring = seen.append
    monkeypatch.setattr(gate, "FOLDERS", {**gate.FOLDERS, "trial": None})
    with instance.database.unit() as session:
        session.add(Organisation(id=1, name="Avant", of_name="du Département", departement="80"))
    return seen


def _kept(instance: Instance) -> tuple[str, int]:
    with instance.database.reading() as session:
        name = session.get_one(Organisation, 1).name
        return name, len(session.scalars(sa.select(OutgoingMail)).all())


@pytest.mark.parametrize("status", [200, 303])
def test_an_answer_below_400_keeps_its_writes_and_rings(
    app: Flask, instance: Instance, rung: list[set[str]], status: int
) -> None:
    assert _broken(app, lambda: status).post("/essai").status_code == status
    assert _kept(instance) == ("Changé", 1)
    assert rung == [{"mails"}]


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422, 429, 500, 503])
def test_an_answer_from_400_on_keeps_nothing_and_rings_nobody(
    app: Flask, instance: Instance, rung: list[set[str]], status: int
) -> None:
    assert _broken(app, lambda: status).post("/essai").status_code == status
    assert _kept(instance) == ("Avant", 0)
    assert rung == []


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (ValueError("le numéro 06 39 98 00 12 de Mme Quetzal"), 500),
        (Refusal("Cette personne ne souhaite plus être appelée."), 422),
        (Busy(), 503),
        (sa.exc.OperationalError("SELECT secret", {}, Exception("database or disk is full")), 503),
    ],
    ids=["bug", "refusal", "busy", "disk full"],
)
def test_a_fault_keeps_nothing_and_says_it_in_french(
    app: Flask,
    instance: Instance,
    rung: list[set[str]],
    fault: Exception,
    status: int,
) -> None:
    with capture_logs() as logged:
        answer = _broken(app, lambda: fault).post("/essai", data={"note": "Ce que j’avais écrit"})
    assert answer.status_code == status
    assert _kept(instance) == ("Avant", 0)
    assert rung == []
    assert "Ce que j’avais écrit" in answer.text
    assert '<html lang="fr">' in answer.text
    for leak in ("Traceback", "SELECT", "Quetzal", "sqlalchemy", "ValueError", ".py"):
        assert leak not in answer.text
    assert "Quetzal" not in repr(logged)
    assert "06 39 98 00 12" not in repr(logged)


def test_a_fault_found_only_when_keeping_is_answered_like_any_other(
    app: Flask, instance: Instance, rung: list[set[str]]
) -> None:
    def add_twice() -> int:
        for _ in range(2):  # the same unique key: the database says no at the very end
            gate.db().add(Territory(code="T1", name="Territoire"))
        flask.flash("C’est enregistré.", "ok")
        return 303

    client = _broken(app, add_twice)
    answer = client.post("/essai", data={"note": "Ce que j’avais écrit"})
    assert answer.status_code == 409
    assert "Ce que j’avais écrit" in answer.text
    assert "C’est enregistré" not in client.get("/accessibilite").text
    assert _kept(instance) == ("Avant", 0)
    assert rung == []


def test_a_bug_gives_a_number_that_the_log_holds(app: Flask, rung: list[set[str]]) -> None:
    with capture_logs() as logged:
        answer = _broken(app, lambda: RuntimeError("x")).post("/essai")
    number = re.search(r"<strong>([0-9a-f]{8})</strong>", answer.text)
    assert number
    assert [entry["incident"] for entry in logged] == [number.group(1)]


def test_a_form_that_is_too_big_is_refused_before_it_is_read(client: FlaskClient) -> None:
    answer = client.post("/connexion", data={"email": "x" * 1_100_000})
    assert answer.status_code == 413
    assert len(answer.text) < 10_000


def test_no_page_ever_redirects_where_the_request_says(client: FlaskClient) -> None:
    for hostile in ("https://evil.example.org", "//evil.example.org", "/\\evil.example.org"):
        for query in ("next", "suite", "url"):
            answer = client.get("/", query_string={query: hostile})
            assert answer.headers["Location"] == "/connexion"
