"""The locks follow pyproject.toml, hold hashes, and name no host. If not: scripts/lock."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house import tree

PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")
LOCKS = ["run", "dev", "tools"]


def lock_faults(lock: str, asked: list[str]) -> list[str]:
    """Say what a lock lacks of what is asked, which pins have no hash, and where it names a host."""
    pinned = {name for name, _ in PINNED.findall(lock)}
    entries = re.split(r"\n(?=\S)", lock.strip())
    wanted = {_normal(match.group()) for line in asked if (match := NAME.match(line))}
    faults = [f"not locked: {name}" for name in sorted(wanted - pinned)]
    faults += [f"no hash: {entry}" for entry in entries if "--hash=sha256:" not in entry]
    return faults + [f"a host: {entry}" for entry in entries if "://" in entry or "index" in entry]


def _normal(name: str) -> str:
    return re.sub(r"[._-]+", "-", name).lower()


def _lock(name: str) -> str:
    return (tree.ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_follows_the_project(name: str) -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run, dev = project["dependencies"], project["optional-dependencies"]["dev"]
    asked = {"run": run, "dev": run + dev, "tools": ["uv"]}[name]
    assert lock_faults(_lock(name), asked) == []


def test_what_is_tested_is_what_runs() -> None:
    run, dev = (set(PINNED.findall(_lock(name))) for name in ("run", "dev"))
    assert run - dev == set()
    assert set(PINNED.findall(_lock("tools"))) - dev == set()


def test_a_stale_lock_is_seen() -> None:
    good = (
        "flask==3.1.3 \\\n    --hash=sha256:aa\nrq==3.0 ; os_name != 'nt' \\\n    --hash=sha256:b\n"
    )
    assert lock_faults(good, ["Flask>=3", "rq"]) == []
    assert lock_faults(good, ["flask", "Flask_Login>=0.6"]) == ["not locked: flask-login"]
    assert lock_faults(good + "redis==8\n", []) == ["no hash: redis==8"]
    assert lock_faults("--index-url https://example.org\n" + good, [])
