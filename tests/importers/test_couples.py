"""Two people on one line are proposed; yes, no, morning and the like are understood."""

from __future__ import annotations

import pytest

from campaigns import values
from importers import answers, couples, delimited, tables_html
from importers.caps import Caps
from importers.unreadable import Unreadable


@pytest.mark.parametrize(
    ("title", "last", "first", "expected"),
    [
        ("", "DUPONT", "Jean et Marie", ("Jean DUPONT", "Marie DUPONT")),
        ("", "DUPONT", "Jean & Marie", ("Jean DUPONT", "Marie DUPONT")),
        ("", "DUPONT", "Jean/Marie", ("Jean DUPONT", "Marie DUPONT")),
        ("M. et Mme", "DUPONT", "Jean", ("M. Jean DUPONT", "Mme DUPONT")),
        ("Mme et M.", "DUPONT", "Anne et Luc", ("Mme Anne DUPONT", "M. Luc DUPONT")),
        ("", "M. ou Mme DUPONT", "", ("M. DUPONT", "Mme DUPONT")),
        ("", "DUPONT et MARTIN", "Jean et Anne", ("Jean DUPONT", "Anne MARTIN")),
        ("", "DUPONT Jean et MARTIN Anne", "", ("Jean DUPONT", "Anne MARTIN")),
    ],
)
def test_a_couple_is_two_people_with_their_names(title, last, first, expected):
    pair = couples.of_names(title, last, first)
    assert pair is not None
    assert tuple(each.full_name for each in pair) == expected


@pytest.mark.parametrize(
    ("title", "last", "first"),
    [
        ("Mme", "DUPONT-MARTIN", "Anne-Marie"), ("M/Mme", "DUPONT", "Jean"),
        ("", "MARTINET", "Etienne"), ("M.", "LE ROUX", "Jean Luc"), ("", "DUPONT / MARTIN", "Jeanne"),
    ],
)  # fmt: skip
def test_one_person_is_no_couple(title, last, first):
    assert couples.of_names(title, last, first) is None


@pytest.mark.parametrize(
    ("text", "opposes", "is_sure"),
    [
        ("OUI", True, True), ("x", True, True), ("1", True, True), ("S'oppose", True, True),
        ("non", False, True), ("", False, True), ("d'accord", False, True),
        ("pas d'opposition", False, True), ("voir le dossier", True, False),
    ],
)  # fmt: skip
def test_what_nobody_understands_is_an_opposition(text, opposes, is_sure):
    assert answers.opposes(text) == (opposes, is_sure)


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("Matin", "am"), ("après-midi", "pm"), ("aprem", "pm"), ("le matin ou l'après-midi", ""),
        ("10h", "am"), ("après 14h30", "pm"), ("9h-17h", ""), ("indifférent", ""), ("", ""),
        ("AM", None), ("mardi", None),
    ],
)  # fmt: skip
def test_the_best_half_day_is_understood_or_left_to_a_human(text, half):
    assert answers.half_day(text) == half


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("1", 1), ("P2", 2), ("0", 0), ("haute", 1), ("Très forte", 0), ("URGENT", 0), ("oui", 1),
        ("non", 5), ("moyenne", 5), ("non prioritaire", 8), ("faible", 8), ("voir dossier", None),
    ],
)  # fmt: skip
def test_a_priority_is_understood_or_left_to_a_human(text, level):
    assert answers.priority(text) == level


def test_a_forbidden_number_is_masked_and_the_words_around_it_stay():
    masked = values.masked("sa fille, NIR 2 41 03 99 123 456 44, au 3e")
    assert masked == "sa fille, NIR (numéro effacé), au 3e"
    assert values.masked("IBAN FR76 3000 6000 0112 3456 7890 189") == "IBAN (numéro effacé)"
    plain = "12 rue du 8 mai 1945, 80000 Amiens, 06 39 98 00 12"
    assert values.masked(plain) is plain


def test_a_web_page_is_read_row_by_row_and_its_merged_cells_keep_their_columns():
    page = (
        "<table><tr><th colspan='2'>Identité</th><th>Tél</th></tr><tr><td rowspan=2>DUPONT"
        "<td>Renée<td>1<tr><td>Luc<td>2</table><table><tr><td></td></tr></table>"
    )
    (table,) = tables_html.tables_of(page, Caps())
    assert table.rows == [
        (1, ["Identité", "", "Tél"]), (2, ["DUPONT", "Renée", "1"]), (3, ["", "Luc", "2"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<table>" + "<tr><td>x</td></tr>" * 60 + "</table>", "too_wide"),
        ("<table><tr>" + "<td>x</td>" * 20 + "</tr></table>", "too_wide"),
        ("<table>" * 60 + "<tr><td>x", "swollen"),
        ("<html><body><p>Bonjour</body></html>", "html"),
        ("<!DOCTYPE html [<!ENTITY a 'x'>]><table><tr><td>&a;", "forbidden"),
    ],
)
def test_a_page_that_hurts_is_refused(page, code):
    small = Caps(rows=-50, columns=10)  # fifty lines: the cap on rows plus a hundred
    with pytest.raises(Unreadable) as refusal:
        tables_html.tables_of(page, small)
    assert refusal.value.code == code


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_a_french_text_is_read_in_the_encoding_that_makes_french(encoding):
    text = "NOM;Prénom;Tél\r\nLEFÈVRE;Zoé;\r\nMAÎTRE;François;\r\n"
    assert delimited.decode(text.encode(encoding)) == (text, encoding)
