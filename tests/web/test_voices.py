"""Who calls somebody is decided on their page."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns.models import JournalEntry, Line, Pairing, PairingKind, Role
from tests import factories
from tests.web.visiting import Visitor

# What a page and a form do owes nothing to the engine; the decisions themselves run on both.
pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
RESERVED = {"voix-kind": "reserved", "voix-reason": "parlent picard", "voix-last_on": ""}


@pytest.fixture
def reader(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


@pytest.fixture
def ids(reader: Visitor) -> tuple[int, int]:
    """Somebody to call, and Claire who may call them."""

    def write(session: Session) -> tuple[int, int]:
        voice = factories.volunteer(session, reader.campaign, first_name="Claire", last_name="Roux")
        return factories.person(session, reader.campaign, last_name="Quetzal").id, voice.id

    return reader.keep(write)  # type: ignore[no-any-return]  # whatever ``write`` gives


def test_a_voice_is_chosen_then_freed_and_the_journal_knows(
    reader: Visitor, ids: tuple[int, int]
) -> None:
    person, claire = ids
    at = f"personnes/{person}/voix"
    assert "Claire Roux" in reader.get(at)
    status, _ = reader.post(at, **RESERVED, **{"voix-volunteer": str(claire)})
    assert status == 303
    for page in (at, f"personnes/{person}", "personnes/voix"):
        shown = reader.get(page)
        assert "Claire Roux" in shown
        assert "parlent picard" in shown
    (decided,) = reader.read(sa.select(Pairing))
    assert decided.kind is PairingKind.RESERVED
    status, _ = reader.post(f"{at}/{decided.id}/lever")
    assert status == 303
    assert "Rien n’est décidé à la main" in reader.get("personnes/voix")
    noted = [one.action for one in reader.read(sa.select(JournalEntry).order_by(JournalEntry.id))]
    assert [one for one in noted if one.startswith("voice_")] == ["voice_chosen", "voice_freed"]


@pytest.mark.parametrize(
    ("typed", "say"),
    [
        ({"voix-kind": "", "voix-volunteer": "{claire}"}, "Choisissez ce que vous décidez."),
        ({"voix-volunteer": ""}, "Choisissez un volontaire."),
        ({"voix-reason": "", "voix-volunteer": "{claire}"}, "Dites pourquoi en quelques mots."),
        ({"voix-last_on": "demain", "voix-volunteer": "{claire}"}, "Écrivez un jour comme"),
        ({"voix-last_on": "2020-01-01", "voix-volunteer": "{claire}"}, "Ce jour est déjà passé."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    reader: Visitor, ids: tuple[int, int], typed: dict[str, str], say: str
) -> None:
    person, claire = ids
    given = {name: text.format(claire=claire) for name, text in (RESERVED | typed).items()}
    status, page = reader.post(f"personnes/{person}/voix", **given)
    assert status == 422
    assert say in page
    assert given["voix-reason"] in page
    assert reader.read(sa.select(Pairing)) == []


def test_who_is_kept_away_leaves_the_sheet_of_this_week_at_once(
    reader: Visitor, ids: tuple[int, int]
) -> None:
    person, claire = ids
    reader.keep(lambda session: factories.published(session, reader.campaign).id)
    assert len(reader.read(sa.select(Line))) == 1
    status, _ = reader.post(
        f"personnes/{person}/voix",
        **(RESERVED | {"voix-kind": "never", "voix-volunteer": str(claire)}),
    )
    assert status == 303
    assert reader.read(sa.select(Line)) == []
    assert "1 foyer attend une place" in reader.get(f"personnes/{person}/voix")
