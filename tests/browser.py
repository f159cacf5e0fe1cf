"""The distribution's Chromium for the journeys, what a page complains of, and axe's verdict."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Concatenate, ParamSpec
from unittest.mock import patch
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Keyboard,
    Locator,
    Page,
    Route,
    expect,
    sync_playwright,
)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A machine that checks may be ten times slower than a desk; waiting costs nothing where all is well.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GOING = 5  # pages that may follow one another while axe looks
# A colour half-way between two others is nobody's: the end of movements is waited for.
_STILL = "Promise.allSettled(document.getAnimations().map((one) => one.finished))"
_GONE = ("Execution context was destroyed", "because of a navigation", "axe is not defined")
LOOPBACK = {"127.0.0.1", "localhost"}
LEADING_KEYS = {"Enter", "Space"}
# Says on the page itself that it is being left: a form sent, a link followed, a script that goes.
_MARK = """
  const mark = () => document.documentElement.setAttribute("data-left", "");
  addEventListener("submit", (event) => { if (!event.defaultPrevented) mark(); });
  navigation.addEventListener("navigate", ({ destination: { url, sameDocument } }) => {
    if (!sameDocument && new URL(url).origin === location.origin) mark();
  });
"""
_STAYS = "document.documentElement.removeAttribute('data-left')"  # a file came, and no page
Given = ParamSpec("Given")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium for as long as the block lasts."""
    path = shutil.which("chromium")
    assert path, "Chromium est nécessaire (sous Debian : apt-get install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            with _followed(browser):
                yield browser
        finally:
            browser.close()


@contextmanager
def _followed(browser: Browser) -> Iterator[None]:
    """A click or a key that leads away comes back once the page it leads to is there.

    By itself a click waits for the pages it has heard of when it ends, and a key for none: on a
    slow machine the next step would be done to the page that goes.
    """

    def page_of(keyboard: Keyboard) -> Page:
        pages = [page for context in browser.contexts for page in context.pages]
        return next(page for page in pages if page.keyboard is keyboard)

    def following(
        act: Callable[Concatenate[Locator, Given], None],
    ) -> Callable[Concatenate[Locator, Given], None]:
        def followed(locator: Locator, /, *given: Given.args, **named: Given.kwargs) -> None:
            act(locator, *given, **named)
            _arrive(locator.page)

        return followed

    press = Keyboard.press

    def pressed(keyboard: Keyboard, key: str, *, delay: float | None = None) -> None:
        press(keyboard, key, delay=delay)
        if key in LEADING_KEYS:
            _arrive(page_of(keyboard))

    with ExitStack() as stack:
        for name in ("click", "press"):
            act = following(getattr(Locator, name))
            stack.enter_context(patch.object(Locator, name, act))
        stack.enter_context(patch.object(Keyboard, "press", pressed))
        yield


def _arrive(page: Page) -> None:
    """Wait until the page that was acted on is gone, when it is being left."""
    expect(page.locator("html[data-left]")).to_have_count(0)
    page.wait_for_load_state()


@contextmanager
def watched_page(browser: Browser, *, size: dict[str, int]) -> Iterator[tuple[Page, list[str]]]:
    """Open a page of a French reader; beside it, the list of what went wrong on it so far.

    Script errors, refusals of the content policy and requests to another machine all count.
    """
    context = browser.new_context(
        locale="fr-FR",
        timezone_id="Europe/Paris",
        viewport=size,  # type: ignore[arg-type]  # playwright wants its own TypedDict
    )
    context.add_init_script(_MARK)
    complaints: list[str] = []

    def stay_here(route: Route) -> None:
        host = urlsplit(route.request.url).hostname
        if host in LOOPBACK or route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            complaints.append(f"request to another machine: {host}")
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        # A refused form answers 422 and a stranger's page 404: the browser logs both as errors.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    context.route("**/*", stay_here)
    context.on("page", lambda page: page.on("download", lambda _: page.evaluate(_STAYS)))
    context.on("console", listen)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    try:
        yield context.new_page(), complaints
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it is now, one readable line an element.

    A page may go by itself, once a worker is done or the network is back: left under axe's hands,
    it is looked at again once its successor has come.
    """
    for _ in range(GOING):
        page.wait_for_load_state()
        try:
            page.evaluate(_STILL)
            found = Axe().run(page, options={"runOnly": AXE_RULES, "resultTypes": ["violations"]})
            break
        except Error as gone:
            if not any(word in gone.message for word in _GONE):
                raise
    else:
        raise AssertionError(f"{page.url} never stands still")
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))} – {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
