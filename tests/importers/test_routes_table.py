"""A routing table in a workbook: read, said, made the draft; written and read back alike."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from campaigns import routes, routing
from campaigns.models import Office, Role, RouteTable, User
from campaigns.reference import Mode, Route
from campaigns.routing import Rule
from importers import routes as tables
from importers.unreadable import Unreadable
from tests import factories
from tests.factories import TUESDAY
from tests.importers import files
from tests.importers.sample_values import csv
from tests.needs_stage import Stage

TITLES = ("besoin", "rang", "destination", "si", "mode", "territoire", "code_insee", "public")


@pytest.fixture
def lead(stage: Stage) -> User:
    return factories.user(stage.session, Role.LEAD, stage.campaign)


def read(stage: Stage, *rows, titles=TITLES) -> tables.Examined:
    content = files.xlsx([titles, *rows])
    return tables.examine(stage.session, stage.campaign, content=content, name="t.xlsx")


def of(found: tables.Examined, category: str = "ALI_COURSES") -> list[Rule]:
    return [rule for rule in found.rules if rule.route.category == category]


def test_codes_and_words_are_read_alike(stage):
    found = read(
        stage,
        ("ALI_COURSES", "1", "CCAS", "toujours", "mail", "", "", ""),
        ("Courses alimentaires / livraison", "2", "CPAM de la Somme",
         "Si elle a un plan d’aide APA ou PCH", "Téléphone", "hds", "", "apa"),
        ("ali_courses", "", "mairie", "", "", "", "80620", ""),
    )  # fmt: skip
    assert of(found) == [
        Rule(Route("ALI_COURSES", 1, "CCAS", "toujours", Mode.MAIL)),
        Rule(Route("ALI_COURSES", 2, "CPAM", "plan_apa_pch", Mode.PHONE), "HDS", "", "APA"),
        Rule(Route("ALI_COURSES", 1, "MAIRIE", "toujours", Mode.MAIL), insee="80620"),
    ]
    assert found.report["created"] == 2
    assert found.report["unchanged"] == 1


def test_a_need_the_table_does_not_name_keeps_its_rows(stage):
    found = read(stage, ("ALI_COURSES", "1", "MAIRIE", "toujours", "mail", "", "", ""))
    assert of(found, "SAN_RDV") == [
        rule for rule in routes.house_rules() if rule.route.category == "SAN_RDV"
    ]


def test_each_line_that_cannot_be_read_is_named_and_the_others_enter(stage, lead):
    found = read(
        stage,
        ("ALI_COURSES", "1", "RIEN", "toujours", "mail", "", "", ""),
        ("RIEN", "1", "CCAS", "toujours", "mail", "", "", ""),
        ("ALI_COURSES", "x", "CCAS", "toujours", "mail", "", "", ""),
        ("ALI_COURSES", "1", "CCAS", "lune", "mail", "", "", ""),
        ("ALI_COURSES", "1", "CCAS", "toujours", "pigeon", "", "", ""),
        ("ALI_COURSES", "1", "MAIRIE", "toujours", "mail", "", "", ""),
        ("ALI_COURSES", "1", "MAIRIE", "toujours", "mail", "", "", ""),
        ("ALI_COURSES", "1", "MAIRIE", "toujours", "mail", "", "99999", ""),
    )
    refused = [problem for problem in found.report["problems"] if problem["code"] == "refused"]
    assert [problem["row"] for problem in refused] == [2, 3, 4, 5, 6, 8, 9]
    assert found.report["refused"] == 7
    tables.enter(stage.session, stage.campaign, found, by=lead, at=TUESDAY)
    draft = routes.draft_of(stage.session, stage.campaign)
    assert [row.destination for row in draft.rows if row.category == "ALI_COURSES"] == ["MAIRIE"]
    assert routes.in_force(stage.session, stage.campaign) == routes.house_rules()


def test_a_need_left_without_a_row_for_everybody_is_said(stage):
    found = read(stage, ("ALI_COURSES", "1", "CCAS", "toujours", "mail", "", "80620", ""))
    (orphan,) = [one for one in found.report["problems"] if one["code"] == "orphan"]
    assert "Courses alimentaires" in orphan["say"]


def test_a_file_without_the_columns_is_refused(stage):
    with pytest.raises(Unreadable, match="introuvable"):
        tables.examine(stage.session, stage.campaign, content=csv(("nom",), ("x",)), name="t.csv")


def test_a_second_import_takes_the_place_of_the_draft(stage, lead):
    for destination in ("MAIRIE", "CAF"):
        row = ("ALI_COURSES", "1", destination, "toujours", "mail", "", "", "")
        tables.enter(stage.session, stage.campaign, read(stage, row), by=lead, at=TUESDAY)
        stage.session.flush()
    assert stage.session.scalar(sa.select(sa.func.count()).select_from(RouteTable)) == 1
    draft = routes.draft_of(stage.session, stage.campaign)
    assert [row.destination for row in draft.rows if row.category == "ALI_COURSES"] == ["CAF"]


def test_a_table_written_as_a_workbook_is_read_back_the_same(stage):
    rules = (
        *routes.house_rules(),
        Rule(Route("ALI_COURSES", 2, "CAF", "plan_apa_pch", Mode.PHONE), insee="80620"),
        Rule(Route("ALI_COURSES", 1, "TERRITOIRE_AMI", "toujours", Mode.MAIL), audience="RSA"),
    )
    content = tables.workbook(stage.session, rules)
    found = tables.examine(stage.session, stage.campaign, content=content, name="t.xlsx")
    assert set(found.rules) == set(rules)
    assert found.report["refused"] == 0


def test_a_name_that_looks_like_a_formula_stays_text(stage):
    office = stage.session.scalars(sa.select(Office).where(Office.code == "CAF")).one()
    office.name = '=HYPERLINK("x")'
    rules = routing.everywhere([Route("ALI_COURSES", 1, "CAF", "toujours", Mode.MAIL)])
    book = openpyxl.load_workbook(BytesIO(tables.workbook(stage.session, rules)))
    (cell,) = [one for line in book.active for one in line if "HYPERLINK" in str(one.value)]
    assert cell.data_type == "s"
