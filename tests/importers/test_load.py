"""A list enters the register whole, once, and only when somebody confirms it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import objections, records, sealing, values
from campaigns.models import (
    Campaign,
    CampaignState,
    Commune,
    Enrolment,
    FileNumber,
    Household,
    ImportBatch,
    ImportChunk,
    ImportState,
    JournalEntry,
    Objection,
    Person,
    Phone,
    Role,
    StopReason,
)
from campaigns.refusal import Refusal
from importers import load
from importers.unreadable import Unreadable
from tests import factories
from tests.importers import files

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
HEADERS = (
    "ID IODAS",
    "NOM",
    "Prénom",
    "Date de naissance",
    "Téléphone",
    "Adresse",
    "CP",
    "Ville",
    "Prestation",
    "NIR",
    "Obs.",
)
RENEE = (
    1,
    "DUPONT",
    "Renée",
    "07/03/1941",
    "06 39 98 00 12",
    "3 rue X",
    "80000",
    "AMIENS",
    "APA",
    "241039912345644",
    "",
)
PAUL = (
    2,
    "DUPONT",
    "Paul",
    "01/02/1939",
    "06.39.98.00.12",
    "3 rue X",
    "80000",
    "AMIENS",
    "APA",
    "",
    "",
)
ZOE = (
    3,
    "LEFÈVRE",
    "Zoé",
    "05/05/1990",
    "",
    "9 rue Y",
    "80100",
    "ABBEVILLE",
    "RSA",
    "",
    "ne pas appeler",
)
PEOPLE = (RENEE, PAUL, ZOE)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    session.add_all(
        [
            Commune(insee="80021", name="Amiens", postal_codes="80000|80080|80090", population=1),
            Commune(insee="80001", name="Abbeville", postal_codes="80100", population=1),
        ]
    )
    made = Campaign(slug="essai", name="Essai", state=CampaignState.OPEN, created_at=AT)
    session.add(made)
    session.flush()
    return made


def received(
    session: Session, campaign: Campaign, *people: tuple, at: datetime = AT, source: str = "IODAS"
) -> ImportBatch:
    content = files.xlsx([("Liste",), HEADERS, *people])
    return load.receive(
        session, campaign, content=content, filename="liste.xlsx", source=source, by=None, at=at
    )


def take_in(
    session: Session, campaign: Campaign, *people: tuple, at: datetime = AT, source: str = "IODAS"
) -> dict:
    batch = received(session, campaign, *people, at=at, source=source)
    report = load.take_in(session, batch, today=TODAY, by=None, at=at)
    session.expire_all()
    return report


def figures(report: dict) -> tuple[int, ...]:
    return tuple(
        report[name] for name in ("created", "updated", "unchanged", "refused", "to_confirm")
    )


def everybody(session: Session) -> list[Person]:
    return list(session.scalars(sa.select(Person).order_by(Person.id)))


def count(session: Session, model: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_nobody_is_enrolled_before_somebody_confirms(session, campaign):
    batch = received(session, campaign, *PEOPLE)
    load.prepare(session, batch, today=TODAY)
    assert (batch.state, count(session, Person), count(session, ImportChunk)) == (
        ImportState.READY,
        0,
        3,  # the rows, what they would write, the cells of those to correct
    )
    assert figures(batch.report) == (3, 0, 0, 0, 0)
    load.confirm(session, batch, by=None, at=AT)
    session.expire_all()
    assert (batch.state, batch.content, count(session, Person), count(session, ImportChunk)) == (
        ImportState.CONFIRMED, None, 3, 0,
    )  # fmt: skip
    assert "preview" not in batch.report


def test_the_report_has_its_stable_shape(session, campaign):
    report = take_in(
        session, campaign, *PEOPLE, ("", "", "", "", "06 39 98 00 19", "", "", "", "", "", "")
    )
    stable = {"rows", "created", "updated", "unchanged", "refused", "to_confirm", "households", "columns",
              "dropped_columns", "problems", "seconds"}  # fmt: skip
    assert stable <= report.keys()
    assert (report["rows"], report["households"], figures(report)) == (4, 2, (3, 0, 0, 1, 0))
    assert report["columns"]["Téléphone"] == "phone"
    assert report["dropped_columns"] == ["NIR"]
    refused = next(problem for problem in report["problems"] if problem["code"] == "no_name")
    assert refused == {
        "row": 6,
        "column": "NOM",
        "code": "no_name",
        "say": "Ligne refusée\u00a0: aucun nom.",
    }


def test_people_come_in_right(session, campaign):
    take_in(session, campaign, *PEOPLE)
    renee, paul, zoe = everybody(session)
    assert (renee.last_name, renee.first_name, renee.birth_date) == (
        "DUPONT",
        "Renée",
        date(1941, 3, 7),
    )
    assert (renee.insee, renee.postal_code, renee.schemes, renee.hold) == (
        "80021",
        "80000",
        "APA",
        None,
    )
    assert [phone.e164 for phone in renee.phones] == ["+33639980012"]
    assert renee.household_id == paul.household_id != zoe.household_id
    assert (zoe.phones, zoe.hold) == ([], "«\u00a0ne pas appeler\u00a0» dans la liste")
    assert [
        row.number for row in session.scalars(sa.select(FileNumber).order_by(FileNumber.id))
    ] == ["1", "2", "3"]
    assert count(session, Enrolment) == 3
    assert count(session, Household) == 2


def test_the_same_file_twice_changes_nothing_and_says_so(session, campaign):
    take_in(session, campaign, *PEOPLE)
    before = [(each.id, each.updated_at, each.household_id) for each in everybody(session)]
    report = take_in(session, campaign, *PEOPLE, at=AT + timedelta(days=1))
    assert figures(report) == (0, 0, 3, 0, 0)
    assert [(each.id, each.updated_at, each.household_id) for each in everybody(session)] == before
    assert (count(session, Phone), count(session, Enrolment)) == (2, 3)


def test_an_updated_file_changes_what_it_says_and_erases_nothing(session, campaign):
    take_in(session, campaign, *PEOPLE)
    moved = (
        1,
        "DUPONT",
        "Renée",
        "",
        "03 53 01 00 15",
        "8 rue Z",
        "80100",
        "ABBEVILLE",
        "PCH",
        "",
        "",
    )
    report = take_in(session, campaign, moved, PAUL, at=AT + timedelta(days=1))
    renee = everybody(session)[0]
    assert figures(report) == (0, 1, 1, 0, 0)
    assert (renee.address, renee.insee, renee.schemes, renee.birth_date) == (
        "8 rue Z",
        "80001",
        "APA PCH",
        date(1941, 3, 7),
    )
    assert [phone.e164 for phone in renee.phones] == ["+33639980012", "+33353010015"]


def test_a_correction_made_by_hand_survives_the_next_list(session, campaign):
    take_in(session, campaign, *PEOPLE)
    renee = everybody(session)[0]
    renee.address, renee.by_hand = "3 bis rue X", "address"
    renee.updated_at = AT + timedelta(hours=1)
    session.flush()
    report = take_in(session, campaign, *PEOPLE, at=AT + timedelta(days=1))
    assert everybody(session)[0].address == "3 bis rue X"
    assert "correction_kept" in {problem["code"] for problem in report["problems"]}


def test_a_hold_that_somebody_lifted_is_not_put_back(session, campaign):
    take_in(session, campaign, *PEOPLE)
    zoe = everybody(session)[2]
    records.release(session, zoe, by=factories.user(session, Role.LEAD), at=AT + timedelta(hours=1))
    session.flush()
    take_in(session, campaign, *PEOPLE, at=AT + timedelta(days=1))
    assert everybody(session)[2].hold is None


def test_a_stopped_person_stays_stopped(session, campaign):
    take_in(session, campaign, *PEOPLE)
    renee = everybody(session)[0]
    renee.stop, renee.stopped_at = StopReason.OBJECTED, AT
    session.flush()
    again = (
        "",
        "dupont",
        "RENEE",
        "7/3/1941",
        "+33 6 39 98 00 12",
        "",
        "80000",
        "Amiens",
        "",
        "",
        "",
    )
    assert figures(take_in(session, campaign, again, at=AT + timedelta(days=1))) == (0, 0, 1, 0, 0)
    assert (count(session, Person), everybody(session)[0].stop) == (3, StopReason.OBJECTED)


def test_an_objector_who_was_forgotten_does_not_come_back(session, campaign):
    marks = values.objection_marks(
        last_name="Dupont", first_name="renee", birth_date=date(1941, 3, 7), phones=["+33639980012"]
    )
    key = session.info["keys"].objection
    session.add_all(
        Objection(fingerprint=sealing.fingerprint(key, *mark), made_at=AT) for mark in marks
    )
    session.flush()
    report = take_in(session, campaign, RENEE, PAUL)
    assert [each.first_name for each in everybody(session)] == ["Paul"]
    assert figures(report) == (1, 0, 0, 1, 0)
    assert [each["row"] for each in report["problems"] if each["code"] == "objected"] == [3]


def test_the_number_of_somebody_who_objected_only_warns(session, campaign):
    who = objections.Who("DUPONT", "Renée", "", date(1941, 3, 7), ("+33639980012",))
    key = session.info["keys"].objection
    session.add_all(
        Objection(fingerprint=mark, made_at=AT) for mark in objections.to_keep(key, who)
    )
    session.flush()
    report = take_in(session, campaign, RENEE, PAUL)
    assert [each.first_name for each in everybody(session)] == ["Paul"]
    assert figures(report) == (1, 0, 0, 1, 0)
    (warning,) = [each for each in report["problems"] if each["code"] == "number_of_objector"]
    assert warning["row"] == 4
    assert "+336" not in warning["say"]
    again = take_in(session, campaign, PAUL, at=AT + timedelta(days=1))
    assert "number_of_objector" not in {each["code"] for each in again["problems"]}


def test_a_likeness_is_enrolled_on_hold_so_that_nobody_is_lost_or_called_twice(session, campaign):
    take_in(session, campaign, RENEE)
    alike = ("", "DUPONT", "Renée", "", "06 39 98 00 12", "", "80000", "AMIENS", "", "", "")
    report = take_in(session, campaign, alike, at=AT + timedelta(days=1))
    assert figures(report) == (0, 0, 0, 0, 1)
    assert (
        everybody(session)[1].hold
        == "peut-être déjà dans la liste\u00a0: même nom et même numéro de téléphone"
    )
    assert figures(take_in(session, campaign, alike, at=AT + timedelta(days=2))) == (0, 0, 1, 0, 0)


def test_a_spouse_who_comes_later_joins_the_household(session, campaign):
    take_in(session, campaign, RENEE)
    take_in(session, campaign, PAUL, at=AT + timedelta(days=1))
    renee, paul = everybody(session)
    assert renee.household_id == paul.household_id


def test_a_number_behind_many_people_is_one_to_check_and_no_household(session, campaign):
    many = [
        (at, f"NOM{letter}", "Renée", "", "06 39 98 00 12", "", "", "", "", "", "")
        for at, letter in enumerate("ABCDE", 1)
    ]
    report = take_in(session, campaign, *many)
    assert report["households"] == 5
    assert [each["row"] for each in report["problems"] if each["code"] == "phone_shared"] == [
        3,
        4,
        5,
        6,
        7,
    ]


def test_a_second_source_finds_the_person_and_adds_its_own_number(session, campaign):
    take_in(session, campaign, RENEE)
    other = (901, *RENEE[1:])
    assert figures(take_in(session, campaign, other, source="CAF", at=AT + timedelta(days=1))) == (
        0,
        1,
        0,
        0,
        0,
    )
    assert [(row.source, row.number) for row in session.scalars(sa.select(FileNumber).order_by(FileNumber.id))] == [
        ("IODAS", "1"), ("CAF", "901"),
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_leaves_its_sentence_and_no_row(session, campaign):
    batch = load.receive(
        session, campaign, content=b"", filename="l.xlsx", source="", by=None, at=AT
    )
    load.prepare(session, batch, today=TODAY)
    assert (batch.state, batch.error) == (ImportState.REFUSED, "Le fichier est vide.")
    assert batch.report == {"error": {"code": "empty", "say": "Le fichier est vide."}}
    other = load.receive(
        session, campaign, content=b"", filename="l.xlsx", source="", by=None, at=AT
    )
    with pytest.raises(Unreadable):
        load.take_in(session, other, today=TODAY, by=None, at=AT)
    assert count(session, Person) == 0


def test_a_list_is_confirmed_once(session, campaign):
    batch = received(session, campaign, *PEOPLE)
    with pytest.raises(Refusal):
        load.confirm(session, batch, by=None, at=AT)
    load.prepare(session, batch, today=TODAY)
    load.confirm(session, batch, by=None, at=AT)
    for act in (load.confirm, load.abandon):
        with pytest.raises(Refusal):
            act(session, batch, by=None, at=AT)
    with pytest.raises(Refusal):
        load.prepare(session, batch, today=TODAY)
    assert count(session, Person) == 3


def test_an_abandoned_list_leaves_nothing(session, campaign):
    batch = received(session, campaign, *PEOPLE)
    load.prepare(session, batch, today=TODAY)
    load.abandon(session, batch, by=None, at=AT)
    assert (batch.state, batch.content, count(session, ImportChunk), count(session, Person)) == (
        ImportState.CANCELLED, None, 0, 0,
    )  # fmt: skip


def test_the_preview_shows_ten_rows_and_nothing_refused(session, campaign):
    batch = received(session, campaign, *[(at, *RENEE[1:]) for at in range(12)])
    load.prepare(session, batch, today=TODAY)
    assert (batch.report["sheet"], batch.report["header_line"], len(batch.report["preview"])) == (
        "Feuil1",
        2,
        10,
    )
    assert "241039912345644" not in str(batch.report)
    assert {"header": "NOM", "field": "last_name"}.items() <= batch.report["proposals"][1].items()


def test_a_chosen_mapping_is_followed(session, campaign):
    content = files.xlsx([("NOM", "Truc"), ("DUPONT", "Renée")])
    batch = load.receive(
        session, campaign, content=content, filename="l.xlsx", source="", by=None, at=AT
    )
    batch.choices = {"columns": {"NOM": "last_name", "Truc": "first_name"}}
    load.take_in(session, batch, today=TODAY, by=None, at=AT)
    assert everybody(session)[0].first_name == "Renée"


def test_each_step_is_in_the_journal_without_a_word_about_anybody(database):
    with database.unit() as session:
        made = Campaign(slug="essai", name="Essai", state=CampaignState.OPEN, created_at=AT)
        session.add(made)
        session.flush()
        take_in(session, made, *PEOPLE)
    with database.reading() as session:
        entries = list(session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id)))
        assert [entry.action for entry in entries] == ["import_received", "import_confirmed"]
        assert entries[1].detail == {
            "created": 3,
            "updated": 0,
            "unchanged": 0,
            "to_confirm": 0,
            "households": 2,
        }


def test_a_list_interrupted_before_its_end_leaves_nobody(database):
    with database.unit() as session:
        session.add(Campaign(slug="essai", name="Essai", state=CampaignState.OPEN, created_at=AT))

    def interrupted() -> None:
        with database.unit() as session:
            campaign = session.scalars(sa.select(Campaign)).one()
            take_in(session, campaign, *PEOPLE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with database.reading() as session:
        assert [
            count(session, model) for model in (Person, Phone, Household, Enrolment, ImportBatch)
        ] == [0] * 5
