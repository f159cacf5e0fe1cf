"""No regular expression takes long over a text somebody wrote to make it slow (ReDoS, S16)."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any  # what JSON holds

import pytest

from tests.house import patterns, tree


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the whole table says, tried by a process of its own under its limit of processor."""
    done = subprocess.run(  # our own module: no shell, no word from outside
        [sys.executable, "-m", "tests.house.patterns"],
        cwd=tree.ROOT,
        capture_output=True,
        text=True,
        check=False,  # its words say why
    )
    assert done.returncode == 0, f"processor time is used up, or a fault: {done.stderr[-2000:]}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_no_pattern_is_slow_over_fifty_thousand_letters(told: dict[str, Any]) -> None:
    assert patterns.LETTERS == 50_000
    assert told["slow"] == {}


def test_every_pattern_of_the_product_is_tried(told: dict[str, Any]) -> None:
    assert told["unknown"] == []
    assert told["count"] > 200
    assert {file.partition("/")[0] for file in told["files"]} == {*tree.PACKAGES, "scripts"}


def test_a_slow_pattern_would_be_seen(told: dict[str, Any]) -> None:
    assert told["yardstick"] == "'' + ' '… + ''"


def test_every_bound_is_that_of_a_pattern_there_is() -> None:
    for file, name in patterns.BOUNDED:
        assert f"{name} = re.compile(" in (tree.ROOT / file).read_text(encoding="utf-8")
