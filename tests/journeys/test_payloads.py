"""Texts that try to run as a script, in everything people type: no page runs one (S5).

Real pages with their real headers in a real Chromium; nobody listens behind the address, the
application answers in the browser's stead. All payloads are sown once in the database and every
page is opened once; ``scripts/drill payloads`` also sends each of them in every field.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import markupsafe
import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, Route
from werkzeug.test import TestResponse

from tests import browser as browsers
from tests.journeys import payloads
from tests.journeys.payloads import PAYLOADS
from tests.web import hostile_stage as stage
from tests.web.hostile_stage import Ground, Try
from tests.web.matrix import ROWS

IS_WHOLE = "APPEL_DRILL_ROUNDS" in os.environ
SITE = "http://127.0.0.1:47080"  # nothing listens there
FOLDERS = ("public", "partner", "volunteer", "coordinator", "lead", "dpo")
SENT_BACK = 30  # forms that give a payload back, in one round
# What a text that came out of its place would look like, whether or not the policy stopped it.
_OUT = """() => [...document.querySelectorAll("*")].filter((one) =>
  [...one.attributes].some((it) => /^on|^hx-on/i.test(it.name)
    || (/^(href|src|action|formaction|xlink:href|data|srcdoc|srcset)$/i.test(it.name)
        && /hostile|evil/i.test(it.value))
    || (/^hx-(get|post)$/i.test(it.name) && /evil/i.test(it.value)))
  || (one.localName === "script" && /hostile/.test(one.textContent))
  || (one.localName === "style" || one.localName === "base" || one.localName === "iframe")
).map((one) => one.outerHTML.slice(0, 150))"""


@dataclass
class Sown:
    """The application with the payloads in its database, and its pages as it answered them."""

    ground: Ground
    pages: dict[str, list[tuple[str, str, TestResponse]]]  # folder → address, actor, answer


@pytest.fixture(scope="module")
def sown(tmp_path_factory: pytest.TempPathFactory, blank_instance: Path) -> Iterator[Sown]:
    folder = tmp_path_factory.mktemp("payloads") / "instance"
    shutil.copytree(blank_instance, folder)
    ground = stage.build(folder, {})
    with stage.for_good(ground.database), ground.database.unit() as session:
        assert payloads.sow(session) > 200
    made = Sown(ground, {folder: [] for folder in FOLDERS})
    for row, address, actor in ground.pages():
        answer = ground.ask(address, actor)
        assert answer.status_code < 500, address
        if row.done == 200 and answer.mimetype == "text/html":
            made.pages[row.folder].append((address, actor, answer))
    yield made
    ground.close()


@dataclass  # without slots: the browser's library leaves its own marks on it
class Booth:
    """A browser whose site is the application itself, asked as one actor or another."""

    ground: Ground
    page: Page
    complaints: list[str]
    actor: str = "anonymous"
    opened: tuple[str, TestResponse] | None = None
    statics: dict[str, TestResponse] = field(default_factory=dict)

    def answer(self, route: Route) -> None:
        """Give the browser what the application answers."""
        said = self._asked(route.request)
        headers = {name: value for name, value in said.headers.items() if name != "Set-Cookie"}
        route.fulfill(status=said.status_code, headers=headers, body=said.data)

    def _asked(self, request: Request) -> TestResponse:
        address = request.url.removeprefix(SITE)
        if address.startswith("/static/"):
            return self.statics.setdefault(address, self.ground.ask(address, "anonymous"))
        if self.opened and self.opened[0] == address:
            return self.opened[1]
        if request.method == "POST":
            sent = Try("", request.post_data_buffer or b"", request.headers["content-type"])
            return self.ground.ask(address, self.actor, sent)
        return self.ground.ask(address, self.actor)

    def look(self, address: str, actor: str, answer: TestResponse) -> list[str]:
        """Show an answer; say what ran, what came out of its place, what was asked elsewhere."""
        self.complaints.clear()
        self.actor, self.opened = actor, (address, answer)
        self.page.goto(SITE + address)
        return [f"{address} {said}" for said in (*self.complaints, *self.page.evaluate(_OUT))]


@pytest.fixture
def booth(browser: Browser, sown: Sown) -> Iterator[Booth]:
    with browsers.watched_page(browser, size=browsers.DESK) as (page, complaints):
        made = Booth(sown.ground, page, complaints)
        page.context.route(f"{SITE}/**", made.answer)
        page.add_init_script(f"window.{payloads.RAN} = () => console.error('a payload ran');")

        def dismiss(dialog: Dialog) -> None:
            complaints.append(f"a dialog opened: {dialog.message}")
            dialog.dismiss()

        page.on("dialog", dismiss)
        yield made


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_payload_runs_on_any_page(booth: Booth, sown: Sown, folder: str) -> None:
    faults = [said for page in sown.pages[folder] for said in booth.look(*page)]
    assert faults == []
    assert len(sown.pages[folder]) > 2


def test_no_form_runs_the_payload_it_gives_back(booth: Booth) -> None:
    rows = [row for row in ROWS if row.method == "POST"]
    chosen = rows if IS_WHOLE else random.Random(80).sample(rows, SENT_BACK)
    faults, shown = [], 0
    for at, row in enumerate(chosen):
        target = booth.ground.target(row)
        for payload in PAYLOADS if IS_WHOLE else PAYLOADS[at * 7 % 60 :][:1]:
            sent = Try("", stage.encoded([(name, payload) for name in target.names]))
            answer = booth.ground.ask(target.url, target.actor, sent)
            if answer.mimetype == "text/html" and answer.status_code in {200, 422}:
                faults += booth.look(target.url, target.actor, answer)
                shown += 1
    assert faults == []
    assert shown > 10


def test_every_payload_is_read_on_some_page(sown: Sown) -> None:
    read = "".join(answer.text for pages in sown.pages.values() for _, _, answer in pages)
    missing = [one for one in PAYLOADS if str(markupsafe.escape(one)) not in read]
    assert missing == []
    assert len(set(PAYLOADS)) == 60


def test_the_booth_sees_a_payload_that_comes_out(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "<!doctype html><title>x</title><img src=x onerror=hostile()>"
    monkeypatch.setitem(booth.ground.app.view_functions, "public.link_sent", lambda: page)
    answer = booth.ground.ask("/lien/envoye", "anonymous")
    assert "onerror" in answer.text
    said = "\n".join(booth.look("/lien/envoye", "anonymous", answer))
    assert "Content Security Policy" in said
    assert "<img src" in said
