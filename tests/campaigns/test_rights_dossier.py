"""« Ce que nous savons de vous »: everything about one person, nothing of anybody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from campaigns import holdings, rights
from campaigns.holdings import Nature
from campaigns.models import Household, Role
from campaigns.retention import rules
from campaigns.rights import labels, masks
from tests import factories, rights_stage
from tests.factories import TUESDAY

WITHHELD = {f"{table}.{column}" for table, column in (masks.OF_CALLERS | set(masks.OF_OTHERS))}
# Made by the program for itself: in the file for machines alone.
MACHINES = {"person.name_key", "match_choice.row_key"}


def test_every_personal_word_of_every_table_is_in_both_documents(session: Session) -> None:
    campaign = factories.campaign(session)
    caller = factories.volunteer(session, campaign)
    person, canaries = rights_stage.told_everywhere(session, campaign, caller)
    dossier = rights.dossier.read(session, person, at=TUESDAY)
    machines = json.dumps(rights.dossier.for_machines(dossier), ensure_ascii=False)
    human = rights_stage.pdf_text(rights.pages.access_pdf(dossier))
    written = canaries | {
        "person.birth_date": rights_stage.BORN.isoformat(),
        "phone.e164": rights_stage.NUMBER[0],
        "call_suggestion.phone": rights_stage.NUMBER[0],
    }
    assert {c for c, canary in written.items() if canary not in machines} == WITHHELD
    assert {c for c, canary in canaries.items() if canary not in human} == WITHHELD | MACHINES
    assert [name for name, rows in dossier.raw.items() if not rows] == []
    assert dossier.empty == ()


def test_every_column_about_people_has_its_french_words(session: Session) -> None:
    assert set(labels.TABLES) == set(holdings.about_people())
    told = (Nature.FACT, Nature.PERSONAL, Nature.WORDS)
    without = [
        f"{name}.{column}"
        for name in holdings.about_people()
        for column in holdings.columns(name, *told)
        if labels.column(name, column) is None
    ]
    assert without == [], "say in campaigns/rights/labels.py what a person reads"


def test_nothing_of_the_others_at_the_same_number_is_handed_over(session: Session) -> None:
    campaign = factories.campaign(session)
    home = Household()
    session.add(home)
    session.flush()
    his = {"last_name": "Quetzalcoatl", "first_name": "Achille", "manner": "parler fort"}
    factories.person(session, campaign, household=home, **his)
    hers = factories.person(
        session, campaign, household=home, manner="Achille Quetzalcoatl répond souvent pour elle"
    )
    dossier = rights.dossier.read(session, hers, at=TUESDAY)
    told = json.dumps(rights.dossier.for_machines(dossier), ensure_ascii=False)
    assert "Quetzalcoatl" not in told
    assert "Achille" not in told
    assert "parler fort" not in told
    assert f"{masks.OTHER} répond souvent pour elle" in told


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_volunteer_is_a_volunteer_and_never_a_name(session: Session) -> None:
    campaign = factories.campaign(session)
    karim = factories.volunteer(session, campaign, first_name="Karim", last_name="Quetzal")
    factories.user(session, Role.COORDINATOR, campaign, first_name="Rose", last_name="Itzamna")
    person = factories.person(
        session, campaign, manner="Rose est sa fille ; aime bien Karim Quetzal"
    )
    (line,) = factories.lines(session, factories.published(session, campaign))
    factories.call(session, line, person, by=karim, at=TUESDAY)
    session.flush()
    dossier = rights.dossier.read(session, person, at=TUESDAY)
    told = json.dumps(rights.dossier.for_machines(dossier), ensure_ascii=False)
    assert "Karim" not in told
    assert karim.email not in told
    assert f"aime bien {masks.CALLER}" in told
    assert "Rose est sa fille" in told
    (call,) = dossier.raw["call"]
    assert call["volunteer_id"] == masks.CALLER


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_what_opens_a_link_is_never_handed_over(session: Session) -> None:
    for name in holdings.about_people():
        for column in holdings.columns(name, Nature.SECRET):
            assert column in {"nonce", "digest", "dedup_key"}, f"{name}.{column}"
    campaign = factories.campaign(session)
    caller = factories.volunteer(session, campaign)
    person, _ = rights_stage.told_everywhere(session, campaign, caller)
    dossier = rights.dossier.read(session, person, at=TUESDAY)
    assert all("nonce" not in row for row in dossier.raw["referral"])
    assert all("dedup_key" not in row for row in dossier.raw["outgoing_mail"])


def test_a_double_joined_to_the_record_is_the_same_person(session: Session) -> None:
    campaign = factories.campaign(session)
    person = factories.person(session, campaign)
    double = factories.person(session, campaign, manner="cnDOUBLE", merged_into_id=person.id)
    assert holdings.same_person(session, person.id) == [person.id, double.id]
    found = holdings.of_person(session, person.id)
    assert [row["id"] for row in found["person"]] == [person.id, double.id]
    assert holdings.of_person(session, double.id)["person"] == found["person"]


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_document_tells_the_delays_of_the_organisation_not_the_longest(
    session: Session,
) -> None:
    person = factories.person(session, factories.campaign(session))
    dpo = factories.user(session, Role.DPO)
    before = " ".join(rights.dossier.read(session, person, at=TUESDAY).retention)
    assert all(
        told in before for told in ("2\u00a0ans", "6\u00a0mois", "1\u00a0an", "35\u00a0jours")
    )
    for rule, days in {"contacted": 400, "words": 60, "backups": 14}.items():
        rules.shorten(session, rule, days, by=dpo, at=TUESDAY)
    dossier = rights.dossier.read(session, person, at=TUESDAY)
    after = " ".join(dossier.retention)
    assert all(told in after for told in ("400\u00a0jours", "2\u00a0mois", "14\u00a0jours"))
    assert rights.dossier.for_machines(dossier)["retention"] == list(dossier.retention)
    printed = rights_stage.pdf_text(rights.pages.access_pdf(dossier)).replace("\u00a0", " ")
    assert "400 jours" in printed
