"""Every form of the site and every parameter of an address, filled in by somebody hostile: never a
fault, never a template that runs, never a script given back (S5, S15, S16).

The forms are read from the pages, their other fields from what the views ask for: a new page is
tried by itself. A share of the values here, all of them on all fields in ``scripts/drill values``.
PostgreSQL, which keeps neither a NUL nor half a character, is in the file beside.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import flask
import pytest
from werkzeug.routing import IntegerConverter

from tests.web import hostile_stage as stage
from tests.web import hostile_values as values
from tests.web.hostile_forms import Listening
from tests.web.hostile_stage import Ground, Try, Verdict
from tests.web.matrix import ROWS, Row

IS_WHOLE = "APPEL_DRILL_ROUNDS" in os.environ
SENDINGS = 3  # of one hostile field among honest ones, for each form
WRITES = [row for row in ROWS if row.method == "POST"]
PAGES = [row for row in ROWS if row.method == "GET" and row.folder != "static"]
# Their answers do not repeat what was typed, and say why where they stand.
NOT_GIVEN_BACK = {
    "public.sign_in_post",  # a password
    "public.enrol_post",
    "coordinator.ask_voucher",  # one is asked already: its form is no longer on the page
}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, blank_instance: Path) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("hostile") / "instance"
    shutil.copytree(blank_instance, folder)
    made = stage.build(folder, {})
    yield made
    made.close()


@pytest.mark.parametrize("row", WRITES, ids=lambda row: row.endpoint)
def test_no_value_breaks_a_form(ground: Ground, row: Row) -> None:
    target, verdict = ground.target(row), Verdict()
    tries = itertools.chain(
        stage.misshapen(target),
        stage.at_once(target, len(values.NAMES) if IS_WHOLE else 1),
        stage.one_by_one(target, values.NAMES, None if IS_WHOLE else SENDINGS),
    )
    for one in tries:
        verdict.hear(ground, target.url, target.actor, one)
    assert verdict.faults == []
    assert verdict.sent > 7


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.endpoint)
def test_no_parameter_of_an_address_breaks_a_page(ground: Ground, row: Row) -> None:
    target, verdict = ground.target(row), Verdict()
    verdict.hear(ground, target.url, target.actor, None)
    names = sorted(Listening.asked_in_address.get(row.endpoint, ()))
    for query in stage.queries(row.endpoint, names, None if IS_WHOLE else 6):
        verdict.hear(ground, f"{target.url}?{query}", target.actor, None)
    assert verdict.faults == []


def test_every_form_that_a_page_shows_is_tried(ground: Ground) -> None:
    assert set(ground.shown) <= {row.endpoint for row in WRITES}
    assert len(ground.shown) > 170
    assert sum(len(ground.target(row).names) for row in WRITES) > 500


@pytest.mark.parametrize("row", WRITES, ids=lambda row: row.endpoint)
def test_a_form_that_is_refused_gives_back_what_was_typed(ground: Ground, row: Row) -> None:
    target = ground.target(row)
    typed = {name: f"Qz{number}zq" for number, name in enumerate(sorted(target.form.texts))}
    fields = dict.fromkeys(stage.honest(target), "zz") | target.form.hidden | typed
    answer = ground.ask(target.url, target.actor, Try("", stage.encoded(list(fields.items()))))
    if answer.status_code == 422 and row.endpoint not in NOT_GIVEN_BACK:
        lost = {name for name, words in typed.items() if words.encode() not in answer.data}
        assert lost == set()


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("application/json", b'{"email": "a@example.org"}', "attend un formulaire"),
        ("multipart/form-data; boundary=x", stage.as_files(["email"]), "pas de fichier"),
        (stage.FORM_TYPE, b"email=a%00b%40example.org", "ne peut pas être gardé"),
    ],
)
def test_what_no_page_sends_is_refused_in_french(
    ground: Ground, kind: str, body: bytes, said: str
) -> None:
    answer = ground.ask("/lien", "anonymous", Try("", body, kind))
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize(
    ("view", "seen"),
    [
        (lambda: 1 / 0, "500, ZeroDivisionError"),
        (lambda: flask.render_template_string("{{313371*7}}"), "a template ran"),
        (lambda: values.SCRIPT, "a script came back"),
    ],
)
def test_the_trial_itself_sees_a_fault(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, view: Callable[[], str], seen: str
) -> None:
    monkeypatch.setitem(ground.app.view_functions, "public.ask_link", view)
    verdict = Verdict()
    verdict.hear(ground, "/lien", "anonymous", Try("nothing", b""))
    assert [fault for fault in verdict.faults if seen in fault] != []


# What is searched, what is downloaded, what is fetched (S16) ---------------------------------------


@pytest.fixture(autouse=True)
def calls_out(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Where the program wanted to connect to: nowhere, whatever address was typed."""
    wanted: list[object] = []

    def refuse(_socket: socket.socket, address: object) -> None:
        wanted.append(address)
        raise AssertionError(f"the program calls {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return wanted


def test_a_call_to_elsewhere_would_be_seen(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, calls_out: list[object]
) -> None:
    def fetch() -> str:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
        return "done"

    monkeypatch.setitem(ground.app.view_functions, "public.ask_link", fetch)
    verdict = Verdict()
    verdict.hear(ground, "/lien", "anonymous", Try("nothing", b""))
    assert calls_out == [("127.0.0.1", 9)]
    assert verdict.faults != []


# Who searches, the field, and a name the same search does find.
SEARCHES = {
    "coordinator.find_people": ("cherche", "Quetzalcoa"),
    "lead.find_people": ("cherche", "Quetzalcoa"),
    "coordinator.find_ringing": ("cherche", "Quetzalcoa"),
    "coordinator.find_need": ("cherche", "Quetzalcoa"),
    "coordinator.find_office": ("cherche", "CCAS"),
    "volunteer.find_rang_back": ("cherche", "Quetzalbeo"),
    "dpo.find_asker": ("cherche", "Quetzalcoa"),
}


@pytest.mark.parametrize("endpoint", SEARCHES)
def test_a_wildcard_of_sql_is_a_letter_like_another(ground: Ground, endpoint: str) -> None:
    target = ground.target(next(row for row in WRITES if row.endpoint == endpoint))
    name, known = SEARCHES[endpoint]

    def found(text: str) -> set[str]:
        """Where the answer leads: a page for each thing that was found."""
        sent = Try("", stage.encoded([(name, text)]))
        answer = ground.ask(target.url, target.actor, sent)
        if answer.status_code == 422:  # refused: the page is the one before the search
            return set()
        assert answer.status_code == 200
        return set(re.findall(r'(?:(?:href|action)="[^"]*[0-9]|value="\d+)"', answer.text))

    nobody = found("zqzqzq")
    assert found(known) - nobody != set()
    for text in ("%", "%%%%", "____", "_%_%", "\\%", "%zqzq_", "q%q"):
        assert {one for one in found(text) - nobody if text not in one} == set(), text


UP = (
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%252f..%252fetc%252fpasswd", "..%5c..%5cetc%5cpasswd", "..\\..\\etc\\passwd",
    "....//....//etc/passwd", "..%c0%af..%c0%afetc/passwd", "%2fetc%2fpasswd", "//etc/passwd",
    "..;/..;/etc/passwd", "theme.css/../../../../etc/passwd", "theme.css%00.png",
    "file:%2f%2f%2fetc%2fpasswd", "C:%5cWindows%5cwin.ini", "%ef%bc%8e%ef%bc%8e%2fpyproject.toml",
    "../app.py", "..%2fapp.py", "..%2f..%2fpyproject.toml",
)  # fmt: skip


def test_no_download_leaves_its_folder(ground: Ground) -> None:
    assert len(set(UP)) >= 15
    wrong, tried = [], 0
    for rule in ground.app.url_map.iter_rules():
        named = {
            key for key, one in rule._converters.items() if not isinstance(one, IntegerConverter)
        }
        if "GET" not in (rule.methods or ()) or not named:
            continue
        row = next(row for row in ROWS if (row.endpoint, row.method) == (rule.endpoint, "GET"))
        actor = ground.owner(replace(row, things=("",)), "") or "anonymous"
        for up in UP:
            address = re.sub(r"<[^>]*>", lambda _: up, rule.rule)  # noqa: B023  used at once
            answer = ground.ask(address, actor)
            tried += 1
            held = [
                word for word in (b"root:x:", b"[project]", b"create_app") if word in answer.data
            ]
            if held or answer.status_code >= 500:
                wrong.append((rule.rule, up, answer.status_code, held))
    assert wrong == []
    assert tried > 200
