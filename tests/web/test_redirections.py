"""Nobody chooses where a page of ours leads to: forty ways of asking for elsewhere (S8)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient

from appel_solidaire.instance import Instance
from campaigns.models import Role, User
from tests.web import signing

ONE_ENGINE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
EVIL = "evil.example.org"
ELSEWHERE = (
    f"https://{EVIL}", f"http://{EVIL}/", f"//{EVIL}", f"///{EVIL}", f"////{EVIL}", f"/\\{EVIL}",
    f"\\\\{EVIL}", f"\\/{EVIL}", f"/\\/{EVIL}", f"http:{EVIL}", f"https:/{EVIL}", f"https:///{EVIL}",
    f"http:\\\\{EVIL}", f"http:/\\{EVIL}", f"HtTpS://{EVIL}", f" https://{EVIL}", f"\thttps://{EVIL}",
    f"\nhttps://{EVIL}", f"ht\ntps://{EVIL}", f"/\t/{EVIL}", f"/\n/{EVIL}", f"\x00//{EVIL}",
    f"\x08//{EVIL}", f"/%2f{EVIL}", f"%2f%2f{EVIL}", f"/%5c{EVIL}", f"/%09/{EVIL}", f"/.//{EVIL}",
    f"/..//{EVIL}", f"/;@{EVIL}", f"https://localhost@{EVIL}", f"https://localhost:x@{EVIL}/",
    f"https://{EVIL}#localhost", f"https://{EVIL}?localhost", f"https://{EVIL}\\.localhost",
    f"ftp://{EVIL}", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    f"/connexion\r\nLocation: https://{EVIL}", f"/@{EVIL}", "https://evil\u3002example\u3002org",
    f"//{EVIL}/%2f..", f"https://[::ffff:a.b]@{EVIL}",
)  # fmt: skip
NAMES = ("next", "suite", "url", "retour", "redirect", "return_to", "continue")
READ = ("/", "/connexion", "/aide", "/benevole/", "/pilotage/")


def _leads_here(location: str | None) -> bool:
    if location is None:
        return True
    said = urlsplit(location)
    plain = not (said.scheme or said.netloc) and "\\" not in location
    return plain and location.startswith("/") and "evil" not in location.lower()


def test_there_are_forty_ways_of_asking_for_elsewhere() -> None:
    assert len(set(ELSEWHERE)) >= 40
    ways = [f"https://{EVIL}", f"//{EVIL}", f"/\\{EVIL}", "javascript:alert(1)"]
    assert not any(map(_leads_here, ways))


@ONE_ENGINE
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_page_leads_where_the_request_says(client: FlaskClient, elsewhere: str) -> None:
    query = "&".join(f"{name}={quote(elsewhere)}" for name in NAMES)
    for path in READ:
        answer = client.get(f"{path}?{query}")
        assert _leads_here(answer.headers.get("Location")), path
        assert answer.status_code < 400, path


@ONE_ENGINE
def test_signing_in_and_out_leads_where_the_program_says(
    client: FlaskClient, instance: Instance, people: dict[Role, User]
) -> None:
    token, led = signing.csrf(client), set()
    for elsewhere in ELSEWHERE:
        named = dict.fromkeys(NAMES, elsewhere.replace("\x00", "")) | {"csrf_token": token}
        asked = client.post("/lien", data=named | {"email": "inconnue@example.org"})
        led.add(asked.headers.get("Location"))
    path = f"/entrer/{signing.weekly_link(instance, people[Role.VOLUNTEER])}"
    named = dict.fromkeys(NAMES, f"//{EVIL}")
    entered = client.post(path, data=named | {"csrf_token": signing.csrf(client, path)})
    led.add(entered.headers["Location"])
    left = client.post("/deconnexion", data=named | {"csrf_token": signing.csrf(client)})
    led.add(left.headers["Location"])
    assert len(led) > 2
    assert {one for one in led if not _leads_here(one)} == set()


@ONE_ENGINE
@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "X-Original-URL", "Forwarded", "Referer"]
)
def test_no_header_says_where_a_page_leads(client: FlaskClient, header: str) -> None:
    said = f"host={EVIL}" if header == "Forwarded" else EVIL
    answer = client.get("/", headers={header: said})
    assert answer.status_code == (400 if header == "Host" else 303)
    assert _leads_here(answer.headers.get("Location"))
    assert EVIL not in answer.text
