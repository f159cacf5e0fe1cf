"""The DPO's pages about people: a request, the whole record, an erasure and its certificate."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns.models import (
    Availability,
    JournalEntry,
    Membership,
    Person,
    Right,
    RightsRequest,
    Role,
)
from tests import factories, rights_stage
from tests.factories import TUESDAY
from tests.web.scene_rights import asked
from tests.web.visiting import Visitor, token_of

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def dpo(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.DPO, prefix="/donnees/")


def known(dpo: Visitor, **columns: object) -> int:
    found: int = dpo.keep(lambda session: factories.person(session, dpo.campaign, **columns).id)
    return found


def of(dpo: Visitor, person_id: int, right: Right) -> int:
    def write(session: Session) -> int:
        whom = session.get_one(Person, person_id)
        made = asked(session, whom, right, by=dpo.me)
        return made.id

    found: int = dpo.keep(write)
    return found


def test_from_a_letter_to_the_record_the_erasure_and_its_certificate(dpo: Visitor) -> None:
    one = known(dpo, last_name="Quetzal", manner="parler fort")
    assert "Aucune demande n’attend" in dpo.get("demandes")
    status, page = dpo.post("demandes/chercher", cherche="quetzal")
    assert status == 200
    assert f"/donnees/personnes/{one}" in page
    day = TUESDAY.date().isoformat()
    told = {"right": "access", "channel": "letter", "received_on": day, "words": ""}
    assert dpo.post(f"personnes/{one}/demande", **told)[0] == 303
    (access,) = dpo.read(sa.select(RightsRequest))
    assert "rappelez-la" in dpo.get(f"demandes/{access.id}")
    status, page = dpo.post(f"demandes/{access.id}/dossier", format="pdf")
    assert status == 422
    assert "Vérifiez d’abord l’identité" in page
    sent = {"csrf_token": token_of(dpo.get()), "record-known": "y", "format": "pdf"}
    pdf = dpo.client.post(f"/donnees/demandes/{access.id}/dossier", data=sent)
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="dossier-D-{access.id}.pdf"'
    assert "parler fort" in rights_stage.pdf_text(pdf.data)
    machines = dpo.client.post(
        f"/donnees/demandes/{access.id}/dossier", data={**sent, "format": "json"}
    )
    assert json.loads(machines.data)["tables"]["person"]["rows"][0]["manner"] == "parler fort"
    handed = {"answer-reason": "Remis en main propre."}
    assert dpo.post(f"demandes/{access.id}/repondre", **handed)[0] == 303
    assert dpo.post(f"personnes/{one}/demande", **(told | {"right": "erasure"}))[0] == 303
    erasure = dpo.read(sa.select(RightsRequest.id).order_by(RightsRequest.id.desc()))[0]
    assert dpo.post(f"demandes/{erasure}/effacer")[0] == 422
    assert dpo.post(f"demandes/{erasure}/effacer", **{"erase-sure": "y"})[0] == 303
    page = dpo.get(f"demandes/{erasure}/attestation")
    assert f"D-{erasure}" in page
    assert "Le sceau ne correspond plus" not in page
    handed_over = dpo.client.post(f"/donnees/demandes/{erasure}/attestation", data=sent)
    assert f"D-{erasure}" in rights_stage.pdf_text(handed_over.data)
    assert "Quetzal" not in dpo.get("demandes") + page + dpo.get(f"demandes/{erasure}")
    assert "Personne ne répond" in dpo.post("demandes/chercher", cherche="quetzal")[1]
    assert dpo.client.get(f"/donnees/personnes/{one}").status_code == 404
    acts = dpo.read(sa.select(JournalEntry.action).where(JournalEntry.object_id == one))
    assert {"person_opened", "rights_noted", "rights_record_taken", "person_erased"} <= set(acts)


def test_what_was_typed_stays_when_a_rule_refuses(dpo: Visitor) -> None:
    request = of(dpo, known(dpo), Right.CORRECTION)
    for act, name in (("repondre", "answer"), ("refuser", "refuse"), ("prolonger", "extend")):
        status, page = dpo.post(f"demandes/{request}/{act}", **{f"{name}-reason": "trop"})
        assert (status, "trop</textarea>" in page) == (422, True)
    reason = "Identité impossible à vérifier."
    assert dpo.post(f"demandes/{request}/refuser", **{"refuse-reason": reason})[0] == 303
    page = dpo.get(f"demandes/{request}")
    assert reason in page
    assert "CNIL" in page
    status, page = dpo.post(f"demandes/{request}/repondre", **{"answer-reason": "Corrigé ce jour."})
    assert (status, "a déjà reçu une réponse" in page) == (422, True)


def test_an_objection_is_one_click_and_a_late_request_comes_first(dpo: Visitor) -> None:
    one = known(dpo)
    request = of(dpo, one, Right.OBJECTION)
    assert dpo.post(f"demandes/{request}/opposition")[0] == 422
    assert dpo.post(f"demandes/{request}/opposition", **{"object-calls": "y"})[0] == 303
    assert dpo.read(sa.select(Person.stop))[0] is not None
    late = of(dpo, known(dpo), Right.ACCESS)
    day = TUESDAY.date() - timedelta(days=40)
    dpo.keep(
        lambda session: session.execute(
            sa.update(RightsRequest).where(RightsRequest.id == late).values(due_on=day)
        )
    )
    assert "En retard" in dpo.get("demandes")


def test_a_volunteer_passes_a_request_on_and_keeps_nothing_else(
    client: FlaskClient, database: Database
) -> None:
    karim = Visitor(client, database, role=Role.VOLUNTEER, prefix="/benevole/")

    def week(session: Session) -> int:
        session.add(Membership(campaign_id=karim.campaign.id, user_id=karim.me.id))
        session.add(Availability(user_id=karim.me.id, weekday=0, half="am"))
        factories.person(session, karim.campaign, last_name="Quetzal")
        plan = factories.published(session, karim.campaign)
        (line,) = factories.lines(session, plan, whose=karim.me)
        return line.id

    line = karim.keep(week)
    assert f"/benevole/appels/{line}/demande" in karim.get(f"appels/{line}")
    assert "Quetzal" in karim.get(f"appels/{line}/demande")
    path = f"appels/{line}/demande"
    assert karim.post(path, droit="access")[0] == 422
    (person,) = karim.read(sa.select(Person.id))
    assert karim.post(path, droit="access", personne="999999")[0] == 422
    assert karim.post(path, droit="erasure", personne=str(person))[0] == 303
    (noted,) = karim.read(sa.select(RightsRequest))
    assert (noted.right, noted.channel, noted.note) == (Right.ERASURE, "call", "")
    assert "C’est transmis" in karim.get(path)
