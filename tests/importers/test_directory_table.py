"""A directory in a workbook: more columns where there are, and never over a hand’s correction."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from campaigns import directory
from campaigns.models import Office, Role, User
from importers import directory as tables
from tests import factories
from tests.factories import TUESDAY
from tests.importers import files
from tests.needs_stage import Stage

BASE = ("code", "type", "nom", "perimetre")
CPAM = ("CPAM", "cpam", "CPAM de la Somme", "departement")


@pytest.fixture
def lead(stage: Stage) -> User:
    return factories.user(stage.session, Role.LEAD, stage.campaign)


def enter(stage: Stage, *rows, titles=BASE) -> tables.Examined:
    found = tables.examine(stage.session, content=files.xlsx([titles, *rows]), name="t.xlsx")
    tables.enter(stage.session, found, by=None, at=TUESDAY)
    stage.session.flush()
    return found


def office(stage: Stage, code: str) -> Office:
    return stage.session.scalars(sa.select(Office).where(Office.code == code)).one()


def test_hours_channel_topics_communes_on_call_and_deputy_are_read_where_there_are_columns(stage):
    enter(
        stage,
        ("CIAS_1", "ccas", "CIAS du Coquelicot", "epci", "9 h – 12 h", "Téléphone",
         "ALI_PORTAGE, ALI_COURSES", "80003 80016", "0199004455", "CPAM", "0199004466"),
        titles=(*BASE, "Horaires", "Canal", "Besoins", "Communes servies", "Astreinte",
                "Suppléant", "Téléphone"),
    )  # fmt: skip
    made = office(stage, "CIAS_1")
    assert (made.hours, made.channel) == ("9 h – 12 h", "phone")
    assert made.topics == "ALI_COURSES ALI_PORTAGE"
    assert made.deputy_id == office(stage, "CPAM").id
    assert (made.on_call_phone, made.phone) == ("0199004455", "0199004466")
    assert [one.insee for one in directory.communes_of(stage.session, made)] == ["80003", "80016"]


def test_a_column_the_table_does_not_have_leaves_what_is_noted(stage):
    before = office(stage, "CPAM").email
    assert before
    found = enter(stage, CPAM)
    assert office(stage, "CPAM").email == before
    assert found.report["unchanged"] == 1


def test_what_was_corrected_by_hand_survives_and_the_rest_is_brought_up_to_date(stage, lead):
    cpam = office(stage, "CPAM")
    noted = directory.entry_of(stage.session, cpam)
    directory.offices.change(
        stage.session, cpam, replace(noted, email="accueil@example.org"), by=lead, at=TUESDAY
    )
    found = enter(
        stage,
        (*CPAM[:2], "CPAM 80", CPAM[3], "autre@example.org"),
        titles=(*BASE, "email"),
    )
    assert (cpam.email, cpam.name) == ("accueil@example.org", "CPAM 80")
    (kept,) = [one for one in found.report["problems"] if one["code"] == "by_hand"]
    assert kept["say"] == "Une valeur corrigée à la main reste comme elle est."


@pytest.mark.parametrize(
    ("title", "cell"),
    [("Canal", "pigeon"), ("Besoins", "RIEN"), ("Communes", "99999"), ("Horaires", "x" * 201)],
)
def test_a_cell_that_cannot_be_read_refuses_its_line_alone(stage, title, cell):
    found = enter(
        stage,
        ("A_1", "autre", "Service A", "departement", cell),
        ("B_1", "autre", "Service B", "departement", ""),
        titles=(*BASE, title),
    )
    assert found.report["refused"] == 1
    assert found.report["problems"][0]["column"] == title
    assert office(stage, "B_1").name == "Service B"
