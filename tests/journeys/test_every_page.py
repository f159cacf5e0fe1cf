"""Every page of every role, full and empty, wide and narrow: no fault, one title, no overflow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from random import Random

import pytest
from playwright.sync_api import Browser, Page

from appel_solidaire import config as settings
from appel_solidaire import db, story
from appel_solidaire.instance import Instance
from campaigns import exposures, launch, team, weeks
from campaigns.demo import cast
from campaigns.models import CampaignState, Role
from tests import browser as browsers
from tests.journeys.addresses import DOORS, Address, addresses
from tests.site import serving

SIZES = {"wide": browsers.DESK, "narrow": browsers.PHONE}
SEED = 80


@dataclass(frozen=True)
class Place:
    """A served instance: its address, and its pages by folder."""

    site: str
    pages: dict[str, list[Address]]


@pytest.fixture(scope="module", params=["full", "empty"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """The demonstration, small; or an organisation that was just founded."""
    folder = tmp_path_factory.mktemp(request.param) / "instance"
    instance = Instance.of(settings.load(folder, env={}))
    db.upgrade(instance.database)
    if request.param == "full":
        size = story.Size(people=400, volunteers=8, weeks=1, seed=SEED)
        story.tell(instance, size, bar=_silent)
        _show(instance)
    else:
        _found(instance)
    pages = addresses(instance)
    instance.database.engine.dispose()
    with serving(folder, env={"APPEL_DEMO": "1"}) as site:
        yield Place(site, pages)


def _silent(_words: str, _steps: int) -> AbstractContextManager[story.Step]:
    return nullcontext(lambda: None)


def _show(instance: Instance) -> None:
    """Volunteers see one field more, for a reason: the lead's page, the DPO's and the call's."""
    now = instance.clock()
    with instance.database.unit() as session:
        by = team.first_of(session, Role.LEAD)
        assert by
        exposures.show(
            session,
            launch.all_campaigns(session)[0],
            exposures.Field.ADDRESS,
            reason="Une visite à domicile est prévue.",
            until=weeks.local_day(now),
            by=by,
            at=now,
        )


def _found(instance: Instance) -> None:
    now = instance.clock()
    with instance.database.unit() as session:
        launch.found_organisation(session, departement="80", at=now)
        campaign = launch.create_campaign(session, name="Essai", by=None, at=now)
        launch.move(session, campaign, CampaignState.OPEN, by=None, at=now)
        office = cast.hire(session, campaign, random=Random(SEED), at=now)
        cast.enlist_volunteers(
            session, campaign, count=1, by=office.lead, random=Random(SEED), at=now, step=list
        )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("folder", DOORS)
def test_every_page_of_a_folder_is_without_fault(
    browser: Browser, place: Place, folder: str, size: str
) -> None:
    assert place.pages[folder]
    faults: list[str] = []
    with browsers.watched_page(browser, size=SIZES[size]) as (page, complaints):
        if door := DOORS[folder]:
            page.goto(f"{place.site}/demo/{door}")
            page.get_by_role("button", name="Entrer").click()
        for address in place.pages[folder]:
            faults += [
                f"{address.path} {said}" for said in _faults(page, place.site + address.path)
            ]
        assert "\n".join(faults + complaints) == ""


def _faults(page: Page, address: str) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    said = browsers.violations(page)
    if answer.status in (403, 404) or answer.status >= 500:
        said.append(f"answers {answer.status}")
    if (titles := page.locator("h1").count()) != 1:
        said.append(f"has {titles} h1")
    if page.locator("html").get_attribute("lang") != "fr":
        said.append("says no language")
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if wide > seen:
        said.append(f"scrolls sideways: {wide} px in {seen}")
    return said
