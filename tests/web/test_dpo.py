"""The DPO's page: what is kept, the journal, and a chain that tells when it was touched."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire import night
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from appel_solidaire.web.dpo import journal as dpo_journal
from campaigns import journal
from campaigns.models import JournalEntry, JournalMark, Person, Role
from tests import factories
from tests.tampering import take_guard_away
from tests.web.visiting import Visitor


@pytest.fixture
def dpo(client: FlaskClient, database: Database) -> Visitor:
    visitor = Visitor(client, database, role=Role.DPO, prefix="/donnees/")
    visitor.keep(lambda session: factories.person(session, visitor.campaign))
    return visitor


def test_the_page_counts_what_is_kept_and_tells_who_did_what(dpo: Visitor) -> None:
    page = dpo.get("")
    assert "a créé la campagne" in page
    assert "Ce qui est gardé" in page
    assert "n’a pas encore été vérifiée" in page


def test_an_untouched_chain_is_said_whole_and_the_check_is_journaled(dpo: Visitor) -> None:
    length = len(dpo.read(sa.select(JournalEntry.id)))
    assert dpo.post("verifier")[0] == 303
    page = dpo.get("")
    assert "rien n’a été changé" in page
    assert "a vérifié la chaîne du journal" in page
    entry = dpo.read(sa.select(JournalEntry).order_by(JournalEntry.id.desc()))[0]
    assert entry.detail == {"count": length, "broken": 0}


def test_a_line_changed_behind_the_program_is_found_and_said(dpo: Visitor) -> None:
    first = dpo.read(sa.select(JournalEntry.id).order_by(JournalEntry.id))[0]
    dpo.keep(
        lambda session: session.execute(
            sa.update(JournalEntry).where(JournalEntry.id == first).values(action="user_added")
        )
    )
    assert dpo.post("verifier")[0] == 303
    page = dpo.get("")
    assert "Le journal a été modifié" in page
    assert f"la première est la n°&nbsp;{first}." in page
    assert f"la ligne n° {first} (ligne changée" in page.replace("\u00a0", " ")


def test_an_end_that_was_cut_is_found_by_the_file_kept_apart(
    dpo: Visitor, instance: Instance
) -> None:
    night.run_due(instance)
    head = night.kept_heads(night.heads_file(instance.config))[0]

    def cut(session: Session) -> None:
        take_guard_away(session)
        session.execute(sa.delete(JournalEntry).where(JournalEntry.id >= head.entry_id))
        session.execute(sa.delete(JournalMark))

    dpo.keep(cut)
    assert dpo.post("verifier")[0] == 303
    assert f"la ligne n° {head.entry_id}, notée ailleurs" in dpo.get("").replace("\u00a0", " ")


def test_a_file_of_heads_that_was_spoilt_is_said(dpo: Visitor, instance: Instance) -> None:
    night.run_due(instance)
    with night.heads_file(instance.config).open("a", encoding="utf-8") as file:
        file.write("perdu\n")
    assert dpo.post("verifier")[0] == 303
    assert "Le fichier des repères ne se lit pas (journal.jsonl, ligne 2)" in dpo.get("")


def test_looking_verifies_nothing(dpo: Visitor) -> None:
    assert dpo.client.get("/donnees/verifier").status_code == 405
    before = len(dpo.read(sa.select(JournalEntry.id)))
    dpo.get("")
    assert len(dpo.read(sa.select(JournalEntry.id))) == before


def test_a_verification_without_its_token_is_refused(dpo: Visitor) -> None:
    before = len(dpo.read(sa.select(JournalEntry.id)))
    assert dpo.client.post("/donnees/verifier").status_code == 400
    assert len(dpo.read(sa.select(JournalEntry.id))) == before


# Searching ----------------------------------------------------------------------------------


@pytest.fixture
def paulette(dpo: Visitor) -> Person:
    """Somebody whose record was opened, whose need was sent elsewhere, whose number was shown."""

    def live(session: Session) -> Person:
        whom = factories.person(session, dpo.campaign, last_name="Dupré", first_name="Paulette")
        other = factories.person(session, dpo.campaign, last_name="Autre")
        for action, about in (
            ("person_opened", whom),
            ("number_shown", whom.phones[0]),
            ("person_opened", other),
            ("people_exported", dpo.campaign),
        ):
            journal.record(session, action, about=about, by=dpo.me, at=factories.TUESDAY)
        return whom

    kept: Person = dpo.keep(live)
    return kept


@pytest.mark.parametrize("typed", ["P-{id}", "p {id}", "dupre", "Dupré Paulette"])
def test_a_person_is_searched_by_reference_or_name_and_no_name_stands_in_the_address(
    dpo: Visitor, paulette: Person, typed: str
) -> None:
    status, _ = dpo.post("journal", personne=typed.format(id=paulette.id))
    assert status == 303
    page = dpo.get(f"journal?personne={paulette.id}")
    found = acts_of(page)
    assert found.count("a ouvert une fiche") == 1  # hers, not the other's
    assert "a affiché un numéro" in found
    assert "a exporté la liste des personnes" in found
    assert "Dupré" not in page


def test_searching_somebody_is_itself_noted_once_a_visit(dpo: Visitor, paulette: Person) -> None:
    for _ in range(2):
        dpo.get(f"journal?personne={paulette.id}")
    searched = dpo.read(sa.select(JournalEntry).where(JournalEntry.action == "journal_searched"))
    assert [(one.object_kind, one.object_id) for one in searched] == [("person", paulette.id)]


def test_a_name_several_bear_is_chosen_from_a_list(dpo: Visitor, paulette: Person) -> None:
    dpo.keep(lambda session: factories.person(session, dpo.campaign, last_name="Dupré"))
    status, page = dpo.post("journal", personne="Dupré", acte="views")
    assert status == 422
    assert "2 personnes répondent" in page
    assert f"personne={paulette.id}" in page
    assert "acte=views" in page


def test_a_name_nobody_bears_is_said_and_kept_in_the_field(dpo: Visitor) -> None:
    status, page = dpo.post("journal", personne="Introuvable")
    assert (status, "Personne de ce nom" in page, 'value="Introuvable"' in page) == (
        422,
        True,
        True,
    )


def test_acts_are_searched_by_who_by_what_and_by_days(dpo: Visitor, paulette: Person) -> None:
    assert "a ouvert une fiche" not in acts_of(dpo.get("journal?acte=imports"))
    views = acts_of(dpo.get(f"journal?acte=views&acteur={dpo.me.id}"))
    assert "a ouvert une fiche" in views
    assert "a créé la campagne" not in views
    assert "a ouvert une fiche" not in acts_of(dpo.get("journal?acteur=999"))
    assert "a ouvert une fiche" in acts_of(dpo.get("journal?du=2026-11-24&au=2026-11-24"))
    assert "a ouvert une fiche" not in acts_of(dpo.get("journal?du=2026-11-25"))
    assert "a créé la campagne" not in acts_of(dpo.get("journal?du=2026-11-24"))
    assert "a créé la campagne" in acts_of(dpo.get("journal?au=2026-11-23"))
    assert "Cette date n’existe pas" in dpo.get("journal?du=hier")
    assert "a créé la campagne" in acts_of(dpo.get("journal?acte=inconnu&personne=x"))


def acts_of(page: str) -> str:
    """The list of acts alone: the form names every act."""
    return page.partition('id="actes"')[2]


def test_older_acts_keep_what_was_asked(dpo: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dpo_journal, "PAGE", 1)
    page = dpo.get("journal?acte=campaign_created")
    assert "acte=campaign_created" in page.partition("Voir plus ancien")[0].rpartition("<a")[2]
    page = dpo.get("journal?avant=1")
    assert "Rien d’autre n’est noté." in page
    assert "Revenir au plus récent" in page
