"""The guide: cut into the moments of a call, its gaps filled, its needs marked, its HTML clean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import guide_text, reference
from campaigns.guide_text import Case, Kind

GUIDE = reference.guide_markdown()


def _sections(kind):
    return [section for section in guide_text.sections(GUIDE) if section.kind is kind]


def test_the_shipped_guide_has_every_moment_of_a_call():
    assert {section.kind for section in guide_text.sections(GUIDE)} == set(Kind)


def test_themes_are_the_subsections_with_their_needs():
    themes = {section.title: section for section in _sections(Kind.THEME) if section.level == 3}
    assert list(themes) == [
        "Santé",
        "Alimentation",
        "Moral, solitude",
        "Aide à la maison, vie de tous les jours",
        "Logement, chauffage, chaleur",
        "Démarches, courriers, argent",
        "Le reste",
    ]
    assert themes["Alimentation"].need_codes == ("ALI_COURSES", "ALI_PORTAGE", "ALI_URGENCE")
    assert themes["Moral, solitude"].need_codes == ("LIEN_ISOLEMENT", "PSY_SOUTIEN")


def test_every_need_a_volunteer_may_raise_is_named_in_the_guide():
    named = set(guide_text.need_codes(GUIDE))
    assert named == set(reference.categories())
    assert guide_text.unknown_need_codes(GUIDE) == ()


def test_variants_say_for_whom_they_are():
    variants = {section.variant: section.audience for section in _sections(Kind.VARIANT)}
    assert variants == {"A": "canicule", "B": "rsa", "C": "handicap"}


def test_the_opening_and_closing_hold_the_blocks_for_each_case():
    (opening,) = _sections(Kind.OPENING)
    cases = {block.case: block for block in opening.blocks if block.case}
    assert set(cases) == {
        Case.FIRST_CALL,
        Case.DISTRUST,
        Case.NOT_NOW,
        Case.THIRD_PARTY,
        Case.VOICEMAIL,
        Case.DEATH,
        Case.PROTECTED,
    }
    assert "information donnée" in cases[Case.FIRST_CALL].markdown
    assert cases[Case.VOICEMAIL].lead == "Si c’est un répondeur"
    (closing,) = _sections(Kind.CLOSING)
    assert {block.case for block in closing.blocks} == {None, Case.STOP, Case.GIFT}


def test_nothing_of_the_guide_is_lost_in_the_cutting():
    kept = "".join(section.markdown for section in guide_text.sections(GUIDE))
    kept = "".join(kept.split())
    for line in GUIDE.splitlines():
        if line and not line.startswith("#") and line != "---":
            assert "".join(line.split()) in kept


def test_ids_are_plain_and_unique_even_when_titles_are_not():
    ids = [section.id for section in guide_text.sections("## Santé\n\na\n\n## Santé\n\nb\n")]
    assert ids == ["sante", "sante--2"]
    shipped = [section.id for section in guide_text.sections(GUIDE)]
    assert len(set(shipped)) == len(shipped)
    assert "l-ouverture" in shipped


def test_a_theme_added_after_the_need_steps_is_still_a_theme():
    text = "## 4. Les thèmes\n\na\n\n### Quand un besoin apparaît\n\nb\n\n### Vacances\n\nc\n"
    kinds = [section.kind for section in guide_text.sections(text)]
    assert kinds == [Kind.THEME, Kind.NEED, Kind.THEME]


@pytest.mark.parametrize("text", ["", "\n\n", "du texte sans titre", "## Un titre seul"])
def test_a_guide_without_sections_has_none(text):
    assert guide_text.sections(text) == ()


def test_gaps_are_filled_and_missing_ones_keep_their_own_words():
    text = "Je suis {prénom}, {de l'organisme}. {numéro standard}"
    filled = guide_text.filled(text, {"prénom": "Léa", "de l’organisme": "du Département"})
    assert filled == "<p>Je suis Léa, du Département. numéro standard</p>\n"
    assert "<p>Bonjour nom</p>" in guide_text.filled("Bonjour {nom}", {"nom": " "})
    assert "Bonjour Zoé" in guide_text.filled(
        "Bonjour {nom}", {"nom": "Zoé"}
    )  # read once, not kept


def test_a_value_is_text_and_never_becomes_markup():
    shown = guide_text.filled(
        "## {nom}", {"nom": "*A* `SAN_RDV` <b>x</b> [y](http://z) | M. D'Arc\n\n# B"}
    )
    assert shown.count("<") == 2
    assert "*A* `SAN_RDV` &lt;b&gt;x&lt;/b&gt; [y](http://z) | M. D’Arc # B" in shown


def test_an_address_is_never_completed_with_words_of_anybody():
    shown = guide_text.filled("[a]({nom}) [b](http://x/{nom}) &#xE0F0;", {"nom": "javascript:x"})
    assert "javascript" not in shown
    assert "\ue0f0" not in shown


def test_the_gaps_of_the_shipped_guide_are_all_known():
    assert set(guide_text.placeholders(GUIDE)) == guide_text.KNOWN_PLACEHOLDERS
    assert guide_text.unknown_placeholders(GUIDE) == ()
    assert guide_text.unknown_placeholders("{prénom} {surnom} {surnom}") == ("surnom",)


def test_a_need_code_becomes_a_marker_with_its_label_and_another_code_stays_code():
    shown = guide_text.html("Notez `SAN_RDV` puis `SAN_INCONNU`")
    assert '<span data-need="SAN_RDV">Médecin, soins, renoncement aux soins</span>' in shown
    assert "<code>SAN_INCONNU</code>" in shown
    assert guide_text.unknown_need_codes("`SAN_INCONNU`") == ("SAN_INCONNU",)


def test_a_label_of_a_need_is_shown_in_french():
    assert ">Urgence vitale pendant l’appel<" in guide_text.html("`SAN_VITAL`")


def test_the_alert_section_is_a_table():
    (alert,) = _sections(Kind.ALERT)
    shown = guide_text.html(alert.markdown)
    assert shown.count("<tr>") == 11
    assert 'style="' not in shown
    assert "chute sans pouvoir se relever" in shown


def test_what_an_editor_types_cannot_carry_script_style_or_pictures():
    text = (
        "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://example.org/y.png)\n\n"
        '<p onclick="x()" style="color:red">z</p>'
    )
    shown = guide_text.html(text)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<p onclick" not in shown
    assert "href" not in shown


def test_unusual_line_ends_lose_nothing():
    (section,) = guide_text.sections("## Titre\r\n\r\nun\u2028deux\x0ctrois\r\n\r\n\x0c\r\nquatre")
    assert "un\u2028deux\x0ctrois" in section.markdown
    assert "quatre" in section.markdown


@given(st.text(max_size=200))
def test_no_text_whatsoever_breaks_the_page_of_a_live_call(text):
    shown = guide_text.filled(text, {"nom": text})
    assert "<script" not in shown
    assert "<img" not in shown
    assert all(section.blocks for section in guide_text.sections(text))
