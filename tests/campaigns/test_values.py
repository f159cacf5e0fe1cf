"""Names, dates, places and numbers read back the same, however a clerk types them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import values

TODAY = date(2026, 11, 24)
FICTION = ["0199 00", "0261 91", "0353 01", "0465 71", "0536 49", "0639 98"]


def e164s(text: object, region: str = "FR") -> list[str | None]:
    return [reading.e164 for reading in values.phone(text, region=region)]


numbers = st.builds(
    lambda start, end: start.replace(" ", "") + f"{end:04}",
    st.sampled_from(FICTION),
    st.integers(0, 9999),
)
separators = st.sampled_from(["", " ", ".", "-", "/", "\u00a0", "  ", " - "])
prefixes = st.sampled_from(["0", "+33", "+33 ", "0033", "+33 (0)", "+33(0) ", "(0)"])


@given(numbers, separators, prefixes)
def test_a_phone_written_in_any_clerks_way_reads_back_the_same(number, separator, prefix):
    pairs = [number[1], *(number[at : at + 2] for at in range(2, 10, 2))]
    written = prefix + separator.join(pairs)
    assert e164s(written) == [f"+33{number[1:]}"]
    assert values.phone(written)[0].say == ""


@given(numbers)
def test_a_phone_that_lost_its_zero_in_a_numeric_cell_is_repaired(number):
    assert e164s(float(number)) == e164s(int(number)) == e164s(f"{int(number)}.0") == e164s(number)


@given(
    numbers, numbers, st.sampled_from([", ", " / ", ";", "\n", " ou ", " - ", " ", "\u00a0,\u00a0"])
)
def test_two_numbers_in_one_cell_are_both_kept_in_order(first, second, between):
    assert e164s(f"{first}{between}{second} ") == [f"+33{first[1:]}", f"+33{second[1:]}"]


@given(numbers)
def test_a_displayed_number_reads_back(number):
    shown = values.national(f"+33{number[1:]}")
    assert shown == " ".join(number[at : at + 2] for at in range(0, 10, 2))
    assert e164s(shown) == [f"+33{number[1:]}"]


def test_a_bad_number_beside_a_good_one_is_reported_and_the_good_one_kept():
    good, bad = values.phone("0639980012, 073998013")
    assert good.e164 == "+33639980012"
    assert (bad.e164, bad.refusal, bad.written) == (None, "short", "073998013")
    assert bad.say == "Numéro trop court."


@pytest.mark.parametrize(
    "filler",
    [
        "",
        " ",
        "néant",
        "liste rouge",
        "00 00 00 00 00",
        "?",
        "NC",
        "06 00 00 00 00",
        "+33 6 00 00 00 00",
    ],
)
def test_a_filler_is_no_number(filler):
    assert values.phone(filler) == ()


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("fils 06 39 98 00 12", "fils"),
        ("06 39 98 00 12 (le soir)", "le soir"),
        ("06 39 98 00 12 poste 4", "poste 4"),
    ],
)
def test_the_words_beside_a_number_become_its_note(written, note):
    (reading,) = values.phone(written)
    assert (reading.e164, reading.note) == ("+33639980012", note)


def test_a_premium_number_is_refused_and_a_service_number_warned_about():
    (premium,), (service,) = values.phone("08 99 12 34 56"), values.phone("0800 123 456")
    assert (premium.e164, premium.refusal) == (None, "premium")
    assert (service.e164, service.warning) == ("+33800123456", "service")


def test_a_plausible_number_the_library_does_not_know_is_kept_with_a_warning():
    (reading,) = values.phone("04 01 12 34 56")
    assert (reading.e164, reading.warning) == ("+33401123456", "unknown_range")


def test_an_overseas_number_gets_its_own_prefix():
    assert e164s("0692 12 34 56") == e164s("0692 12 34 56", region="RE") == ["+262692123456"]
    assert e164s("06 39 98 00 12", region="RE") == ["+33639980012"]


def test_a_foreign_number_is_kept():
    assert e164s("+32 470 12 34 56") == ["+32470123456"]
    assert values.national("+32470123456") == "+32 470 12 34 56"


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("DE LA TOUR", "Jean-Paul"), ("Delatour", "JEAN PAUL"), ("de la Tour", "jean paul "),
        ("Jean-Paul", "De La Tour"), ("M. DE LA TOUR", "Jean\u2011Paul"),
    ],
)  # fmt: skip
def test_every_spelling_of_a_name_has_one_key(last, first):
    assert values.name_key(last, first) == "delatour jeanpaul"


def test_two_people_have_two_keys():
    assert values.name_key("DUPONT", "Jean") != values.name_key("DUPONT", "Jeanne")
    assert values.name_key("محمد", "") != values.name_key("علي", "") != ""


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert values.fold(values.fold(text)) == values.fold(text)


def test_hidden_and_reversing_characters_are_dropped():
    assert values.readable("DU\u200bPONT\x00\u202e  Jean\t\n") == "DUPONT Jean"


@pytest.mark.parametrize(
    "written",
    ["07/03/1941", "7/3/1941", "07-03-1941", "07.03.1941", "1941-03-07", "1941-03-07 00:00:00.0",
     "7 mars 1941", "7 MARS 1941", "le 07/03/1941", "Née le 7 mars 1941", "né(e) le 07.03.1941", "19410307", 19410307, 15042.0, "15042", 7031941, "07/03/1941 00:00", datetime(1941, 3, 7, 12, tzinfo=UTC), date(1941, 3, 7)],
)  # fmt: skip
def test_a_date_in_any_shape_is_read_day_first(written):
    assert values.date_of(written, today=TODAY) == values.DateReading(date(1941, 3, 7))


@pytest.mark.parametrize(
    ("written", "code"),
    [("30/02/1951", "impossible"), ("12/25/1950", "impossible"), ("1941", "year_only"), ("01/01/1900", "filler"),
     ("07/03/2030", "future"), ("07/03/19411", "impossible"), ("hier", "impossible"), (True, "impossible"), (85, "impossible")],
)  # fmt: skip
def test_a_date_that_cannot_be_is_left_empty_with_its_reason(written, code):
    reading = values.date_of(written, today=TODAY)
    assert (reading.value, reading.code) == (None, code)
    assert reading.say.endswith(".")


def test_a_two_digit_year_is_kept_and_to_be_checked():
    assert values.date_of("07/03/41", today=TODAY).value == date(1941, 3, 7)
    assert values.date_of("07/03/05", today=TODAY).value == date(2005, 3, 7)
    assert values.date_of("07/03/41", today=TODAY).code == "two_digit_year"


@pytest.mark.parametrize(
    "written", ["07-03-41", "07/03/41", "7 mars 41", "le 7 mars 41", "1er mars 41"]
)
def test_a_two_digit_year_is_read_in_every_shape(written):
    day = 1 if "1er" in written else 7
    read = values.date_of(written, today=TODAY)
    assert (read.value, read.code) == (date(1941, 3, day), "two_digit_year")


@pytest.mark.parametrize(("written", "year"), [("07/03/26", 1926), ("07/03/12", 1912), ("07/03/10", 2010), ("07/03/00", 2000)])  # fmt: skip
def test_a_two_digit_year_is_the_past_of_somebody_of_115_years_at_most(written, year):
    assert values.date_of(written, today=date(2026, 11, 20)).value == date(year, 3, 7)


def test_a_year_alone_never_invents_a_day():
    for written in ("1941", 1941, 1941.0):
        read = values.date_of(written, today=TODAY)
        assert (read.value, read.code) == (None, "year_only")


@given(st.dates(min_value=date(1920, 1, 1), max_value=TODAY))
def test_eight_figures_mean_one_day_only(day):
    for written in (f"{day:%Y%m%d}", f"{day:%d%m%Y}"):
        assert values.date_of(written, today=TODAY).value == day


@given(st.dates(min_value=date(1920, 1, 1), max_value=TODAY))
def test_a_date_never_shifts(day):
    for written in (f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", day.isoformat(), f"{day:%d%m%Y}"):
        assert values.date_of(written, today=TODAY).value == day


@pytest.mark.parametrize(
    ("written", "code"),
    [(2100, "02100"), ("2100", "02100"), (80100.0, "80100"), ("80 100", "80100"), ("F-80000", "80000"),
     ("abc", None), ("801000", None), (True, None), ("", None), ("٨٠١٠٠", None)],
)  # fmt: skip
def test_a_postal_code_gets_its_zero_back(written, code):
    assert values.postal_code(written) == code


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("M.", "M"),
        ("Mr", "M"),
        ("MONSIEUR", "M"),
        ("H", "M"),
        (1.0, "M"),
        ("Mlle", "MME"),
        ("F", "MME"),
        ("?", ""),
    ],
)
def test_a_title_is_read_from_any_habit(written, title):
    assert values.title_of(written) == title


def test_schemes_are_found_in_words():
    assert values.schemes_of("APA domicile / RSA majoré, apa") == ("APA", "RSA")
    assert values.schemes_of("rapatrié") == ()


@pytest.mark.parametrize(
    "nir",
    ["2 41 03 99 123 456 44", "241039912345644", 2410399123456.0, "vu ; NIR 241039912345644 ok",
     "2.41.03.99.123.456.44", "2-41-03-99-123-456-44", "2/41/03/99/123/456/44",
     "2–41–03–99–123–456–44", "2 41 03 99 123 456 / 44", "NIR : 2. 41. 03. 99. 123. 456. 44"],
)  # fmt: skip
def test_a_social_security_number_is_recognised_by_its_key(nir):
    assert values.holds_nir(nir)
    assert "123" not in values.masked(str(nir))


@pytest.mark.parametrize(
    "other",
    [
        "241039912345645",
        "0639980012",
        "2026-11-24 00:00:00.0",
        15042.0,
        "",
        None,
        float("inf"),
        float("nan"),
        "06 39 98 00 12 / 03 53 01 00 12",
        "07/03/1941 - 06.39.98.00.12",
    ],
)
def test_other_numbers_are_no_social_security_number(other):
    assert not values.holds_nir(other)


def test_a_bank_account_is_recognised_by_its_key():
    for separator in ("", " ", ".", "-", "\u00a0", " - "):
        written = separator.join(("FR76", "3000", "6000", "0112", "3456", "7890", "189"))
        assert values.holds_bank_account(written)
        assert (
            values.masked(f"IBAN {written} voir sa fille") == "IBAN (numéro effacé) voir sa fille"
        )
    assert not values.holds_bank_account("FR76 3000 6000 0112 3456 7890 188")


def test_an_objection_is_known_by_name_and_birth_or_by_number_and_first_name():
    marks = values.objection_marks(
        last_name="DUPONT", first_name="Renée", birth_date=date(1941, 3, 7), phones=["+33639980012"]
    )
    assert marks == (("name", "dupont renee", "1941-03-07"), ("phone", "+33639980012", "renee"))
    assert (
        values.objection_marks(
            last_name="X", first_name="", birth_date=None, phones=["+33639980012"]
        )
        == ()
    )


@pytest.mark.parametrize("beyond", ["1e309", "9e99999", float("inf"), float("nan"), "1e300"])
def test_a_number_beyond_measure_is_no_telephone_and_no_date(beyond):
    assert [read.e164 for read in values.phone(beyond) if read.e164] == []
    assert values.date_of(beyond, today=date(2026, 11, 24)).value is None
    assert values.postal_code(beyond) is None
    assert values.title_of(beyond) == ""
