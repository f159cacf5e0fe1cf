"""A template holds no style, no script and no handler: the content policy would refuse them."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.house import french, tree


class _Reader(HTMLParser):
    """Collect what a strict content policy refuses, or what htmx would have to evaluate."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inline = "src" not in given and given.get("type") != "application/json"
        if tag == "style" or (tag == "script" and inline):
            self.faults.append(f"inline <{tag}>")
        for key, value in attrs:
            if key == "style" or key.startswith(("on", "hx-on")):
                self.faults.append(f"{key}=")
            if (value or "").strip().lower().startswith(("javascript:", "js:")):
                self.faults.append(f"{key}={value}")


def inline_code(template: str) -> list[str]:
    """Name the styles, scripts and handlers written inside a template."""
    reader = _Reader()
    reader.feed(french.flat(template))
    reader.close()
    return reader.faults


def test_templates_hold_no_inline_code() -> None:
    # Mails cannot link a style sheet: their readers only know style attributes.
    pages = [path for path in tree.templates() if "mails" not in path.parts]
    found = {
        tree.name(path): faults
        for path in pages
        if path.suffix == ".html" and (faults := inline_code(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "template",
    [
        '<p style="color:red">',
        "<div {% if a %}style='width:{{ n }}%'{% endif %}>",
        "<script>go()</script>",
        "<style>p{}</style>",
        '<button onclick="go()">',
        '<button hx-on::click="go()">',
        '<a href="javascript:go()">',
        "<div hx-vals='js:{a: 1}'>",
    ],
)
def test_inline_code_is_seen(template: str) -> None:
    assert inline_code(template)


def test_files_and_data_pass() -> None:
    assert not inline_code('<script src="{{ url_for("static", filename="a.js") }}" defer></script>')
    assert not inline_code('<script type="application/json">{{ data|tojson }}</script>')
    assert not inline_code('<progress class="bar" max="{{ all }}" value="{{ done }}"></progress>')
