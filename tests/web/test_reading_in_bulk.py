"""An account that opens records one after the other waits, is noted, and is told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.app import create_app
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns.models import JournalEntry, MailState, Membership, OutgoingMail, Person, Role
from tests import factories
from tests.conftest import Clock
from tests.needs_stage import AMIENS, Stage
from tests.web.visiting import Visitor

A_DAY, A_MINUTE = 6, 4
FOLDERS = {
    Role.LEAD: "/pilotage/",
    Role.COORDINATION: "/coordination/",
    Role.DPO: "/donnees/",
}


@pytest.fixture
def slow(config: Config, clock: Clock) -> Iterator[Instance]:
    """An instance whose days are short: few records, so that a test reaches the end of them."""
    small = replace(config, records_a_day=A_DAY, records_a_minute=A_MINUTE)
    opened = Instance.of(small, clock=clock)
    yield opened
    opened.database.engine.dispose()


def reader(slow: Instance, role: Role = Role.LEAD) -> tuple[Visitor, list[int]]:
    """Somebody of this role, and the people whose records they may open."""
    client: FlaskClient = create_app(slow).test_client()
    visitor = Visitor(client, slow.database, role=role, prefix=FOLDERS[role])

    def live(session: Session) -> list[int]:
        session.add(Membership(campaign_id=visitor.campaign.id, user_id=visitor.me.id))
        factories.user(session, Role.DPO, email="dpo@example.org")
        factories.user(session, Role.COORDINATION, visitor.campaign, email="odile@example.org")
        return [factories.person(session, visitor.campaign).id for _ in range(A_DAY + 4)]

    return visitor, visitor.keep(live)


def opened(visitor: Visitor, person_id: int) -> int:
    return visitor.client.get(f"{visitor.prefix}personnes/{person_id}").status_code


def count(visitor: Visitor, action: str) -> int:
    return len(visitor.read(sa.select(JournalEntry.id).where(JournalEntry.action == action)))


@pytest.mark.parametrize("role", FOLDERS)
def test_a_crawler_is_stopped_whatever_its_role(slow: Instance, role: Role) -> None:
    visitor, people = reader(slow, role)
    statuses = [opened(visitor, one) for one in people]
    assert statuses == [200] * A_MINUTE + [429] * (len(people) - A_MINUTE)
    assert count(visitor, "person_opened") == A_MINUTE
    assert opened(visitor, people[0]) == 200  # who was opened already is not one more


def test_a_crawler_who_is_patient_gets_one_record_each_two_minutes(
    slow: Instance, clock: Clock
) -> None:
    visitor, people = reader(slow)
    for one in people[:A_DAY]:
        clock.move(minutes=1)
        assert opened(visitor, one) == 200
    assert opened(visitor, people[A_DAY]) == 429
    clock.move(seconds=119)
    assert opened(visitor, people[A_DAY]) == 429
    clock.move(seconds=1)
    assert opened(visitor, people[A_DAY]) == 200
    assert opened(visitor, people[A_DAY + 1]) == 429
    clock.move(days=1)
    sign_in_again(visitor, clock)
    assert opened(visitor, people[A_DAY + 1]) == 200


def sign_in_again(visitor: Visitor, clock: Clock) -> None:
    visitor.keep(lambda session: factories.sign_in(session, visitor.client, visitor.me, at=clock()))


def test_the_page_says_why_and_when_and_shows_nobody(slow: Instance) -> None:
    visitor, people = reader(slow)
    for one in people[:A_MINUTE]:
        opened(visitor, one)
    answer = visitor.client.get(f"/pilotage/personnes/{people[A_MINUTE]}")
    assert answer.headers["Retry-After"] == "60"
    assert "rouvrez cette fiche dans 60\u00a0secondes" in answer.text
    assert "Rouvrir cette fiche" in answer.text
    (name,) = visitor.read(sa.select(Person.last_name).where(Person.id == people[A_MINUTE]))
    assert name not in answer.text


def test_who_protects_the_data_and_the_coordination_are_told_once_a_day(
    slow: Instance, clock: Clock
) -> None:
    visitor, people = reader(slow)
    for _ in range(2):
        for one in people:
            opened(visitor, one)
    wanted = sa.select(OutgoingMail).where(OutgoingMail.kind == "reading_slowed")
    posted = visitor.read(wanted)
    assert {mail.to_address for mail in posted} == {"dpo@example.org", "odile@example.org"}
    assert len(posted) == 2
    assert all(mail.about == {"reader": visitor.me.id} for mail in posted)
    assert all(mail.state is MailState.WAITING for mail in posted)
    assert count(visitor, "reading_slowed") == 1
    clock.move(days=1)
    sign_in_again(visitor, clock)
    for one in people[::-1]:
        opened(visitor, one)
    assert (len(visitor.read(wanted)), count(visitor, "reading_slowed")) == (4, 2)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_volunteer_waits_too_and_calls_on_after_the_pause(slow: Instance, clock: Clock) -> None:
    client = create_app(slow).test_client()
    with slow.database.unit() as session:
        campaign = factories.campaign(session)
        for _ in range(A_MINUTE + 1):
            factories.person(session, campaign)
        caller = factories.volunteer(session, campaign)
        lines = [
            line.id for line in factories.lines(session, factories.published(session, campaign))
        ]
        factories.sign_in(session, client, caller, at=clock())
    statuses = [client.get(f"/benevole/appels/{line}").status_code for line in lines]
    assert statuses == [200] * A_MINUTE + [429]
    clock.move(minutes=1)
    assert client.get(f"/benevole/appels/{lines[-1]}").status_code == 200


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_needs_count_as_records_and_an_urgent_one_never_waits(slow: Instance, stage: Stage) -> None:
    needs = [
        stage.raised("DRO_RETRAITE", whom=stage.person(AMIENS)).id for _ in range(A_MINUTE + 1)
    ]
    urgent = stage.raised("ALI_URGENCE", whom=stage.person(AMIENS)).id
    client = create_app(slow).test_client()
    factories.sign_in(stage.session, client, stage.odile, at=factories.TUESDAY)
    slow.database.settle(stage.session, done=True)
    pages = [client.get(f"/coordination/besoins/{one}").status_code for one in [*needs, urgent]]
    assert pages == [200] * A_MINUTE + [429, 200]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_no_side_door_shows_records_faster(slow: Instance) -> None:
    """The form of a record, the comparison of two, a refused form: each shows what it is about."""
    visitor, people = reader(slow)
    first, second, third, fourth, fifth, sixth = people[:6]
    visitor.get(f"personnes/{first}/corriger")
    assert visitor.post(f"personnes/{second}/comparer", autre=f"P-{third}")[0] == 200
    assert visitor.post(f"personnes/{fourth}/arreter")[0] == 422
    assert count(visitor, "person_opened") == A_MINUTE
    assert visitor.post(f"personnes/{fifth}/arreter", words="Sa nièce le demande")[0] == 429
    status, page = visitor.post(f"personnes/{sixth}/comparer", autre="Une autre fiche")
    assert status == 429
    assert "Une autre fiche" in page
    assert count(visitor, "reading_slowed") == 1


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_form_that_is_refused_counts_as_a_record_read(slow: Instance) -> None:
    visitor, people = reader(slow, Role.COORDINATION)
    forms = ("personnes/{}/corriger", "personnes/{}/voix", "rappels/{}/besoin")
    refused = [visitor.post(form.format(one))[0] for form, one in zip(forms, people, strict=False)]
    assert refused == [422] * len(forms)
    assert count(visitor, "person_opened") == len(forms)
    assert opened(visitor, people[len(forms)]) == 200
    assert [visitor.post(form.format(people[-1]))[0] for form in forms] == [429] * len(forms)
