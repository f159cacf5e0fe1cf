"""Somebody erased is in a service's list again: blocked when they objected, new otherwise."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient

from appel_solidaire import purging
from appel_solidaire.cli import main
from appel_solidaire.instance import Instance
from campaigns import rights
from campaigns.models import Campaign, Person, Phone, Right, Role
from campaigns.retention import erasing
from tests import factories
from tests.conftest import Clock
from tests.importers import files
from tests.web.list_stage import count, dropped, entered, lead, text
from tests.web.scene_rights import asked

__all__ = ["lead"]  # a fixture
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
HEADERS = ("NOM", "Prénom", "Date de naissance", "Téléphone", "CP", "Commune")
RENEE = ("DUPONT", "Renée", "07/03/1941", "06 39 98 00 12", "80000", "Amiens")
# As another service writes her: a birth name, no accent, no number.
RENEE_ELSEWHERE = ("Dupont", "RENEE", "07/03/1941", "", "80000", "AMIENS")
PAUL = ("MARTIN", "Paul", "01/02/1939", "06 39 98 00 15", "80000", "Amiens")
LIST = files.xlsx([HEADERS, RENEE, PAUL])


def erase(instance: Instance, *, objects: bool) -> int:
    """Renée came in, asked to be erased and was; gives the number of her record."""
    with instance.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        dpo = factories.user(session, Role.DPO, campaign)
        whom = factories.person(
            session, campaign, last_name="Dupont", first_name="Renée", birth_date=date(1941, 3, 7),
            name_key="dupont renee", has_number=False,
        )  # fmt: skip
        session.add(Phone(person_id=whom.id, e164="+33639980012"))
        session.flush()
        request = asked(session, whom, Right.ERASURE, by=dpo)
        rights.erasing.erase(
            session, request, left_register=False, objects=objects, by=dpo, at=instance.clock()
        )
        assert request.certificate["objected"] is objects
        return whom.id


def alive(instance: Instance) -> dict[str, int]:
    """The numbers of those who are not forgotten, by surname."""
    with instance.database.reading() as session:
        query = sa.select(Person.last_name, Person.id).where(Person.forgotten_at.is_(None))
        return {row[0]: row[1] for row in session.execute(query)}


def test_who_objected_is_not_taken_from_a_list_dropped_on_the_page_which_says_why(
    lead: FlaskClient, instance: Instance
) -> None:
    erase(instance, objects=True)
    path = dropped(lead, instance, files.xlsx([HEADERS, RENEE, RENEE_ELSEWHERE, PAUL]))
    said = text(lead, path)
    assert "a demandé à ne plus être appelée : elle n’est pas reprise" in said
    entered(lead, instance, path)
    assert list(alive(instance)) == ["MARTIN"]


def test_who_objected_is_not_taken_by_the_command_which_says_why(
    lead: FlaskClient, instance: Instance, tmp_path: Path
) -> None:
    erase(instance, objects=True)
    file = tmp_path / "liste.xlsx"
    file.write_bytes(LIST)
    folder = str(instance.config.instance)
    done = CliRunner().invoke(
        main, ["import", "people", str(file), "--instance", folder, "--json", "--confirm"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["created"], told["refused"]) == (1, 1)
    assert [one["code"] for one in told["problems"]] == ["objected"]
    assert list(alive(instance)) == ["MARTIN"]


def test_who_did_not_object_comes_back_as_somebody_new_whom_nothing_ties_to_the_past(
    lead: FlaskClient, instance: Instance, clock: Clock
) -> None:
    number = erase(instance, objects=False)
    clock.move(minutes=5)
    entered(lead, instance, dropped(lead, instance, LIST))
    renee = alive(instance)["DUPONT"]
    assert renee != number
    assert count(instance, Person) == 3
    # The stone stands for the old record: no restoration takes the new one for it.
    purging.sync(instance)
    assert purging.forget_again(instance, [], at=clock.at).people == 0
    assert alive(instance)["DUPONT"] == renee


def test_no_line_of_a_list_is_taken_for_an_emptied_record(
    lead: FlaskClient, instance: Instance
) -> None:
    number = erase(instance, objects=False)
    named = files.xlsx([HEADERS, (erasing.NAME, "", "", "", "80000", "Amiens")])
    entered(lead, instance, dropped(lead, instance, named))
    (newcomer,) = alive(instance).values()
    assert newcomer != number
