"""The pages of exports: asked with a reason, shown as they are written, fetched, erased."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire import exporting
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns.models import Campaign, Export, ExportState, JournalEntry, Membership, Role
from tests import factories
from tests.conftest import Clock
from tests.web.visiting import Visitor, token_of

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)  # rules run on both
PAGE = "/exports"
NAMED = {"kind": "people", "names": "oui", "form": "csv", "reason": "Suivi demandé par le comité"}
COUNTS = {"kind": "people", "names": "non", "form": "xlsx"}


@pytest.fixture
def visitor(client: FlaskClient, database: Database) -> Visitor:
    """The lead of a campaign of two people with help at home."""
    made = Visitor(client, database, role=Role.LEAD, prefix="/pilotage")

    def people(session: Any) -> None:
        campaign = session.get_one(Campaign, made.campaign.id)
        factories.commune(session, "80620", "Péronne")
        for name in ("Canarinom", "Canarideux"):
            factories.person(session, campaign, insee="80620", schemes="APA", last_name=name)
        factories.person(
            session, campaign, insee="80620", schemes="PCH", last_name="Non", mayor_opt_out=True
        )

    made.keep(people)
    return made


def read(visitor: Visitor, path: str = PAGE) -> str:
    return html.unescape(visitor.get(path))


def send(visitor: Visitor, path: str, **form: Any) -> Any:
    data = form | {"csrf_token": token_of(visitor.get(PAGE))}
    return visitor.client.post(f"/pilotage{path}", data=data)


def written(visitor: Visitor, instance: Instance, path: str = PAGE, **form: Any) -> Export:
    """An export asked on the page and written by the worker."""
    assert send(visitor, path, **form).status_code == 303
    assert exporting.write_due(instance) == 1
    export: Export = next(iter(visitor.read(sa.select(Export).order_by(Export.id.desc()))))
    assert export.state is ExportState.READY
    return export


def test_an_empty_page_says_what_each_column_means(visitor: Visitor) -> None:
    page = read(visitor)
    assert "Aucun export pour l’instant" in page
    assert "<code>why_not</code>" in page
    assert "48 heures" in page


def test_names_without_a_reason_are_refused_and_what_was_typed_stays(visitor: Visitor) -> None:
    answer = send(visitor, PAGE, **{**NAMED, "reason": "trop bref"})
    text = html.unescape(answer.text)
    assert answer.status_code == 422
    assert "dix lettres au moins" in text
    assert 'value="trop bref"' in text
    assert re.search(r'name="names"[^>]* value="oui" checked', text)
    assert list(visitor.read(sa.select(Export))) == []


@pytest.mark.parametrize(
    "form",
    [{**COUNTS, "kind": "communes"}, {**COUNTS, "form": "exe"}, {**COUNTS, "since": "2026-13-45"},
     {**COUNTS, "reason": "x" * 201}, {**COUNTS, "names": "peut-être"}, {}],
)  # fmt: skip
def test_what_is_not_on_the_page_is_refused(visitor: Visitor, form: dict[str, str]) -> None:
    assert send(visitor, PAGE, **form).status_code == 422
    assert list(visitor.read(sa.select(Export))) == []


def test_the_page_asks_again_while_a_list_is_being_written(
    visitor: Visitor, instance: Instance
) -> None:
    assert send(visitor, PAGE, **COUNTS).status_code == 303
    page = read(visitor)
    assert 'hx-trigger="every 2s"' in page
    assert "<noscript><meta http-equiv" in page
    exporting.write_due(instance)
    page = read(visitor)
    assert "hx-trigger" not in page
    assert "Télécharger" in page


def test_the_file_is_named_by_its_number_and_fetching_it_is_journaled(
    visitor: Visitor, instance: Instance
) -> None:
    export = written(visitor, instance, **NAMED)
    answer = send(visitor, f"{PAGE}/{export.id}/fichier")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="E-{export.id}-personnes.csv"'
    )
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Canarinom" in answer.text
    send(visitor, f"{PAGE}/{export.id}/fichier")
    noted = visitor.read(sa.select(JournalEntry).where(JournalEntry.action == "export_fetched"))
    assert [entry.object_id for entry in noted] == [export.id, export.id]
    assert "téléchargé" in read(visitor)
    assert visitor.client.get(f"/pilotage{PAGE}/{export.id}/fichier").status_code == 405


@pytest.mark.parametrize(
    "name",
    ["..", "../..", "..%2f..%2fetc%2fpasswd", "%2e%2e", "1%00", "-1", "1.5", "0x1", "1;2", "1%2f..",
     "....//", "file:1", "C:%5c", "~", "999999"],
)  # fmt: skip
def test_a_file_is_asked_by_its_number_and_by_nothing_else(
    visitor: Visitor, instance: Instance, name: str
) -> None:
    written(visitor, instance, **NAMED)
    answer = send(visitor, f"{PAGE}/{name}/fichier")
    assert answer.status_code in {404, 405}
    assert "Canari" not in answer.text


def test_after_48_hours_the_page_says_it_is_erased(
    visitor: Visitor, instance: Instance, clock: Clock
) -> None:
    export = written(visitor, instance, **NAMED)
    clock.move(hours=48, seconds=1)  # and no worker has passed since
    with instance.database.unit() as session:
        factories.sign_in(session, visitor.client, visitor.me, at=clock())
    page = read(visitor)
    assert '<span class="tag quiet">effacé</span>' in page
    assert "Télécharger" not in page
    answer = send(visitor, f"{PAGE}/{export.id}/fichier")
    assert answer.status_code == 422
    assert "ne vit que 48 heures" in html.unescape(answer.text)


def test_a_file_can_be_erased_at_once(visitor: Visitor, instance: Instance) -> None:
    export = written(visitor, instance, **NAMED)
    assert send(visitor, f"{PAGE}/{export.id}/effacer").status_code == 303
    assert send(visitor, f"{PAGE}/{export.id}/fichier").status_code == 422
    assert list(visitor.read(sa.select(Export.content))) == [None]


def test_a_failure_says_why_and_can_be_asked_again(visitor: Visitor, instance: Instance) -> None:
    def failed(session: Any) -> int:
        export = Export(
            campaign_id=visitor.campaign.id, kind="people", form="csv", asked_at=factories.TUESDAY,
            asked_by_id=visitor.me.id, state=ExportState.FAILED, error="Le disque est plein.",
        )  # fmt: skip
        session.add(export)
        session.flush()
        return export.id

    export_id = visitor.keep(failed)
    page = read(visitor)
    assert "Le disque est plein." in page
    assert "Recommencer" in page
    assert send(visitor, f"{PAGE}/{export_id}/recommencer").status_code == 303
    assert exporting.write_due(instance) == 1
    assert send(visitor, f"{PAGE}/{export_id}/recommencer").status_code == 422


def test_the_law_and_who_objects_are_said_before_the_mayors_list_is_asked(
    visitor: Visitor, instance: Instance
) -> None:
    page = read(visitor, f"{PAGE}/mairies")
    assert "loi n° 2024-317" in page.replace("\xa0", " ")
    assert "2\xa0personnes dans 1\xa0commune" in page
    assert "1\xa0personne s’y oppose" in page
    answer = send(visitor, f"{PAGE}/mairies", insee="toutes", form="csv", reason="bref")
    assert answer.status_code == 422
    assert 'value="bref"' in answer.text
    form = {"insee": "toutes", "form": "csv", "reason": "Transmission annuelle"}
    export = written(visitor, instance, f"{PAGE}/mairies", **form)
    answer = send(visitor, f"{PAGE}/{export.id}/fichier")
    assert answer.mimetype == "application/zip"
    assert f"E-{export.id}-mairies.zip" in answer.headers["Content-Disposition"]


def test_a_coordinator_asks_for_their_territory_and_never_for_the_journal(
    client: FlaskClient, database: Database, instance: Instance
) -> None:
    made = Visitor(client, database, role=Role.COORDINATOR, prefix="/coordination")
    made.keep(
        lambda session: session.add(Membership(campaign_id=made.campaign.id, user_id=made.me.id))
    )
    page = made.get(PAGE)
    assert "mairies" not in page
    assert 'value="journal"' not in page
    assert client.get("/coordination/exports/mairies").status_code in {404, 405}
