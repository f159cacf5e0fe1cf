"""A click or a key comes back on the page it leads to, however late that page comes."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from playwright.sync_api import Page

from tests.journeys.served import serving

LATE = 0.2  # seconds: more than a click waits to hear that it leads away
PAGE = """<!doctype html><html lang="fr"><title>Page</title><h1>{turn}</h1>
<a href="/">lien</a> <a href="#ici">ici</a>
<form method="post"><button>envoyer</button></form>
<form method="post" action="/fichier"><button>fichier</button></form></html>"""


@pytest.fixture
def numbered(page: Page) -> Iterator[Page]:
    """A page that is late and like the one before, but for the number in its title."""
    app, turns = Flask(__name__), itertools.count()

    @app.route("/", methods=["GET", "POST"])
    def answer() -> str:
        time.sleep(LATE)
        return PAGE.format(turn=next(turns))

    @app.post("/fichier")
    def file() -> Response:
        return Response(b"x", headers={"Content-Disposition": "attachment; filename=x.bin"})

    with serving(app) as address:
        page.goto(address)
        yield page


def _turn(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_what_follows_a_click_or_a_key_is_done_to_the_page_that_came(numbered: Page) -> None:
    numbered.get_by_role("button", name="envoyer").click(no_wait_after=True)
    assert _turn(numbered) == "1"
    numbered.get_by_role("link", name="lien").click(no_wait_after=True)
    assert _turn(numbered) == "2"
    numbered.get_by_role("link", name="lien").press("Enter", no_wait_after=True)
    assert _turn(numbered) == "3"
    numbered.get_by_role("button", name="envoyer").focus()
    numbered.keyboard.press("Enter")
    assert _turn(numbered) == "4"


def test_a_click_that_leads_nowhere_or_to_a_file_leaves_the_page_where_it_is(
    numbered: Page,
) -> None:
    numbered.get_by_role("link", name="ici").click()
    with numbered.expect_download() as taken:
        numbered.get_by_role("button", name="fichier").click()
    assert taken.value.suggested_filename == "x.bin"
    assert _turn(numbered) == "0"
    numbered.get_by_role("link", name="lien").click()
    assert _turn(numbered) == "1"
