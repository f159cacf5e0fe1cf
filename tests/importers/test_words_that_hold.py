"""What clerks write beside a name: who must not be called, how others like to be."""

import time
from datetime import date

import pytest

from importers import cells, columns, rows
from importers.places import PlaceIndex
from importers.workbook import Table

HOLDING = [
    "décès le 12/03/2024", "DECES", "DE\u0301CE\u0300S", "DCDE", "décdée", "est morte", "défunt",
    "ne plus l'appeler", "ne veut pas être appelé", "ne veut plus être appelée",
    "ne souhaite plus qu’on l’appelle", "ne désire plus être contactée", "refuse les appels",
    "refus d'appel", "a refusé d’être contactée", "ne pas joindre", "ne pas téléphoner",
    "ne pas tel", "ne plus lui téléphoner", "Pas appeler", "N.P.A.", "NPA", "ne  pas appeler",
    "ne pas\u00a0appeler", "ne p\u200bas appeler", "NE PAS APPELLER", "n’est plus à contacter",
    "ne pas appeler le fils", "ne pas appeler le 12/03", "n'appeler sous aucun prétexte",
    "ne pas appeler le matin. Ne plus appeler du tout", "opposition", "hospitalisation",
    "à l'hôpital", "à l’hôpital", "mari décédé", "N P A", "entrée en MAPA",
]  # fmt: skip
INNOCENT = [
    "appeler le matin", "à rappeler", "n'hésitez pas à rappeler", "ne pas hésiter à appeler",
    "ne pas oublier de rappeler", "n'a pas été contactée en 2023", "n'a pas encore été appelée",
    "n'a pas de téléphone", "n’a plus de tel", "ne peut pas téléphoner seule",
    "ne répond pas appeler sa fille", "ne répond pas aux appels masqués",
    "n'a pas de contact avec sa famille", "ne s'appelle pas Dupont", "rue des Morts",
    "rue de l’Hôpital", "hôpital de jour", "Mme Mortier", "pas d'opposition",
    "opposition à la transmission au maire", "refuse l'aide ménagère, appeler sa fille",
    "décembre", "retraitée",
]  # fmt: skip


@pytest.mark.parametrize("cell", ["STOP", "Stop !", "refus", "Refusée.", "REFUSE"])
def test_a_cell_that_holds_one_word_of_refusal_holds(cell: str) -> None:
    assert cells.signs(["Fille à Lille", cell, "06 39 98 00 12"]).hold
    assert not cells.signs([f"{cell} du portage, veut bien le reste"]).hold
    assert not cells.signs(["Fille à Lille"], [cell]).hold  # a name, a place


@pytest.mark.parametrize("words", HOLDING)
def test_whoever_must_not_be_called_waits_for_somebody_to_look(words: str) -> None:
    assert cells.signs([words]).hold
    assert cells.signs([f"Fille à Lille ; {words}", "06 39 98 00 12"]).hold


@pytest.mark.parametrize("words", INNOCENT)
def test_ordinary_comments_hold_nobody_and_change_no_manner(words: str) -> None:
    assert cells.signs([words]) == cells.Signs("", "")


@pytest.mark.parametrize(
    ("words", "manner"),
    [
        ("ne pas appeler avant 10 h", "ne pas appeler avant 10\u00a0h"),
        ("Ne pas appeler après 18H30", "ne pas appeler après 18\u00a0h30"),
        ("ne plus l'appeler le matin", "ne pas appeler le matin"),
        ("ne pas déranger pendant la sieste", "ne pas appeler pendant la sieste"),
        ("ne pas téléphoner entre 12 et 14h", "ne pas appeler entre 12 et 14\u00a0h"),
        ("ne pas appeler l’après-midi, Mme DUPONT", "ne pas appeler l’après-midi"),
        ("n'appeler que le mercredi", "n’appeler que le mercredi"),
        ("n’appeler qu’après 18h", "n’appeler qu’après 18\u00a0h"),
    ],
)
def test_a_moment_to_avoid_is_a_manner_to_call_and_holds_nobody(words: str, manner: str) -> None:
    assert cells.signs([words]) == cells.Signs("", manner)


def test_the_manner_of_a_row_fits_its_column_and_repeats_no_name() -> None:
    found = cells.signs(["ne pas appeler le matin " + "et le soir " * 200 + "Mme DUPONT", "sourde"])
    assert "DUPONT" not in found.manner
    assert len(found.manner) <= 200


def test_surnames_streets_and_the_answer_to_the_mayor_say_nothing_of_calling() -> None:
    titles = ("NOM", "Prénom", "Adresse", "Opposition à la transmission au maire", "Obs.")
    line = ["MORT", "Renée", "3 hôpital Sud", "opposition", "va bien"]
    table = Table("F", ("F",), 1, titles, [(2, line)])
    found = rows.clean(
        table, columns.propose(titles, [line]), PlaceIndex([]), today=date(2026, 11, 24)
    )
    (person,) = found.people
    assert (person.last_name, person.hold, person.mayor_opt_out) == ("MORT", "", True)


@pytest.mark.parametrize("word", ["ne ", "n'", "ne pas ", "refus ", "le matin ", "1 ", "n.p.", "a"])
def test_the_longest_cell_a_sheet_can_hold_is_read_at_once(word: str) -> None:
    words = ("ne pas appeler " + word * 32_767)[:32_767]
    before = time.process_time()
    cells.signs([words], [words])
    assert time.process_time() - before < 2
