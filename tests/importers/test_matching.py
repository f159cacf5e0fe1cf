"""Nobody twice, nobody lost: lines are known again by the surest key that holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.values import PhoneReading
from importers import deciding, matching
from importers.cleaning import CleanRow
from importers.matching import Link, Member

BORN = date(1941, 3, 7)
HERE = "80021"


def person(
    row: int = 2, last: str = "DUPONT", first: str = "Renée", *numbers: str, **more: object
) -> CleanRow:
    phones = tuple(PhoneReading(number, number) for number in numbers)
    return CleanRow(row, last, first, phones=phones, **more)  # type: ignore[arg-type]  # kept short


def link(stored: CleanRow, line: CleanRow) -> Link | None:
    (found,) = matching.match([matching.known_of(stored)], [matching.known_of(line)])
    return found


def how(stored: CleanRow, line: CleanRow) -> str | None:
    found = link(stored, line)
    return found.how if found else None


def test_the_same_file_number_is_the_same_person_whatever_the_name():
    assert how(person(file_number="12"), person(last="DUPOND", file_number="12")) == "file_number"


@pytest.mark.parametrize(
    ("last", "first"),
    [("dupont", "RENEE"), ("Renée", "Dupont"), ("Du-Pont", "Renée "), ("Mme DUPONT", "Renée")],
)
def test_name_and_birth_date_are_the_same_person_in_every_spelling(last, first):
    found = link(person(birth_date=BORN), person(last=last, first=first, birth_date=BORN))
    assert found is not None
    assert (found.how, found.is_sure) == ("birth", True)


def test_a_married_name_and_a_birth_name_are_one_person():
    known = person(birth_name="MARTIN", birth_date=BORN)
    assert how(known, person(last="MARTIN", birth_date=BORN)) == "birth"
    assert how(person(last="MARTIN", birth_date=BORN), known) == "birth"


def test_name_and_phone_or_name_and_commune_are_asked_never_followed():
    by_phone = link(
        person(2, "DUPONT", "Renée", "+33639980012"),
        person(3, "DUPONT", "Renée", "+33639980012", insee=HERE),
    )
    by_place = link(person(insee=HERE, birth_date=BORN), person(insee=HERE))
    assert by_phone is not None
    assert by_place is not None
    assert (by_phone.how, by_phone.is_sure) == ("phone", False)
    assert (by_place.how, by_place.is_sure) == ("place", False)


def test_two_birth_dates_are_two_people_unless_one_slip_explains_it():
    known = person(2, "DUPONT", "Jean", "+33639980012", birth_date=BORN)
    son = person(3, "DUPONT", "Jean", "+33639980012", birth_date=date(1968, 11, 30))
    slip = person(3, "DUPONT", "Jean", "+33639980012", birth_date=date(1941, 3, 8))
    swapped = person(3, "DUPONT", "Jean", "+33639980012", birth_date=date(1941, 7, 3))
    assert how(known, son) is None
    assert how(known, slip) == how(known, swapped) == "phone"


def test_two_file_numbers_of_one_source_are_never_merged_silently():
    found = link(
        person(birth_date=BORN, file_number="12"), person(birth_date=BORN, file_number="13")
    )
    assert found is not None
    assert (found.how, found.is_sure) == ("two_files", False)


def test_a_shared_phone_is_no_reason_to_be_one_person():
    assert (
        how(
            person(2, "DUPONT", "Renée", "+33639980012"),
            person(3, "DUPONT", "Paul", "+33639980012"),
        )
        is None
    )


def test_a_line_without_birth_date_or_file_number_is_known_again_when_nothing_changed():
    line = person(2, "DUPONT", "Renée", "+33639980012", insee=HERE, address="3 rue X")
    bare = person()
    assert how(line, line) == how(bare, bare) == "same"


def test_two_bare_names_on_one_list_are_two_people():
    assert matching.match([], [matching.known_of(person()), matching.known_of(person(3))]) == [
        None,
        None,
    ]


def test_lines_of_one_file_find_one_another():
    lines = [
        person(2, birth_date=BORN),
        person(3, "AUTRE"),
        person(4, "dupont", "renee", birth_date=BORN),
    ]
    assert matching.match([], [matching.known_of(line) for line in lines]) == [
        None,
        None,
        Link(0, "birth"),
    ]


def test_repeated_lines_are_joined_and_the_first_one_speaks():
    lines = [
        person(
            2,
            "DUPONT",
            "Renée",
            "+33639980012",
            birth_date=BORN,
            schemes=("APA",),
            address="3 rue X",
        ),
        person(
            3,
            "DUPONT",
            "RENEE",
            "+33353010015",
            birth_date=BORN,
            schemes=("RSA", "APA"),
            email="r@example.org",
        ),
    ]
    links = matching.match([], [matching.known_of(line) for line in lines])
    (decision,) = deciding.decide(lines, links, 0)
    assert decision.lines == (2, 3)
    assert (decision.row.first_name, decision.row.schemes, decision.row.email) == (
        "Renée",
        ("APA", "RSA"),
        "r@example.org",
    )
    assert [phone.e164 for phone in decision.row.phones] == ["+33639980012", "+33353010015"]
    (said,) = deciding.problems_of([decision], lines, 0)
    assert (said.row, said.code) == (3, "repeated")


def test_lines_of_a_known_person_are_one_decision_about_them():
    lines = [person(2, birth_date=BORN), person(3, birth_date=BORN)]
    links = matching.match(
        [matching.known_of(lines[0])], [matching.known_of(line) for line in lines]
    )
    (decision,) = deciding.decide(lines, links, 1)
    assert (decision.stored, decision.lines, decision.doubt) == (0, (2, 3), None)


def test_a_doubt_names_the_line_or_the_known_person():
    lines = [person(2, insee=HERE, birth_date=BORN), person(3, insee=HERE)]
    links = matching.match([], [matching.known_of(line) for line in lines])
    decisions = deciding.decide(lines, links, 0)
    (said,) = deciding.problems_of(decisions, lines, 0)
    assert (
        said.say
        == "Peut-être la personne de la ligne 2 (même nom et même commune)\u00a0: à confirmer."
    )
    again = matching.match([matching.known_of(lines[0])], [matching.known_of(lines[1])])
    assert again[0] is not None
    assert "déjà connue" in deciding.why_doubtful(again[0], lines, 1)


def member(
    *phones: str, family: str = "dupont", home: str = "", household: int | None = None
) -> Member:
    return Member(household, family, phones, home)


def test_a_shared_number_makes_a_household():
    assert matching.households([member("a"), member("b"), member("a", "c"), member("c")]) == [
        0,
        1,
        0,
        0,
    ]


def test_one_address_under_one_name_makes_a_household_but_neighbours_do_not():
    people = [
        member(home="80021 3 rue x"),
        member(home="80021 3 rue x"),
        member(home="80021 3 rue x", family="martin"),
    ]
    assert matching.households(people) == [0, 0, 2]


def test_a_number_behind_which_too_many_stand_makes_no_household():
    people = [member("a") for _ in range(5)]
    assert matching.households(people) == [0, 1, 2, 3, 4]
    assert matching.shared_too_much(people) == {"a"}
    assert matching.households(people[:4]) == [0, 0, 0, 0]


def test_a_stored_household_never_splits():
    assert matching.households([member(household=7) for _ in range(6)]) == [0] * 6


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=2), max_size=12))
def test_households_do_not_depend_on_who_comes_first(people):
    members = [member(*phones) for phones in people]
    labels = matching.households(members)
    backwards = matching.households(members[::-1])[::-1]
    for one in range(len(members)):
        for other in range(len(members)):
            assert (labels[one] == labels[other]) == (backwards[one] == backwards[other])
