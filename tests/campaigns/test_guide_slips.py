"""What would be lost, read to everybody or shown as it is: told before a guide is published."""

from __future__ import annotations

import pytest

from campaigns import guide, guide_text, reference
from campaigns.guide_text import checking, comparing, conditions, pasting
from campaigns.guide_text.conditions import Condition
from campaigns.models import Organisation, Person, Title, User
from tests.campaigns.test_guide import GUIDE, JULY, RSA, laid, titles, with_part

ORGANISATION = Organisation(of_name="du D.", switchboard_phone="", coordination_phone="")


def told(text: str) -> list[str]:
    return [one.say.replace("\u00a0", " ") for one in checking.problems(text)]


# For whom -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "pour : rsa",
        "POUR : RSA",
        "Pour\u202f: RSA",
        "**Pour :** RSA",
        "*Pour* : RSA",
        "- Pour : RSA",
    ],
)
def test_for_whom_is_understood_however_it_is_typed(line: str) -> None:
    text = with_part(f"{line}\nAvec une suite.")
    assert titles(laid(text)) == []
    (part,) = laid(text, schemes=frozenset({"RSA"}), switches={"variante-d-essai": True}).inserts
    assert "Avec une suite." in part.html
    assert "our :" not in part.html.replace("\u00a0", " ")


@pytest.mark.parametrize("condition", list(Condition))
def test_every_word_the_help_gives_is_understood(condition: Condition) -> None:
    assert conditions.written(f"Pour : {condition.label}") == ((condition,), ())


@pytest.mark.parametrize("line", ["Pour :", "Pour : ,", "**Pour :**"])
def test_a_part_for_nobody_is_told(line: str) -> None:
    assert any("ne dit pas pour qui" in say for say in told(with_part(line)))


def test_for_whom_in_the_middle_of_a_part_is_told() -> None:
    (say,) = told(with_part("Bonjour.\n\nPour : RSA"))
    assert "juste sous un titre" in say


def test_a_heading_inside_a_variant_is_read_to_the_same_people_only() -> None:
    text = GUIDE.replace(
        "## Variante C",
        "### Sujets\n\nUne suspension.\n\n### Été\n\nPour : été\n\nUn job.\n\n## Variante C",
    )
    assert titles(laid(text, today=JULY)) == []
    script = laid(text, today=JULY, schemes=frozenset({"RSA"}), switches={RSA: True})
    assert titles(script) == ["Personnes au RSA", "Été"]
    assert "Une suspension." in script.inserts[0].html


def test_somebody_who_speaks_french_speaks_no_other_language() -> None:
    assert titles(laid(with_part("Pour : langue"), language="Français")) == []


# Nothing is lost ------------------------------------------------------------------------------


def test_a_heading_inside_a_moment_is_read_with_it() -> None:
    text = GUIDE.replace("## 3. Prendre", "### À la fin\n\nDites merci.\n\n## 3. Prendre")
    text = text.replace("### Santé\n", "### Santé\n\n#### Les yeux\n\nVoit-elle bien ?\n\n")
    script = laid(text)
    assert "Dites merci." in script.opening.html
    assert "Voit-elle bien" in script.themes[0].html
    every = guide.whole(text, caller=User(first_name="Léa"), organisation=ORGANISATION)
    assert "Voit-elle bien" in "".join(part.html for part in every)


def test_a_part_of_a_moment_for_some_is_added_to_it() -> None:
    text = GUIDE.replace(
        "## 3. Prendre", "### À deux\n\nPour : foyer\n\nEt votre mari ?\n\n## 3. Prendre"
    )
    both = laid(text, is_household=True).opening.html
    assert "je m’appelle Léa" in both
    assert "Et votre mari" in both
    assert "Et votre mari" not in laid(text).opening.html


def test_a_title_of_nobody_s_moment_is_read_in_its_season() -> None:
    text = GUIDE + "\n\n## Vacances\n\nPour : été\n\nPartez-vous un peu ?\n"
    assert titles(laid(text, today=JULY)) == ["Vacances"]
    assert titles(laid(text)) == []


def test_a_gift_has_its_words_on_the_page_of_a_call() -> None:
    (gift,) = [part for part in laid().what_if if part.id == "gift"]
    assert "sans accepter de rendez-vous" in gift.html


def test_a_case_is_known_with_its_colon_out_of_the_bold() -> None:
    text = GUIDE.replace("**Si c’est un répondeur :**", "**Si c’est un répondeur** :")
    assert "Tout va bien, je rappellerai" not in laid(text).opening.html
    assert "voicemail" in [part.id for part in laid(text).what_if]


def test_a_question_without_its_need_stays_among_the_words() -> None:
    script = laid(GUIDE.replace("`AUT_APA`\n", "`AUT_APA` `AUT_PCH`\n"))
    assert script.check_up
    assert len(script.rights) + script.check_up.html.count("<li>") == 5


def test_what_was_decided_of_a_part_that_no_longer_comes_and_goes_counts_no_more() -> None:
    assert laid(switches={"l-ouverture": False}).opening.html
    every = guide.whole(
        GUIDE, caller=User(), organisation=ORGANISATION, switches={"l-ouverture": False}
    )
    assert "l-ouverture" in [part.id for part in every]


def test_the_name_of_a_part_is_never_longer_than_a_switch_keeps() -> None:
    long = "## Variante Z — " + "un titre sans fin " * 12 + "\n\nTexte\n\n"
    ids = [one.id for one in guide_text.sections(GUIDE + "\n\n" + long + long)]
    assert max(map(len, ids)) <= 80
    assert len(set(ids)) == len(ids)


# Slips ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("{prénom}", "{prénom"), "Une accolade est seule"),
        (("{prénom}", "{}"), "Une accolade est seule"),
        (("{prénom}", "{{prénom}}"), "Une accolade est seule"),
        (("`SAN_RDV`", "`SAN_RDV"), "« SAN_RDV » n’a pas de bouton"),
        (("`SAN_RDV`", "`san_rdv`"), "écrivez-le « `SAN_RDV` »"),
        (("`SAN_RDV`", "SAN-RDV"), "écrivez-le « `SAN_RDV` »"),
        (("`SAN_RDV`", "`SAN_RDV2`"), "« SAN_RDV2 » n’est le code d’aucun besoin"),
        (("Respirez.", "![Un chat](https://example.org/c.png)"), "images ne sont pas montrées"),
        (("Respirez.", "Respirez <b>bien</b>."), "« <b> » serait montré tel quel"),
        (("Respirez.", "[Ici](javascript:alert(1))"), "Ce lien ne s’ouvrirait pas"),
        (("### Santé", "### \n\nUn mot.\n\n### Santé"), "Ce titre est vide"),
        (
            ("## 6. La", "## 3. Prendre des nouvelles\n\nEncore.\n\n## 6. La"),
            "Deux parties sont « Prendre des nouvelles »",
        ),
        (
            ("quoi faire\n", "quoi faire\n\nPour : hiver\n"),
            "« Signaux d’alerte » n’est lu que par certains",
        ),
    ],
)
def test_what_would_be_seen_or_lost_is_told(change: tuple[str, str], words: str) -> None:
    assert any(words in say for say in told(GUIDE.replace(*change, 1))), told(
        GUIDE.replace(*change, 1)
    )


def test_themes_without_small_titles_are_told() -> None:
    assert any("un titre « ### » par thème" in say for say in told(GUIDE.replace("\n###", "\n##")))


@pytest.mark.parametrize(
    "line", ["Voir <https://example.org/SAN_RDV>.", "[Le site](https://example.org)", "1 < 2 > 0"]
)
def test_what_is_well_written_is_not_told(line: str) -> None:
    assert told(GUIDE.replace("Respirez.", line)) == []


def test_every_guide_of_the_house_is_free_of_slips_and_untouched_by_tidying() -> None:
    for preset in reference.presets().values():
        text = reference.preset_guide(preset, house=GUIDE)
        assert told(text) == []
        assert pasting.tidied(text) == text


# What is said of something --------------------------------------------------------------------


def test_at_a_first_call_nothing_of_a_last_time_is_said() -> None:
    first, later = (laid(is_first_call=is_first).news.html for is_first in (True, False))
    assert "depuis ces derniers jours" in first
    assert "depuis la dernière fois" in later
    for said in (first, later):
        assert "besoin transmis" not in said
        assert said.count("<li>") == later.count("<li>") > 5


@pytest.mark.parametrize(
    ("title", "names", "said"),
    [
        (Title.NONE, ("", "Petit"), "Madame ou Monsieur Petit"),
        (Title.MRS, ("Rose", ""), "Madame Rose"),
        (Title.NONE, ("Rose", "Petit"), "Rose Petit"),
        (Title.NONE, ("Rose", ""), "Madame ou Monsieur Rose"),
        (Title.MRS, ("Rose", "{prénom} <script>*a*"), "Madame {prénom} &lt;script&gt;*a*"),
    ],
)
def test_whoever_is_called_has_a_name_one_can_say(
    title: Title, names: tuple[str, str], said: str
) -> None:
    script = guide.script(
        GUIDE,
        person=Person(title=title, first_name=names[0], last_name=names[1], trust_code=""),
        caller=User(first_name="Léa"),
        organisation=ORGANISATION,
        situation=guide.Situation(today=JULY),
    )
    assert f"je parle bien à {said}" in script.opening.html


def test_a_line_that_comes_back_thousands_of_times_is_compared_at_once() -> None:
    before, after = "a\n" * 9_000, "a\n" * 8_000 + "b\n"
    assert comparing.compare(before, after)
