"""The DPO's page of conservation: what goes, how long each thing is kept, purges and reports."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire import jobs
from appel_solidaire.instance import Instance
from appel_solidaire.web.dpo import retention as retention_pages
from campaigns.models import CampaignState, Role, User
from campaigns.retention import rules, runs
from tests import factories
from tests.conftest import Clock
from tests.web.signing import csrf

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
PAGE = "/donnees/conservation"


@pytest.fixture
def dpo(instance: Instance, client: FlaskClient, clock: Clock) -> FlaskClient:
    """The DPO, signed in, a year after a campaign of two people ended."""
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        for _ in range(2):
            factories.person(session, campaign)
        campaign.state, campaign.closed_at = CampaignState.CLOSED, clock.at
        whom = factories.user(session, Role.DPO, created_at=clock.at)
        clock.move(days=365)
        factories.sign_in(session, client, whom, at=clock.at)
    return client


def post(dpo: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    answer = dpo.post(f"{PAGE}/{path}", data={**form, "csrf_token": csrf(dpo, PAGE)})
    return answer.status_code, plain(answer.text)


def plain(page: str) -> str:
    """A page without the spaces that hold words together."""
    return page.replace("\u00a0", " ").replace("&nbsp;", " ")


def test_a_purge_is_announced_confirmed_done_and_reported(
    dpo: FlaskClient, instance: Instance, clock: Clock
) -> None:
    assert "2 fiches seraient supprimées" in plain(dpo.get(PAGE).text)
    status, page = post(dpo, "purger")
    assert status == 422
    assert "Cochez la case" in page
    assert post(dpo, "purger", sure="oui")[0] == 303
    assert "Une purge est en cours" in plain(dpo.get(PAGE).text)
    assert post(dpo, "purger", sure="oui")[0] == 422
    jobs.sweep(instance)
    page = plain(dpo.get(PAGE).text)
    assert "Rien n’a dépassé sa durée" in page
    assert "2 fiches ou comptes oubliés" in page
    report = plain(dpo.get(f"{PAGE}/rapports/1").text)
    assert "Ce rapport est tel qu’il a été signé" in report
    with instance.database.unit() as session:
        run = runs.latest(session)[0]
        run.report = {**run.report, "files": {"backups": 3}}
    assert "a été changé depuis sa signature" in plain(dpo.get(f"{PAGE}/rapports/1").text)


def test_what_goes_with_thousands_of_records_is_counted_when_it_is_asked(
    dpo: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = plain(dpo.get(PAGE).text)
    monkeypatch.setattr(retention_pages, "_AT_ONCE", 1)
    quick = plain(dpo.get(PAGE).text)
    for page in (whole, quick):
        assert "2 fiches seraient supprimées" in page
        assert "1 règle a quelque chose à effacer" in page
    assert "2 numéros de téléphone" in whole
    assert "2 numéros de téléphone" not in quick
    assert "2 numéros de téléphone" in plain(dpo.get(f"{PAGE}?detail=oui").text)


def test_a_duration_is_shortened_once_it_is_known_that_it_stays_so(
    dpo: FlaskClient, instance: Instance
) -> None:
    status, page = post(dpo, "raccourcir/contacted", days="400")
    assert status == 422
    assert 'value="400"' in page
    assert post(dpo, "raccourcir/contacted", days="400", sure="oui")[0] == 303
    status, page = post(dpo, "raccourcir/contacted", days="500", sure="oui")
    assert status == 422
    assert "seulement être raccourcie" in page
    assert post(dpo, "raccourcir/rien", days="4", sure="oui")[0] == 404
    with instance.database.reading() as session:
        assert rules.in_force(session).days["contacted"] == 400


def test_the_night_is_switched_from_the_page(dpo: FlaskClient, instance: Instance) -> None:
    assert post(dpo, "nuit", on="oui")[0] == 303
    assert "Arrêter la purge de nuit" in plain(dpo.get(PAGE).text)
    jobs.sweep(instance)
    with instance.database.reading() as session:
        assert runs.latest(session)[0].finished_at is not None
    assert post(dpo, "nuit", on="non")[0] == 303
    assert "Purger chaque nuit" in plain(dpo.get(PAGE).text)


def test_the_day_somebody_was_last_here_is_kept_and_not_each_minute(
    dpo: FlaskClient, instance: Instance, clock: Clock
) -> None:
    def seen() -> list[object]:
        with instance.database.reading() as session:
            return [
                one.last_seen_at for one in session.scalars(sa.select(User)) if one.last_seen_at
            ]

    first = seen()
    clock.move(minutes=5)
    dpo.get(PAGE)
    assert seen() == first == [clock.at.replace(hour=0, minute=0)]
