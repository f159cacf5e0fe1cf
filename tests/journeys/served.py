"""A site at the hour of the test's clock, with a week published for one volunteer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from appel_solidaire.instance import Instance
from campaigns import accounts
from campaigns.models import LinkKind, User
from tests import factories as make
from tests.factories import TUESDAY
from tests.journeys.keyboard import go


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request: a failure stays readable."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  werkzeug's own name
        """Nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application for as long as the block lasts; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def week_of_claire(instance: Instance, *, households: int = 4) -> None:
    """Claire's sheet: a couple who share a telephone, then people who live alone."""
    with instance.database.unit() as session:
        campaign = make.campaign(session)
        make.volunteer(
            session, campaign, first_name="Claire", email="claire@example.org",
            half_days=((1, "am"), (1, "pm"), (3, "am")),
        )  # fmt: skip
        couple = make.person(session, campaign, last_name="Dupont", first_name="Paulette")
        make.person(
            session, campaign, last_name="Dupont", first_name="Marcel",
            household=couple.household,
        )  # fmt: skip
        for number in range(1, households):
            make.person(session, campaign, last_name=f"Exemple{number}")
        make.published(session, campaign)


def link_of(session: Session) -> str:
    """The path of a fresh link mailed to Claire."""
    claire = accounts.by_email(session, "claire@example.org")
    assert isinstance(claire, User)
    link = accounts.make_link(
        session, claire, kind=LinkKind.WEEKLY, at=TUESDAY, expires_at=TUESDAY + timedelta(days=5)
    )
    return f"/entrer/{accounts.token_of(session, link)}"


def enter(page: Page, site: str, instance: Instance) -> None:
    """Open one's sheet by a mailed link, without a mouse."""
    with instance.database.unit() as session:
        link = link_of(session)
    page.goto(site + link)
    go(page, "Ouvrir ma feuille d’appels")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes appels")


def open_somebody(page: Page, name: str) -> None:
    """Open the page of one person of the sheet, without a mouse."""
    go(page, name)
    page.wait_for_url("**/appels/*")


def is_ready_offline(page: Page) -> None:
    """Wait until this browser could do without a network: the worker serves, the key and the page
    of the person being called are here."""
    for _ in range(600):
        if page.evaluate(_READY):
            return
        page.wait_for_timeout(100)
    raise AssertionError("this browser keeps nothing")


_READY = """async () => {
  if (!navigator.serviceWorker.controller) return false;
  const vault = await import("/static/offline/vault.js");
  const isKept = Boolean(await caches.match("/benevole/hors-ligne"));
  const isCalling = location.pathname.includes("/appels/");
  const csrf_token = document.querySelector('[name="csrf_token"]').value;
  const isKnown = await vault.isFromHere(new URLSearchParams({ csrf_token }));
  return isKept && isKnown && (!isCalling || Boolean(await vault.page()));
}"""


def open_somebody_again(page: Page, name: str, *, key: str) -> None:
    """Open the page of one person with the key of a sending that was made."""
    page.goto(re.sub(r"/appels/.*", "/", page.url))
    open_somebody(page, name)
    is_ready_offline(page)
    page.locator("[name=key]").evaluate("(field, key) => { field.value = key; }", key)


def sign_in(page: Page, app: Flask, instance: Instance, email: str, *, site: str) -> None:
    """Give a browser the session of somebody of the staff, whose code no clock of a test makes."""
    with instance.database.unit() as session:
        somebody = accounts.by_email(session, email)
        assert isinstance(somebody, User)
        key = accounts.open_for(session, somebody, at=TUESDAY)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    name = app.config["SESSION_COOKIE_NAME"]
    page.context.add_cookies(
        [{"name": name, "value": str(signer.dumps({"key": key})), "url": site}]
    )
