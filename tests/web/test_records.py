"""The pages of people's records, from the search to two records made one."""

from __future__ import annotations

import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import quality, values
from campaigns.models import (
    Commune,
    Correction,
    Enrolment,
    JournalEntry,
    Person,
    QualityCase,
    QualityKind,
    Role,
    StopReason,
)
from tests import factories
from tests.factories import EVE
from tests.web.visiting import Visitor

FORM = {
    "title": "MME", "last_name": "Petit", "first_name": "Rose", "born": "07/03/1941",
    "phones": "06 39 98 01 23 fille\n03 53 01 00 11", "postal_code": "80000", "town": "amiens",
    "best_half": "am", "schemes": "apa, rsa",
}  # fmt: skip


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    visitor = Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")
    visitor.keep(lambda session: factories.commune(session))
    return visitor


def known(visitor: Visitor, **columns: object) -> int:
    """Somebody a list brought."""

    def write(session: Session) -> int:
        made = factories.person(session, visitor.campaign, **columns)
        made.name_key = values.name_key(made.last_name, made.first_name)
        return made.id

    return int(visitor.keep(write))


def person(visitor: Visitor, person_id: int) -> Person:
    (found,) = visitor.read(sa.select(Person).where(Person.id == person_id))
    return found  # type: ignore[no-any-return]  # rows of any table


def test_the_name_searched_stands_in_no_address(lead: Visitor) -> None:
    known(lead, last_name="Quetzal")
    status, page = lead.post("personnes/chercher", cherche="quetz")
    assert status == 200
    assert "Quetzal" in page
    status, page = lead.post("personnes/chercher", cherche="Personneici")
    assert "Personne ne répond" in page


def test_somebody_is_added_with_what_a_clerk_types(lead: Visitor) -> None:
    status, _ = lead.post("personnes/nouvelle", **FORM)
    assert status == 303
    (added,) = lead.read(sa.select(Person))
    assert (added.insee, added.town, added.schemes) == ("80021", "amiens", "APA RSA")
    page = lead.get(f"personnes/{added.id}")
    assert "07/03/1941" in page
    assert "fille" in page
    assert "ajoutée à la main" in page


def test_the_guardian_of_a_protected_adult_is_written_and_read_on_the_record(
    lead: Visitor,
) -> None:
    status, _ = lead.post("personnes/nouvelle", **FORM, guardian="Mme Garant, 03 53 01 00 45")
    assert status == 303
    (added,) = lead.read(sa.select(Person))
    assert "Mme Garant, 03 53 01 00 45" in lead.get(f"personnes/{added.id}")


def test_what_cannot_be_read_is_said_and_nothing_typed_is_lost(lead: Visitor) -> None:
    wrong = FORM | {"born": "30/02/1951", "phones": "06 39", "town": "Péronne", "last_name": ""}
    status, page = lead.post("personnes/nouvelle", **wrong)
    assert status == 422
    assert "Indiquez le nom." in page
    assert "n’existe pas" in page
    assert "Numéro trop court" in page
    assert "Choisissez une commune du code postal 80000" in page
    assert "Péronne" in page
    assert lead.read(sa.select(Person)) == []


def test_a_likely_double_is_shown_before_it_is_added(lead: Visitor) -> None:
    twin = known(lead, last_name="PETIT", first_name="Rose", postal_code="80000")
    status, page = lead.post("personnes/nouvelle", **FORM)
    assert status == 422
    assert f"P-{twin}" in page
    status, _ = lead.post("personnes/nouvelle", **FORM, anyway="y")
    assert status == 303


def test_a_record_is_corrected_and_the_correction_leaves_as_a_workbook(lead: Visitor) -> None:
    one = known(lead, last_name="Petit", first_name="Rose")
    page = lead.get(f"personnes/{one}/corriger")
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    status, _ = lead.post(f"personnes/{one}/corriger", **FORM, seen=seen)
    assert status == 303
    assert person(lead, one).insee == "80021"
    data = {
        "csrf_token": lead.get("a-verifier").partition('csrf_token" value="')[2].partition('"')[0]
    }
    answer = lead.client.post("/pilotage/a-verifier/corrections", data=data)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]
    assert ["date de naissance", "", "07/03/1941"] in [row[4:7] for row in cells]
    assert all(
        cell.data_type == "s" for row in book.active.iter_rows() for cell in row if cell.value
    )
    last = max(one.id for one in lead.read(sa.select(Correction)))
    assert lead.post("a-verifier/corrections/reportees", jusqu_a=last)[0] == 303
    assert "À reporter" not in lead.get("a-verifier")


def test_their_turn_is_changed_on_the_record(lead: Visitor) -> None:
    one = known(lead, last_name="Petit", first_name="Rose")
    page = lead.get(f"personnes/{one}/corriger")
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    assert lead.post(f"personnes/{one}/corriger", **FORM, priority="9", seen=seen)[0] == 303
    query = sa.select(Enrolment.priority).where(Enrolment.person_id == one)
    assert lead.read(query) == [9]
    assert 'value="9" selected' in lead.get(f"personnes/{one}/corriger").replace(
        'selected value="9"', 'value="9" selected'
    )


def test_an_old_form_overwrites_nothing(lead: Visitor) -> None:
    one = known(lead, last_name="Petit", first_name="Rose")
    for seen in ("2020-01-01T00:00:00+00:00", "hier", ""):
        status, page = lead.post(f"personnes/{one}/corriger", **FORM, seen=seen)
        assert status == 422
        assert "vient de modifier" in page
    assert person(lead, one).birth_date is None


def test_somebody_kept_aside_is_confirmed_from_their_page(lead: Visitor) -> None:
    one = known(lead, hold="La liste dit « NPA »")
    assert "La liste dit « NPA »" in lead.get(f"personnes/{one}")
    assert lead.post(f"personnes/{one}/confirmer")[0] == 303
    assert person(lead, one).hold is None


def test_calls_stop_and_start_again(lead: Visitor) -> None:
    one = known(lead)
    assert lead.post(f"personnes/{one}/arreter")[0] == 422
    assert lead.post(f"personnes/{one}/arreter", reason="objected")[0] == 303
    assert person(lead, one).stop is StopReason.OBJECTED
    status, page = lead.post(f"personnes/{one}/arreter", reason="died")
    assert status == 422
    assert "n’est déjà plus appelée" in page
    status, page = lead.post(f"personnes/{one}/reprendre", reason="Elle le demande elle-même.")
    assert status == 422
    assert "seule la coordination reprend les appels" in page
    other = known(lead)
    assert lead.post(f"personnes/{other}/arreter", reason="out_of_scope")[0] == 303
    assert lead.post(f"personnes/{other}/reprendre")[0] == 303
    assert person(lead, other).stop is None


def test_two_records_are_compared_then_joined(lead: Visitor) -> None:
    kept = known(lead, last_name="Petit", address="1 rue Haute")
    double = known(lead, last_name="Petit", address="2 rue Basse")
    status, page = lead.post(f"personnes/{kept}/comparer", autre=f"p-{double}")
    assert status == 200
    assert "1 rue Haute" in page
    assert "2 rue Basse" in page
    assert "différent" in page
    assert lead.post(f"personnes/{kept}/comparer", autre="n’importe")[0] == 422
    assert lead.post(f"personnes/{kept}/reunir", autre=f"P-{double}")[0] == 303
    assert person(lead, double).merged_into_id == kept
    assert f"Ouvrir P-{kept}" in lead.get(f"personnes/{double}")


def test_a_point_is_closed_with_what_was_found(lead: Visitor) -> None:
    one = known(lead, last_name="Quetzal")

    def open_it(session: Session) -> None:
        whom = session.get_one(Person, one)
        quality.open_case(session, whom, kind=QualityKind.DIED, detail="Dit par un voisin", at=EVE)

    lead.keep(open_it)
    assert "Quetzal" in lead.get("a-verifier?quoi=died")
    assert "Quetzal" not in lead.get("a-verifier?quoi=moved")
    (case,) = lead.read(sa.select(QualityCase))
    assert lead.post(f"a-verifier/{case.id}", constat=" ")[0] == 422
    assert lead.post(f"a-verifier/{case.id}", constat="Confirmé par la mairie")[0] == 303
    assert "toutes les fiches sont en ordre" in lead.get("a-verifier")


def test_opening_a_record_is_journaled_once_a_visit(lead: Visitor) -> None:
    one = known(lead)
    for _ in range(2):
        lead.get(f"personnes/{one}")
    found = lead.read(sa.select(JournalEntry).where(JournalEntry.action == "person_opened"))
    assert [entry.object_id for entry in found] == [one]


def test_a_coordinator_places_nobody_outside_their_territories(
    client: FlaskClient, database: Database
) -> None:
    visitor = Visitor(client, database, role=Role.COORDINATOR, prefix="/coordination/")

    def cover(session: Session) -> None:
        here = factories.commune(session)
        session.add(Commune(insee="80620", name="Péronne", postal_codes="80200"))
        user = factories.user(
            session, Role.COORDINATOR, visitor.campaign, territories=[here.territory_id or 0]
        )
        factories.sign_in(session, client, user, at=factories.TUESDAY)

    visitor.keep(cover)
    wrong = FORM | {"postal_code": "80200", "town": "Péronne"}
    status, page = visitor.post("personnes/nouvelle", **wrong)
    assert status == 422
    assert "commune de vos territoires" in page
    assert visitor.post("personnes/nouvelle", **FORM)[0] == 303
