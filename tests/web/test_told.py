"""What somebody tells the coordination by telephone: a need, a worry about a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns.models import (
    Alarm,
    AlarmWhy,
    Need,
    NeedState,
    Office,
    Person,
    Referral,
    ReferralState,
    StopReason,
    Urgency,
    User,
)
from campaigns.reference import questions
from tests.factories import TUESDAY
from tests.needs_stage import AMIENS, PERONNE, SAID, Stage
from tests.web.visiting import keep, read, send

Enter = Callable[[User], FlaskClient]


@pytest.fixture
def stage(database: Database, stage: Stage) -> Stage:
    keep(database, stage)
    return stage


def one_need(database: Database) -> Need:
    with database.reading() as session:
        found = session.scalars(sa.select(Need)).one()
        session.expunge(found)
        return found


def test_a_need_told_by_telephone_goes_where_a_caller_would_have_sent_it(
    database: Database, stage: Stage, enter: Enter
) -> None:
    client, address = enter(stage.anne), f"/coordination/rappels/{stage.paulette.id}/besoin"
    told = {"category": "ALI_COURSES", "text": SAID, "agreement": "oui", "ring_back": "le matin"}
    shown = send(client, address, **told).get_data(as_text=True)
    assert "Envoyer ce besoin" in shown
    assert SAID in shown
    with database.reading() as session:
        assert not session.scalars(sa.select(Need)).all()
    sent = send(client, address, **told, vu="ALI_COURSES")
    need = one_need(database)
    assert sent.location == f"/coordination/besoins/{need.id}"
    assert (need.person_id, need.raised_by_id, need.call_id) == (
        stage.paulette.id,
        stage.anne.id,
        None,
    )
    assert need.ring_back == "le matin"
    with database.reading() as session:
        assert session.scalars(sa.select(Referral.need_id)).all()
    assert "par Anne" in read(client, sent.location)


def test_an_answer_to_the_question_of_its_kind_makes_it_more_urgent(
    database: Database, stage: Stage, enter: Enter
) -> None:
    asked = next(one for one in questions() if one.category == "SAN_CANICULE")
    client, address = enter(stage.anne), f"/coordination/rappels/{stage.paulette.id}/besoin"
    told = {"category": "SAN_CANICULE", "text": SAID, "agreement": "vital"}
    assert asked.text in send(client, address, **told).get_data(as_text=True)
    answer = {"vu": "SAN_CANICULE", f"q-{asked.id}": "oui"}
    assert send(client, address, **told, **answer).status_code == 303
    assert one_need(database).urgency is Urgency.U0


def test_without_agreement_it_is_noted_and_sent_nowhere(
    database: Database, stage: Stage, enter: Enter
) -> None:
    client, address = enter(stage.anne), f"/coordination/rappels/{stage.paulette.id}/besoin"
    told = {"category": "ALI_COURSES", "text": SAID, "agreement": "non"}
    assert "transmis à personne" in send(client, address, **told).get_data(as_text=True)
    send(client, address, **told, vu="ALI_COURSES")
    assert one_need(database).state is NeedState.CLOSED
    with database.reading() as session:
        assert not session.scalars(sa.select(Referral.id)).all()


def test_a_kind_only_named_people_read_is_sent_without_leading_to_a_closed_door(
    database: Database, stage: Stage, enter: Enter
) -> None:
    client, address = enter(stage.bob), f"/coordination/rappels/{stage.paulette.id}/besoin"
    told = {"category": "PRO_MALTRAITANCE", "text": SAID, "agreement": "oui"}
    sent = send(client, address, **told, vu="PRO_MALTRAITANCE")
    assert sent.location == "/coordination/rappels"
    assert one_need(database).is_sensitive
    assert "à qui peut lire ce sujet" in read(client, sent.location)


def test_a_neighbour_who_worries_opens_the_search_for_somebody(
    database: Database, stage: Stage, enter: Enter
) -> None:
    client, address = enter(stage.anne), f"/coordination/rappels/{stage.paulette.id}"
    refused = send(client, f"{address}/doute", doute="  ")
    assert refused.status_code == 422
    sent = send(client, f"{address}/doute", doute="Volets fermés depuis hier, dit sa voisine")
    with database.reading() as session:
        alarm = session.scalars(sa.select(Alarm)).one()
        assert (alarm.why, alarm.opened_by_id) == (AlarmWhy.BY_HAND, stage.anne.id)
        assert sent.location == f"/coordination/levees-de-doute/{alarm.id}"
    assert "Volets fermés depuis hier" in read(client, sent.location)
    assert "On la cherche déjà" in read(client, address)
    again = send(client, f"{address}/doute", doute="Toujours rien")
    assert again.status_code == 422
    assert "Toujours rien" in again.get_data(as_text=True)
    read(enter(stage.claire), address, 404)


def test_nobody_looks_for_somebody_who_died(database: Database, stage: Stage, enter: Enter) -> None:
    with database.unit() as session:
        whom = session.get_one(Person, stage.paulette.id)
        whom.stop, whom.stopped_at = StopReason.DIED, TUESDAY
    client, address = enter(stage.anne), f"/coordination/rappels/{stage.paulette.id}"
    assert "Ouvrir une levée de doute" not in read(client, address)
    assert send(client, f"{address}/doute", doute="Une voisine").status_code == 422


def test_the_page_of_a_need_leads_to_the_record_of_who_may_read_it(
    database: Database, stage: Stage, enter: Enter
) -> None:
    need = stage.raised()
    far = stage.raised("LIEN_ISOLEMENT", whom=stage.person(AMIENS, last_name="Petit"))
    far.territory = need.territory  # sent here by the coordinators of Amiens
    keep(database, stage)
    client = enter(stage.anne)
    link = "Sa fiche, avec ses derniers appels"
    assert link in read(client, f"/coordination/besoins/{need.id}")
    assert link not in read(client, f"/coordination/besoins/{far.id}")


def test_a_service_to_be_rung_is_shown_with_its_telephone(
    database: Database, stage: Stage, enter: Enter
) -> None:
    need = stage.raised("ALI_PORTAGE")
    partner = next(one for one in need.referrals if one.office)
    assert partner.office
    partner.office.phone, partner.office.hours = "+33353010042", "du lundi au vendredi"
    need_id, referral_id = need.id, partner.id
    keep(database, stage)
    client, address = enter(stage.anne), f"/coordination/besoins/{need_id}"
    number = 'href="tel:+33353010042">03\u00a053\u00a001\u00a000\u00a042</a>, du lundi au vendredi'
    assert number not in read(client, address)  # it was written to, and may still answer
    with database.unit() as session:
        session.get_one(Referral, referral_id).state = ReferralState.REFUSED
    assert number in read(client, address)


def test_the_ladder_gives_the_telephones_of_the_mairie_and_of_the_emergency_services(
    database: Database, stage: Stage, enter: Enter
) -> None:
    client, address = enter(stage.anne), f"/coordination/rappels/{stage.paulette.id}"
    with database.unit() as session:
        for office in session.scalars(sa.select(Office).where(Office.insee == PERONNE)):
            office.phone = "+33353010043"
    opened = send(client, f"{address}/doute", doute="Volets fermés")
    page = read(client, opened.location)
    assert 'href="tel:+33353010043"' in page
    assert 'href="tel:18"' in page
    assert 'href="tel:17"' in page
