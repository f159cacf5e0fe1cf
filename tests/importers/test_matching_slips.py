"""The ways a name is written and the slips of the pen: followed, asked, or somebody else."""

from dataclasses import replace
from datetime import date

import pytest

from campaigns.values import PhoneReading
from importers import deciding, matching
from importers.cleaning import CleanRow
from importers.matching import Known, Link
from scripts.yardsticks import truth

BORN = date(1941, 3, 7)
HERE, ELSEWHERE = "80021", "80001"
NUMBER, OTHER = "+33639980012", "+33353010015"


def person(
    last: str = "DUPONT", first: str = "Paulette", *numbers: str, **more: object
) -> CleanRow:
    phones = tuple(PhoneReading(number, number) for number in numbers)
    return CleanRow(2, last, first, phones=phones, **more)  # type: ignore[arg-type]  # kept short


def links(stored: list[CleanRow], *lines: CleanRow, **more: object) -> list[Link | None]:
    known = [matching.known_of(row) for row in stored]
    asked = [matching.known_of(row) for row in lines]
    return matching.match(known, asked, **more)  # type: ignore[arg-type]  # kept short


def how(stored: CleanRow, line: CleanRow) -> tuple[str, bool] | None:
    (found,) = links([stored], line)
    return (found.how, found.is_sure) if found else None


def born(last: str, first: str, **more: object) -> CleanRow:
    return person(last, first, birth_date=BORN, insee=HERE, **more)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("DUPONT née MARTIN", "Paulette"),
        ("MARTIN épouse DUPONT", "Paulette"),
        ("MARTIN ép. DUPONT", "PAULETTE"),
        ("Dupont (Martin)", "Paulette"),
        ("Mme Vve DUPONT", "Paulette"),
        ("DU PONT", "paulette"),
        ("Paulette", "DUPONT"),
        ("Mme Dupont", "Paulette"),
    ],
)
def test_every_way_to_write_a_name_is_the_same_name(last: str, first: str) -> None:
    assert how(born("DUPONT", "Paulette"), born(last, first)) == ("birth", True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("D’HERVILLY", "Anne-Marie"), ("D'Hervilly", "Anne Marie")),
        (("LEBŒUF", "Lætitia"), ("LEBOEUF", "Laetitia")),
        (("DE LA TOUR", "Jean-Pierre"), ("Delatour", "JEAN PIERRE")),
        (("MARTIN", "Renée"), ("MARTIN née DUPONT", "Renee")),
    ],
)
def test_accents_apostrophes_and_particles_do_not_count(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert how(born(*one), born(*other)) == how(born(*other), born(*one)) == ("birth", True)


@pytest.mark.parametrize("last", ["DUPOND", "DUPNOT", "DUPON", "DUPPONT", "DUPONT-MARTIN"])
def test_a_slip_in_the_surname_is_followed_beside_birth_date_and_commune(last: str) -> None:
    assert how(born("DUPONT", "Paulette"), born(last, "Paulette")) == ("slip", True)


def test_the_same_slip_with_nothing_else_in_common_is_asked() -> None:
    far = person("DUPOND", "Paulette", birth_date=BORN, insee=ELSEWHERE)
    assert how(born("DUPONT", "Paulette"), far) == ("near_birth", False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thérèse", "Terese"),
        ("Philippe", "Filippe"),
        ("Catherine", "Katherine"),
    ],
)
def test_a_first_name_that_sounds_the_same_is_followed(one: str, other: str) -> None:
    assert how(born("DUPONT", one), born("DUPONT", other)) == ("slip", True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Michel", "Michèle"), ("René", "Renée"), ("Jean", "Jeanne"), ("Aline", "Alice"),
        ("Louis", "Louise"), ("Marie", "Marie-Claude"), ("Jean-Pierre", "J-Pierre"), ("Guy", "Gry"),
    ],
)  # fmt: skip
def test_a_first_name_that_may_be_a_twin_s_is_asked(one: str, other: str) -> None:
    twin, stored = born("DUPONT", other), born("DUPONT", one)
    assert how(stored, twin) == ("near_birth", False)


def test_a_misspelling_nobody_else_bears_is_followed() -> None:
    crowd = [person("MARTIN", "Paulette", birth_date=date(1930, 1, day)) for day in range(1, 7)]
    (found,) = links([born("DUPONT", "Paulette"), *crowd], born("DUPONT", "Pauletre"))
    assert found == Link(0, "near_birth")  # the ending: Paulette, Pauletre
    (found,) = links([born("DUPONT", "Paulette"), *crowd], born("DUPONT", "Pawlette"))
    assert found == Link(0, "slip")


def test_twins_of_other_first_names_are_two_people() -> None:
    assert how(born("DUPONT", "Paulette"), born("DUPONT", "Simone")) is None


def test_a_person_named_exactly_is_not_claimed_by_a_slip_besides() -> None:
    stored, twin = born("DUPONT", "Thérèse"), born("DUPONT", "Terese")
    assert links([stored], stored, twin) == [Link(0, "birth"), Link(0, "near_birth")]
    assert links([stored], twin, stored) == [Link(0, "near_birth"), Link(0, "birth")]


def test_two_slips_that_claim_one_person_are_both_asked() -> None:
    one, other = born("DUPOND", "Paulette"), born("DUPONS", "Paulette")
    found = links([born("DUPONT", "Paulette")], one, other)
    assert [each.how if each else None for each in found] == ["near_birth", "near_birth"]


@pytest.mark.parametrize(
    "day", [date(1941, 7, 3), date(1941, 3, 17), date(1914, 3, 7), date(1951, 3, 7), None]
)
def test_a_birth_date_amiss_with_the_same_name_is_asked(day: date | None) -> None:
    known = person("DUPONT", "Paulette", NUMBER, birth_date=BORN, insee=HERE)
    same_number = person("DUPONT", "Paulette", NUMBER, birth_date=day)
    same_place = person("DUPONT", "Paulette", OTHER, birth_date=day, insee=HERE)
    assert how(known, same_number) == ("phone", False)
    assert how(known, same_place) == ("place", False)


def test_a_father_and_his_son_of_the_same_name_are_two_people() -> None:
    father = person("DUPONT", "Jean", NUMBER, birth_date=BORN, insee=HERE)
    assert how(father, person("DUPONT", "Jean", NUMBER, birth_date=date(1968, 11, 30))) is None


def test_another_surname_with_all_the_rest_the_same_is_asked() -> None:
    known = person("DUPONT", "Paulette", NUMBER, birth_date=BORN)
    assert how(known, person("LEGRAND", "Paulette", NUMBER, birth_date=BORN)) == (
        "other_name",
        False,
    )


def test_near_names_without_a_birth_date_are_asked_by_number_or_by_commune() -> None:
    known = person("DUPONT", "Paulette", NUMBER, insee=HERE)
    assert how(known, person("DUPOND", "Paulete", NUMBER)) == ("near_phone", False)
    assert how(known, person("DUPOND", "Paulette", insee=HERE)) == ("near_place", False)
    assert how(known, person("DUPOND", "Paulette", OTHER, insee=HERE)) is None
    assert how(known, person("DUPOND", "Paulette", insee=ELSEWHERE)) is None


# File numbers ---------------------------------------------------------------------------------


def test_a_number_that_lost_its_zeros_is_the_same_number() -> None:
    known = person(file_number="00123")
    assert how(known, person("DUPOND", file_number="123")) == ("file_number", True)
    assert how(known, person("DUPOND", file_number="1230")) is None


@pytest.mark.parametrize("filler", ["0", "000", "-", "NC", "néant", "?"])
def test_a_filler_is_never_the_same_number(filler: str) -> None:
    assert how(person(file_number=filler), person("DUPOND", file_number=filler)) is None


def test_a_number_that_thirty_lines_bear_names_nobody() -> None:
    lines = [person(f"NOM{at}", "Jean", file_number="2026") for at in range(40)]
    assert links([], *lines) == [None] * 40


def test_a_couple_under_one_file_number_is_two_people() -> None:
    paul = person("DUPONT", "Paul", birth_date=date(1938, 1, 2), file_number="12")
    wife = person("DUPONT", "Paulette", birth_date=BORN, file_number="12")
    simone = person("DUPONT", "Simone", birth_date=BORN, file_number="12")
    assert how(paul, simone) is None
    assert links([], paul, simone, wife) == [None, None, Link(1, "file_other")]
    assert how(person("DUPONT", "Paul", file_number="12"), simone) == ("file_other", False)


def test_a_couple_whose_first_names_are_alike_is_two_people_under_its_number() -> None:
    for one, other in (("Paul", "Paulette"), ("Michel", "Michèle"), ("René", "Renée")):
        husband = person("DUPONT", one, birth_date=date(1938, 1, 2), file_number="12")
        wife = person("DUPONT", other, birth_date=BORN, file_number="12")
        assert how(husband, wife) is None
        undated = person("DUPONT", other, file_number="12")
        assert how(husband, undated) == ("file_other", False)


def test_a_married_woman_keeps_her_file_number() -> None:
    known = person("MARTIN", "Paulette", NUMBER, birth_date=BORN, insee=HERE, file_number="12")
    for fact in (
        {"birth_date": BORN},
        {"birth_date": date(1941, 7, 3)},
        {"phones": (PhoneReading(NUMBER, NUMBER),)},
        {"insee": HERE},
        {"birth_name": "MARTIN"},
    ):
        line = replace(person("DUPONT", "Paulette", file_number="12"), **fact)
        assert how(known, line) == ("file_number", True)


def test_a_file_number_and_a_first_name_alone_are_asked() -> None:
    known = person("MARTIN", "Jean", NUMBER, birth_date=BORN, insee=HERE, file_number="12")
    bare = person("PETIT", "Jean", file_number="12")
    elsewhere = person("PETIT", "Jean", OTHER, insee=ELSEWHERE, file_number="12")
    reached_otherwise = person("PETIT", "Jean", OTHER, insee=HERE, file_number="12")
    for line in (bare, elsewhere, reached_otherwise):
        assert how(known, line) == ("file_other", False)
        assert links([], known, line) == [None, Link(0, "file_other")]


def test_two_file_numbers_never_share_one_person_whoever_comes_first() -> None:
    known = born("DUPONT", "Paulette")
    one, other = (
        born("DUPONT", "Paulette", file_number="12"),
        born("DUPONT", "Paulette", file_number="13"),
    )
    for lines in ((one, other), (other, one)):
        assert links([known], *lines) == [Link(0, "two_files"), Link(0, "two_files")]


def test_two_file_numbers_of_undated_people_claim_no_birth_date() -> None:
    one = person("DUPONT", "Paulette", NUMBER, file_number="12")
    other = person("DUPONT", "Paulette", NUMBER, file_number="13")
    assert how(one, other) == ("two_files_same", False)
    assert "naissance" not in matching.HOWS["two_files_same"]


@pytest.mark.parametrize("first", ["P.", "P", "p."])
def test_an_initial_is_asked_never_followed_nor_taken_for_somebody_new(first: str) -> None:
    known = person("DUPONT", "Paulette", NUMBER, birth_date=BORN, insee=HERE)
    assert how(known, person("DUPONT", first, birth_date=BORN)) == ("near_birth", False)
    assert how(known, person("DUPONT", first, NUMBER, birth_date=BORN)) == ("near_birth", False)
    assert how(known, person("DUPONT", first, NUMBER)) == ("near_phone", False)
    assert how(known, person("DUPONT", first, insee=HERE)) == ("near_place", False)
    assert how(person("DUPONT", first, NUMBER, insee=HERE), known) == ("near_phone", False)
    assert how(known, person("DUPONT", "R.", NUMBER, insee=HERE)) is None
    assert how(known, person("DUPONT", first, OTHER, insee=ELSEWHERE)) is None


def test_two_initials_stand_for_a_compound_first_name() -> None:
    known = person("DUPONT", "Jean-Pierre", NUMBER, birth_date=BORN)
    assert how(known, person("DUPONT", "J.-P.", NUMBER)) == ("near_phone", False)
    assert how(known, person("DUPONT", "J.-M.", NUMBER)) is None
    assert how(known, person("DUPONT", "Jo", NUMBER)) is None


def test_a_line_that_could_be_two_people_goes_to_the_one_it_agrees_with_or_is_asked() -> None:
    one = person("DUPONT", "Jean", NUMBER, birth_date=BORN)
    other = person("DUPONT", "Jean", OTHER, birth_date=BORN)
    neither = person("DUPONT", "Jean", birth_date=BORN)
    assert links([one, other], other, one) == [Link(1, "birth"), Link(0, "birth")]
    assert links([one, other], neither) == [Link(0, "several")]
    assert links([one, other], neither, joined={1: 0}) == [Link(0, "birth")]
    assert links([one, other], other, joined={0: 1}) == [Link(1, "birth")]


def test_as_many_bare_names_as_there_are_stored_are_known_again() -> None:
    bare = person()
    assert links([bare, bare], bare, bare, bare) == [Link(0, "same"), Link(1, "same"), None]


# What somebody said ---------------------------------------------------------------------------


def said(line: CleanRow, stored: int, *, is_same: bool) -> dict[tuple[str, int], bool]:
    return {(matching.row_key(matching.known_of(line)), stored): is_same}


def test_a_doubt_somebody_settled_is_not_asked_again() -> None:
    known, line = person("DUPONT", "Paul", NUMBER), person("DUPONT", "Paul", NUMBER, insee=HERE)
    assert links([known], line) == [Link(0, "phone")]
    assert links([known], line, ruled=said(line, 0, is_same=True)) == [Link(0, "said")]
    assert links([known], line, ruled=said(line, 0, is_same=False)) == [None]
    assert matching.HOWS["said"]


def test_two_people_stay_two_even_under_one_name_and_birth_date() -> None:
    known = line = born("DUPONT", "Paul")
    assert links([known], line, ruled=said(line, 0, is_same=False)) == [None]
    other = person("DUPONT", "Paul", birth_date=BORN, insee=HERE)
    assert links([known, other], line, ruled=said(line, 0, is_same=False)) == [Link(1, "birth")]


def test_an_answer_counts_more_than_two_file_numbers() -> None:
    known, line = born("DUPONT", "Paul", file_number="12"), born("DUPONT", "Paul", file_number="13")
    assert links([known], line) == [Link(0, "two_files")]
    assert links([known], line, ruled=said(line, 0, is_same=True)) == [Link(0, "said")]


def test_an_answer_is_about_what_the_line_says_not_where_it_stands() -> None:
    line = Known(("dupont paul",), BORN, (NUMBER, OTHER), HERE, "", ("12",), "paul")
    again = Known(("dupont paul",), BORN, (OTHER, NUMBER), HERE, "80021 3 rue x", ("77",))
    moved = Known(("dupont paul",), BORN, (OTHER, NUMBER), ELSEWHERE, "")
    assert matching.row_key(line) == matching.row_key(again) != matching.row_key(moved)


# The truth ------------------------------------------------------------------------------------


def test_two_thousand_people_typed_amiss_are_known_again() -> None:
    stored, lines, right = truth.people(2_000, seed=11)
    known = [matching.known_of(row) for row in stored]
    found = matching.match(known, [matching.known_of(row) for row in lines])
    score = truth.judge(found, right, len(known))
    assert score.recall >= 0.98
    assert score.precision >= 0.999
    assert score.sure > 1_600
    assert score.in_vain <= 10
    decisions = deciding.decide(lines, found, len(known))
    assert sum(len(each.lines) for each in decisions) == len(lines)
    assert matching.match(known, known) == [Link(at, "birth") for at in range(len(known))]
