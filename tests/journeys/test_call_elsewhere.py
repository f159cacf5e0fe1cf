"""What a browser keeps of a report, when what answers is not the service, or who asks not its owner."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from appel_solidaire.instance import Instance
from campaigns.models import Call, Campaign, Line, Person
from tests import factories as make
from tests.journeys import served

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
SAVE = "Enregistrer et passer au suivant"
NOTE = "Ses volets ferment mal, elle en rit."
ELSEWHERE = "http://localhost:9/"
# As many reports as asked, of this page's person, sealed as if the network had gone.
_QUEUED = """async (count) => {
  const vault = await import("/static/offline/vault.js");
  const form = document.getElementById("compte-rendu");
  for (let number = 0; number < count; number++) {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("key", `report-of-a-test-${String(number).padStart(3, "0")}`);
    fields.set("spoke", "sonne");
    fields.set("note", `n${number}`);
    fields.delete("vu");
    await vault.queue(form.getAttribute("action"), fields);
    await new Promise((done) => setTimeout(done, 2));
  }
}"""
_WAITING = """async () => {
  const vault = await import("/static/offline/vault.js");
  return (await vault.waiting()).map((row) => row.state);
}"""


class Between:
    """What stands between a telephone and the service: it answers in its place when told to.

    ``answers`` are statuses by the end of an address; ``fault`` a word of sendings on which the
    service itself breaks.
    """

    def __init__(self, app: Flask) -> None:
        self.inner, self.answers, self.fault = app.wsgi_app, dict[str, str](), b""
        app.wsgi_app = self  # type: ignore[assignment,method-assign]  # as Flask says to wrap it

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # Any: WSGI's own
        """Answer a sending to an address that ends so, else pass it on."""
        if environ["REQUEST_METHOD"] != "POST":
            return self.inner(environ, start)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        if self.fault and self.fault in body:
            start("500 Internal Server Error", [("X-Said", "1")])
            return [b""]
        for end, status in self.answers.items():
            if environ["PATH_INFO"].endswith(end):
                start(status, [("Content-Type", "text/html"), ("Location", "/portail")])
                return [b"<h1>Bienvenue sur le wifi</h1>"]
        return self.inner(environ, start)


@pytest.fixture
def between(app: Flask) -> Between:
    return Between(app)


def _calls(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        return list(session.scalars(sa.select(Call.note).order_by(Call.id)))


def _ready(page: Page, site: str, instance: Instance) -> str:
    """Claire's page of one person, on a browser that could do without a network."""
    served.enter(page, site, instance)
    served.open_somebody(page, "Exemple1")
    served.is_ready_offline(page)
    return page.url.removeprefix(site)


def _say(page: Page) -> None:
    page.get_by_text("Non, pas de réponse").click()
    page.get_by_label("Ce qu’il est utile de savoir").fill(NOTE)


def test_what_a_portal_answers_is_not_taken_for_a_report_saved(
    phone_page: Page, claires_site: str, instance: Instance, between: Between
) -> None:
    page = phone_page
    path = _ready(page, claires_site, instance)
    between.answers = {path: "302 Found", "/brouillon": "200 OK"}
    _say(page)
    expect(page.locator("#brouillon")).to_contain_text("Gardé sur cet appareil")
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("1 compte rendu attend")).to_be_visible()
    between.answers = {}
    page.reload()
    expect(page.get_by_text("vient d’être enregistré")).to_be_visible()
    assert _calls(instance) == [NOTE]


def test_a_form_of_another_site_is_neither_kept_nor_sent_again(
    phone_page: Page, claires_site: str, instance: Instance
) -> None:
    page = phone_page
    path = _ready(page, claires_site, instance)
    with instance.database.reading() as session:
        person = session.scalars(sa.select(Person.id).where(Person.last_name == "Exemple1")).one()
    form = (
        f"<form method=post action='{claires_site}{path}'><input name=action value=enregistrer>"
        f"<input name=key value=0123456789abcdef><input name=spoke value=sonne>"
        f"<input name=person_id value={person}><input name=need_count value=0><button>Go</button>"
    )
    page.route(ELSEWHERE, lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto(ELSEWHERE)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{claires_site}/benevole/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes appels")
    assert page.evaluate(_WAITING) == []
    assert _calls(instance) == []


def test_a_colleague_on_the_same_telephone_neither_sees_nor_sends_what_waits(
    phone_page: Page, claires_site: str, instance: Instance, app: Flask
) -> None:
    page = phone_page
    _ready(page, claires_site, instance)
    page.evaluate(_QUEUED, 1)
    with instance.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        make.volunteer(session, campaign, first_name="Paul", email="paul@example.org")
    other = page.context.new_page()
    served.sign_in(other, app, instance, "paul@example.org", site=claires_site)
    other.goto(f"{claires_site}/benevole/")
    expect(other.get_by_role("heading", level=1)).to_have_text("Mes appels")
    served.is_ready_offline(other)
    expect(other.locator("#en-attente")).to_have_text("")
    # Claire's page stayed open behind: what she types on it is not sealed with Paul's key.
    page.context.set_offline(True)
    _say(page)
    expect(page.locator("#brouillon")).to_contain_text("gardez cette page ouverte")
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("votre texte est encore dans la page")).to_be_visible()
    page.context.set_offline(False)
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_have_text("Mes appels")
    assert other.evaluate(_WAITING) == ["waits"]
    assert _calls(instance) == []
    served.enter(page, claires_site, instance)
    expect(page.get_by_text("vient d’être enregistré")).to_be_visible()
    assert _calls(instance) == ["n0"]


def test_a_page_of_before_signing_in_again_still_sends_its_report(
    phone_page: Page, claires_site: str, instance: Instance, app: Flask
) -> None:
    page = phone_page
    _ready(page, claires_site, instance)
    served.sign_in(page, app, instance, "claire@example.org", site=claires_site)
    _say(page)
    expect(page.locator("#brouillon")).to_contain_text("il part quand vous enregistrez")
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("vient d’être enregistré")).to_be_visible()
    assert _calls(instance) == [NOTE]


def test_twelve_reports_leave_in_order_and_one_that_fails_stops_nobody(
    phone_page: Page, claires_site: str, instance: Instance, between: Between
) -> None:
    page = phone_page
    _ready(page, claires_site, instance)
    page.evaluate(_QUEUED, 12)
    between.fault = b"report-of-a-test-005"
    page.goto(f"{claires_site}/benevole/")
    expect(page.get_by_text("11 comptes rendus gardés hors ligne viennent")).to_be_visible()
    expect(page.get_by_text("1 compte rendu attend que le service réponde")).to_be_visible()
    assert _calls(instance) == [f"n{number}" for number in range(12) if number != 5]


def test_a_report_whose_key_is_late_waits_and_its_text_stays_readable(
    phone_page: Page, claires_site: str, instance: Instance, between: Between
) -> None:
    page = phone_page
    _ready(page, claires_site, instance)
    page.evaluate(_QUEUED, 1)
    page.locator("form[action$='/deconnexion']").first.evaluate("form => form.requestSubmit()")
    expect(page.get_by_text("à l’abri sur cet appareil")).to_be_visible()
    between.answers = {"/cle": "503 Service Unavailable"}
    served.enter(page, claires_site, instance)
    expect(page.get_by_text("1 compte rendu attend")).to_be_visible()
    between.answers = {}
    page.reload()
    expect(page.get_by_text("vient d’être enregistré")).to_be_visible()
    assert _calls(instance) == ["n0"]


def test_a_report_to_read_again_of_a_line_that_left_the_sheet_is_still_there(
    phone_page: Page, claires_site: str, instance: Instance
) -> None:
    page = phone_page
    path = _ready(page, claires_site, instance)
    page.context.set_offline(True)
    page.get_by_text("Oui, nous avons parlé").click()
    page.get_by_label("Ce qu’il est utile de savoir").fill(NOTE)
    page.get_by_role("button", name="Ajouter un besoin").click()
    page.get_by_label("De quoi s’agit-il").select_option("ALI_COURSES")
    page.get_by_label("Ce qu’il faut savoir").fill("Ne peut plus porter ses courses.")
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_text("1 compte rendu attend le réseau")).to_be_visible()
    with instance.database.unit() as session:
        line = session.get_one(Line, int(path.rsplit("/", 1)[1]))
        line.sheet.volunteer_id = make.volunteer(
            session, session.scalars(sa.select(Campaign)).one(), email="paul@example.org"
        ).id
    page.context.set_offline(False)
    expect(page.get_by_text("à relire avant d’être enregistré")).to_be_visible()
    page.goto(f"{claires_site}/benevole/")  # said until it is done, not once
    page.get_by_role("button", name="Le relire").click()
    expect(page.get_by_label("Ce qu’il est utile de savoir")).to_have_value(NOTE)


def test_two_pages_of_one_call_keep_both_texts_and_show_them(
    phone_page: Page, claires_site: str, instance: Instance
) -> None:
    page = phone_page
    path = _ready(page, claires_site, instance)
    second = page.context.new_page()
    second.goto(claires_site + path)
    served.is_ready_offline(second)
    _say(page)
    expect(page.locator("#brouillon")).to_contain_text("Brouillon gardé à")
    second.get_by_label("Ce qu’il est utile de savoir").fill("Attend sa fille.")
    expect(second.locator("#brouillon")).to_contain_text("celui-ci reste à part")
    second.goto(f"{claires_site}/benevole/")
    expect(second.get_by_text("diffère de celui que vous avez commencé ailleurs")).to_be_visible()
    expect(second.get_by_role("blockquote")).to_have_text("Attend sa fille.")
    second.get_by_role("link", name="Voir l’autre").click()
    expect(second.get_by_label("Ce qu’il est utile de savoir")).to_have_value(NOTE)
    second.get_by_role("button", name="Reprendre celui de cet appareil").click()
    expect(second.get_by_label("Ce qu’il est utile de savoir")).to_have_value("Attend sa fille.")
    expect(second.get_by_role("blockquote")).to_have_count(0)


def test_a_browser_that_keeps_nothing_says_so_as_soon_as_the_network_goes(
    phone_page: Page, claires_site: str, instance: Instance
) -> None:
    page = phone_page
    page.add_init_script("indexedDB.open = () => { throw new Error('refused'); }")
    served.enter(page, claires_site, instance)
    served.open_somebody(page, "Exemple1")
    _say(page)
    expect(page.locator("#brouillon")).to_contain_text("Brouillon gardé à")
    page.context.set_offline(True)
    expect(page.get_by_text("cet appareil ne peut rien garder")).to_be_visible()
