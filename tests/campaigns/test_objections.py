"""« Ne plus appeler » holds whatever the spelling, and for nobody else."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import objections, people, sealing, values
from campaigns.models import Household, Objection, Person, Phone, StopReason
from campaigns.objections import Objectors, Who
from importers.cleaning import CleanRow
from scripts.yardsticks import truth

KEY = bytes(range(32))
AT = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
BORN = date(1941, 3, 7)
RENEE = Who("DUPONT", "Renée", "MARTIN", BORN, ("+33639980012",))


def who(row: CleanRow) -> Who:
    phones = tuple(phone.e164 for phone in row.phones if phone.e164)
    return Who(row.last_name, row.first_name, row.birth_name, row.birth_date, phones)


def objectors(*those: Who) -> Objectors:
    return Objectors(KEY, frozenset(mark for one in those for mark in objections.to_keep(KEY, one)))


def is_in(asked: Objectors, one: Who) -> bool:
    return asked.has(**one._asdict())


def swapped(one: Who) -> Who:
    return one._replace(last_name=one.first_name, first_name=one.last_name)


def turned(name: str) -> str:
    middle = len(name) // 2
    return name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]


def cut(name: str) -> str:
    return name[: len(name) // 2] + name[len(name) // 2 + 1 :]


VARIANTS: dict[str, Callable[[Who], Who]] = {
    "the same": lambda one: one,
    "no accent, in capitals": lambda one: one._replace(
        last_name=values.fold(one.last_name).upper(), first_name=values.fold(one.first_name).upper()
    ),
    "small letters": lambda one: one._replace(
        last_name=one.last_name.lower(), first_name=one.first_name.lower()
    ),
    "name and first name swapped": swapped,
    "swapped, without birth date": lambda one: swapped(one)._replace(birth_date=None),
    "swapped, without number": lambda one: swapped(one)._replace(phones=()),
    "birth name in the name": lambda one: one._replace(
        last_name=f"{one.last_name} née {one.birth_name or 'LEROUX'}", birth_name=""
    ),
    "under the birth name": lambda one: one._replace(
        last_name=one.birth_name or one.last_name, birth_name=""
    ),
    "birth name not given": lambda one: one._replace(birth_name=""),
    "both names, a hyphen between": lambda one: one._replace(
        last_name=f"{one.last_name}-{one.birth_name or 'LEROUX'}", birth_name="", phones=()
    ),
    "a widow": lambda one: one._replace(last_name=f"Mme Vve {one.last_name}"),
    "a particle": lambda one: one._replace(last_name=f"DE {one.last_name}"),
    "spaces for hyphens": lambda one: one._replace(
        last_name=one.last_name.replace("-", " "), first_name=one.first_name.replace("-", "  ")
    ),
    "a second first name": lambda one: one._replace(
        first_name=f"{one.first_name} Marie", phones=()
    ),
    "day and month swapped": lambda one: one._replace(
        birth_date=other_way(one.birth_date), phones=()
    ),
    "no birth date": lambda one: one._replace(birth_date=None),
    "no number": lambda one: one._replace(phones=()),
    "another number": lambda one: one._replace(phones=("+33353010099",)),
    "two letters of the name turned": lambda one: one._replace(
        last_name=turned(one.last_name), birth_name="", phones=()
    ),
    "a letter of the name left out": lambda one: one._replace(
        last_name=cut(one.last_name), birth_name=""
    ),
    "a letter of the first name left out": lambda one: one._replace(first_name=cut(one.first_name)),
    "a civility, and an apostrophe of another kind": lambda one: one._replace(
        last_name=f"M. {one.last_name}".replace("’", "'"), phones=()
    ),
}


def other_way(day: date | None) -> date | None:
    return date(day.year, day.day, day.month) if day and day.day <= 12 else day


@pytest.fixture(scope="module")
def somme() -> list[Who]:
    stored, _, _ = truth.people(26_400, seed=7)
    return [who(row) for row in stored]


def test_a_thousand_objectors_come_back_under_none_of_twenty_spellings(somme: list[Who]) -> None:
    those = somme[:1_000]
    asked = objectors(*those)
    assert len(VARIANTS) >= 20
    assert [
        (name, one)
        for name, typed in VARIANTS.items()
        for one in those
        if not is_in(asked, typed(one))
    ] == []


def test_nobody_else_is_taken_for_an_objector(somme: list[Who]) -> None:
    asked, others = objectors(*somme[:1_000]), somme[1_000:]
    taken = [one for one in others if is_in(asked, one)]
    assert len(taken) <= len(others) / 1_000


def test_hundreds_of_spouses_keep_their_calls(somme: list[Who]) -> None:
    those, others = somme[:6_000:2], somme[1:6_000:2]
    asked = objectors(*those)
    namesakes = {(phone, values.fold(one.first_name)) for one in those for phone in one.phones}
    spouses = [
        one
        for one in others
        for phone in one.phones
        if asked.has_number(phone) and (phone, values.fold(one.first_name)) not in namesakes
    ]
    assert len(spouses) > 300
    lost = [one for one in spouses if is_in(asked, one)]
    twins = {(phone, one.birth_date) for one in those for phone in one.phones}
    assert [one for one in lost if (one.phones[0], one.birth_date) not in twins] == []
    assert len(lost) <= len(spouses) / 100  # twins whose first names end alike


@pytest.mark.parametrize(
    "spouse",
    [
        RENEE._replace(first_name="Paul", birth_name="", birth_date=date(1939, 5, 1)),
        RENEE._replace(first_name="René", birth_name="", birth_date=date(1939, 5, 1)),
        RENEE._replace(first_name="Paul", birth_name="", birth_date=None),
        RENEE._replace(last_name="Paul", first_name="DUPONT", birth_date=None),
        RENEE._replace(last_name="", first_name="", birth_name="", birth_date=None),
    ],
)
def test_a_number_alone_only_warns_since_a_spouse_keeps_their_calls(spouse: Who) -> None:
    asked = objectors(RENEE)
    assert not is_in(asked, spouse)
    assert asked.has_number("+33639980012")
    assert not asked.has_number("+33639980013")


def test_a_birth_date_alone_is_nobody() -> None:
    assert not is_in(objectors(RENEE), Who("LEGRAND", "Simone", "", BORN, ()))


def test_a_phone_in_another_shape_is_the_same_number() -> None:
    asked = objectors(RENEE)
    for written in ("06.39.98.00.12", "+33 (0)6 39 98 00 12", "0033639980012", 639980012.0):
        (read,) = values.phone(written)
        assert is_in(asked, Who("DUPOND", "RENEE", "", None, (read.e164 or "",)))


def test_fingerprints_made_before_there_were_signs_are_still_respected() -> None:
    older = {
        sealing.fingerprint(KEY, "name", "dupont renee", "1941-03-07"),
        sealing.fingerprint(KEY, "phone", "+33639980012", "renee"),
    }
    assert older <= objections.fingerprints(KEY, RENEE)
    for kept in (older, older | objections.to_keep(KEY, RENEE._replace(last_name="AUTRE"))):
        asked = Objectors(KEY, kept)
        assert is_in(asked, RENEE._replace(phones=()))
        assert is_in(asked, RENEE._replace(birth_date=None))
        assert is_in(asked, RENEE._replace(last_name="DUPONT née MARTIN", birth_name="", phones=()))
        assert not is_in(asked, RENEE._replace(first_name="Paul", birth_date=date(1939, 5, 1)))


def test_what_is_kept_tells_nothing_without_its_key() -> None:
    kept = objections.to_keep(KEY, RENEE)
    assert kept.isdisjoint(objections.to_keep(bytes(32), RENEE))
    assert all(len(mark) <= 64 and not set(mark) - set("0123456789abcdef") for mark in kept)
    assert not is_in(Objectors(bytes(32), kept), RENEE)


def test_signs_are_no_fingerprint_so_that_a_day_or_a_number_names_nobody() -> None:
    signs = objections.to_keep(KEY, RENEE) - objections.fingerprints(KEY, RENEE)
    assert signs
    stranger = Who("LEGRAND", "Simone", "", BORN, ("+33639980012",))
    assert objections.fingerprints(KEY, stranger).isdisjoint(objections.to_keep(KEY, RENEE))


def names(session: Session) -> Iterator[str]:
    yield from session.scalars(sa.select(Objection.fingerprint))


def test_somebody_who_objects_is_known_again_once_their_record_is_gone(session: Session) -> None:
    home = Household()
    person = Person(
        household=home, last_name="DUPONT", first_name="Renée", birth_name="MARTIN",
        name_key="dupont renee", birth_date=BORN, created_at=AT, updated_at=AT,
        phones=[Phone(position=0, e164="+33639980012")],
    )  # fmt: skip
    session.add(person)
    session.flush()
    people.stop(session, person, reason=StopReason.OBJECTED, by=None, at=AT)
    people.stop(session, person, reason=StopReason.OBJECTED, by=None, at=AT)
    kept = set(names(session))
    assert people.fingerprints(session.info["keys"].objection, person) <= kept
    asked = Objectors(session.info["keys"].objection, kept)
    assert is_in(asked, Who("Martin", "RENEE", "", BORN, ()))
    assert not is_in(asked, Who("Dupont", "Paul", "", None, ("+33639980012",)))


def test_somebody_who_died_leaves_no_fingerprint(session: Session) -> None:
    person = Person(
        household=Household(), last_name="DUPONT", first_name="Renée", name_key="dupont renee",
        birth_date=BORN, created_at=AT, updated_at=AT,
    )  # fmt: skip
    session.add(person)
    session.flush()
    people.stop(session, person, reason=StopReason.DIED, by=None, at=AT)
    assert list(names(session)) == []


def test_a_list_without_a_single_objector_is_asked_for_nothing() -> None:
    asked = Objectors(KEY, frozenset())
    assert not is_in(asked, RENEE)
    assert not asked.has_number("+33639980012")


def test_a_clean_row_says_who_it_is() -> None:
    row = CleanRow(2, "DUPONT", "Renée", birth_name="MARTIN", birth_date=BORN)
    assert is_in(objectors(who(row)), who(replace(row, row=3, last_name="dupont")))
