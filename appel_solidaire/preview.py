"""What each role sees, on people who do not exist: an instance of its own, made when first asked.

The real database is never opened here. The preview's own lies in a temporary folder that goes with
the process; its pages come back without scripts, their forms and buttons switched off, their links
kept inside.
"""

import os
import shutil
import weakref
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from threading import Lock
from typing import cast

import flask
from lxml import html
from werkzeug.test import TestResponse

from appel_solidaire import config as settings
from appel_solidaire import db, story
from appel_solidaire.instance import Instance
from campaigns import accounts, team, weeks
from campaigns.models import Role

SIZE = story.Size(people=200, volunteers=4, weeks=1)  # a few seconds to make
_FOLDER = "appel-apercu-"  # then the process that made it
_TYPED = ("button", "input", "select", "textarea")


@dataclass(frozen=True, slots=True)
class Seat:
    """A role whose pages may be looked at: its words, its folder of pages."""

    role: Role
    words: str
    prefix: str


SEATS = {
    "volontaire": Seat(Role.VOLUNTEER, "un volontaire", "/benevole"),
    "territoire": Seat(Role.COORDINATOR, "la coordination d’un territoire", "/coordination"),
    "coordination": Seat(Role.COORDINATION, "la coordination de la campagne", "/coordination"),
    "pilotage": Seat(Role.LEAD, "le pilotage", "/pilotage"),
    "donnees": Seat(Role.DPO, "la protection des données", "/donnees"),
}


@dataclass(frozen=True)
class _Stage:
    """A fictional instance with its application, and the day it was made."""

    app: flask.Flask
    instance: Instance
    on: date


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer of the preview: HTML switched off, or a picture as it is."""

    content: bytes
    mimetype: str


class Preview:
    """The stage, made once a day at most, whoever asks first waiting for it."""

    def __init__(
        self, create_app: Callable[[Instance], flask.Flask], *, clock: Callable[[], datetime]
    ) -> None:
        self._create_app, self._clock = create_app, clock
        self._lock = Lock()
        self._stage: _Stage | None = None

    def look(self, slug: str, path: str, *, query: str, home: str) -> Seen | None:
        """One page as a role reads it; None when there is no such role, or they have no such page.

        ``slug`` is one of ``SEATS``, ``path`` follows the prefix of their folder, ``home`` is the
        address under which the preview itself is served.
        """
        seat = SEATS.get(slug)
        if seat is None:
            return None
        stage = self._set()
        client = stage.app.test_client()
        with stage.instance.database.unit() as session:
            user = team.first_of(session, seat.role)
            if user is None:
                return None
            key = accounts.open_for(session, user, at=self._clock())
        base = stage.instance.config.public_url
        with client.session_transaction(base_url=base) as cookie:
            cookie["key"] = key
        with client.get(
            f"{seat.prefix}/{path}", query_string=query, base_url=base, follow_redirects=True
        ) as answer:
            request = cast("TestResponse", answer).request
            is_page = answer.status_code == 200 and request.path.startswith(f"{seat.prefix}/")
            kind, content = answer.mimetype or "", answer.get_data()
        if is_page and kind.startswith("image/"):
            return Seen(content, kind)
        if is_page and kind == "text/html":
            return Seen(
                switched_off(content.decode(), seat, home=home, inside=f"{home}/{slug}"), kind
            )
        return None  # nothing there, or a file to download: it is not a page

    def _set(self) -> _Stage:
        today = weeks.local_day(self._clock())
        with self._lock:
            if self._stage is None or self._stage.on != today:
                self._stage = self._make(today)
            return self._stage

    def _make(self, today: date) -> _Stage:
        remove_leftovers()
        folder = TemporaryDirectory(prefix=f"{_FOLDER}{os.getpid()}-")
        # No setting of the real instance: neither its database nor its servers.
        instance = Instance.of(settings.load(Path(folder.name), env={}), clock=self._clock)
        db.upgrade(instance.database)
        story.tell(instance, SIZE, bar=lambda _words, _steps: nullcontext(lambda: None))
        app = self._create_app(instance)
        del app.extensions["appel_preview"]  # a preview shows none of its own
        weakref.finalize(app, _take_down, instance, folder)
        return _Stage(app, instance, today)


def remove_leftovers() -> None:
    """Remove the folders of processes that were cut off before they could do it themselves."""
    for left in Path(gettempdir()).glob(f"{_FOLDER}*-*"):
        pid = left.name.removeprefix(_FOLDER).partition("-")[0]
        if pid.isdecimal() and not _is_alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)  # another process may be at it too


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def switched_off(page: str, seat: Seat, *, home: str, inside: str) -> bytes:
    """A page that can be read and followed, and does nothing; ``home`` is the way out of it."""
    tree = html.document_fromstring(page)
    for script in tree.xpath("//script"):
        script.drop_tree()
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name in [one for one in element.attrib if one.startswith(("hx-", "data-"))]:
            del element.attrib[name]
        if element.tag in _TYPED:
            element.set("disabled", "disabled")
        elif element.tag == "form":
            for name in ("action", "method"):
                element.attrib.pop(name, None)
        elif element.tag == "a":
            _keep_inside(element, "href", seat, inside)
        elif element.tag == "img":
            _keep_inside(element, "src", seat, inside)
    _announce(tree, seat, home)
    made: bytes = html.tostring(tree, encoding="utf-8", doctype="<!doctype html>")
    return made


def _keep_inside(element: html.HtmlElement, name: str, seat: Seat, inside: str) -> None:
    address = element.get(name, "")
    if address.startswith(("#", "/static/", "data:")):
        return
    if address == f"{seat.prefix}/apercu":  # a preview has none of its own
        element.attrib.pop(name, None)
    elif address == seat.prefix or address.startswith(f"{seat.prefix}/"):
        element.set(name, inside + address.removeprefix(seat.prefix))
    else:
        element.attrib.pop(name, None)  # it leads out: nothing happens


def _announce(tree: html.HtmlElement, seat: Seat, home: str) -> None:
    """Say on top of the page what it is; a page of the real program never looks the same."""
    banner = html.Element("aside")
    banner.set("class", "demo-strip")
    banner.set("aria-label", "Aperçu")
    banner.text = f"Aperçu sur des données fictives : ce que voit {seat.words}. Rien n’agit ici. "
    back = html.Element("a")
    back.set("href", home)
    back.text = "Quitter l’aperçu"
    banner.append(back)
    tree.body.insert(1, banner)  # after the link that skips to the content, always first
    title = tree.find(".//title")
    if title is not None:
        title.text = f"Aperçu : {title.text}"


def _take_down(instance: Instance, folder: "TemporaryDirectory[str]") -> None:
    instance.database.engine.dispose()
    folder.cleanup()
