"""The DPO's page: what is kept, the journal, and a chain that tells when it was touched."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns.models import JournalEntry, Role
from tests import factories
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


def test_looking_verifies_nothing(dpo: Visitor) -> None:
    assert dpo.client.get("/donnees/verifier").status_code == 405
    before = len(dpo.read(sa.select(JournalEntry.id)))
    dpo.get("")
    assert len(dpo.read(sa.select(JournalEntry.id))) == before


def test_a_verification_without_its_token_is_refused(dpo: Visitor) -> None:
    before = len(dpo.read(sa.select(JournalEntry.id)))
    assert dpo.client.post("/donnees/verifier").status_code == 400
    assert len(dpo.read(sa.select(JournalEntry.id))) == before


def test_older_acts_are_read_without_the_counts(dpo: Visitor) -> None:
    page = dpo.get("?avant=1")
    assert "Rien d’autre n’est noté." in page
    assert "Ce qui est gardé" not in page
    assert "Revenir au plus récent" in page
