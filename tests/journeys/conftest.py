"""What the journeys share: the site with its queue, and the town people live in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from tests import browser as browsers
from tests.journeys import served
from tests.journeys import town as towns
from tests.journeys.town import Town
from tests.servers import SmtpSink
from tests.site import serving


@pytest.fixture
def town(config: Config) -> Iterator[Town]:
    """A founded instance, with the real clock: the site has no other."""
    instance = Instance.of(config)
    yield towns.found(instance)
    instance.database.engine.dispose()


@pytest.fixture
def site_settings(
    config: Config, smtp_sink: SmtpSink, request: pytest.FixtureRequest
) -> dict[str, str]:
    """PostgreSQL goes with a queue, the embedded database without one, as in production."""
    settings = {"APPEL_SMTP_URL": smtp_sink.url}
    if config.database_url:
        settings["APPEL_DATABASE_URL"] = config.database_url
        settings["APPEL_REDIS_URL"] = request.getfixturevalue("redis_url")
    return settings


@pytest.fixture
def site(config: Config, site_settings: dict[str, str], town: Town) -> Iterator[str]:
    """The address of the whole program, on the town."""
    with serving(config.instance, env=site_settings) as address:
        yield address


@pytest.fixture
def claires_site(app: Flask, instance: Instance) -> Iterator[str]:
    """The site on Claire's week, on a Tuesday at ten."""
    served.week_of_claire(instance)
    with served.serving(app) as address:
        yield address


@pytest.fixture
def phone_page(browser: Browser) -> Iterator[Page]:
    """A telephone whose network may be cut; at the end its page complained of nothing else."""
    with browsers.watched_page(browser, size=browsers.PHONE) as (page, complaints):
        yield page
    # What the page asks for along the way and does not get, its network cut.
    refused = [f"Response Status Error Code {code}" for code in (400, 401)]
    cut = ("ERR_INTERNET_DISCONNECTED", "htmx:", *refused)
    assert [one for one in complaints if not any(word in one for word in cut)] == []
