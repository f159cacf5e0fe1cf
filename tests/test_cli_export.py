"""``export people``: the shape of each line, and files in which nothing is ever a formula."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from appel_solidaire import exports as files
from appel_solidaire.cli import main
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import exports, people
from campaigns.exports import PersonRow, tables
from campaigns.models import Campaign, JournalEntry, Phone, StopReason, Wish
from tests import factories
from tests.factories import EVE

COLUMNS = ["reference", "last_name", "first_name", "birth_date", "phones", "postal_code", "insee",
           "territory", "schemes", "wish", "callable", "why_not"]  # fmt: skip
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "＝")
HOSTILE = [
    "=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1", 'a";=1+1', "a\n=1",
    "=HYPERLINK(\"http://x.example.org\")", "http://x.example.org", "007", "1E5", "x\x00\x0by",
    "\ud800z", "﷐\uffff", "<b>", "\u202egnp", "O'Brien", "d’Ûrgence",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _settings_of_the_test_alone(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("APPEL_")]:
        monkeypatch.delenv(name)
    if config.database_url:
        monkeypatch.setenv("APPEL_DATABASE_URL", config.database_url)


@pytest.fixture
def listed(instance: Instance) -> Instance:
    """People of each kind in one campaign, and one of another campaign."""
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        town = factories.commune(session, "80620", "Péronne")
        called = factories.person(
            session,
            campaign,
            last_name="Dupont",
            birth_date=date(1942, 3, 1),
            postal_code="80200",
            insee=town.insee,
            schemes="APA PCH",
            enrolled={"wish": Wish.WEEKLY},
        )
        session.execute(
            sa.update(Phone).where(Phone.person_id == called.id).values(e164="+33199001234")
        )
        session.add(Phone(person_id=called.id, e164="+33639980000", position=1))
        session.add(Phone(person_id=called.id, e164="+33261910000", position=2, invalid_at=EVE))
        _not_callable(session, campaign)
        factories.person(session, factories.campaign(session, "autre"), last_name="Ailleurs")
    return instance


def _not_callable(session: Session, campaign: Campaign) -> None:
    opposed = factories.person(session, campaign, last_name="Opposée")
    people.stop(session, opposed, reason=StopReason.OBJECTED, by=None, at=EVE)
    factories.person(session, campaign, last_name="Retenue", hold="« EHPAD » dans la liste")
    factories.person(session, campaign, last_name="Muette", has_number=False)
    broken = factories.person(session, campaign, last_name="Coupée")
    session.execute(sa.update(Phone).where(Phone.person_id == broken.id).values(invalid_at=EVE))


def export(instance: Instance, target: Path, *more: str) -> Result:
    """Type the command."""
    line = ["export", "people", "--to", str(target), "--instance", str(instance.config.instance)]
    return CliRunner().invoke(main, [*line, "--campaign", "essai", *more])


REASON = ("--reason", "bilan du comité")


def test_each_line_has_exactly_its_keys(listed: Instance, tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    done = export(listed, target, *REASON, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["count"] == 5
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [list(line) for line in lines] == [COLUMNS] * 5
    assert lines[0] | {"reference": "", "territory": ""} == {
        "reference": "",
        "last_name": "Dupont",
        "first_name": "Paulette",
        "birth_date": "1942-03-01",
        "phones": ["+33199001234", "+33639980000"],
        "postal_code": "80200",
        "insee": "80620",
        "territory": "",
        "schemes": ["APA", "PCH"],
        "wish": "HEBDO",
        "callable": True,
        "why_not": None,
    }
    assert lines[0]["territory"] == "T-80620"
    ids = [int(line["reference"].removeprefix("P-")) for line in lines]
    assert ids == sorted(ids)


def test_who_cannot_be_called_is_there_with_the_reason(listed: Instance, tmp_path: Path) -> None:
    export(listed, tmp_path / "x.jsonl", *REASON)
    lines = map(json.loads, (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines())
    found = {line["last_name"]: (line["callable"], line["why_not"]) for line in lines}
    assert found == {
        "Dupont": (True, None),
        "Opposée": (False, "ne souhaite plus être appelée"),
        "Retenue": (False, "« EHPAD » dans la liste"),
        "Muette": (False, "numéro à trouver"),
        "Coupée": (False, "numéro à trouver"),
    }


def test_it_is_journaled_with_its_reason_count_and_format(listed: Instance, tmp_path: Path) -> None:
    export(listed, tmp_path / "x.csv", *REASON)
    with listed.database.reading() as session:
        entry = session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id.desc())).first()
        assert entry is not None
        assert entry.action == "people_exported"
        assert entry.detail == {"count": 5, "format": "csv", "reason": "bilan du comité"}


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "more"),
    [("x.csv", ()), ("x.csv", ("--reason", "  ")), ("x.pdf", REASON), ("x", REASON)],
)
def test_without_a_reason_or_a_known_format_nothing_leaves(
    listed: Instance, tmp_path: Path, name: str, more: tuple[str, ...]
) -> None:
    done = export(listed, tmp_path / name, *more)
    assert done.exit_code == 2
    assert "--reason" in done.output or "--to" in done.output
    assert not (tmp_path / name).exists()
    with listed.database.reading() as session:
        actions = session.scalars(sa.select(JournalEntry.action)).all()
    assert "people_exported" not in actions


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_an_unknown_campaign_is_said_and_leaves_no_file(listed: Instance, tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    done = export(listed, target, *REASON, "--campaign", "inconnue")
    assert done.exit_code == 2
    assert "essai" in done.output
    assert list(tmp_path.glob("*x.csv*")) == []


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x.jsonl"])
def test_the_file_is_for_this_account_alone(listed: Instance, tmp_path: Path, name: str) -> None:
    assert export(listed, tmp_path / name, *REASON).exit_code == 0
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_people_are_read_page_after_page_without_loss(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "PAGE", 3)
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        made = [factories.person(session, campaign).id for _ in range(10)]
    with instance.database.reading() as session:
        found = [row.reference for row in exports.people(session, campaign)]
    assert found == [f"P-{number}" for number in made]


# Nothing that leaves is a formula (S7) -------------------------------------------------------------


def _row(text: str) -> PersonRow:
    return PersonRow(
        reference="P-1",
        last_name=text,
        first_name=f"{text};{text}",
        birth_date=None,
        phones=("+33199001234", "+32470123456"),
        postal_code="01000",
        insee=None,
        territory=text,
        schemes=(),
        wish="HEBDO",
        callable=False,
        why_not=text,
    )


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_workbook_is_a_formula(config: Config, tmp_path: Path, text: str) -> None:
    target = tmp_path / "x.xlsx"
    assert files.workbook(target, [_row(text)]) == 1
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert [cell.value for cell in sheet[1]] == COLUMNS
    values = [cell.value for cell in sheet[2]]
    assert values[5] == "01000"
    assert str(values[4]).startswith("01")


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_field_of_a_csv_begins_as_a_formula(config: Config, tmp_path: Path, text: str) -> None:
    target = tmp_path / "x.csv"
    assert files.delimited(target, [_row(text)]) == 1
    raw = target.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == COLUMNS
    assert len(rows) == 2
    assert [field for field in rows[1] if field.lstrip().startswith(TRIGGERS)] == []
    assert all(
        character.isprintable() or character in "\u202e\xa0"
        for field in rows[1]
        for character in field
    )


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_lines_of_json_survive_what_cannot_be_encoded(config: Config, tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    for text in HOSTILE:
        assert files.json_lines(target, [_row(text)]) == 1
        (line,) = target.read_text(encoding="utf-8").splitlines()
        assert json.loads(line)["phones"] == ["+33199001234", "+32470123456"]
