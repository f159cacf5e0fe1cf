"""The distribution's Chromium for the journeys, what a page complains of, and axe's verdict."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
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


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium for as long as the block lasts."""
    path = shutil.which("chromium")
    assert path, "Chromium est nécessaire (sous Debian : apt-get install chromium)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


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
    context.on("console", listen)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    try:
        yield context.new_page(), complaints
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it is now, one readable line an element.

    A click returns before the page it leads to is there: left under axe's hands, a page is
    looked at again once its successor has come.
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
