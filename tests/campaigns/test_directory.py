"""The directory: found, corrected by hand, closed with its deputy, and who is on call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from campaigns import directory, routing
from campaigns.directory import Area, Entry, Search
from campaigns.models import JournalEntry, NeedState, Office, Organisation, Role
from campaigns.refusal import Refusal
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import ACHEUX, AMIENS, PERONNE, Stage

PERONNE_PLACE = routing.Place(PERONNE, "Péronne", "HDS")


@pytest.fixture
def lead(stage: Stage):
    return factories.user(stage.session, Role.LEAD, stage.campaign)


def office(stage: Stage, code: str) -> Office:
    return stage.session.scalars(sa.select(Office).where(Office.code == code)).one()


def entry(**columns) -> Entry:
    return Entry(**({"kind": "ccas", "name": "CIAS du Coquelicot", "scope": "epci"} | columns))


def codes(hits) -> list[str]:
    return [one.code for one in hits.offices]


def test_an_office_is_found_by_its_name_its_commune_its_kind_and_what_it_does(stage, lead):
    session = stage.session
    assert codes(directory.search(session, Search("cpam"))) == ["CPAM"]
    found = codes(directory.search(session, Search("peronne")))
    assert {"CCAS_80620", "MAIRIE_80620"} <= set(found)
    assert codes(directory.search(session, Search("peronne", kind="ccas"))) == ["CCAS_80620"]
    assert not directory.search(session, Search(topic="ALI_PORTAGE")).total
    made = directory.offices.add(
        session, entry(topics=("ALI_PORTAGE",), communes=(ACHEUX,)), by=lead, at=TUESDAY
    )
    assert codes(directory.search(session, Search(topic="ALI_PORTAGE"))) == [made.code]
    assert made.code in codes(directory.search(session, Search("acheux en amienois")))


def test_a_page_of_the_directory_holds_a_few_offices_and_says_how_many_there_are(stage):
    hits = directory.search(stage.session, Search(kind="mairie"), limit=50, offset=750)
    assert hits.total == 771
    assert len(hits.offices) == 21


def test_an_office_that_serves_a_commune_answers_for_those_without_one(stage, lead):
    session = stage.session
    assert directory.Directory(session)(f"CCAS_{ACHEUX}") is None
    made = directory.offices.add(
        session, entry(email="cias@example.org", communes=(ACHEUX,)), by=lead, at=TUESDAY
    )
    for found in (directory.Directory(session), directory.Directory.whole(session)):
        assert found(f"CCAS_{ACHEUX}").code == made.code
        assert found(f"CCAS_{PERONNE}").code == f"CCAS_{PERONNE}"  # it has its own
        assert found(f"CCAS_{AMIENS}").code == f"CCAS_{AMIENS}"
    person = stage.person(ACHEUX)
    assert made in directory.partners(session, person)


def test_a_cell_of_one_territory_answers_there_and_nowhere_else(stage, lead):
    session = stage.session
    cell = entry(
        kind="cellule_18_25", name="Cellule jeunes", scope="departement", territory_id=stage.here.id,
        email="jeunes@example.org",
    )  # fmt: skip
    made = directory.offices.add(session, cell, by=lead, at=TUESDAY)
    assert made.code == "CELLULE_18_25_HDS"
    amiens = routing.Place(AMIENS, "Amiens", "AMI")
    for found in (directory.Directory(session), directory.Directory.whole(session)):
        assert routing.resolve("CELLULE_18_25", PERONNE_PLACE, found).code == made.code
        assert routing.resolve("CELLULE_18_25", amiens, found) is None
    twice = directory.offices.add(session, cell, by=lead, at=TUESDAY)
    assert twice.code == "CELLULE_18_25_HDS_2"


def test_the_whole_directory_answers_as_the_one_that_asks_each_time(stage, lead):
    session = stage.session
    office(stage, "CCAS_80620").deputy_id = office(stage, "CPAM").id
    directory.offices.close(session, office(stage, "CCAS_80620"), by=lead, at=TUESDAY)
    directory.offices.close(session, office(stage, "MAIRIE_80021"), by=lead, at=TUESDAY)
    session.flush()
    whole, asking = directory.Directory.whole(session), directory.Directory(session)
    for code in (
        "CCAS_80620",
        "MAIRIE_80021",
        "CCAS_80003",
        "TERRITOIRE_HDS",
        "TERRITOIRE_X",
        "PSY",
    ):
        assert whole(code) == asking(code)


def test_a_closed_office_receives_nothing_more_and_its_deputy_takes_over(stage, lead):
    session = stage.session
    ccas, cpam = office(stage, f"CCAS_{PERONNE}"), office(stage, "CPAM")
    assert stage.raised().referrals[0].office_id == ccas.id
    directory.offices.close(session, ccas, by=lead, at=TUESDAY)
    later = stage.raised("ALI_PORTAGE", whom=stage.person(PERONNE))
    assert later.referrals[0].destination == f"MAIRIE_{PERONNE}"
    ccas.deputy_id = cpam.id
    last = stage.raised("ALI_PORTAGE", whom=stage.person(PERONNE))
    assert (last.referrals[0].destination, last.referrals[0].office_id) == ("CPAM", cpam.id)
    assert ccas not in directory.partners(session, stage.paulette)
    with pytest.raises(Refusal, match="déjà fermé"):
        directory.offices.close(session, ccas, by=lead, at=TUESDAY)
    directory.offices.reopen(session, ccas, by=lead, at=TUESDAY)
    assert stage.raised("ALI_PORTAGE", whom=stage.person(PERONNE)).referrals[0].office_id == ccas.id


def test_the_open_needs_of_an_office_are_listed_before_it_closes(stage):
    need = stage.raised()
    ccas = office(stage, f"CCAS_{PERONNE}")
    assert directory.offices.open_needs(stage.session, ccas) == [need]
    need.state, need.result, need.closed_at = NeedState.CLOSED, "solved", TUESDAY
    stage.session.flush()
    assert directory.offices.open_needs(stage.session, ccas) == []


def test_the_coordination_never_closes(stage, lead):
    with pytest.raises(Refusal, match="coordination ne ferme pas"):
        directory.offices.close(stage.session, office(stage, "COORDINATION"), by=lead, at=TUESDAY)


def test_what_was_corrected_by_hand_is_noted_field_by_field(stage, lead):
    session, cpam = stage.session, office(stage, "CPAM")
    noted = directory.entry_of(session, cpam)
    assert directory.offices.change(session, cpam, noted, by=lead, at=TUESDAY) == []
    wanted = Entry(
        **{name: getattr(noted, name) for name in noted.__slots__} | {"hours": "9 h – 12 h"}
    )
    assert directory.offices.change(session, cpam, wanted, by=lead, at=TUESDAY) == ["hours"]
    assert (cpam.hours, cpam.by_hand) == ("9 h – 12 h", "hours")


def test_a_field_given_back_is_corrected_by_lists_again_and_its_value_stays(stage, lead):
    session, cpam = stage.session, office(stage, "CPAM")
    cpam.hours, cpam.by_hand = "9 h – 12 h", "hours phone"
    given = directory.offices.give_back(session, cpam, ["hours", "name"], by=lead, at=TUESDAY)
    assert given == ["hours"]
    assert (cpam.hours, cpam.by_hand) == ("9 h – 12 h", "phone")


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"kind": "rien"}, "kind"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"scope": "lune"}, "scope"),
        ({"channel": "pigeon"}, "channel"),
        ({"email": "pas une adresse"}, "email"),
        ({"phone": "01 99"}, "phone"),
        ({"channel": "phone"}, "phone"),
        ({"insee": "99999"}, "insee"),
        ({"communes": ("99999",)}, "communes"),
        ({"topics": ("RIEN",)}, "topics"),
        ({"deputy_id": 999_999}, "deputy_id"),
        ({"territory_id": 999_999}, "territory_id"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_field(stage, lead, columns, field):
    with pytest.raises(Refusal) as refusal:
        directory.offices.add(stage.session, entry(**columns), by=lead, at=TUESDAY)
    assert refusal.value.field == field


def test_two_offices_are_never_each_others_deputies(stage, lead):
    session, caf, msa = stage.session, office(stage, "CAF"), office(stage, "MSA")
    caf.deputy_id = msa.id
    wanted = directory.entry_of(session, msa)
    wanted = Entry(
        **{name: getattr(wanted, name) for name in wanted.__slots__} | {"deputy_id": caf.id}
    )
    with pytest.raises(Refusal, match="renvoie au service lui-même"):
        directory.offices.change(session, msa, wanted, by=lead, at=TUESDAY)


def test_a_territory_is_corrected_and_the_fields_are_journaled_without_their_values(stage, lead):
    session = stage.session
    directory.change_territory(
        session,
        stage.here,
        Area(name=stage.here.name, email=stage.here.email, phone="01 99 00 44 55"),
        by=lead,
        at=TUESDAY,
    )
    assert stage.here.phone == "+33199004455"
    from campaigns import journal

    journal.write_pending(session)
    noted = session.scalars(
        sa.select(JournalEntry).where(JournalEntry.action == "territory_changed")
    ).one()
    assert noted.detail == {"names": ["phone"]}


SATURDAY = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
FRIDAY_AT_THREE = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
ARMISTICE_EVE = datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
ARMISTICE = datetime(2026, 11, 11, 10, 0, tzinfo=UTC)
AT_NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "say"),
    [
        (TUESDAY, ""),
        (AT_NIGHT, "Personne n’est d’astreinte en ce moment."),
        (FRIDAY_AT_THREE, "Personne n’est d’astreinte ce week-end."),
        (SATURDAY, "Personne n’est d’astreinte ce week-end."),
        (ARMISTICE_EVE, "Personne n’est d’astreinte demain, jour férié."),
        (ARMISTICE, "Personne n’est d’astreinte aujourd’hui, jour férié."),
    ],
)
def test_when_nobody_is_on_call_it_is_said_before_and_during_days_off(stage, at, say):
    found = directory.on_call(stage.session, stage.here, at)
    assert (found.phone, found.say) == ("", say)


def test_a_territory_s_own_on_call_service_comes_before_the_organisation_s(stage, lead):
    session = stage.session
    directory.set_on_call(session, phone="01 99 00 44 55", hours="week-ends", by=lead, at=TUESDAY)
    assert session.get_one(Organisation, 1).on_call_phone == "+33199004455"
    found = directory.on_call(session, stage.here, SATURDAY)
    assert found.say.endswith("01 99 00 44 55, week-ends.")
    assert found.is_closed
    stage.here.on_call_phone = "+33199004466"
    assert directory.on_call(session, stage.here, SATURDAY).phone == "+33199004466"
    assert directory.on_call(session, None, SATURDAY).phone == "+33199004455"
    with pytest.raises(Refusal, match="numéro"):
        directory.set_on_call(session, phone="", hours="week-ends", by=lead, at=TUESDAY)


def test_before_a_closing_each_on_call_service_is_told_once_and_never_while_offices_are_open(
    stage, lead
):
    session, both = stage.session, [stage.here, stage.elsewhere]

    def say(at: datetime, *some) -> list[str]:
        return [one.say for one in directory.on_call_before_closing(session, some, at)]

    assert say(TUESDAY, *both) == []
    assert say(SATURDAY, *both) == ["Personne n’est d’astreinte ce week-end."]
    assert say(FRIDAY_AT_THREE) == ["Personne n’est d’astreinte ce week-end."]
    stage.here.on_call_phone = "+33199004466"
    directory.set_on_call(session, phone="01 99 00 44 55", hours="", by=lead, at=TUESDAY)
    assert [line[-15:-1] for line in say(SATURDAY, *both)] == ["01 99 00 44 66", "01 99 00 44 55"]
    assert say(TUESDAY, *both) == []
