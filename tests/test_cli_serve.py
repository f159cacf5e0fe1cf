"""``up`` keeps both parts running, and stops both when told."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from appel_solidaire.cli import serve

# A part that writes its number in a file, then waits to be told or killed.
PART = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"


def _numbers(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def _run(commands: dict[str, list[str]], during: Callable[[int], None]) -> int:
    """Run the parts in a process of their own while ``during`` watches; give its exit code."""
    child = os.fork()
    if child == 0:
        os._exit(serve._keep_running(commands))
    try:
        during(child)
    finally:
        os.kill(child, signal.SIGTERM)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _until(met: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not met():
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.02)


def test_a_part_that_is_killed_twice_in_a_row_is_started_again_and_the_other_goes_on(
    tmp_path: Path,
) -> None:
    web, worker = tmp_path / "web", tmp_path / "worker"
    commands = {
        "web": [sys.executable, "-c", PART, str(web)],
        "worker": [sys.executable, "-c", PART, str(worker)],
    }

    def kill_the_worker(_child: int) -> None:
        _until(lambda: bool(_numbers(web) and _numbers(worker)))
        for kills in (1, 2):
            os.kill(_numbers(worker)[-1], signal.SIGKILL)
            _until(lambda wanted=kills + 1: len(_numbers(worker)) == wanted)

    assert _run(commands, kill_the_worker) == 0
    assert len(_numbers(web)) == 1
    for number in (*_numbers(web), *_numbers(worker)):
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_a_part_that_cannot_start_stops_everything(tmp_path: Path) -> None:
    web = tmp_path / "web"
    commands = {
        "web": [sys.executable, "-c", PART, str(web)],
        "worker": [sys.executable, "-c", "raise SystemExit(3)"],
    }

    def wait_for_the_end(child: int) -> None:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)

    assert _run(commands, wait_for_the_end) == 1
    for number in _numbers(web):
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_a_part_that_says_what_to_change_stops_everything_however_long_it_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "SHORTEST_RUN_SECONDS", 0.0)
    commands = {"web": [sys.executable, "-c", "raise SystemExit(2)"]}

    def wait_for_the_end(child: int) -> None:
        _until(lambda: os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None)

    assert _run(commands, wait_for_the_end) == 1
