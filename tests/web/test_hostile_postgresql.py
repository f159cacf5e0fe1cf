"""Hostile values on PostgreSQL, which keeps no NUL, no half character and no number too large (S15).

All the values are tried on the embedded database, in ``test_hostile_forms``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PostgresServer
from tests.web import hostile_stage as stage
from tests.web.hostile_forms import Listening
from tests.web.hostile_stage import Ground, Verdict
from tests.web.matrix import Row
from tests.web.test_hostile_forms import IS_WHOLE, PAGES, WRITES

# What one database takes and the other does not, or reads otherwise.
KINDS = [
    "nul",
    "controls",
    "half a surrogate",
    "broken letters",
    "over 64 bits",
    "over 32 bits",
    "year one",
    "last year",
    "long",
    "wildcards",
]


@pytest.fixture(scope="module")
def ground(
    tmp_path_factory: pytest.TempPathFactory,
    blank_instance: Path,
    blank_postgres: str,
    postgres_server: PostgresServer,
) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("hostile") / "instance"
    shutil.copytree(blank_instance, folder)
    name = postgres_server.create(template=blank_postgres)
    made = stage.build(folder, {"APPEL_DATABASE_URL": postgres_server.url(name)})
    yield made
    made.close()
    postgres_server.drop(name)


@pytest.mark.parametrize("row", WRITES, ids=lambda row: row.endpoint)
def test_no_value_that_postgresql_refuses_breaks_a_form(ground: Ground, row: Row) -> None:
    target, verdict = ground.target(row), Verdict()
    for one in stage.one_by_one(target, KINDS, None if IS_WHOLE else 3):
        verdict.hear(ground, target.url, target.actor, one)
    for one in stage.at_once(target, 1):
        verdict.hear(ground, target.url, target.actor, one)
    assert verdict.faults == []


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.endpoint)
def test_no_parameter_that_postgresql_refuses_breaks_a_page(ground: Ground, row: Row) -> None:
    target, verdict = ground.target(row), Verdict()
    verdict.hear(ground, target.url, target.actor, None)
    names = sorted(Listening.asked_in_address.get(row.endpoint, ()))
    for query in stage.queries(row.endpoint, names, None if IS_WHOLE else 3, kinds=KINDS):
        verdict.hear(ground, f"{target.url}?{query}", target.actor, None)
    assert verdict.faults == []
