"""What the page of a call keeps for everybody: nothing of anybody, and never an old word."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from appel_solidaire.app import create_app
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from appel_solidaire.web.volunteer import stencils
from campaigns import guide
from campaigns.models import Campaign, Organisation, Person, Phone, Role, SwitchMode
from campaigns.retry import Spoke
from tests import factories
from tests.factories import TUESDAY
from tests.web.test_volunteer import Desk
from tests.web.visiting import value_of

# What the pages ask is asked of both engines elsewhere.
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
LIKE_A_HOLE = "81509470031 & « <b>lentement</b> » \ue001"


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


class Elsewhere:
    """Another process of the same instance: the same volunteer, signed in there."""

    def __init__(self, desk: Desk, instance: Instance) -> None:
        self.desk, self.client = desk, create_app(instance).test_client()
        with desk.database.unit() as session:
            factories.sign_in(session, self.client, desk.caller, at=TUESDAY)

    def pages(self) -> list[str]:
        """The page of the call, as both processes give it."""
        return [one.get(self.desk.url()).text for one in (self.desk.client, self.client)]


@pytest.fixture
def elsewhere(desk: Desk, instance: Instance) -> Elsewhere:
    found = Elsewhere(desk, instance)
    found.pages()  # both keep what is the same for everybody
    return found


def test_a_guide_just_published_is_read_by_the_next_page_of_every_process(
    desk: Desk, elsewhere: Elsewhere
) -> None:
    with desk.database.unit() as session:
        campaign = session.get_one(Campaign, desk.campaign_id)
        lead = factories.user(session, Role.LEAD)
        source = guide.versions.current(session, campaign)
        text = source.markdown.replace("je m’appelle {prénom}", "ici {prénom}, en neuf", 1)
        guide.drafts.begin(session, campaign, source, by=lead, at=TUESDAY)
        draft = guide.drafts.write(session, campaign, text, seen=1, by=lead, at=TUESDAY)
        guide.drafts.publish(
            session, campaign, seen=draft.version, note="Neuf", by=lead, at=TUESDAY
        )
    assert ["ici Michelle, en neuf" in page for page in elsewhere.pages()] == [True, True]


def test_a_part_switched_on_is_read_by_the_next_page_of_every_process(
    desk: Desk, elsewhere: Elsewhere
) -> None:
    assert ["<summary>Canicule" in page for page in elsewhere.pages()] == [False, False]
    with desk.database.unit() as session:
        campaign = session.get_one(Campaign, desk.campaign_id)
        lead = factories.user(session, Role.LEAD)
        guide.switches.decide(
            session, campaign, "variante-a-canicule", mode=SwitchMode.ON, by=lead, at=TUESDAY
        )
    assert ["<summary>Canicule" in page for page in elsewhere.pages()] == [True, True]


def test_a_telephone_of_the_organisation_that_changed_is_read_at_once(
    desk: Desk, elsewhere: Elsewhere
) -> None:
    for number, read in (("+33199000042", "01 99 00 00 42"), ("+33199000043", "01 99 00 00 43")):
        with desk.database.unit() as session:
            organisation = session.get_one(Organisation, 1)
            organisation.coordination_phone = organisation.switchboard_phone = number
        pages = [page.replace("\u00a0", " ") for page in elsewhere.pages()]
        assert [read in page for page in pages] == [True, True]


def test_a_rule_that_changed_is_said_by_the_next_page_of_every_process(
    desk: Desk, elsewhere: Elsewhere
) -> None:
    assert all("nouvel essai dans 3" in page for page in elsewhere.pages())
    with desk.database.unit() as session:
        session.get_one(Campaign, desk.campaign_id).rules = {"gap_hours": 5}
    assert ["nouvel essai dans 5" in page for page in elsewhere.pages()] == [True, True]


def test_a_page_holds_the_token_the_key_and_the_names_of_its_own_reader_only(
    app: Flask, database: Database
) -> None:
    clients = []
    with database.unit() as session:
        campaign = factories.campaign(session)
        for name in ("Dupont", "Martin"):
            factories.person(session, campaign, last_name=name)
        callers = [factories.volunteer(session, campaign, first_name=n) for n in ("Léa", "Zoé")]
        plan = factories.published(session, campaign)
        for caller in callers:
            (line,) = factories.lines(session, plan, caller)
            clients.append((app.test_client(), f"/benevole/appels/{line.id}"))
            factories.sign_in(session, clients[-1][0], caller, at=TUESDAY)
    first, second = (client.get(address).text for client, address in clients)
    for name in ("csrf_token", "key", "person_id"):
        assert value_of(first, name) != value_of(second, name)
    assert value_of(first, "csrf_token") not in second
    tokens = re.findall(r'csrf_token(?:" value="|": ")([^"]+)"', second)
    assert len(tokens) > 5
    assert set(tokens) == {value_of(second, "csrf_token")}
    assert [clients[0][1] in page for page in (first, second)] == [True, False]
    assert [word in first for word in ("Léa", "Zoé")] == [True, False]
    assert [word in second for word in ("Léa", "Zoé")] == [False, True]
    assert ("Dupont" in first) != ("Dupont" in second)


def test_words_of_a_person_that_look_like_a_hole_stay_words(desk: Desk, database: Database) -> None:
    with database.unit() as session:
        person = session.get_one(Person, desk.person.id)
        person.manner = person.last_name = LIKE_A_HOLE
    page = desk.client.get(desk.url()).text
    escaped = "81509470031 &amp; « &lt;b&gt;lentement&lt;/b&gt; » \ue001"
    assert page.count(f'name="facon-vu" value="{escaped}"') == 1
    assert page.count(f'name="facon" value="{escaped}"') == 1
    assert "<b>lentement" not in page


@pytest.mark.parametrize("numbers", [0, 1, 3])
def test_a_report_as_it_opens_is_the_one_a_draft_of_nothing_gives_back(
    desk: Desk, database: Database, numbers: int
) -> None:
    with database.unit() as session:
        person = session.get_one(Person, desk.person.id)
        person.manner, person.best_half = "Parler fort & lentement", "am"
        person.phones[0].invalid_at = None if numbers else TUESDAY
        person.phones += [
            Phone(e164=f"+3363998000{number}", position=number, label="fille & <b>")
            for number in range(1, numbers)
        ]
    opened = desk.client.get(desk.url()).text
    assert "Vous aviez commencé" not in opened
    fields = {name: value_of(opened, name) for name in ("csrf_token", "key", "person_id", "vu")}
    assert desk.client.post(desk.url("/brouillon"), data=fields).status_code == 200
    begun = desk.client.get(desk.url()).text
    assert "Vous aviez commencé" in begun
    assert _report(begun) == _report(opened)


def _report(page: str) -> str:
    found = re.search(r'<form class="panel call-report".*?</form>', page, re.S)
    assert found
    return found[0].replace(value_of(page, "csrf_token"), "")  # it tells the second it was made


def test_the_questions_given_back_are_those_that_were_answered(desk: Desk) -> None:
    for spoke in Spoke:
        page = desk.send(spoke=spoke.value, situation_autre="", note="x" * 501).text
        checked = re.findall(r'name="(\w+)" id="[^"]+" value="(\w+)" checked', page)
        assert checked == [("spoke", spoke.value)]
    wrong = desk.send(spoke="personne").text
    assert 'id="spoke-erreur"' in wrong


def test_a_part_that_would_keep_a_token_is_refused(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(RuntimeError, match="token"):
        stencils.part("volunteer/_coach.html", lambda: {"field": _Field()}, holes={})


class _Field:
    id, name, data = "note", "note", ""
