"""The wheel is complete: installed alone in an empty environment, it makes an instance."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house import tree

UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=tree.ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an empty environment that holds the locked libraries and the wheel."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    python = environment / "bin" / "python"
    lock = tree.ROOT / "requirements" / "run.txt"
    _run(UV, "venv", "--quiet", "--python", sys.executable, environment)
    install: list[str | Path] = [UV, "pip", "install", "--quiet", "--python", python]
    locked = [*install, "--require-hashes", "-r", lock]
    # The archives were fetched when this environment was made; elsewhere the network is asked.
    offline = subprocess.run([*locked, "--offline"], check=False, capture_output=True)
    if offline.returncode:
        _run(*locked)
    _run(*install, "--no-deps", "--offline", wheel)
    return python.parent


def test_everything_the_program_reads_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    wanted = {
        tree.name(path)
        for package in tree.PACKAGES
        for path in (tree.ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    } | {f"appel_solidaire/{tree.name(path)}" for path in tree.templates()}
    guides = tree.ROOT / "docs" / "guide"
    wanted |= {
        f"appel_solidaire/guide/{path.relative_to(guides).as_posix()}"
        for path in guides.rglob("*")
        if path.is_file()
    }
    assert wanted - packed == set()
    assert not [name for name in packed if name.startswith(("tests/", "instance/"))]


def test_the_wheel_alone_makes_an_instance_and_finds_it_healthy(
    installed: Path, tmp_path: Path
) -> None:
    command = installed / "appel-solidaire"
    instance = tmp_path / "instance"
    options: list[str | Path] = [
        "--departement",
        "80",
        "--campaign",
        "essai",
        "--instance",
        instance,
    ]
    _run(command, "init", *options, cwd=tmp_path)
    assert instance.is_dir()
    report = _run(command, "doctor", "--instance", instance, cwd=tmp_path)
    assert "SQLite" in report


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    # Neither the checkout nor the settings of whoever runs the tests may help.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH" and not name.startswith("APPEL_")
    }
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=kept, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr
