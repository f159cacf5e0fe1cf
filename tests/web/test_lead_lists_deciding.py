"""What only the lead can say of a list: doubts, couples, unusual changes, who is absent, registers."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from appel_solidaire import reading
from campaigns.models import (
    JournalEntry,
    Person,
    QualityCase,
    QualityKind,
    SourceDecision,
    SourceList,
)
from importers.choices import Choices
from tests.importers import files
from tests.web.list_stage import (
    choices_of,
    count,
    drop,
    dropped,
    entered,
    lead,
    plain,
    press,
    report,
    text,
)

__all__ = ["lead"]

HEADERS = ("N° dossier", "Nom", "Prénom", "Né(e) le", "Téléphone", "CP", "Commune", "Adresse")


def doubt(line: int, **other: str) -> dict[str, object]:
    """A doubt as the report holds it."""
    mine = {
        "Nom": "DUPONT",
        "Prénom": "Renée",
        "Téléphone": "06 39 98 00 12",
        "Nom de naissance": "",
    }
    return {
        "line": line,
        "how": "même nom, même numéro",
        "mine": mine,
        "other": {**mine, **other},
        "person_id": 7,
        "other_line": None,
    }


def in_doubt(lead, instance, number: int = 1) -> str:
    """A list whose report holds doubts; gives the address of its page."""
    path = dropped(lead, instance)
    report(instance, doubts=[doubt(line, Prénom="Irène") for line in range(2, 2 + number)])
    return path


def test_two_people_who_may_be_one_stand_side_by_side_and_words_say_what_differs(lead, instance):
    path = in_doubt(lead, instance)
    page = text(lead, f"{path}/doublons")
    assert "Ligne 2 · même nom, même numéro" in page
    assert "Dans cette liste" in page
    assert "Personne déjà connue" in page
    assert "Renée différent" in page
    assert "Irène différent" in page
    assert "identique" not in page
    assert "Nom de naissance" not in page
    assert "1 doublon possible : sans réponse" in text(lead, path)


def test_each_answer_is_kept_and_nothing_is_read_again(lead, instance):
    path = in_doubt(lead, instance, 3)
    report(instance, to_confirm=3, created=0, entering=3)
    answer = press(lead, f"{path}/doublons", **{"ligne-2": "meme", "ligne-4": "autre"})
    assert (answer.status_code, answer.location) == (303, f"{path}/doublons")
    assert choices_of(instance).same == {2: True, 4: False}
    assert reading.read_due(instance) == 0
    page = text(lead, f"{path}/doublons")
    assert "2 réponses données pour cette liste" in page
    assert "Ligne 3" in page
    assert "Ligne 2" not in page
    assert "Ligne 4" not in page
    assert "Confirmer : 2 personnes entrent dans la campagne" in text(lead, path)
    assert "1 doublon possible : sans réponse" in text(lead, path)
    press(lead, f"{path}/doublons", **{"ligne-3": "autre"})
    assert "Plus aucun doublon" in text(lead, f"{path}/doublons")
    press(lead, f"{path}/doublons", oublier="y")
    assert choices_of(instance).same == {}
    assert reading.read_due(instance) == 0
    assert "Doublons possibles · 3" in text(lead, path)


def test_an_answer_to_what_is_no_question_any_more_goes_when_the_list_is_read(lead, instance):
    path = in_doubt(lead, instance)
    press(lead, f"{path}/doublons", **{"ligne-2": "meme"})
    press(lead, f"{path}/a-corriger", ligne="5", sans="5")
    assert reading.read_due(instance) == 1
    assert choices_of(instance).same == {}


def test_no_answer_is_taken_once_a_list_is_entering(lead, instance):
    path = in_doubt(lead, instance)
    press(lead, f"{path}/confirmer")
    for typed in ({"ligne-2": "meme"}, {"oublier": "y"}):
        assert press(lead, f"{path}/doublons", **typed).status_code == 422
    assert choices_of(instance).same == {}


@pytest.mark.parametrize("typed", [{}, {"ligne-2": "peut-etre"}, {"ligne-99": "meme"}])
def test_no_answer_is_an_answer_to_nothing(lead, instance, typed):
    path = in_doubt(lead, instance)
    answer = press(lead, f"{path}/doublons", **typed)
    assert answer.status_code == 422
    assert "Répondez pour au moins une personne" in answer.text
    assert choices_of(instance) == Choices()


def test_forty_doubts_come_twenty_a_page_and_no_button_answers_them_all(lead, instance):
    path = in_doubt(lead, instance, 40)
    page = lead.get(f"{path}/doublons").text
    assert len(re.findall("<legend", page)) == 20
    assert "Page 1 sur 2" in page
    assert "Ligne 22" in plain(lead.get(f"{path}/doublons?page=2").text)
    assert not re.search("tout (?:cocher|accepter)|toutes les personnes", page, re.IGNORECASE)


def test_a_real_doubt_is_answered_and_never_asked_again(lead, instance):
    first = files.xlsx([HEADERS, ("1", "DUPONT", "Renée", "", "0639980012", "80000", "Amiens", "")])
    entered(lead, instance, dropped(lead, instance, first))
    rows = [HEADERS, ("", "DUPONT", "Renée", "", "0639980012", "80000", "Amiens", "3 rue Haute")]
    path = drop(lead, files.xlsx(rows), "autre.xlsx", "CCAS").location
    assert reading.read_due(instance) == 1
    page = text(lead, f"{path}/doublons")
    assert "Ligne 2" in page
    assert "3 rue Haute absent d’un côté" in page
    assert "dont 1 attend votre avis" in text(lead, path)
    press(lead, f"{path}/doublons", **{"ligne-2": "meme"})
    assert "Plus aucun doublon" in text(lead, f"{path}/doublons")
    assert "votre avis" not in text(lead, path)
    assert "0 personne" not in text(lead, path)
    entered(lead, instance, path)
    assert count(instance, Person) == 1
    with instance.database.reading() as session:
        assert session.scalars(sa.select(Person)).one().address == "3 rue Haute"


COUPLE = ("", "DUPONT", "Jean et Marie", "", "0639980012", "80000", "Amiens", "")


def test_a_couple_on_one_line_is_proposed_and_split_when_somebody_says_so(lead, instance):
    path = dropped(lead, instance, files.xlsx([HEADERS, COUPLE]))
    assert "1 couple possible : sans réponse" in text(lead, path)
    page = lead.get(f"{path}/couples").text
    assert re.search(r'value="une" checked', page)
    assert press(lead, f"{path}/couples", **{"ligne": "2", "ligne-2": "deux"}).status_code == 303
    assert choices_of(instance).split == {2}
    assert reading.read_due(instance) == 1
    assert "Confirmer : 2 personnes entrent" in text(lead, path)
    assert re.search(r'value="deux" checked', lead.get(f"{path}/couples").text)
    press(lead, f"{path}/couples", **{"ligne": "2", "ligne-2": "une"})
    assert reading.read_due(instance) == 1
    assert "Confirmer : 1 personne entre" in text(lead, path)


PAIRS = files.xlsx(
    [HEADERS, *(("", f"NOM{n}", "Jean et Marie", "", "", "80000", "Amiens", "") for n in range(60))]
)


def test_all_the_couples_of_a_list_are_split_at_once_and_put_back(lead, instance):
    path = dropped(lead, instance, PAIRS)
    assert "Tout séparer : 60 lignes, 120 fiches" in text(lead, f"{path}/couples")
    assert press(lead, f"{path}/couples", tout="deux", combien="60").status_code == 303
    assert choices_of(instance).split == set(range(2, 62))
    assert reading.read_due(instance) == 1
    assert "Confirmer : 120 personnes entrent" in text(lead, path)
    assert "60 lignes sont séparées en deux personnes" in text(lead, f"{path}/couples")
    press(lead, f"{path}/couples", **{"ligne": "2", "ligne-2": "une"})
    assert reading.read_due(instance) == 1
    assert "Tout séparer : 1 ligne, 2 fiches" in text(lead, f"{path}/couples")
    press(lead, f"{path}/couples", tout="deux", combien="1")
    assert reading.read_due(instance) == 1
    press(lead, f"{path}/couples", tout="une", combien="60")
    assert reading.read_due(instance) == 1
    assert choices_of(instance) == Choices()
    assert "Confirmer : 60 personnes entrent" in text(lead, path)


@pytest.mark.parametrize("said", [{"tout": "deux"}, {"tout": "deux", "combien": "59"}])
def test_all_at_once_is_refused_when_the_count_said_is_not_the_one_there_is(lead, instance, said):
    path = dropped(lead, instance, PAIRS)
    refused = press(lead, f"{path}/couples", **said)
    assert refused.status_code == 422
    assert "Il y a maintenant 60 lignes" in plain(refused.text)
    assert choices_of(instance) == Choices()


def test_only_a_line_that_was_proposed_can_be_split(lead, instance):
    path = dropped(lead, instance, files.xlsx([HEADERS, COUPLE]))
    press(lead, f"{path}/couples", **{"ligne": "99", "ligne-99": "deux"})
    assert choices_of(instance).split == frozenset()


def members(*, last: int = 20, town: str = "Amiens", street: str = "") -> bytes:
    """People with a file number; another street for each when told."""
    rows = [
        (str(n), f"NOM{n}", "Zoé", "01/02/1940", f"06399800{n:02d}", "80000", town,
         f"{n} {street}" if street else f"{n} rue Basse")
        for n in range(1, last + 1)
    ]  # fmt: skip
    return files.xlsx([HEADERS, *rows])


def test_a_field_that_changes_for_most_people_must_be_ticked(lead, instance):
    entered(lead, instance, dropped(lead, instance, members()))
    path = dropped(lead, instance, members(street="place Neuve"))
    assert "Adresse : la liste change ce champ pour 20 personnes sur 20" in text(lead, path)
    refused = press(lead, f"{path}/confirmer")
    assert refused.status_code == 422
    assert "change pour 20 personnes sur 20" in plain(refused.text)
    assert choices_of(instance, 2).ticked == frozenset()
    assert press(lead, f"{path}/confirmer", champ="address").status_code == 303
    assert reading.read_due(instance) == 1
    with instance.database.reading() as session:
        assert {p.address[-5:] for p in session.scalars(sa.select(Person))} == {"Neuve"}


def test_a_field_that_nothing_asked_about_cannot_be_ticked(lead, instance):
    path = dropped(lead, instance)
    press(lead, f"{path}/confirmer", champ="last_name")
    assert choices_of(instance).ticked == frozenset()


def test_people_absent_from_a_new_list_are_named_and_only_checked_when_ticked(lead, instance):
    entered(lead, instance, dropped(lead, instance, members()))
    path = dropped(lead, instance, members(last=18))
    page = text(lead, path)
    assert "2 personnes ne sont plus dans la liste de cette source" in page
    names = text(lead, f"{path}/absentes")
    assert "Zoé NOM19" in names
    assert "Zoé NOM20" in names
    assert press(lead, f"{path}/confirmer", absentes="y").status_code == 303
    assert reading.read_due(instance) == 1
    with instance.database.reading() as session:
        kinds = session.scalars(sa.select(QualityCase.kind)).all()
        assert kinds.count(QualityKind.ABSENT) == 2
        assert session.scalar(sa.select(sa.func.count()).where(Person.stop.is_not(None))) == 0


def test_absent_people_are_left_alone_when_nothing_is_ticked(lead, instance):
    entered(lead, instance, dropped(lead, instance, members()))
    path = dropped(lead, instance, members(last=18))
    entered(lead, instance, path)
    with instance.database.reading() as session:
        assert QualityKind.ABSENT not in session.scalars(sa.select(QualityCase.kind)).all()


def test_a_register_enters_another_campaign_only_by_a_decision_with_its_reason(lead, instance):
    path = dropped(lead, instance)
    with instance.database.unit() as session:
        session.scalars(sa.select(SourceList)).one().is_register = True
    assert "« IODAS » est un registre communal" in text(lead, path)
    for reason in ("", "   "):
        refused = press(lead, f"{path}/confirmer", raison=reason)
        assert refused.status_code == 422
        assert "écrivez pourquoi ce registre sert à cette campagne" in plain(refused.text)
    assert press(lead, f"{path}/confirmer", raison="Arrêté du maire").status_code == 303
    with instance.database.reading() as session:
        decision = session.scalars(sa.select(SourceDecision)).one()
        assert (decision.reason, decision.by_id is not None) == ("Arrêté du maire", True)
        assert "source_decided" in session.scalars(sa.select(JournalEntry.action)).all()
    assert reading.read_due(instance) == 1
    assert "registre communal, tenu" not in text(lead, path)


def test_a_tick_and_a_reason_that_are_missing_are_told_together(lead, instance):
    entered(lead, instance, dropped(lead, instance, members()))
    path = dropped(lead, instance, members(street="place Neuve"))
    with instance.database.unit() as session:
        session.scalars(sa.select(SourceList)).one().is_register = True
    refused = press(lead, f"{path}/confirmer")
    assert refused.status_code == 422
    said = plain(refused.text)
    assert "« Adresse » change pour 20 personnes sur 20" in said
    assert "écrivez pourquoi ce registre sert à cette campagne" in said
    kept = press(lead, f"{path}/confirmer", raison="Arrêté du maire")
    assert kept.status_code == 422
    assert "Arrêté du maire</textarea>" in kept.text
    assert "écrivez pourquoi" not in plain(kept.text)
    assert count(instance, SourceDecision) == 0
    both = {"raison": "Arrêté du maire", "champ": "address"}
    assert press(lead, f"{path}/confirmer", **both).status_code == 303
    assert count(instance, SourceDecision) == 1


def test_what_a_source_is_for_is_written_once(lead, instance):
    path = "/pilotage/listes/sources/1"
    dropped(lead, instance)
    assert "IODAS" in text(lead, path)
    said = {"purpose": "Versement de l’APA", "legal_basis": "RGPD 6.1.e", "is_register": "y"}
    answer = press(lead, path, **said, informed_on="2026-10-01")
    assert (answer.status_code, answer.location) == (303, "/pilotage/listes")
    page = text(lead, "/pilotage/listes")
    assert "Versement de l’APA" in page
    assert "registre communal" in page
    assert "personnes informées" in page


@pytest.mark.parametrize(
    ("typed", "say"),
    [
        ("2026-13-01", "Écrivez la date ainsi : 2026-12-31."),
        ("2027-01-01", "Cette date est à venir"),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_what_was_typed_stays(lead, instance, typed, say):
    dropped(lead, instance)
    answer = press(lead, "/pilotage/listes/sources/1", purpose="APA", informed_on=typed)
    assert answer.status_code == 422
    assert say in plain(answer.text)
    assert "APA" in answer.text


def test_a_refused_answer_keeps_its_page_and_every_link_of_it_opens(lead, instance):
    path = in_doubt(lead, instance, 40)
    answer = press(lead, f"{path}/doublons")
    assert answer.status_code == 422
    assert re.search(r'doublons" aria-current="page"', answer.text)
    links = set(re.findall(rf'href="({path}[^"]*)"', answer.text))
    assert f"{path}/doublons?page=2" in links
    assert {lead.get(link.replace("&amp;", "&")).status_code for link in links} == {200}
