"""How French people read what a page shows, and what of a page is made once."""

from datetime import date

import pytest
from flask import Flask
from markupsafe import Markup

from appel_solidaire import formats, fragments


def test_a_sentence_begins_with_a_capital_and_keeps_the_others() -> None:
    assert formats.sentence("élue de Péronne, appelée par Mme Dupont") == (
        "Élue de Péronne, appelée par Mme Dupont"
    )
    assert formats.sentence("") == ""


def test_nothing_has_no_sign_whoever_asked_before() -> None:
    assert [formats.number(value) for value in (-0.0, 0, 0.0, -1)] == ["0", "0", "0", "-1"]


def test_the_first_of_a_month_is_said_so_each_time() -> None:
    said = [formats.day(date(2026, 12, 1)) for _ in range(2)]
    assert said == ["mardi 1er décembre"] * 2


def test_a_part_of_a_page_is_made_once_for_each_key(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "known", {})
    made: list[str] = []

    def menu() -> Markup:
        made.append("menu")
        return Markup("<ul></ul>")

    keys = [("essai", "a"), ("essai", "b"), ("essai", "a")]
    with app.test_request_context():
        assert [fragments.kept(menu, *key) for key in keys] == ["<ul></ul>"] * 3
    assert len(made) == 2


def test_the_same_page_under_another_address_links_within_it(app: Flask) -> None:
    client = app.test_client()
    pages = [client.get("/entrer", base_url=f"http://127.0.0.1{root}").text for root in ("", "/x")]
    assert ['href="/x/aide"' in page for page in pages] == [False, True]
    assert 'href="/aide"' in pages[0]
