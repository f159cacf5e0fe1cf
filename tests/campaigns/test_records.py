"""Somebody's record by hand: found, added, corrected, set aside or put back, two made one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import people, quality, records, values
from campaigns.models import (
    Call,
    Campaign,
    Correction,
    Enrolment,
    FileNumber,
    Objection,
    Person,
    Phone,
    QualityCase,
    QualityKind,
    Role,
    Stage,
    StopReason,
    User,
    Wish,
)
from campaigns.records import Given
from campaigns.refusal import Refusal
from campaigns.retry import Spoke
from tests import factories
from tests.factories import EVE, TUESDAY

GIVEN = Given("Petit", first_name="Rose", birth_date=date(1941, 3, 7))
NUMBER = "+33639980123"


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session)


@pytest.fixture
def lead(session: Session, campaign: Campaign) -> User:
    return factories.user(session, Role.LEAD, campaign)


def known(session: Session, campaign: Campaign, **columns: object) -> Person:
    """Somebody a list brought, with the key a list gives them."""
    made = factories.person(session, campaign, **columns)
    made.name_key = values.name_key(made.last_name, made.first_name)
    session.flush()
    return made


def test_a_person_is_found_by_part_of_their_name_without_accents(
    session: Session, campaign: Campaign
) -> None:
    wanted = known(session, campaign, last_name="Lefèvre", first_name="Zoé")
    known(session, campaign, last_name="Lefort", first_name="Zoé")
    found = records.find(session, campaign, "zoe lefev", territories=None)
    assert found.people == (wanted,)
    assert not found.has_more


def test_a_person_is_found_by_the_number_they_rang_from(
    session: Session, campaign: Campaign
) -> None:
    wanted = known(session, campaign)
    written = values.national(wanted.phones[0].e164)
    assert records.find(session, campaign, written, territories=None).people == (wanted,)


@pytest.mark.parametrize("asked", ["P-{id}", "p {id}", "A-77"])
def test_a_person_is_found_by_reference_and_by_file_number(
    session: Session, campaign: Campaign, asked: str
) -> None:
    wanted = known(session, campaign)
    session.add(FileNumber(person_id=wanted.id, source="IODAS", number="A-77"))
    session.flush()
    found = records.find(session, campaign, asked.format(id=wanted.id), territories=None)
    assert found.people == (wanted,)


def test_an_empty_search_and_a_joker_find_nobody(session: Session, campaign: Campaign) -> None:
    known(session, campaign)
    for text in ("", "   ", "%", "_", "?"):
        assert records.find(session, campaign, text, territories=None).people == ()


def test_a_coordinator_finds_nobody_outside_their_territories(
    session: Session, campaign: Campaign
) -> None:
    here, there = (factories.commune(session, code, code) for code in ("80021", "80620"))
    mine = known(session, campaign, last_name="Ici", insee=here.insee)
    other = known(session, campaign, last_name="Ici", insee=there.insee)
    assert here.territory_id is not None
    found = records.find(session, campaign, "ici", territories=[here.territory_id])
    assert found.people == (mine,)
    assert records.of(session, campaign, other.id, territories=[here.territory_id]) is None


def test_somebody_added_by_hand_is_called_first(
    session: Session, campaign: Campaign, lead: User
) -> None:
    given = replace(GIVEN, phones=((NUMBER, "fils"),))
    added = records.add(session, campaign, given, by=lead, at=EVE)
    enrolment = factories.enrolment(session, added)
    assert (enrolment.stage, enrolment.priority) == (Stage.SWEEP, 0)
    assert [(one.e164, one.label) for one in added.phones] == [(NUMBER, "fils")]
    assert quality.of_person(session, added) == []


def test_somebody_added_without_a_number_waits_for_one(
    session: Session, campaign: Campaign, lead: User
) -> None:
    added = records.add(session, campaign, GIVEN, by=lead, at=EVE)
    assert [case.kind for case in quality.of_person(session, added)] == [QualityKind.NUMBER]
    seen = added.updated_at
    with_number = replace(GIVEN, phones=((NUMBER, ""),))
    records.change(session, added, with_number, seen=seen, by=lead, at=TUESDAY)
    assert quality.of_person(session, added) == []


def test_an_objector_is_not_added_again_by_hand(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(
        session, campaign, last_name="Petit", first_name="Rose", birth_date=GIVEN.birth_date
    )
    people.stop(session, whom, reason=StopReason.OBJECTED, by=lead, at=EVE)
    with pytest.raises(Refusal, match="ne plus être appelée"):
        records.add(session, campaign, GIVEN, by=lead, at=TUESDAY)


def test_somebody_who_looks_the_same_is_shown_before_adding(
    session: Session, campaign: Campaign
) -> None:
    twin = known(
        session, campaign, last_name="PETIT", first_name="rose", birth_date=GIVEN.birth_date
    )
    known(session, campaign, last_name="Petit", first_name="Rose", birth_date=date(1960, 1, 1))
    assert records.twins(session, campaign, GIVEN, territories=None) == ([twin], 0)
    other = factories.campaign(session, "autre")
    assert records.twins(session, other, GIVEN, territories=None) == ([], 1)


def test_a_correction_is_remembered_for_the_source_software(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(session, campaign, last_name="Petit", address="1 rue Haute")
    session.add(FileNumber(person_id=whom.id, source="IODAS", number="12"))
    given = replace(records.given_of(whom), address="2 rue Basse")
    assert records.change(session, whom, given, seen=EVE, by=lead, at=TUESDAY) == 1
    (told,) = quality.to_send(session, campaign, territories=None)
    assert (told.source, told.file_number, told.field) == ("IODAS", "12", "adresse")
    assert (told.before, told.after) == ("1 rue Haute", "2 rue Basse")
    assert whom.by_hand.split() == ["address"]
    count, until = quality.waiting(session, campaign, territories=None)
    assert count == 1
    quality.sent(session, campaign, territories=None, until=until, by=lead, at=TUESDAY)
    assert quality.waiting(session, campaign, territories=None)[0] == 0


def test_a_correction_made_after_the_page_was_shown_still_waits(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(session, campaign)
    first = replace(records.given_of(whom), address="2 rue Basse")
    records.change(session, whom, first, seen=EVE, by=lead, at=EVE + timedelta(minutes=1))
    _, until = quality.waiting(session, campaign, territories=None)
    second = replace(records.given_of(whom), manner="parler fort")
    records.change(session, whom, second, seen=whom.updated_at, by=lead, at=TUESDAY)
    quality.sent(session, campaign, territories=None, until=until, by=lead, at=TUESDAY)
    (left,) = quality.to_send(session, campaign, territories=None)
    assert left.field == "façon d’appeler"


def test_two_people_on_one_record_the_second_overwrites_nothing(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(session, campaign)
    given = records.given_of(whom)
    records.change(session, whom, replace(given, address="ici"), seen=EVE, by=lead, at=TUESDAY)
    with pytest.raises(Refusal, match="vient de modifier"):
        records.change(session, whom, replace(given, address="là"), seen=EVE, by=lead, at=TUESDAY)
    assert whom.address == "ici"


def test_saving_a_record_as_it_stands_changes_nothing(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(session, campaign, title="MME", birth_date=date(1941, 3, 7), schemes="APA PCH")
    assert records.change(
        session, whom, records.given_of(whom), seen=EVE, by=lead, at=TUESDAY
    ) == 0  # fmt: skip
    assert session.scalars(sa.select(Correction)).all() == []
    assert whom.updated_at == EVE


def test_a_number_taken_away_stays_known_as_wrong(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(session, campaign)
    old = whom.phones[0].e164
    given = replace(records.given_of(whom), phones=((NUMBER, ""),))
    records.change(session, whom, given, seen=EVE, by=lead, at=TUESDAY)
    assert [(one.e164, one.invalid_at is None) for one in sorted(
        whom.phones, key=lambda one: one.id
    )] == [(old, False), (NUMBER, True)]  # fmt: skip


def test_a_number_in_common_makes_one_household(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom, spouse = known(session, campaign), known(session, campaign)
    shared = ((spouse.phones[0].e164, ""),)
    given = replace(records.given_of(whom), phones=shared)
    records.change(session, whom, given, seen=EVE, by=lead, at=TUESDAY)
    assert whom.household_id == spouse.household_id
    assert records.household_of(session, whom) == [spouse]


def test_somebody_kept_aside_is_called_once_it_is_checked(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(session, campaign, hold="La liste dit « NPA »")
    quality.open_case(session, whom, kind=QualityKind.HOLD, detail=whom.hold or "", at=EVE)
    records.release(session, whom, by=lead, at=TUESDAY)
    assert whom.hold is None
    assert quality.of_person(session, whom) == []
    with pytest.raises(Refusal):
        records.release(session, whom, by=lead, at=TUESDAY)


def test_an_objection_noted_by_mistake_is_forgotten_whole(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(session, campaign, birth_date=date(1941, 3, 7))
    records.stop(session, whom, reason=StopReason.OBJECTED, by=lead, at=TUESDAY)
    marks = people.fingerprints(session.info["keys"].objection, whom)
    known_again = sa.select(Objection).where(Objection.fingerprint.in_(marks))
    assert session.scalars(known_again).all() != []
    asked = "Elle a rappelé elle-même : elle s’était trompée."
    with pytest.raises(Refusal, match="seule la coordination"):
        records.restart(session, whom, reason=asked, by=lead, at=TUESDAY)
    anne = factories.user(session, Role.COORDINATOR, campaign)
    with pytest.raises(Refusal, match="Écrivez pourquoi"):
        records.restart(session, whom, reason="oui", by=anne, at=TUESDAY)
    records.restart(session, whom, reason=asked, by=anne, at=TUESDAY)
    assert whom.stop is None
    assert session.scalars(known_again).all() == []
    (kept,) = session.scalars(sa.select(QualityCase).where(QualityCase.person_id == whom.id))
    assert (kept.result, kept.closed_by_id) == (asked, anne.id)


def test_a_death_reported_in_a_call_is_a_point_to_check(
    session: Session, campaign: Campaign
) -> None:
    whom = known(session, campaign)
    caller = factories.volunteer(session, campaign)
    plan = factories.published(session, campaign)
    (line,) = factories.lines(session, plan)
    factories.call(
        session, line, whom, by=caller, at=TUESDAY, spoke=Spoke.OTHER, situation="DECEDE"
    )
    assert whom.stop is StopReason.DIED
    assert [case.kind for case in quality.of_person(session, whom)] == [QualityKind.DIED]


def test_somebody_who_left_may_still_object(
    session: Session, campaign: Campaign, lead: User
) -> None:
    whom = known(session, campaign, birth_date=date(1941, 3, 7))
    records.stop(session, whom, reason=StopReason.IN_CARE_HOME, by=lead, at=EVE)
    records.stop(session, whom, reason=StopReason.OBJECTED, by=lead, at=TUESDAY)
    assert whom.stop is StopReason.OBJECTED
    with pytest.raises(Refusal):
        records.stop(session, whom, reason=StopReason.DIED, by=lead, at=TUESDAY)


def test_a_commune_corrected_by_hand_keeps_its_three_words(
    session: Session, campaign: Campaign, lead: User
) -> None:
    factories.commune(session)
    whom = known(session, campaign, town="AMIENS ", insee="80021", postal_code="80000")
    assert records.change(
        session, whom, records.given_of(whom), seen=EVE, by=lead, at=TUESDAY
    ) == 0  # fmt: skip
    given = replace(records.given_of(whom), town="Abbeville", postal_code="80100", insee=None)
    records.change(session, whom, given, seen=EVE, by=lead, at=TUESDAY)
    assert {"insee", "postal_code", "town"} <= set(whom.by_hand.split())


class TestMerging:
    """Two records of one person."""

    @pytest.fixture
    def pair(self, session: Session, campaign: Campaign) -> tuple[Person, Person]:
        kept = known(session, campaign, last_name="Petit", first_name="Rose")
        double = known(session, campaign, last_name="Petit", first_name="Rose", address="2 rue")
        session.add(FileNumber(person_id=double.id, source="CCAS", number="9"))
        session.flush()
        return kept, double

    def test_calls_numbers_and_file_numbers_follow(
        self, session: Session, campaign: Campaign, lead: User, pair: tuple[Person, Person]
    ) -> None:
        kept, double = pair
        caller = factories.volunteer(session, campaign)
        plan = factories.published(session, campaign)
        line = next(
            one for one in factories.lines(session, plan) if one.household_id == double.household_id
        )
        factories.call(session, line, double, by=caller, at=TUESDAY)
        factories.enrolment(session, double).wish = Wish.WEEKLY
        records.merge(session, kept, double, by=lead, at=TUESDAY)
        session.flush()
        session.expire_all()
        assert session.scalars(sa.select(Call.person_id)).all() == [kept.id]
        assert [one.wish for one in session.scalars(sa.select(Enrolment))] == [Wish.WEEKLY]
        assert records.sources_of(session, kept) == [("CCAS", "9")]
        assert kept.address == "2 rue"
        assert len(kept.phones) == 2
        assert (double.stop, double.merged_into_id) == (StopReason.DUPLICATE, kept.id)

    def test_an_objection_under_either_record_holds(
        self, session: Session, lead: User, pair: tuple[Person, Person]
    ) -> None:
        kept, double = pair
        people.stop(session, double, reason=StopReason.OBJECTED, by=lead, at=EVE)
        records.merge(session, kept, double, by=lead, at=TUESDAY)
        assert kept.stop is StopReason.OBJECTED

    def test_the_doubt_that_kept_them_aside_is_settled(
        self, session: Session, lead: User, pair: tuple[Person, Person]
    ) -> None:
        kept, double = pair
        kept.hold = "Signalée en double"
        quality.open_case(
            session, kept, kind=QualityKind.DOUBLE, detail=kept.hold, other=double, at=EVE
        )
        session.flush()
        records.merge(session, kept, double, by=lead, at=TUESDAY)
        assert kept.hold is None
        assert quality.of_person(session, kept) == []

    def test_another_reason_to_keep_them_aside_stays(
        self, session: Session, lead: User, pair: tuple[Person, Person]
    ) -> None:
        kept, double = pair
        double.hold = "Peut-être une personne déjà connue"
        quality.open_case(
            session, double, kind=QualityKind.DOUBLE, detail=double.hold, other=kept, at=EVE
        )
        quality.open_case(session, double, kind=QualityKind.HOLD, detail="Ne pas appeler", at=EVE)
        session.flush()
        records.merge(session, kept, double, by=lead, at=TUESDAY)
        assert kept.hold == "Ne pas appeler"
        assert [case.kind for case in quality.of_person(session, kept)] == [QualityKind.HOLD]

    def test_what_protects_the_person_wins(
        self, session: Session, lead: User, pair: tuple[Person, Person]
    ) -> None:
        kept, double = pair
        factories.enrolment(session, kept).wish = Wish.WEEKLY
        one = factories.enrolment(session, double)
        one.wish, one.suspended_until, one.other_caller = Wish.NEVER, date(2027, 1, 1), True
        records.merge(session, kept, double, by=lead, at=TUESDAY)
        left = factories.enrolment(session, kept)
        assert (left.wish, left.suspended_until) == (Wish.NEVER, date(2027, 1, 1))
        assert left.other_caller

    def test_the_spouse_of_the_double_stays_in_one_household(
        self, session: Session, campaign: Campaign, lead: User, pair: tuple[Person, Person]
    ) -> None:
        kept, double = pair
        spouse = known(session, campaign, household=double.household, has_number=False)
        session.add(Phone(person_id=spouse.id, e164=double.phones[0].e164))
        session.flush()
        session.refresh(spouse, ["phones"])
        records.merge(session, kept, double, by=lead, at=TUESDAY)
        assert kept.household_id == spouse.household_id

    def test_a_record_is_joined_once_and_never_to_itself(
        self, session: Session, lead: User, pair: tuple[Person, Person]
    ) -> None:
        kept, double = pair
        with pytest.raises(Refusal, match="même fiche"):
            records.merge(session, kept, kept, by=lead, at=TUESDAY)
        records.merge(session, kept, double, by=lead, at=TUESDAY)
        with pytest.raises(Refusal, match="déjà réunie"):
            records.merge(session, kept, double, by=lead, at=TUESDAY)
        with pytest.raises(Refusal, match="réunie à"):
            records.restart(session, double, by=lead, at=TUESDAY)

    def test_two_members_of_one_household_called_together_lose_no_call(
        self, session: Session, campaign: Campaign, lead: User
    ) -> None:
        kept = known(session, campaign, last_name="Petit")
        double = known(session, campaign, household=kept.household, last_name="Petit")
        caller = factories.volunteer(session, campaign)
        plan = factories.published(session, campaign)
        (line,) = factories.lines(session, plan)
        for whom in (kept, double):
            factories.call(session, line, whom, by=caller, at=TUESDAY)
        records.merge(session, kept, double, by=lead, at=TUESDAY)
        session.flush()
        assert len(session.scalars(sa.select(Call.id)).all()) == 2
        assert session.scalars(sa.select(Phone.person_id).distinct()).all() != []
