"""Drafts of data-protection documents: filled with what is known, said incomplete, never signed."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import documents, retention
from campaigns.models import Campaign, Office, Organisation, Role, SourceList
from tests import factories
from tests.factories import TUESDAY

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


@pytest.fixture
def campaign(session: Session) -> Campaign:
    """A campaign with its ground, a source, somebody to call, the ways to be reached."""
    made = factories.campaign(
        session, name="Appels d’hiver", purpose="Rompre l’isolement", legal_basis="Intérêt public"
    )
    organisation = session.get_one(Organisation, 1)
    organisation.name, organisation.of_name = "Département de la Somme", "du Département"
    organisation.dpo_contact = "dpo@example.org"
    organisation.coordination_phone = organisation.switchboard_phone = "+33353010081"
    session.add(
        SourceList(
            name="IODAS",
            purpose="APA",
            legal_basis="CASF",
            informed_on=date(2026, 10, 1),
            created_at=TUESDAY,
        )
    )
    factories.person(session, made, last_name="Quetzalcoa")
    session.flush()
    return made


def said(document: documents.Document) -> str:
    lines = [line for block in document.blocks for line in block.lines]
    cells = [cell for block in document.blocks for row in block.rows for cell in row]
    return " ".join("".join(run.text for run in line) for line in (*lines, *cells))


@pytest.mark.parametrize("name", documents.TITLES)
def test_each_document_is_complete_once_the_settings_are(
    session: Session, campaign: Campaign, name: str
) -> None:
    draft = documents.filled(session, name)
    assert draft is not None
    assert draft.missing == ()
    text = said(draft)
    assert "{" not in text
    assert "[[" not in text
    assert "Quetzalcoa" not in text


def test_the_register_entry_says_grounds_sources_and_the_rules_in_force(
    session: Session, campaign: Campaign
) -> None:
    lead = factories.user(session, Role.LEAD, campaign)
    retention.rules.shorten(session, "contacted", "400", by=lead, at=TUESDAY)
    draft = documents.filled(session, "registre")
    assert draft is not None
    text = said(draft)
    for words in ("Rompre l’isolement", "Intérêt public", "IODAS", "01/10/2026", "400\u00a0jours"):
        assert words in text
    assert "6\u00a0mois" in text  # a rule nobody shortened
    assert "dpo@example.org" in text


def test_what_nobody_filled_in_is_said_with_where_to_do_it(session: Session) -> None:
    factories.campaign(session)
    draft = documents.filled(session, "registre")
    assert draft is not None
    told = " / ".join(draft.missing)
    assert "délégué à la protection des données" in told
    assert "finalité et la base légale de chaque campagne" in told
    assert "à compléter" in said(draft)


def test_a_service_a_need_was_sent_to_is_a_recipient(session: Session, campaign: Campaign) -> None:
    draft = documents.filled(session, "information")
    assert draft is not None
    assert "Les services de l’annuaire" in said(draft)
    assert session.scalars(sa.select(Office)).all() == []


def test_a_document_nobody_wrote_is_none(session: Session, campaign: Campaign) -> None:
    assert documents.filled(session, "autre") is None


def test_the_print_says_it_is_a_draft(session: Session, campaign: Campaign) -> None:
    draft = documents.filled(session, "violation")
    assert draft is not None
    made = documents.pdf(draft, on=date(2026, 11, 24))
    assert made.startswith(b"%PDF")
    assert b"/StructTreeRoot" in made  # tagged
