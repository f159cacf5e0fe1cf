"""Names, leftovers and words that have no place in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house import tree

VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
SKIP = re.compile(r"\bpytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b|@unittest\.skip")
TODO = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!.{0,20}(?:#\d+|ADR[ -]?\d+|issue \d+))")
FOLDERS = [("root", r"\w+"), ("work", r"\w+"), ("home", r"\w+"), ("opt", r"py\w+")]
HOSTS = [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org")]
MACHINE = re.compile(
    r"(?<![\w.])/(?:"
    + "|".join(map("/".join, FOLDERS))
    + r")|\b(?:"
    + "|".join(map(r"\.".join, HOSTS))
    + r")\b"
)
# These two plant what they look for.
SAMPLES = {"tests/house/test_words.py", "tests/test_servers.py"}


def vague_name(path: Path) -> bool:
    """Whether a module or a folder says nothing of what it knows."""
    return any(part.lower() in VAGUE for part in (*path.parts[:-1], path.stem))


def lines_with(pattern: re.Pattern[str], text: str) -> list[str]:
    """Give the lines where a pattern is found, numbered."""
    return [f"{n}: {line}" for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def found(pattern: re.Pattern[str], paths: list[Path]) -> dict[str, list[str]]:
    """Give, for each file where a pattern is found, the lines."""
    all_lines = {tree.name(p): lines_with(pattern, p.read_text(encoding="utf-8")) for p in paths}
    return {name: lines for name, lines in all_lines.items() if lines}


def test_a_module_says_what_it_knows() -> None:
    paths = [Path(tree.name(path)) for path in tree.texts()]
    assert [str(path) for path in paths if vague_name(path)] == []


def test_no_test_is_marked_as_skipped() -> None:
    assert found(SKIP, _but_samples(tree.python("tests"))) == {}


def test_what_is_left_to_do_names_its_issue() -> None:
    assert found(TODO, _but_samples(tree.texts())) == {}


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert found(MACHINE, _but_samples(tree.texts())) == {}


@pytest.mark.parametrize("name", ["campaigns/utils.py", "tests/common/one.py", "web/Misc.html"])
def test_a_vague_name_is_seen(name: str) -> None:
    assert vague_name(Path(name))
    assert not vague_name(Path("campaigns/commons_of_a_town.py"))


@pytest.mark.parametrize(
    "line", ["@pytest.mark.skip", "    pytest.skip('later')", "@pytest.mark.xfail(strict=True)"]
)
def test_a_skipped_test_is_seen(line: str) -> None:
    assert lines_with(SKIP, line)


def test_a_nameless_todo_is_seen() -> None:
    assert lines_with(TODO, "# TODO: later")
    assert not lines_with(TODO, "# TODO ADR 12: when the office answers")


@pytest.mark.parametrize("parts", [*FOLDERS[:3], *HOSTS])
def test_a_path_of_the_machine_is_seen(parts: tuple[str, str]) -> None:
    first, last = parts
    line = f"see https://files.{first}.{last}/x" if last == "org" else f"cd /{first}/project"
    assert lines_with(MACHINE, line)
    assert not lines_with(MACHINE, "redirect('/travail/accueil/'); path = 'a/root/b'")


def _but_samples(paths: list[Path]) -> list[Path]:
    return [path for path in paths if tree.name(path) not in SAMPLES]
