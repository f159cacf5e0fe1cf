"""What somebody decided of a list outlives it, and what only served to read it does not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from campaigns import records
from campaigns.models import Campaign, CampaignState, Person, User
from campaigns.refusal import Refusal
from importers import batches, load, purposes, sources
from importers.choices import Choices
from tests.importers import lists
from tests.importers.lists import AT, PAUL, RENEE

LATER = AT + timedelta(days=1)
COUPLE = (7, "DUPONT", "Jean et Marie", "", "06 39 98 00 21", "3 rue X", "80000", "AMIENS", "")
ELSEWHERE = (7, "DUPONT", "Jean et Marie", "", "06 39 98 00 99", "9 rue Z", "80100", "ABBEVILLE",
             "")  # fmt: skip


def many(number: int = 12, **changed: str) -> list[tuple[object, ...]]:
    """As many people, alike but for their names and numbers."""
    letters = "ABCDEFGHIJKLMNOP"[:number]
    return [
        (100 + at, f"NOM{letter}{letter}", "Jean", f"{10 + at}/03/1950",
         f"06 39 98 {changed.get('block', '10')} {10 + at}", "4 rue Z", "80000", "AMIENS",
         changed.get("says", ""))
        for at, letter in enumerate(letters)
    ]  # fmt: skip


def test_the_commune_corrected_by_hand_keeps_its_code_and_its_postal_code(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, RENEE)
    (renee,) = lists.everybody(session)
    given = replace(
        records.given_of(renee), postal_code="80100", town="Abbeville", insee="80001", schemes=""
    )
    at = AT + timedelta(hours=1)
    records.change(session, renee, given, seen=renee.updated_at, by=lead, at=at)
    session.flush()
    lists.take_in(session, campaign, RENEE, at=LATER)
    (renee,) = lists.everybody(session)
    assert (renee.insee, renee.postal_code, renee.town) == ("80001", "80100", "Abbeville")


def test_what_was_typed_in_a_list_is_not_undone_by_the_same_file(
    session: Session, campaign: Campaign
) -> None:
    typed = {2: {"Adresse": "7 rue Neuve", "Ville": "ABBEVILLE", "CP": "80100"}}
    batch = lists.read(session, campaign, RENEE, choices=Choices(fixes=typed))
    load.confirm(session, batch, by=None, at=AT)
    session.expire_all()
    again = lists.take_in(session, campaign, RENEE, at=LATER)
    (renee,) = lists.everybody(session)
    assert (renee.address, renee.insee, renee.town) == ("7 rue Neuve", "80001", "ABBEVILLE")
    assert (again.report["updated"], again.report["unchanged"]) == (0, 1)


def test_nothing_typed_stays_beside_a_list_that_entered_or_was_given_up(
    session: Session, campaign: Campaign
) -> None:
    odd = (*RENEE[:3], "31/02/1941", *RENEE[4:7], "Introuvable-les-Bains", "")
    typed = Choices(
        fixes={2: {"Prénom": "Irène"}}, columns={"NOM": "last_name", "Ville": "town"},
        left_out=frozenset({3}),
    )  # fmt: skip
    entered = lists.read(session, campaign, odd, PAUL, choices=typed)
    load.confirm(session, entered, by=None, at=AT)
    given_up = lists.read(session, campaign, odd, PAUL, choices=typed)
    load.abandon(session, given_up, by=None, at=AT)
    for batch in (entered, given_up):
        assert set(batch.choices) == {"columns"}
        kept = json.dumps(batch.report, ensure_ascii=False)
        for value in ("Introuvable", "Irène", "DUPONT", "31/02"):
            assert value not in kept
        assert {each["row"] for each in batch.report["problems"]} >= {2}


def test_a_couple_split_once_is_found_again_as_two_people(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, COUPLE, choices=Choices(split=frozenset({2})))
    assert lists.count(session, Person) == 2
    again = lists.take_in(session, campaign, COUPLE, at=LATER)
    assert lists.count(session, Person) == 2
    assert (again.report["created"], again.report["updated"]) == (0, 0)
    assert again.report["absent"]["count"] == 0


def test_namesakes_of_a_couple_who_live_elsewhere_are_not_split_unasked(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, COUPLE, choices=Choices(split=frozenset({2})))
    batch = lists.read(session, campaign, ELSEWHERE, source="CCAS", at=LATER)
    assert "couple" in {each["code"] for each in batch.report["problems"]}


@pytest.mark.parametrize(
    ("changed", "field"), [({"block": "11"}, "phone"), ({"says": "ne pas appeler"}, "hold")]
)
def test_numbers_or_holds_changed_for_most_people_are_asked(
    session: Session, campaign: Campaign, changed: dict[str, str], field: str
) -> None:
    lists.take_in(session, campaign, *many())
    batch = lists.read(session, campaign, *many(**changed), at=LATER)
    found = [(each["field"], each["changed"], each["of"]) for each in batch.report["massive"]]
    assert found == [(field, 12, 12)]


def test_the_workbook_of_corrections_dropped_back_makes_nobody_absent(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE, PAUL)
    back = lists.read(
        session, campaign, (2, "Numéro", *RENEE), at=LATER,
        headers=("Ligne", "Motif", *lists.HEADERS),
    )  # fmt: skip
    assert back.report["absent"]["count"] == 0
    load.confirm(session, back, by=None, at=LATER)
    assert lists.count(session, Person) == 2


def test_a_list_confirmed_once_its_campaign_is_over_does_not_enter(
    session: Session, campaign: Campaign, lead: User
) -> None:
    batch = lists.read(session, campaign, RENEE)
    campaign.state = CampaignState.CLOSED
    session.flush()
    with pytest.raises(Refusal, match="est close"):
        batches.ask_to_enter(session, batch, by=lead, at=AT)
    with pytest.raises(Refusal, match="est close"), session.begin_nested():
        load.confirm(session, batch, by=lead, at=AT)
    assert lists.count(session, Person) == 0


@pytest.mark.parametrize(
    "spelled", ["REGISTRE  CANICULE", "registre canicule", "Régistre Canicule"]
)
def test_a_register_spelled_otherwise_still_asks_for_a_decision(
    session: Session, campaign: Campaign, spelled: str
) -> None:
    lists.read(session, campaign, RENEE, source="Registre canicule")
    batch = lists.read(session, campaign, RENEE, source=spelled, at=LATER)
    assert batch.source == "Registre canicule"
    source = purposes.undecided(session, batch, campaign)
    assert source is not None
    assert source.is_register


def test_a_source_first_known_in_a_register_is_one_in_every_other_campaign(
    session: Session, campaign: Campaign
) -> None:
    register = lists.campaign(session, "canicule", is_register=True)
    lists.take_in(session, register, RENEE, source="CCAS")
    batch = lists.read(session, campaign, RENEE, source="ccas", at=LATER)
    with pytest.raises(Refusal, match="registre communal"), session.begin_nested():
        load.confirm(session, batch, by=None, at=LATER)
    assert sources.spelled(session, "ccas") == "CCAS"
