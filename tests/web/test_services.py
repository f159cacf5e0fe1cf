"""A partner and a coordinator answer each other: by the link, by one click, by a spoken code."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appel_solidaire.db import Database
from campaigns import directory, needs, reference, sealing, team
from campaigns.models import (
    Need,
    NeedState,
    Office,
    OutgoingMail,
    Referral,
    ReferralState,
    User,
)
from tests import factories
from tests.conftest import Clock
from tests.needs_stage import SAID, Stage, set_up
from tests.web.signing import csrf

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def stage(database: Database, somme: None) -> Iterator[Stage]:
    """The stage, kept."""
    with database.session(writes=True) as session:
        made = set_up(session)
        database.settle(session, done=True)
        yield made
        session.rollback()


def mailed(database: Database, stage: Stage, **office: Any) -> tuple[Need, Referral, str]:
    """A need whose mail has left to its CCAS, and the address of its link."""
    need = stage.raised()
    (referral,) = need.referrals
    referral.state = ReferralState.SENT
    referral.link_expires_at = need.raised_at + needs.LINK_LIFE
    for name, value in office.items():
        setattr(referral.office, name, value)
    path = f"/partenaire/besoins/{needs.partner_token(stage.session, referral)}"
    database.settle(stage.session, done=True)
    return need, referral, path


def press(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    # The inbox offers nothing to send: the codes' page has a form.
    page = "/connexion" if address.startswith("/partenaire") else "/coordination/reponses"
    return client.post(address, data={"csrf_token": csrf(client, page), **fields})


def signed_in(app: Flask, database: Database, whom: User) -> FlaskClient:
    client = app.test_client()
    with database.unit() as session:
        factories.sign_in(session, client, session.get_one(User, whom.id), at=factories.TUESDAY)
    return client


@dataclass(frozen=True)
class Now:
    """How a need stands now."""

    version: int
    state: NeedState
    referral_id: int  # of the newest referral
    office_id: int | None
    answered: ReferralState
    partner_steps: int


def newest(database: Database, need: Need) -> Now:
    with database.reading() as session:
        found = session.get_one(Need, need.id)
        last = found.referrals[-1]
        steps = sum(step.kind == "partner" for step in found.steps)
        return Now(found.version, found.state, last.id, last.office_id, last.state, steps)


def an_office(stage: Stage) -> tuple[int, str]:
    """Some office of the département that can be written to."""
    query = sa.select(Office.id, Office.name).where(
        Office.scope == "departement", Office.email != ""
    )
    row = stage.session.execute(query.order_by(Office.scope, Office.name).limit(1)).one()
    return row[0], row[1]


def test_not_competent_with_a_proposal_is_sent_on_in_one_click_and_answered(
    database: Database, stage: Stage, app: Flask, client: FlaskClient
) -> None:
    other_id, other_name = an_office(stage)
    need, referral, path = mailed(database, stage)
    page = html.unescape(press(client, path).text)
    assert "Qui est compétent" in page
    answer = press(client, f"{path}/repondre", answer="hors-competence", proposed=other_id)
    assert answer.status_code == 303
    anne = signed_in(app, database, stage.anne)
    services = f"/coordination/besoins/{need.id}/services"
    shown = html.unescape(anne.get(services).text)
    assert f"Ce service propose\u00a0: <strong>{other_name}</strong>" in shown
    assert "Dupont" not in shown
    fields = {"referral": referral.id, "version": newest(database, need).version}
    assert press(anne, f"{services}/suivre", **fields).status_code == 303
    there = newest(database, need)
    assert (there.state, there.office_id) == (NeedState.WITH_PARTNER, other_id)
    with database.unit() as session:
        second = session.get_one(Referral, there.referral_id)
        second.state = ReferralState.SENT
        token = needs.partner_token(session, second)
    done = press(client, f"/partenaire/besoins/{token}/repondre", answer="fait", words="Livré")
    assert done.status_code == 303
    assert newest(database, need).answered is ReferralState.DONE
    assert press(client, path).status_code == 410  # who is not competent reads it no more


def test_a_question_and_its_answer_pass_by_the_two_pages(
    database: Database, stage: Stage, app: Flask, client: FlaskClient
) -> None:
    need, referral, path = mailed(database, stage)
    press(client, f"{path}/repondre", answer="question", words="Quel étage ?")
    anne = signed_in(app, database, stage.anne)
    services = f"/coordination/besoins/{need.id}/services"
    version = newest(database, need).version
    fields = {"referral": referral.id, "version": version}
    refused = press(anne, f"{services}/repondre", words="", **fields)
    assert refused.status_code == 422
    assert "Écrivez votre réponse au service." in html.unescape(refused.text)
    assert press(anne, f"{services}/repondre", words="Au deuxième", **fields).status_code == 303
    assert "Au deuxième" in html.unescape(press(client, path).text)
    with database.reading() as session:
        kinds = session.scalars(sa.select(OutgoingMail.about)).all()
    assert "Au deuxième" not in str(kinds)


def test_the_spoken_code_opens_wrong_ones_are_counted_and_looking_shows_nothing(
    database: Database, stage: Stage, app: Flask, client: FlaskClient
) -> None:
    need, referral, path = mailed(database, stage, asks_code=True)
    code = needs.code_of(stage.session, referral)
    wrong = "000000" if code != "000000" else "111111"
    assert "Code à six chiffres" in html.unescape(client.get(path).text)
    for typed in ("", wrong):
        page = press(client, path, code=typed)
        assert page.status_code == 422
        assert SAID not in html.unescape(page.text)
    assert press(client, f"{path}/repondre", answer="fait").status_code == 422
    opened = press(client, path, code=f"{code[:3]} {code[3:]}")
    assert SAID in html.unescape(opened.text)
    anne = signed_in(app, database, stage.anne)
    services = html.unescape(anne.get(f"/coordination/besoins/{need.id}/services").text)
    assert code in services
    with database.reading() as session:
        assert code not in str(session.scalars(sa.select(OutgoingMail.about)).all())
    for _ in range(5):
        press(client, path, code=wrong)
    assert press(client, path, code=code).status_code == 429  # even the right one, for a while


def test_a_link_too_old_is_renewed_by_mail_to_the_office_only(
    database: Database, stage: Stage, client: FlaskClient, clock: Clock
) -> None:
    _, _, path = mailed(database, stage)
    clock.move(days=9)
    page = client.get(path)
    assert page.status_code == 410
    assert "Recevoir un nouveau lien" in html.unescape(page.text)
    assert SAID not in html.unescape(page.text)
    for _ in range(2):
        assert press(client, f"{path}/nouveau-lien").status_code == 303
    with database.reading() as session:
        rows = session.scalars(sa.select(OutgoingMail)).all()
        again = [row.to_address for row in rows if row.about.get("why") == "renewed"]
    assert again == ["ccas.peronne@communes80.example.org"]


def test_a_refused_mail_proposes_the_telephone_and_the_deputy_office(
    database: Database, stage: Stage, app: Flask
) -> None:
    deputy_id, deputy_name = an_office(stage)
    need, referral, _ = mailed(database, stage, deputy_id=deputy_id, phone="+33322000001")
    referral.state = ReferralState.REFUSED
    database.settle(stage.session, done=True)
    anne = signed_in(app, database, stage.anne)
    services = f"/coordination/besoins/{need.id}/services"
    page = html.unescape(anne.get(services).text)
    assert "refusé le courriel" in page
    assert "03\u00a022\u00a000\u00a000\u00a001" in page
    assert f"Envoyer à {deputy_name}" in page
    fields = {"referral": referral.id, "version": newest(database, need).version}
    assert press(anne, f"{services}/suppleant", **fields).status_code == 303
    assert newest(database, need).office_id == deputy_id


def test_the_sheet_of_paper_holds_a_code_for_each_answer_and_typing_one_records_it(
    database: Database, stage: Stage, app: Flask
) -> None:
    need, referral, _ = mailed(database, stage)
    anne = signed_in(app, database, stage.anne)
    sheet = html.unescape(anne.get(f"/coordination/besoins/{need.id}/fiche").text)
    codes = needs.answer_codes(referral)
    assert all(code in sheet for code in codes.values())
    for forbidden in ("1942", "Karim"):
        assert forbidden not in sheet
    slip = press(anne, "/coordination/reponses", code="1234567")
    assert slip.status_code == 422
    assert "n’est pas juste" in html.unescape(slip.text)
    for _ in range(2):
        kept = press(anne, "/coordination/reponses", code=codes[needs.PartnerAnswer.TAKEN])
        assert kept.status_code == 303
    found = newest(database, need)
    assert (found.answered, found.partner_steps) == (ReferralState.TAKEN, 1)


def test_somebody_chooses_fewer_mails_without_signing_in(
    database: Database, stage: Stage, client: FlaskClient
) -> None:
    token = team.opt_out_token(stage.session, stage.anne)
    database.settle(stage.session, done=True)
    path = f"/moins-de-courriels/{token}"
    assert client.get(path).status_code == 200
    field = {"csrf_token": csrf(client, path)}
    assert client.post(path, data={**field, "rhythm": "jamais"}).status_code == 422
    done = client.post(path, data={**field, "rhythm": "day"})
    assert "un seul courriel par jour" in html.unescape(done.text)
    with database.reading() as session:
        assert session.get_one(User, stage.anne.id).needs_rhythm == "day"


def test_an_office_reads_what_its_needs_are_chosen_by_before_saying_all_is_right(
    database: Database, stage: Stage, client: FlaskClient
) -> None:
    ccas = stage.session.scalars(sa.select(Office).where(Office.code == "CCAS_80620")).one()
    cpam = stage.session.scalars(sa.select(Office).where(Office.code == "CPAM")).one()
    ccas.topics, ccas.channel, ccas.deputy_id = "ALI_COURSES", "paper", cpam.id
    ccas.nonce, ccas.confirm_asked_at = sealing.fresh_nonce(), factories.TUESDAY
    token = directory.confirming.token(stage.session, ccas)
    database.settle(stage.session, done=True)
    page = html.unescape(client.get(f"/partenaire/annuaire/{token}").text)
    shown = (
        "Péronne",
        reference.categories()["ALI_COURSES"].label,
        f"Papier\u00a0; en votre absence\u00a0: {cpam.name}",
    )
    for words in shown:
        assert f'<dd class="col-sm-8">{words}</dd>' in page
