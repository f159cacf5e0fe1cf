"""Kinds of needs in the vocabulary of data·inclusion: known words, or nothing."""

from __future__ import annotations

import re

import pytest

from campaigns import reference
from campaigns.reference.topics import read_topics

# The themes of the referential « thématiques », schema v1; each value is theme--detail.
THEMES = {
    "choisir-un-metier", "creer-une-entreprise", "difficultes-administratives-ou-juridiques",
    "difficultes-financieres", "equipement-et-alimentation", "famille", "lecture-ecriture-calcul",
    "logement-hebergement", "mobilite", "numerique", "preparer-sa-candidature", "remobilisation",
    "sante", "se-former", "souvrir-a-linternational", "trouver-un-emploi",
}  # fmt: skip


def test_each_topic_is_a_theme_of_the_referential_and_a_detail() -> None:
    topics = reference.topics()
    assert set(topics) <= set(reference.categories())
    for value in topics.values():
        theme, _, detail = value.partition("--")
        assert theme in THEMES
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", detail)


def test_what_the_vocabulary_has_no_word_for_has_none() -> None:
    topics = reference.topics()
    assert not {"SAN_VITAL", "SAN_CANICULE", "PRO_ENFANT", "DIV_ANIMAUX", "DIV_AUTRE"} & set(topics)
    assert topics["MOB_TRANSPORT"].startswith("mobilite--")


@pytest.mark.parametrize("line", ["INCONNU,sante--addictions", "DIV_AUTRE,sante", "DIV_AUTRE,--x"])
def test_a_mistake_names_the_file_and_the_line(line: str) -> None:
    with pytest.raises(ValueError, match="x.csv, line 2"):
        read_topics("x.csv", f"besoin,thematique\n{line}\n")
