"""A need on its way, as those who answer for it live it: nobody sees it, and it climbs; a partner
says it is not theirs, it goes on in one click, and is done.

Mails leave through a real server: people go by the links they find there.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from appel_solidaire import escalation, mailer
from appel_solidaire.instance import Instance
from campaigns import directory
from campaigns.models import (
    JournalEntry,
    Need,
    Organisation,
    ReferralState,
    Role,
    User,
)
from tests import browser as browsers
from tests import factories
from tests.conftest import Clock
from tests.journeys.served import serving
from tests.journeys.town import look
from tests.needs_stage import SAID, set_up
from tests.servers import SmtpSink
from tests.web import signing

TERRITORY_PHONE = "+33353010041"


@dataclass(frozen=True, slots=True)
class Contact:
    """An office, as its mails and lists name it."""

    name: str
    email: str


@dataclass
class Scene:
    """The site, its clock and its mails; ``desk`` opens a browser of somebody's own."""

    app: Flask
    instance: Instance
    clock: Clock
    sink: SmtpSink
    address: str
    people: dict[str, User]
    desk: Callable[[dict[str, int]], Page]

    def worker(self) -> None:
        """One look of a worker at what is due."""
        escalation.run_due(self.instance)
        mailer.send_due(self.instance)

    def link(self, to: str, containing: str) -> str:
        """The address on this site that the newest mail to somebody leads to."""
        for message in reversed(self.sink.messages()):
            body = message.get_body(("plain",))
            assert body is not None
            found = re.search(rf"https?://\S*{containing}\S*", body.get_content())
            if message["To"] == to and found:
                return self.address + urlsplit(found.group()).path
        raise AssertionError(f"no mail to {to} with a link to {containing}")

    def told(self, to: str) -> list[str]:
        """The subjects of what somebody was told of needs, the oldest first."""
        return [
            one["Subject"]
            for one in self.sink.messages()
            if one["To"] == to and "B-" in one["Subject"]
        ]

    def sign_in(self, page: Page, name: str) -> None:
        """Somebody of the staff, signed in at this hour."""
        client = self.app.test_client()
        signing.sign_in(client, self.instance, self.people[name])
        cookie = {"name": "appel", "value": signing.cookie(client), "url": self.address}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # playwright's own TypedDict

    def raise_need(self, category: str) -> int:
        """A need as a volunteer's report leaves it; its mails have left."""
        with self.instance.database.unit() as session:
            need_id = self.stage(session, category)
        self.worker()
        return need_id

    def stage(self, session: Session, category: str) -> int:
        """Raise it for Paulette, as Karim."""
        stage = set_up(session)
        dora = factories.user(
            session, Role.COORDINATION, stage.campaign, email="dora@example.org", first_name="Dora"
        )
        stage.anne.deputy_id = dora.id
        stage.here.phone = TERRITORY_PHONE
        session.get_one(Organisation, 1).coordination_phone = "+33353010007"
        lea = factories.user(
            session, Role.LEAD, stage.campaign, email="lea@example.org", first_name="Léa"
        )
        self.people = {"Anne": stage.anne, "Dora": dora, "Léa": lea}
        return stage.raised(category, at=self.clock()).id


@pytest.fixture
def scene(
    app: Flask, instance: Instance, clock: Clock, smtp_sink: SmtpSink, browser: Browser
) -> Iterator[Scene]:
    """The site at the hour of the test's clock; at the end no page complained."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def desk(size: dict[str, int]) -> Page:
            page, heard = stack.enter_context(browsers.watched_page(browser, size=size))
            stack.callback(lambda: complaints.extend(heard))
            return page

        config = replace(instance.config, smtp_url=smtp_sink.url)
        posting = replace(instance, config=config)
        address = stack.enter_context(serving(app))
        yield Scene(app, posting, clock, smtp_sink, address, {}, desk)
    assert complaints == []


def test_an_urgent_need_nobody_sees_climbs_to_the_deputy_then_to_the_lead(scene: Scene) -> None:
    need_id = scene.raise_need("ALI_URGENCE")
    assert scene.told("anne@example.org") == [f"[Appel solidaire] B-{need_id} · urgent"]
    assert scene.told("dora@example.org") == []
    scene.clock.move(hours=2)
    scene.worker()
    scene.worker()
    assert len(scene.told("dora@example.org")) == 1  # a stage is told once
    assert scene.told("lea@example.org") == []
    scene.clock.move(hours=4)  # two opening hours more, lunch between
    scene.worker()
    assert len(scene.told("dora@example.org")) == 1
    assert len(scene.told("lea@example.org")) == 1

    lead = scene.desk(browsers.PHONE)
    scene.sign_in(lead, "Léa")
    lead.goto(scene.link("lea@example.org", "/pilotage/urgences"))
    look(lead)
    expect(lead.locator("main")).to_contain_text(f"B-{need_id}")
    expect(lead.locator("main")).to_contain_text("Dora")
    expect(lead.get_by_role("link", name="Appeler le territoire")).to_have_attribute(
        "href", f"tel:{TERRITORY_PHONE}"
    )
    assert "Dupont" not in lead.content()

    dora = scene.desk(browsers.DESK)
    scene.sign_in(dora, "Dora")
    dora.goto(scene.link("dora@example.org", f"/coordination/besoins/{need_id}"))
    look(dora)
    dora.get_by_role("button", name="Je m’en occupe").click()
    expect(dora.get_by_role("status").first).to_contain_text(
        f"Vous vous occupez du besoin B-{need_id}"
    )
    look(dora)
    lead.reload()
    expect(lead.locator("main")).to_contain_text("Aucune urgence n’attend")
    look(lead)
    scene.clock.move(hours=30)
    scene.worker()
    assert len(scene.told("lea@example.org")) == 1


def test_a_partner_names_another_the_need_goes_on_in_one_click_and_is_done(scene: Scene) -> None:
    need_id = scene.raise_need("ALI_COURSES")
    first, second = _offices(scene, need_id)
    link = scene.link(first.email, "/partenaire/besoins/")
    _scan(scene, link)
    assert _state(scene, need_id, 0) is ReferralState.SENT
    assert _openings(scene) == 0

    partner = scene.desk(browsers.PHONE)
    partner.goto(link)
    look(partner)
    partner.get_by_role("button", name="Voir ce besoin").click()
    expect(partner.locator("main")).to_contain_text(SAID)
    look(partner)
    assert _openings(scene) == 1
    partner.get_by_text("Ce n’est pas de notre ressort", exact=True).click()
    partner.get_by_role("button", name="Envoyer ma réponse").click()
    expect(partner.get_by_role("alert").first).to_be_visible()  # who is, then?
    look(partner)
    partner.get_by_label("Qui est compétent").select_option(label=second.name)
    partner.get_by_role("button", name="Envoyer ma réponse").click()
    expect(partner.get_by_role("heading", level=1)).to_contain_text("Merci")
    look(partner)
    partner.goto(link)
    expect(partner.locator("main")).not_to_contain_text(SAID)  # they read it no more
    look(partner)

    scene.worker()
    anne = scene.desk(browsers.DESK)
    scene.sign_in(anne, "Anne")
    anne.goto(scene.link("anne@example.org", f"/coordination/besoins/{need_id}"))
    anne.get_by_role("link", name="Réponses des services").click()
    expect(anne.locator("main")).to_contain_text(
        f"Ce service propose : {second.name}".replace(" :", "\u00a0:")
    )
    look(anne)
    anne.get_by_role("button", name="Lui envoyer ce besoin").click()
    expect(anne.get_by_role("status").first).to_contain_text(f"est envoyé à\u00a0: {second.name}")
    look(anne)

    scene.worker()
    other = scene.desk(browsers.DESK)
    other.goto(scene.link(second.email, "/partenaire/besoins/"))
    other.get_by_role("button", name="Voir ce besoin").click()
    look(other)
    other.get_by_text("C’est fait", exact=True).click()
    other.get_by_role("button", name="Envoyer ma réponse").click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("Merci")
    assert _state(scene, need_id, 1) is ReferralState.DONE
    anne.reload()
    expect(anne.locator("main")).to_contain_text("terminé")


def _offices(scene: Scene, need_id: int) -> tuple[Contact, Contact]:
    """The office the need went to, and another the partner may name."""
    with scene.instance.database.reading() as session:
        need = session.get_one(Need, need_id)
        first = need.referrals[0].office
        assert first is not None
        others = [one for one in directory.partners(session, need.person) if one.id != first.id]
        return Contact(first.name, first.email), Contact(others[0].name, others[0].email)


def _scan(scene: Scene, link: str) -> None:
    """What machines between the mail and its reader do: a HEAD, then a browser that renders it."""
    head = urllib.request.Request(link, method="HEAD")  # noqa: S310  our own http address
    with urllib.request.urlopen(head) as answer:  # noqa: S310  our own http address
        assert answer.status == 200
    scanner = scene.desk(browsers.DESK)
    for _ in range(3):
        scanner.goto(link, wait_until="networkidle")
        assert SAID not in scanner.content()


def _state(scene: Scene, need_id: int, number: int) -> ReferralState:
    with scene.instance.database.reading() as session:
        return session.get_one(Need, need_id).referrals[number].state


def _openings(scene: Scene) -> int:
    opened = sa.select(sa.func.count()).where(JournalEntry.action == "referral_opened")
    with scene.instance.database.reading() as session:
        return session.scalar(opened) or 0
