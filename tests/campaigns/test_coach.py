"""The writing coach: it flags what must not be written, lets the rest be, and proposes softer words.

The sentences stand in ``coach_sentences``: half of each set was written before the rules and never
used to tune them (``held_out``).
"""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time, thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import coach
from campaigns.coach import Kind, softening
from campaigns.coach.lexicon import lexicon

SENTENCES = Path(__file__).parent / "coach_sentences"


def sentences(name: str) -> list[str]:
    return (SENTENCES / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def accepted(text: str) -> str:
    for advice in reversed(coach.advise(text)):
        text = coach.softened(text, advice)
    return text


def kinds(text: str) -> list[Kind]:
    return [advice.kind for advice in coach.advise(text)]


@pytest.mark.parametrize("half", ["seen", "held_out"])
def test_nineteen_in_twenty_sentences_that_should_not_be_written_are_flagged(half: str) -> None:
    bad = sentences(f"bad_{half}")
    missed = [text for text in bad if not coach.advise(text)]
    assert len(bad) == len(set(bad)) == 100
    assert len(missed) <= 5, missed


@pytest.mark.parametrize("half", ["seen", "held_out"])
def test_at_most_one_in_twenty_good_sentences_is_flagged(half: str) -> None:
    good = sentences(f"good_{half}")
    flagged = [text for text in good if coach.advise(text)]
    assert len(good) == len(set(good)) == 100
    assert len(flagged) <= 5, flagged


def test_notes_as_agents_type_them_are_read_as_well() -> None:
    """No accents, abbreviations, slips: half written without a look at the rules."""
    bad, good = sentences("bad_agents"), sentences("good_agents")
    assert (len(set(bad)), len(set(good))) == (211, 202)
    missed = [text for text in bad if not coach.advise(text)]
    flagged = [text for text in good if coach.advise(text)]
    assert len(missed) <= 6, missed
    assert len(flagged) <= 4, flagged
    assert [text for text in bad if coach.advise(accepted(text))] == []


def test_the_softer_text_is_itself_without_fault() -> None:
    bad = sentences("bad_seen") + sentences("bad_held_out")
    assert [text for text in bad if coach.advise(accepted(text))] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Elle est très déprimée", Kind.HEALTH),
        ("prend du Xanax le soir", Kind.MEDICINE),
        ("Vraiment une fainéante", Kind.JUDGEMENT),
        ("quel connard", Kind.INSULT),
        ("famille musulmane", Kind.BELIEF),
        ("d’origine portugaise", Kind.ORIGIN),
        ("vote à gauche", Kind.OPINION),
        ("trompe son mari", Kind.INTIMACY),
        ("1 84 12 80 021 123 97", Kind.NIR),
        ("1841280021123", Kind.NIR),
        ("FR76 3000 6000 0112 3456 7890 189", Kind.IBAN),
        ("4111 1111 1111 1111", Kind.CARD),
        ("06.39.98.00.12", Kind.PHONE),
        ("+33 6 39 98 00 12", Kind.PHONE),
        ("paulette@example.org", Kind.EMAIL),
    ],
)
def test_each_kind_is_known_and_said_kindly(text: str, kind: Kind) -> None:
    (advice,) = coach.advise(text)
    assert advice.kind is kind
    assert advice.say == kind.say
    assert advice.say.endswith(".")
    assert text[advice.start : advice.end].find(advice.found) >= 0


@pytest.mark.parametrize(
    ("text", "softer"),
    [
        ("Elle est dépressive, rappeler jeudi", "Elle a le moral très bas, rappeler jeudi"),
        ("A fait un AVC en mars", "A un souci de santé en mars"),
        ("Elle prend du Lexomil le soir", "Elle prend son traitement le soir"),
        ("Bipolaire sous lithium", "Souci de santé suit un traitement"),
        ("Rappeler jeudi. C’est une fainéante.", "Rappeler jeudi."),
        ("Quelle conne ! Vit seule.", "Vit seule."),
        ("Numéro 1 84 12 80 021 123 97, 3e étage", "Numéro (numéro effacé), 3e étage"),
        ("secu 1 45 05 80 021 034 22", "secu (numéro effacé)"),  # copied by ear: no key
        ("CB 5132 4512 3456 7893 exp 09/27", "CB (numéro effacé) exp 09/27"),
        ("fille au 06 39 98 1 234", "fille au (numéro donné à la coordination)"),
        ("Repas halal demandé", "Repas sans porc demandé"),
    ],
)
def test_accepting_gives_a_text_one_may_read_aloud(text: str, softer: str) -> None:
    assert accepted(text) == softer


@pytest.mark.parametrize(
    "text",
    [
        "schizofrène",
        "elle est alcolique",
        "DEPRESSIVE",
        "dépressives",
        "l’alzeimer avance",
        "musulmanne",
        "diabettique",
        "bizare au telephone",
        "une demance",
    ],
)
def test_typing_slips_capitals_and_inflections_do_not_hide_a_word(text: str) -> None:
    assert coach.advise(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 84 12 80 021 123 96",  # its key is wrong
        "FR76 3000 6000 0112 3456 7890 188",
        "4111 1111 1111 1112",
        "Dossier 2026 0045 1234",
        "le 12 novembre 2026 à 14 h 30",
        "rue de la Mosquée",
        "linge sale",
        "boit beaucoup d’eau",
        "boit tous les matins un grand café",
        "le 01/02/2026 14h30",
        "aimerait profiter du jardin",
        "moquette et extrémité du couloir",
        "rappeler le 3 sep",
        "la boulangerie est folle de monde",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert coach.advise(text) == ()


def test_two_illnesses_side_by_side_are_told_once() -> None:
    assert kinds("démence sénile") == [Kind.HEALTH]
    assert kinds("diabète et hypertension") == [Kind.HEALTH]


def test_a_word_of_another_clause_is_not_taken_with_it() -> None:
    (advice,) = coach.advise("Vit seule. Elle est folle. Rappeler jeudi.")
    assert accepted("Vit seule. Elle est folle. Rappeler jeudi.") == "Vit seule. Rappeler jeudi."
    assert advice.kind is Kind.JUDGEMENT


def test_an_advice_about_words_that_are_gone_changes_nothing() -> None:
    (advice,) = coach.advise("Elle est folle")
    assert coach.softened("Elle est contente", advice) == "Elle est contente"


HOSTILE = {
    "figures": "1" * 10_000,
    "figures apart": "1 " * 5_000,
    "heads of accounts": "FR76 " * 2_000,
    "addresses": "a@" * 5_000,
    "dots": "a." * 5_000,
    "adverbs": "elle est tres tres tres " * 420,
    "articles": "il est un " * 1_000,
    "streets": "rue de la " * 1_000,
    "slips": "schizophrrene depresssion " * 380,
    "blanks": " " * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_no_text_makes_it_slow(text: str) -> None:
    coach.advise("la première lecture ouvre les listes")
    began = process_time()
    coach.advise(text)
    # A tenth of a second is the goal, measured alone; twice that leaves room for a loaded machine.
    assert process_time() - began < 0.2


@given(st.text(max_size=300))
def test_any_text_is_read_and_every_advice_points_into_it(text: str) -> None:
    last = 0
    for advice in coach.advise(text):
        assert last <= advice.start < advice.end <= len(text)
        assert advice.found in text[advice.start : advice.end]
        last = advice.end


def test_no_word_of_the_lists_is_flagged_by_two_kinds_by_mistake() -> None:
    singles: dict[str, set[Kind]] = {}
    for word, found in lexicon().by_first.items():
        for one in found:
            if one.kind is not None and len(one.steps) == 1:
                singles.setdefault(word, set()).add(one.kind)
    # An inflection that is no word may coincide; the words people write may not.
    doubled = {
        word for word, them in singles.items() if len(them) > 1 and re.search("[aeiou]$", word)
    }
    assert doubled == set()


def test_a_text_written_to_be_slow_is_softened_at_once():
    begun = thread_time()
    for text in (
        "\t" * 50_000,
        " " * 50_000 + "x",
        "." * 50_000,
        "elle est folle" + " ,;" * 16_000,
    ):
        for one in coach.advise(text)[:1]:
            coach.softened(text, one)
        for pattern, _ in softening._CLEAN:
            pattern.sub("", text)
    assert thread_time() - begun < 5
