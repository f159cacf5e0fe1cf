"""Texts to read again: a list without a word of them, one text with its words marked, two acts."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns.models import JournalEntry, Person, Role, TextFinding
from tests import factories
from tests.web import scene_texts
from tests.web.visiting import Visitor

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def dpo(client: FlaskClient, database: Database) -> Visitor:
    visitor = Visitor(client, database, role=Role.DPO, prefix="/donnees/")
    visitor.keep(lambda session: factories.person(session, visitor.campaign))
    visitor.keep(lambda session: scene_texts.add(session, lambda *_, **__: None))
    return visitor


def found(dpo: Visitor) -> TextFinding:
    return dpo.read(sa.select(TextFinding))[0]  # type: ignore[no-any-return]  # the rows read


def seen(page: str) -> str:
    return re.findall(r'name="seen"[^>]*value="([^"]+)"', page)[0]


def test_the_list_says_what_was_found_and_quotes_nothing(dpo: Visitor) -> None:
    page = dpo.get("textes")
    assert "1\u00a0texte contient peut-être" in page
    assert "Une maladie" in page
    assert "diabétique" not in page
    assert "Personne" not in page


def test_a_text_opens_with_its_words_marked_and_the_opening_is_journaled(dpo: Visitor) -> None:
    one = found(dpo)
    for _ in range(2):
        page = dpo.get(f"textes/{one.id}")
    assert "<mark>diabétique</mark>" in page
    assert "souci de santé" in page  # what is proposed
    opened = dpo.read(sa.select(JournalEntry).where(JournalEntry.action == "text_opened"))
    assert [(entry.object_kind, entry.object_id) for entry in opened] == [("person", one.object_id)]


def test_a_cleaned_text_is_changed_and_leaves_the_list(dpo: Visitor) -> None:
    one = found(dpo)
    page = dpo.get(f"textes/{one.id}")
    status, _ = dpo.post(f"textes/{one.id}/nettoyer", text="Passer le matin.", seen=seen(page))
    assert status == 303
    assert dpo.read(sa.select(Person.manner)) == ["Passer le matin."]
    assert "Rien à revoir" in dpo.get("textes").replace("\u00a0", " ")


def test_a_kept_text_stays_as_it_is_and_leaves_the_list(dpo: Visitor) -> None:
    one = found(dpo)
    page = dpo.get(f"textes/{one.id}")
    assert dpo.post(f"textes/{one.id}/garder", seen=seen(page))[0] == 303
    assert dpo.read(sa.select(Person.manner)) == ["Elle est diabétique."]
    assert found(dpo).is_kept


def test_a_refused_text_keeps_what_was_typed(dpo: Visitor) -> None:
    one = found(dpo)
    page = dpo.get(f"textes/{one.id}")
    status, page = dpo.post(f"textes/{one.id}/nettoyer", text="Elle a un cancer.", seen=seen(page))
    assert status == 422
    assert "Il reste dans ce texte" in page
    assert "Elle a un cancer.</textarea>" in page
    assert dpo.read(sa.select(Person.manner)) == ["Elle est diabétique."]
