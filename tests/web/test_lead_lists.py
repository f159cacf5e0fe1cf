"""The lead drops a list, a worker reads it, the lead looks and confirms: then people are called."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa

from appel_solidaire import reading
from campaigns.models import (
    Campaign,
    Enrolment,
    ImportBatch,
    ImportChunk,
    ImportState,
    OutgoingMail,
    Person,
    Role,
)
from importers.caps import Caps
from tests import factories
from tests.importers import files
from tests.web.list_stage import (
    HEADERS,
    LIST,
    PAUL,
    RENEE,
    batch_of,
    choices_of,
    count,
    drop,
    dropped,
    entered,
    lead,
    plain,
    press,
    text,
    token,
)

__all__ = ["lead"]


def test_a_list_is_dropped_read_shown_confirmed_and_its_people_enter(lead, instance):
    answer = drop(lead)
    assert (answer.status_code, answer.location) == (303, "/pilotage/listes/1")
    assert "En attente de lecture" in text(lead, "/pilotage/listes/1")

    assert reading.read_due(instance) == 1
    page = text(lead, "/pilotage/listes/1")
    assert "4 lignes lues dans la feuille « Feuil1 »." in page
    assert "3 foyers : un seul appel pour qui partage un numéro" in page
    assert (
        "Si vous confirmez : 3 personnes entrent dans la campagne, et le fichier est effacé."
        in page
    )
    assert "Confirmer : 3 personnes entrent dans la campagne" in page
    assert "3 personnes nouvelles" in page
    assert "1 ligne est refusée : aucun nom n’y est." in page
    assert "1 personne sans numéro : elle est gardée" in page
    assert "1 commune n’a pas été reconnue : à choisir à la main." in page
    assert count(instance, Person) == count(instance, Enrolment) == 0

    entered(lead, instance, "/pilotage/listes/1")
    assert (count(instance, Person), count(instance, Enrolment)) == (3, 3)
    assert "La liste est importée" in text(lead, "/pilotage/listes/1")
    assert "3 personnes nouvelles importé" in text(lead, "/pilotage/listes")


def test_refused_lines_and_warnings_are_shown_with_their_line_and_their_reason(lead, instance):
    page = text(lead, dropped(lead, instance))
    assert "4 NOM refusée Ligne refusée : aucun nom." in page
    assert "5 Téléphone Numéro à trouver : la personne est gardée." in page
    assert "Colonnes non reprises, dont rien n’est gardé : NIR" in page


def test_the_first_rows_are_shown_as_their_reader_sees_them(lead, instance):
    rows = [("Ref", "Nom", "Né le"), (100014, "DUPONT", date(1941, 3, 7))]
    page = text(lead, dropped(lead, instance, files.xlsx(rows)))
    assert "100014 DUPONT 07/03/1941" in page


def test_the_file_is_erased_once_confirmed_and_once_abandoned(lead, instance):
    entered(lead, instance, dropped(lead, instance))
    assert batch_of(instance).content is None
    assert count(instance, ImportChunk) == 0


def test_a_list_that_entered_is_undone_at_once_and_its_people_are_gone(lead, instance):
    path = dropped(lead, instance)
    entered(lead, instance, path)
    assert "Annuler cet import" in text(lead, path)
    answer = press(lead, f"{path}/annuler")
    assert (answer.status_code, answer.location) == (303, path)
    assert count(instance, Person) == count(instance, Enrolment) == 0
    assert "annulée" in text(lead, "/pilotage/listes")
    assert "personnes nouvelles" not in text(lead, "/pilotage/listes")
    page = text(lead, path)
    assert "L’import est annulé" in page
    assert "Annuler cet import" not in page
    again = press(lead, f"{path}/annuler")
    assert again.status_code == 422
    assert "Cette liste est déjà annulée." in again.text


def test_after_a_first_call_a_list_is_not_undone_and_the_page_says_why(lead, instance):
    path = dropped(lead, instance)
    entered(lead, instance, path)
    with instance.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        caller = factories.volunteer(session, campaign)
        line = factories.lines(session, factories.published(session, campaign))[0]
        whom = line.household.people[0]
        factories.call(session, line, whom, by=caller, at=instance.clock())
    page = text(lead, path)
    assert "a déjà été appelée : la liste ne s’annule plus" in page
    assert press(lead, f"{path}/annuler").status_code == 422
    assert count(instance, Person) == 3


def test_an_abandoned_list_leaves_nobody(lead, instance):
    path = dropped(lead, instance)
    assert press(lead, f"{path}/abandonner").location == "/pilotage/listes"
    batch = batch_of(instance)
    assert (batch.state, batch.content) == (ImportState.CANCELLED, None)
    assert count(instance, Person) == count(instance, ImportChunk) == 0
    assert "abandonnée" in text(lead, path)


def test_a_list_is_confirmed_once_and_not_abandoned_afterwards(lead, instance):
    path = dropped(lead, instance)
    old = token(lead, path)
    entered(lead, instance, path)
    assert lead.post(f"{path}/confirmer", data={"csrf_token": old}).status_code == 422
    refused = lead.post(f"{path}/abandonner", data={"csrf_token": old})
    assert refused.status_code == 422
    assert "déjà confirmé" in refused.text
    assert count(instance, Person) == 3


def test_the_same_file_twice_changes_nothing_and_says_so(lead, instance):
    entered(lead, instance, dropped(lead, instance))
    path = dropped(lead, instance)
    page = text(lead, path)
    assert "Ce même fichier a déjà été importé aujourd’hui" in page
    assert "Confirmer : rien ne change" in page
    entered(lead, instance, path)
    assert (count(instance, Person), count(instance, Enrolment)) == (3, 3)


def test_people_known_from_another_campaign_are_counted_among_those_who_enter(app, lead, instance):
    entered(lead, instance, dropped(lead, instance))
    with instance.database.unit() as session:
        other = factories.campaign(session, "autre")
        someone = factories.user(session, Role.LEAD, other)
        client = app.test_client()
        factories.sign_in(session, client, someone, at=instance.clock())
    path = dropped(client, instance)
    assert "Confirmer : 3 personnes entrent dans la campagne" in text(client, path)
    entered(client, instance, path)
    assert (count(instance, Person), count(instance, Enrolment)) == (3, 6)


def test_columns_are_changed_on_screen_and_the_list_is_read_again(lead, instance):
    path = dropped(lead, instance)
    fields = ("last_name", "first_name", "phone", "postal_code", "town", "address", "comment")
    chosen = {f"colonne-{at}": field for at, field in enumerate(fields)}
    assert press(lead, f"{path}/colonnes", **{**chosen, "colonne-2": ""}).status_code == 303
    assert reading.read_due(instance) == 1
    page = text(lead, path)
    assert "Aucune colonne de téléphone" in page
    # The law forbids the NIR here: no choice brings it back.
    assert "NIR" not in batch_of(instance).report["columns"]
    assert count(instance, OutgoingMail) == 1  # told once


def test_two_columns_for_one_field_are_refused_and_the_choice_stays(lead, instance):
    path = dropped(lead, instance)
    chosen = {"colonne-0": "last_name", "colonne-1": "town", "colonne-4": "town"}
    answer = press(lead, f"{path}/colonnes", **chosen)
    assert answer.status_code == 422
    assert "« Commune » est choisi pour deux colonnes" in plain(answer.text)
    assert len(re.findall('value="town" selected', answer.text)) == 2


def test_the_line_of_titles_is_changed_and_the_list_is_read_again(lead, instance):
    rows = [("Nom", "Prénom", "Commune"), ("Nom usuel", "Prénom usuel", "Ville"), PAUL[:3]]
    path = dropped(lead, instance, files.xlsx(rows))
    before = batch_of(instance).report["header_line"]
    wanted = 3 - before
    assert press(lead, f"{path}/colonnes", titres=str(wanted)).status_code == 303
    assert choices_of(instance).header_line == wanted
    assert reading.read_due(instance) == 1
    assert batch_of(instance).report["header_line"] == wanted
    assert f"Titres des colonnes trouvés à la ligne {wanted}." in text(lead, path)


@pytest.mark.parametrize("typed", ["0", "21", "deux", "-1"])
def test_a_line_of_titles_that_cannot_be_is_refused(lead, instance, typed):
    path = dropped(lead, instance)
    answer = press(lead, f"{path}/colonnes", titres=typed)
    assert answer.status_code == 422
    assert "La ligne des titres est un nombre entre 1 et 20." in answer.text
    assert f'value="{typed}"' in answer.text


def test_accents_read_wrong_are_read_again_as_chosen(lead, instance):
    content = "Nom;Prénom;Commune\nLEFÈVRE;Zoé;Amiens\n".encode("cp1252")
    path = drop(lead, content, "liste.csv").location
    assert reading.read_due(instance) == 1
    chosen = {"colonne-0": "last_name", "colonne-1": "first_name", "encodage": "mac_roman"}
    press(lead, f"{path}/colonnes", **chosen)
    assert choices_of(instance).encoding == "mac_roman"
    assert reading.read_due(instance) == 1
    assert "Accents lus en Macintosh" in text(lead, path)


def test_a_list_of_enrichment_says_that_nobody_enters(lead, instance):
    entered(lead, instance, dropped(lead, instance))
    rows = [HEADERS, ("LEFÈVRE", "Zoé", "06 39 98 00 44", "80000", "Amiens", "", "")]
    data = {
        "csrf_token": token(lead),
        "source": "Mairie",
        "is_enrichment": "y",
        "file": (BytesIO(files.xlsx(rows)), "numeros.xlsx"),
    }
    path = lead.post("/pilotage/listes", data=data).location
    assert reading.read_due(instance) == 1
    page = text(lead, path)
    assert "liste d’enrichissement" in page
    assert "personne n’entre dans la campagne" in page
    assert batch_of(instance, 2).is_enrichment


def test_a_mapping_without_any_name_is_refused_and_the_page_stays(lead, instance):
    path = dropped(lead, instance)
    answer = press(lead, f"{path}/colonnes")
    assert answer.status_code == 422
    assert "Dites quelle colonne porte le nom" in answer.text
    assert batch_of(instance).state is ImportState.READY


def test_a_choice_that_cannot_be_read_goes_back_to_the_proposal(lead, instance):
    path = dropped(lead, instance, files.xlsx([HEADERS, RENEE]))
    press(lead, f"{path}/colonnes", titres="20")
    assert reading.read_due(instance) == 1
    assert reading.read_due(instance) == 1
    page = text(lead, path)
    assert "Ligne 20 : aucun titre de colonne sur cette ligne." in page
    assert "Confirmer : 1 personne entre dans la campagne" in page


@pytest.mark.parametrize(
    ("content", "name", "say"),
    [
        (b"", "vide.xlsx", "Le fichier est vide."),
        (LIST, "liste.exe", "Format non accepté. Formats acceptés : xlsx, xls, ods, csv."),
    ],
)
def test_a_file_refused_unopened_answers_422_with_its_sentence(lead, instance, content, name, say):
    answer = drop(lead, content, name)
    assert answer.status_code == 422
    assert say in plain(answer.text)
    assert count(instance, ImportBatch) == 0


def test_a_file_nobody_can_read_says_why_on_its_page(lead, instance):
    path = dropped(lead, instance, b"\x89PNG\r\n\x1a\n" + bytes(200))
    page = text(lead, path)
    assert "Ce fichier n’est pas un tableur" in page
    assert "Personne n’est entré" in page
    batch = batch_of(instance)
    assert (batch.state, batch.content) == (ImportState.REFUSED, None)


def test_a_form_without_a_file_or_a_source_says_what_is_missing(lead):
    answer = lead.post("/pilotage/listes", data={"csrf_token": token(lead)})
    assert answer.status_code == 422
    assert "Choisissez le fichier à importer." in answer.text
    assert "Dites d’où vient cette liste" in answer.text


@pytest.mark.parametrize("beyond", [1, 1_000_000])
def test_a_file_over_the_cap_answers_413(lead, instance, beyond):
    answer = drop(lead, bytes(Caps().size + beyond), "gros.xlsx")
    assert answer.status_code == 413
    assert "Le fichier dépasse 20 Mo" in plain(answer.text)
    assert count(instance, ImportBatch) == 0


def test_only_the_drop_of_a_list_may_be_heavy(lead):
    answer = lead.post("/pilotage/campagnes", data={"name": "x" * 2_000_000})
    assert answer.status_code == 413


def test_a_stranger_s_list_does_not_exist(app, lead, instance):
    path = dropped(lead, instance)
    with instance.database.unit() as session:
        other = factories.campaign(session, "autre")
        someone = factories.user(session, Role.LEAD, other)
        client = app.test_client()
        factories.sign_in(session, client, someone, at=instance.clock())
    assert client.get("/pilotage").status_code in (200, 308)
    form = token(client)
    assert client.get(path).status_code == 404
    for act in ("confirmer", "abandonner", "colonnes"):
        assert client.post(f"{path}/{act}", data={"csrf_token": form}).status_code == 404
    assert client.get(f"{path}/lignes-a-corriger.xlsx").status_code == 404


def test_the_page_of_a_hostile_list_shows_its_text_as_text(lead, instance):
    hostile = ("<script>alert(1)</script>", "{{7*7}}", "0", "80000", "<b>Amiens</b>", "", "")
    answer = lead.get(dropped(lead, instance, files.xlsx([HEADERS, hostile])))
    assert "<script>alert" not in answer.text
    assert "<b>Amiens" not in answer.text


def test_a_report_of_many_problems_shows_two_hundred_and_says_so(lead, instance):
    rows = [(f"NOM{n}", "Zoé", "", "80000", "Amiens", "x", "") for n in range(300)]
    path = dropped(lead, instance, files.xlsx([HEADERS, *rows]))
    answer = lead.get(path)
    assert len(re.findall(r'<td class="number">\d', answer.text)) == 200
    assert "Les 200 premiers" in answer.text


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_pages_ask_few_questions_whatever_the_lists(lead, instance, engine):
    for _ in range(3):
        dropped(lead, instance)
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for path in ("/pilotage/listes", "/pilotage/listes/3"):
        asked.clear()
        lead.get(path)
        assert len(asked) <= 8, asked
