"""The forms of the site, as its pages show them and as its views read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import flask
from werkzeug.datastructures import ImmutableMultiDict

# What somebody honest types in a field of each sort: behind it, the rules are reached.
_HONEST = {
    "date": "2026-12-01",
    "time": "10:00",
    "datetime-local": "2026-12-01T10:00",
    "week": "2026-W49",
    "number": "2",
    "tel": "01 99 00 12 34",
    "email": "quelquun@example.org",
}
_PRESSED = {"submit", "image"}


@dataclass(slots=True)
class Form:
    """A form that is posted: where to, what it holds when it is filled in, what buttons it has."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, list[str]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)  # fields in which words are typed
    hidden: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page that are posted, those of buttons that send elsewhere among them."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._address = address
        self._now: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of the one that is open."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._now = None
            if said.get("method", "get").lower() == "post":
                self._now = Form(said.get("action") or self._address)
                self.found.append(self._now)
        elif self._now is not None:
            self._part(self._now, tag, said)

    def _part(self, form: Form, tag: str, said: dict[str, str]) -> None:
        name, value = said.get("name", ""), said.get("value", "")
        sort = said.get("type", "submit" if tag == "button" else "text").lower()
        if tag == "option" and self._select:
            if "selected" in said or not form.fields[self._select]:
                form.fields[self._select] = value
            return
        if action := said.get("formaction"):
            self.found.append(Form(action, form.fields, form.buttons, form.texts, form.hidden))
        if not name or sort == "file":
            return
        if tag == "select":
            self._select = name
            form.fields.setdefault(name, "")
        elif tag == "button" or sort in _PRESSED:
            form.buttons.setdefault(name, []).append(value)
        elif sort in {"radio", "checkbox"}:
            form.fields.setdefault(name, value)
        elif tag in {"input", "textarea"}:
            form.fields.setdefault(name, value or _HONEST.get(sort, "Essai"))
            if sort == "hidden":
                form.hidden[name] = value
            if tag == "textarea" or sort in {"text", "search"}:
                form.texts.add(name)

    def handle_endtag(self, tag: str) -> None:
        """Close a form, or a list to choose from."""
        if tag == "form":
            self._now = None
        if tag == "select":
            self._select = ""


class Heard(ImmutableMultiDict[str, str]):
    """What was sent, and the names that were asked for: fields no page shows are found so."""

    def __init__(self, sent: object, asked: set[str]) -> None:
        super().__init__(sent)  # type: ignore[arg-type]  # another one of its kind
        self.asked = asked

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def get(self, key, default=None, type=None):  # type: ignore[no-untyped-def, override]  # noqa: ANN001, ANN201, A002  as the library has it
        """Note the name, and answer as ever."""
        self.asked.add(key)
        return super().get(key, default, type)

    def getlist(self, key, type=None):  # type: ignore[no-untyped-def, override]  # noqa: ANN001, ANN201, A002  as the library has it
        """Note the name, and answer as ever."""
        self.asked.add(key)
        return super().getlist(key, type)


class Listening(flask.Request):
    """A request that remembers which fields and which parameters its view asked for."""

    asked: dict[str | None, set[str]] = {}  # noqa: RUF012  one for all requests of the run
    asked_in_address: dict[str | None, set[str]] = {}  # noqa: RUF012  one for all requests of the run

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        super()._load_form_data()
        asked = self.asked.setdefault(self.endpoint, set())
        self.__dict__["form"] = Heard(self.__dict__["form"], asked)

    @property
    def args(self):  # type: ignore[no-untyped-def, override]  # noqa: ANN201  as the library has it
        """The parameters of the address."""
        asked = self.asked_in_address.setdefault(self.endpoint, set())
        return Heard(super().args, asked)
